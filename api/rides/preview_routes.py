"""`/v1/me/covered`: may I ride there, before I go?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, resident_only
from api.clock import Clock
from api.errors import DomainError, problems
from api.operators.routes import operator_name
from api.operators.tables import Operator, list_operators
from api.rides.answers import GRANTED
from api.rides.desk import Desk
from api.rides.preview import Question, preview
from api.rides.taps import Weighed
from api.wire import Instant, MoneyView, TextView, View, money_view, text_view
from fares.modes import Mode
from fares.reasons import MESSAGES, Refused, Text

DAYS_AHEAD = timedelta(days=35)
# Whoever asks for "now" by a clock that is a little behind asks for now.
_BEHIND = timedelta(minutes=5)


class CoveredByView(View, frozen=True):
    """What an operator's reader would answer, and who would pay what."""

    operator_id: str
    operator_name: TextView
    result: Literal["granted", "refused"]
    message: TextView
    rule: str
    reason: str | None = None
    price: MoneyView | None = None
    plan_pays: MoneyView | None = None
    rider_pays: MoneyView | None = None


class CoveredView(View, frozen=True):
    """The answer for each operator of the mode, as things stand now."""

    at: Instant
    items: list[CoveredByView]


class CoveredController(Controller):
    """Questions before a journey; they leave no trace."""

    path = "/v1/me/covered"
    tags = ["residents"]
    guards = [resident_only]

    @get(
        summary="Am I covered?",
        operation_id="am_i_covered",
        opt=problems("bad_time"),
    )
    async def covered(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        desk: NamedDependency[Desk],
        mode: Annotated[Mode, QueryParameter(description="By what.")],
        at: Annotated[
            datetime | None, QueryParameter(description="When; now when left out.")
        ] = None,
        operator_id: Annotated[
            str | None, QueryParameter(max_length=120, description="With this operator only.")
        ] = None,
        stop_id: Annotated[
            str | None, QueryParameter(max_length=120, description="From which stop.")
        ] = None,
        area_number: Annotated[
            int | None, QueryParameter(ge=0, le=127, description="In, or to, which area.")
        ] = None,
        amount_minor: Annotated[
            int | None,
            QueryParameter(ge=0, le=10**12, description="The price of a taxi or rideshare."),
        ] = None,
        companions: Annotated[
            int, QueryParameter(ge=0, le=8, description="How many others ride along.")
        ] = 0,
    ) -> CoveredView:
        """What the desk would decide on such a ride; nothing is written, nobody sees the question.

        The answer holds as things stand: an allowance may be used up until then.
        """
        question = Question(
            mode=mode,
            at=_when(at, clock.now()),
            operator_id=operator_id,
            stop_id=stop_id,
            area_numbers=frozenset() if area_number is None else frozenset({area_number}),
            amount_minor=amount_minor,
            companions=companions,
        )
        connection = await session.connection()
        found = await preview(connection, request.user.account_id, question, desk.known)
        operators = {o.operator_id: o for o in await list_operators(session)}
        items = [_one(operators[operator_id], answer) for operator_id, answer in found.items()]
        return CoveredView(at=question.at, items=items)


def _when(at: datetime | None, now: datetime) -> datetime:
    if at is None:
        return now
    if at.tzinfo is None or not now - _BEHIND <= at <= now + DAYS_AHEAD:
        raise DomainError(
            "bad_time",
            Text(
                "今から35日先までの日時を選んでください。",
                "Ask for a time from now to 35 days ahead, with its offset from UTC.",
            ),
        )
    return max(at, now)


def _one(operator: Operator, answer: Weighed | Refused) -> CoveredByView:
    if isinstance(answer, Refused):
        return CoveredByView(
            operator_id=operator.operator_id,
            operator_name=operator_name(operator),
            result="refused",
            reason=str(answer.reason),
            message=text_view(MESSAGES[answer.reason]),
            rule=answer.rule,
        )
    decision, price = answer.decision, answer.price
    return CoveredByView(
        operator_id=operator.operator_id,
        operator_name=operator_name(operator),
        result="granted",
        message=text_view(GRANTED),
        rule=decision.rule,
        price=money_view(price) if price else None,
        plan_pays=money_view(decision.plan_pays) if decision.plan_pays else None,
        rider_pays=money_view(decision.rider_pays),
    )
