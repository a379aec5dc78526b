"""What does a town sell? A plan as a value, and as the document that towns write and share.

Leaves out public holidays and concession prices: a plan has one price and knows weekdays only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from dataclasses import fields as fields_of
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from fares.documents import Fields, Problem
from fares.lines import (
    LEAST_GRACE_DAYS,
    USUAL_CAPS,
    USUAL_LATENESS,
    Above,
    Allowance,
    ConcessionPrice,
    LatePayment,
    OfflineCaps,
    Period,
    Refund,
    RideCap,
    TimeWindow,
    Unit,
    Weekday,
)
from fares.modes import Mode
from fares.money import Money, zero
from fares.passes.areas import MAX_AREAS
from fares.reasons import Text

__all__ = [
    "Above",
    "Allowance",
    "ConcessionPrice",
    "LatePayment",
    "OfflineCaps",
    "Period",
    "Plan",
    "PlanError",
    "Problem",
    "Refund",
    "RideCap",
    "TimeWindow",
    "Unit",
    "Weekday",
    "plan_from_document",
    "plan_to_document",
]


@dataclass(frozen=True, slots=True)
class ModeLines:
    """The lines of a plan that bear on one mode, worked out once because every tap needs them."""

    rule: str
    caps: tuple[RideCap, ...]
    allowances: tuple[Allowance, ...]
    needs_amount: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sold; build it with `plan_from_document`, which checks that its lines fit together.

    Empty `operators`, `service_days` and `time_windows` mean all of them. A walk-up ride that
    begins within `transfer_minutes` of the last one belongs to its journey (`fares/journeys.py`).
    """

    plan_id: str
    version: int
    name: Text
    description: Text
    price: Money
    modes: frozenset[Mode]
    areas: frozenset[int]
    operators: frozenset[str] = frozenset()
    service_days: frozenset[Weekday] = frozenset()
    time_windows: tuple[TimeWindow, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    ride_caps: tuple[RideCap, ...] = ()
    companions: int = 0
    transfer_minutes: int = 0
    offline_caps: OfflineCaps = USUAL_CAPS
    late_payment: LatePayment = USUAL_LATENESS
    refund: Refund = Refund.NONE
    pause_months: int = 0
    concession_prices: tuple[ConcessionPrice, ...] = ()
    period: Period = Period.MONTH
    lines: Mapping[Mode, ModeLines] = field(init=False, compare=False, repr=False)
    weekdays: frozenset[int] = field(init=False, compare=False, repr=False)
    nothing: Money = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        lines = MappingProxyType({mode: self._lines_of(mode) for mode in self.modes})
        order = list(Weekday)
        object.__setattr__(self, "lines", lines)
        object.__setattr__(self, "weekdays", frozenset(map(order.index, self.service_days)))
        object.__setattr__(self, "nothing", zero(self.price.currency))

    def price_category(self, rider_category: str) -> str | None:
        """The category whose price a rider pays; None for the plan's own."""
        priced = any(each.rider_category == rider_category for each in self.concession_prices)
        return rider_category if priced else None

    def price_for(self, rider_category: str) -> Money:
        """What a rider of a category pays for a period."""
        for each in self.concession_prices:
            if each.rider_category == rider_category:
                return Money(each.amount_minor, self.price.currency)
        return self.price

    def _lines_of(self, mode: Mode) -> ModeLines:
        caps = [cap for cap in self.ride_caps if mode in cap.modes]
        allowances = [line for line in self.allowances if mode in line.modes]
        return ModeLines(
            rule=f"mode:{mode}",
            # Sorted, so that the order of a document's lines never changes a decision.
            caps=tuple(sorted(caps, key=lambda cap: (cap.amount_minor, cap.above, cap.rule))),
            allowances=tuple(sorted(allowances, key=lambda line: line.allowance_id)),
            needs_amount=bool(caps) or any(line.unit is Unit.AMOUNT for line in allowances),
        )


class PlanError(ValueError):
    """A document is not a plan; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
        self.problems = problems


# Longer than this, and a way there and back would be one journey.
MAX_TRANSFER_MINUTES = 180
# What fits into a certificate: no number there has more than 32 bits.
MAX_OFFLINE_CAP = 2**32 - 1
_ID = (r"[a-z0-9][a-z0-9-]{0,62}", "an id of small letters, digits and hyphens")
_LANGUAGES = ("ja", "en")
_PRICE = ("amount_minor", "currency")
_WINDOW = ("from", "to")
_ALLOWANCE = ("allowance_id", "modes", "unit", "limit", "period", "above", "areas")
_CONCESSION_PRICE = ("rider_category", "amount_minor")
_RIDE_CAP = ("modes", "amount_minor", "above")
_OFFLINE_CAPS = tuple(each.name for each in fields_of(OfflineCaps))
_LATE_PAYMENT = tuple(each.name for each in fields_of(LatePayment))
MAX_LATE_DAYS = 365
MAX_PAUSE = 12
_SAY_RIDER_PAYS = "another line lets the rider of this mode pay the rest; use rider_pays here too"
_PLAN = (
    *("plan_id", "version", "name", "description", "price", "period", "modes", "areas"),
    *("operators", "service_days", "time_windows", "allowances", "ride_caps", "companions"),
    *("transfer_minutes", "offline_caps", "late_payment", "refund", "pause_months"),
    "concession_prices",
)


def plan_from_document(document: object) -> Plan:
    """Read a plan from its loaded document; raises PlanError with every problem."""
    if not isinstance(document, Mapping):
        raise PlanError((Problem("", f"a plan is a mapping, not {type(document).__name__}"),))
    fields = Fields(document)
    fields.only(_PLAN)
    plan = Plan(
        plan_id=fields.text("plan_id", *_ID),
        version=fields.integer("version", at_least=1),
        name=_read_text(fields.part("name", _LANGUAGES)),
        description=_read_text(fields.part("description", _LANGUAGES)),
        price=_read_price(fields.part("price", _PRICE)),
        modes=fields.choices("modes", tuple(Mode)),
        areas=fields.integers("areas", at_least=0, at_most=MAX_AREAS - 1),
        operators=fields.texts("operators"),
        service_days=fields.choices("service_days", tuple(Weekday), required=False),
        time_windows=tuple(map(_read_window, fields.parts("time_windows", _WINDOW))),
        allowances=tuple(map(_read_allowance, fields.parts("allowances", _ALLOWANCE))),
        ride_caps=tuple(map(_read_ride_cap, fields.parts("ride_caps", _RIDE_CAP))),
        companions=fields.integer("companions", at_least=0, default=0),
        transfer_minutes=fields.integer(
            "transfer_minutes", at_least=0, at_most=MAX_TRANSFER_MINUTES, default=0
        ),
        offline_caps=_read_offline_caps(fields),
        late_payment=_read_late_payment(fields),
        refund=fields.choice("refund", tuple(Refund), default=Refund.NONE),
        concession_prices=tuple(
            ConcessionPrice(
                part.text("rider_category", *_ID), part.integer("amount_minor", at_least=0)
            )
            for part in fields.parts("concession_prices", _CONCESSION_PRICE)
        ),
        pause_months=fields.integer("pause_months", at_least=0, at_most=MAX_PAUSE, default=0),
        period=fields.choice("period", (Period.MONTH,)),
    )
    _check_lines(plan, fields)
    if fields.problems:
        raise PlanError(tuple(fields.problems))
    return plan


def plan_to_document(plan: Plan) -> dict[str, object]:
    """The document of a plan: defaults are left out, and sets come in a fixed order."""
    optional: dict[str, object] = {
        "operators": sorted(plan.operators),
        "service_days": _in_order(Weekday, plan.service_days),
        "time_windows": [
            {"from": _write_time(window.from_seconds), "to": _write_time(window.to_seconds)}
            for window in plan.time_windows
        ],
        "allowances": [_write_allowance(line) for line in plan.allowances],
        "ride_caps": [_write_ride_cap(cap) for cap in plan.ride_caps],
        "companions": plan.companions,
        "transfer_minutes": plan.transfer_minutes,
        "offline_caps": _write_unusual(plan.offline_caps, USUAL_CAPS),
        "late_payment": _write_unusual(plan.late_payment, USUAL_LATENESS),
        "pause_months": plan.pause_months,
        "concession_prices": [asdict(each) for each in plan.concession_prices],
        "refund": "" if plan.refund is Refund.NONE else plan.refund.value,
    }
    return {
        "plan_id": plan.plan_id,
        "version": plan.version,
        "name": {"ja": plan.name.ja, "en": plan.name.en},
        "description": {"ja": plan.description.ja, "en": plan.description.en},
        "price": {"amount_minor": plan.price.amount_minor, "currency": plan.price.currency},
        "period": plan.period.value,
        "modes": _in_order(Mode, plan.modes),
        "areas": sorted(plan.areas),
    } | {key: value for key, value in optional.items() if value}


def _read_text(fields: Fields) -> Text:
    return Text(ja=fields.text("ja"), en=fields.text("en"))


def _read_price(fields: Fields) -> Money:
    return Money(
        fields.integer("amount_minor", at_least=0),
        fields.text("currency", "[A-Z]{3}", "a currency of three capital letters"),
    )


def _read_offline_caps(fields: Fields) -> OfflineCaps:
    """Each where it is given, else the usual one."""
    if "offline_caps" not in fields.values:
        return USUAL_CAPS
    part = fields.part("offline_caps", _OFFLINE_CAPS)
    usual = asdict(USUAL_CAPS)
    return OfflineCaps(
        **{
            name: part.integer(name, at_least=0, at_most=MAX_OFFLINE_CAP, default=usual[name])
            for name in _OFFLINE_CAPS
        }
    )


def _read_late_payment(fields: Fields) -> LatePayment:
    """Each where it is given, else the usual one; later steps never come before earlier ones."""
    if "late_payment" not in fields.values:
        return USUAL_LATENESS
    part = fields.part("late_payment", _LATE_PAYMENT)
    usual = asdict(USUAL_LATENESS)
    steps = [
        part.integer(name, at_least=LEAST_GRACE_DAYS, at_most=MAX_LATE_DAYS, default=usual[name])
        for name in _LATE_PAYMENT
    ]
    if steps != sorted(steps):
        fields.note("late_payment", "first restrict, then suspend, then cancel: days must not fall")
    return LatePayment(*steps)


def _write_unusual(part: Any, usual: Any) -> dict[str, int]:
    expected = asdict(usual)
    return {name: value for name, value in asdict(part).items() if value != expected[name]}


def _read_window(fields: Fields) -> TimeWindow:
    # Unquoted, YAML 1.1 reads 22:00 as the number 1320.
    service_time = (r"\d\d:[0-5]\d", 'a quoted service time such as "07:00" or "25:30"')
    starts, ends = (_seconds(fields.text(key, *service_time)) for key in _WINDOW)
    if fields.sound("from") and fields.sound("to") and starts >= ends:
        fields.note("to", "must be later than from; after midnight, count on past 24:00")
    return TimeWindow(starts, ends)


def _seconds(service_time: str) -> int:
    hours, _, minutes = service_time.partition(":")
    return int(hours or 0) * 3600 + int(minutes or 0) * 60


def _write_time(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


def _read_allowance(fields: Fields) -> Allowance:
    allowance = Allowance(
        allowance_id=fields.text("allowance_id", *_ID),
        modes=fields.choices("modes", tuple(Mode)),
        unit=fields.choice("unit", tuple(Unit)),
        limit=fields.integer("limit", at_least=1),
        period=fields.choice("period", tuple(Period)),
        above=fields.choice("above", tuple(Above), default=Above.REFUSE),
        areas=fields.integers("areas", at_least=0, at_most=MAX_AREAS - 1, required=False),
    )
    if allowance.above is Above.RIDER_PAYS and allowance.unit is Unit.RIDES:
        fields.note("above", "a count of rides has no rest that a rider could pay; use refuse")
    return allowance


def _write_allowance(line: Allowance) -> dict[str, object]:
    document: dict[str, object] = {
        "allowance_id": line.allowance_id,
        "modes": _in_order(Mode, line.modes),
        "unit": line.unit.value,
        "limit": line.limit,
        "period": line.period.value,
    }
    if line.above is not Above.REFUSE:
        document["above"] = line.above.value
    if line.areas:
        document["areas"] = sorted(line.areas)
    return document


def _read_ride_cap(fields: Fields) -> RideCap:
    return RideCap(
        modes=fields.choices("modes", tuple(Mode)),
        amount_minor=fields.integer("amount_minor", at_least=0),
        above=fields.choice("above", tuple(Above)),
    )


def _write_ride_cap(cap: RideCap) -> dict[str, object]:
    return {
        "modes": _in_order(Mode, cap.modes),
        "amount_minor": cap.amount_minor,
        "above": cap.above.value,
    }


def _in_order(kind: type[StrEnum], words: Iterable[StrEnum]) -> list[str]:
    chosen = frozenset(words)
    return [word.value for word in kind if word in chosen]


def _check_lines(plan: Plan, fields: Fields) -> None:
    """Note what no single field can tell: lines that contradict the plan or one another."""
    seen: set[str] = set()
    for place, line in enumerate(plan.allowances):
        path = f"allowances[{place}]"
        if line.allowance_id in seen:
            fields.note(f"{path}.allowance_id", f"listed twice: {line.allowance_id!r}")
        seen.add(line.allowance_id)
        _check_within(fields, "modes", f"{path}.modes", line.modes - plan.modes)
        _check_within(fields, "areas", f"{path}.areas", line.areas - plan.areas)
        if _refuses_what_another_shares(line, plan):
            fields.note(f"{path}.above", _SAY_RIDER_PAYS)
    priced: set[str] = set()
    for place, each in enumerate(plan.concession_prices):
        if each.rider_category in priced:
            path = f"concession_prices[{place}].rider_category"
            fields.note(path, f"listed twice: {each.rider_category!r}")
        priced.add(each.rider_category)
    for place, cap in enumerate(plan.ride_caps):
        _check_within(fields, "modes", f"ride_caps[{place}].modes", cap.modes - plan.modes)


def _check_within(fields: Fields, whole: str, path: str, extra: frozenset[object]) -> None:
    # A whole that is itself wrong says nothing about its parts.
    if extra and fields.sound(whole) and fields.sound(path):
        listed = ", ".join(sorted(map(str, extra)))
        fields.note(path, f"not among the plan's {whole}: {listed}")


def _refuses_what_another_shares(line: Allowance, plan: Plan) -> bool:
    """Whether an amount is refused here although the plan would pay only a part of it.

    A ride of 3,000 under "the plan pays 1,000, the rider the rest" would be refused by an
    allowance with 2,000 left: no rider would understand that.
    """
    if line.unit is not Unit.AMOUNT or line.above is not Above.REFUSE:
        return False
    sharing = [cap.modes for cap in plan.ride_caps if cap.above is Above.RIDER_PAYS]
    sharing += [other.modes for other in plan.allowances if other.above is Above.RIDER_PAYS]
    return any(modes & line.modes for modes in sharing)
