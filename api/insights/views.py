"""What planners are told, as the wire says it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from api.town.routes import AttributionView
from api.wire import TextView, View


class PresetView(View, frozen=True):
    """A published standard; `classes` run from best to worst and end with `not_assessed`."""

    preset_id: str
    name: TextView
    rule: TextView
    source: str
    classes: list[str]


class WindowView(View, frozen=True, rename={"start": "from", "end": "to"}):
    """Service times HH:MM, `to` excluded; they may pass 24:00."""

    start: str
    end: str


class RunView(View, frozen=True):
    """One measurement: its date, day type (`weekday`, `saturday`, `sunday`) and window.

    `window` is null where each standard was measured in its own hours.
    """

    run_id: UUID
    service_date: date
    day_type: str
    window: WindowView | None
    label: TextView


class MeasureView(View, frozen=True):
    """A number that every cell carries under the name `measure_id`."""

    measure_id: str
    name: TextView
    unit: str


class PopulationView(View, frozen=True):
    """How many people the cells hold, and whether a model says so rather than a count."""

    total: float | None
    modelled: bool
    note: TextView | None


class OptionsView(View, frozen=True):
    """What can be chosen. `missing` says in words what the town's data can't show."""

    presets: list[PresetView]
    runs: list[RunView]
    measures: list[MeasureView]
    population: PopulationView | None
    missing: list[TextView]
    simulated: bool
    attribution: list[AttributionView]


class NearStopView(View, frozen=True):
    """A stop near a cell."""

    stop_id: str
    name: str
    walk_meters: float


class GapView(View, frozen=True):
    """An area that fails a standard; `priority` is residents times shortfall.

    Both figures are null where the data do not suffice (`gap_type` is `not_assessed`).
    """

    rank: int
    cell_id: str
    lon: float
    lat: float
    residents: float
    gap_type: str
    shortfall: float | None
    priority: float | None
    nearest_stops: list[NearStopView]


class GapListView(View, frozen=True):
    """Areas that fail a standard, the most pressing first."""

    items: list[GapView]


class BoardingView(View, frozen=True):
    """Pass-holders of one route, direction and hour; null where suppressed or unknown."""

    operator_id: str
    route_id: str
    route_name: str
    direction_id: int | None
    hour: int
    boardings: int | None
    on_board: int | None


class BoardingListView(View, frozen=True):
    """Pass-holders by hour: no load factor, as nobody else's rides are known."""

    label: TextView
    suppressed_below: int
    simulated: bool
    items: list[BoardingView]
