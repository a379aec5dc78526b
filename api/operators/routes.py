"""`/v1/operators/current`: an operator about itself, and registering a validator."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, operator_any, operator_staff_only
from api.clock import Clock
from api.errors import problems
from api.feeds.tables import list_operator_stops
from api.operators.service import add_key, read_public_key
from api.operators.tables import Operator, get_operator
from api.wire import PublicKeyText, Request, ShortText, TextView, View


class ValidatorRequest(Request, frozen=True):
    """What this device is called: a vehicle, a gate, a driver's phone.

    `public_key` is what it signs its offline records with.
    """

    name: ShortText
    public_key: PublicKeyText | None = None


class OperatorView(View, frozen=True):
    """An operator about itself."""

    operator_id: str
    name: TextView
    modes: list[str]
    tap_off: str


class ValidatorView(View, frozen=True):
    """A registered validator. `key` is shown here once; the server keeps only its hash."""

    validator_id: UUID
    name: str
    operator_id: str
    operator_name: TextView
    modes: list[str]
    tap_off: str
    key: str


class OperatorStopView(View, frozen=True):
    """A stop of the operator's active timetable."""

    stop_id: str
    name: str
    name_kana: str | None


class OperatorStopListView(View, frozen=True):
    """The stops that a tap may name; empty without an active timetable."""

    items: list[OperatorStopView]


def operator_name(operator: Operator) -> TextView:
    """An operator's name in both languages."""
    return TextView(ja=operator.name_ja, en=operator.name_en)


class OperatorController(Controller):
    """An operator's own record."""

    path = "/v1/operators/current"
    tags = ["operators"]

    @get(
        summary="The operator of this key or member of staff",
        guards=[operator_any],
        operation_id="get_operator",
    )
    async def show(
        self, request: AppRequest, session: NamedDependency[AsyncSession]
    ) -> OperatorView:
        """Name, modes and whether riders tap off."""
        operator = await get_operator(session, request.user.operator_id)
        return OperatorView(
            operator_id=operator.operator_id,
            name=operator_name(operator),
            modes=operator.modes,
            tap_off=operator.tap_off,
        )

    @get(
        "/stops",
        summary="The stops that our taps may name",
        guards=[operator_any],
        operation_id="list_operator_stops",
    )
    async def stops(
        self, request: AppRequest, session: NamedDependency[AsyncSession]
    ) -> OperatorStopListView:
        """The stops of the operator's active timetable, by name."""
        rows = await list_operator_stops(session, request.user.operator_id)
        return OperatorStopListView(
            items=[
                OperatorStopView(stop_id=r.stop_id, name=r.name, name_kana=r.name_kana)
                for r in rows
            ]
        )

    @post(
        "/validators",
        summary="Register this device",
        guards=[operator_staff_only],
        operation_id="register_validator",
        opt=problems("bad_public_key"),
    )
    async def register(
        self,
        data: JSONBody[ValidatorRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> ValidatorView:
        """Make a key for this device; it validates for the operator of the signed-in person."""
        key, plain = await add_key(
            session,
            clock.now(),
            operator_id=request.user.operator_id,
            kind="validator",
            name=data.name,
            public_key=None if data.public_key is None else read_public_key(data.public_key),
        )
        operator = await get_operator(session, key.operator_id)
        return ValidatorView(
            validator_id=key.key_id,
            name=key.name,
            operator_id=operator.operator_id,
            operator_name=operator_name(operator),
            modes=operator.modes,
            tap_off=operator.tap_off,
            key=plain,
        )
