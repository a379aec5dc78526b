"""What can a line of a plan say? Allowances, caps on one ride, and hours."""

from dataclasses import dataclass, field
from enum import StrEnum

from fares.modes import Mode


class Unit(StrEnum):
    """What an allowance counts."""

    RIDES = "rides"
    AMOUNT = "amount"


class Period(StrEnum):
    """When an allowance starts anew.

    Each service day, each Monday, each calendar month, or with each period of the subscription.
    """

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SUBSCRIPTION = "subscription"


class Above(StrEnum):
    """What happens to a price above a limit."""

    REFUSE = "refuse"
    RIDER_PAYS = "rider_pays"


class Weekday(StrEnum):
    """Days of the week, in the order of `date.weekday()`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """Service times [from, to), seconds since noon minus 12 h; 25:00 is 90,000."""

    from_seconds: int
    to_seconds: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many rides, or so much money (minor units), of some modes in each period.

    Every ride of its modes needs room in it. `above` speaks of amounts only: what is left may
    pay a part of the price, and the rider the rest. With `areas` it holds only inside them,
    which is how a licensed flat taxi fare reads: area, number of trips, period.
    """

    allowance_id: str
    modes: frozenset[Mode]
    unit: Unit
    limit: int
    period: Period
    above: Above = Above.REFUSE
    areas: frozenset[int] = frozenset()
    rule: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rule", f"allowance:{self.allowance_id}")


@dataclass(frozen=True, slots=True)
class RideCap:
    """The most that the plan pays for one ride of some modes."""

    modes: frozenset[Mode]
    amount_minor: int
    above: Above
    rule: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        modes = "+".join(mode for mode in Mode if mode in self.modes)
        object.__setattr__(self, "rule", f"ride_cap:{modes}")


@dataclass(frozen=True, slots=True)
class OfflineCaps:
    """What a reader that cannot ask may grant: rides by medium, for each reader and pass.

    `phone_amount_minor` bounds a metered ride, for which a phone must sign; 0 means none. A pass
    on a phone lasts a day, one on paper up to 35; for a card it is rides of a service day.
    """

    phone_rides: int = 4
    phone_amount_minor: int = 0
    paper_rides: int = 4
    card_rides: int = 4


USUAL_CAPS = OfflineCaps()


@dataclass(frozen=True, slots=True)
class LatePayment:
    """What follows when a bank card was not charged, in days since the last paid one.

    First metered modes wait (taxis cost the town by the ride), then every ride, then the
    subscription ends. The least is four days: whoever collects the money may be out of reach for
    72 hours from any hour of the first one, and no rider should stand in the rain for it.
    """

    restrict_after_days: int = 4
    suspend_after_days: int = 7
    cancel_after_days: int = 30


@dataclass(frozen=True, slots=True)
class ConcessionPrice:
    """What riders of a category pay in place of the plan's price, in minor units."""

    rider_category: str
    amount_minor: int


LEAST_GRACE_DAYS = 4
USUAL_LATENESS = LatePayment()


class Refund(StrEnum):
    """What is given back to somebody who leaves at once: nothing, or the days not used."""

    NONE = "none"
    UNUSED_DAYS = "unused_days"
