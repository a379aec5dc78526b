"""Am I covered? The desk's own decision on a ride that nobody takes yet; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from api.clock import service_instant
from api.rides.batch import Known
from api.rides.network import Network
from api.rides.reading import read_holder
from api.rides.requests import Caller, Tap
from api.rides.state import Holder
from api.rides.taps import Weighed, check_service, weigh
from api.rides.together import Statement, run_together
from fares.modes import WALK_UP, Mode
from fares.money import Money
from fares.reasons import Reason, Refused
from fares.taps import TapAction

# A question shows no pass; were it ever taken for a tap, it would be refused.
_NOTHING_SHOWN = Refused(Reason.MALFORMED_CODE, "preview:nothing_shown")
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Question:
    """The ride that a resident thinks of. `amount_minor` is what a taxi is expected to cost."""

    mode: Mode
    at: datetime
    operator_id: str | None = None
    stop_id: str | None = None
    area_numbers: frozenset[int] = frozenset()
    amount_minor: int | None = None
    companions: int = 0


Preview = dict[str, Weighed | Refused]
"""What would be decided for each operator of the mode, as things stand now."""


async def preview(
    connection: AsyncConnection, account_id: UUID, question: Question, known: Known
) -> Preview:
    """Decide on a ride with each operator that has the mode, or with the one that is named."""
    (revisions,) = await run_together(connection, _REVISION)
    network = await known.network_of(connection, revisions[0][0] if revisions else 0)
    day, seconds = service_instant(question.at, network.zone)
    holder = await read_holder(connection, account_id, question.at, known.plans)
    wanted = [
        operator_id
        for operator_id, operator in sorted(network.operators.items())
        if question.mode in operator.modes and question.operator_id in {None, operator_id}
    ]
    return {each: _answer(question, each, network, holder, day, seconds) for each in wanted}


_REVISION = Statement("SELECT network_revision FROM town WHERE town_id = 1")


def _answer(
    question: Question,
    operator_id: str,
    network: Network,
    holder: Holder | None,
    day: date,
    seconds: int,
) -> Weighed | Refused:
    if holder is None:
        return Refused(Reason.SUBSCRIPTION_INACTIVE, "subscription:none")
    tap = _as_tap(question, operator_id, network)
    operator = network.operators[operator_id]
    return check_service(tap, operator) or weigh(tap, operator, holder, day, seconds)


def _as_tap(question: Question, operator_id: str, network: Network) -> Tap:
    amount = question.amount_minor
    return Tap(
        caller=Caller(operator_id, _NOBODY, "", b"", question.at),
        action=TapAction.TAP_ON if question.mode in WALK_UP else TapAction.HOLD,
        mode=question.mode,
        verified=_NOTHING_SHOWN,
        stop_id=question.stop_id,
        area_numbers=question.area_numbers,
        amount=None if amount is None else Money(amount, network.currency),
        companions=question.companions,
    )
