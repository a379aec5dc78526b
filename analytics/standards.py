"""Which published rules say that somebody is served? The presets, as data, each with its source.

A rule finds the best single stop within its walking distance and grades what leaves there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from analytics.frequency import HOUR, Window
from analytics.kinds import BUS, FERRY, RAIL, TRAM
from analytics.problems import InputError
from fares.reasons import Text

NOT_ASSESSED = "not_assessed"
COVERED, NOT_COVERED = "covered", "not_covered"


class Measure(StrEnum):
    """What is counted at a stop."""

    DEPARTURES = "departures"
    DEPARTURES_PER_HOUR = "departures_per_hour"
    ONE_WAY_DEPARTURES_PER_DAY = "one_way_departures_per_day"


@dataclass(frozen=True, slots=True)
class Grade:
    """A class, for stops with at least `least` (more than `least` when `above`)."""

    name: str
    least: float
    above: bool = False


@dataclass(frozen=True, slots=True)
class Standard:
    """A rule of coverage.

    `reach_meters` is the walk by kind of service; `straight_line` says that the rule's own text
    measures as the crow flies; `window` holds when the planner names none (None: whole day);
    `grades` run from best to worst, `lowest` is what is left, `passing` the worst sufficient
    grade.
    """

    standard_id: str
    name: Text
    rule: Text
    source: str
    reach_meters: Mapping[str, int]
    grades: tuple[Grade, ...]
    lowest: str = NOT_COVERED
    passing: str = COVERED
    measure: Measure = Measure.DEPARTURES
    straight_line: bool = False
    window: Window | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """Every class a place can be in, best first."""
        return (*(grade.name for grade in self.grades), self.lowest, NOT_ASSESSED)

    @property
    def column(self) -> str:
        """The standard's id as part of a column name."""
        return self.standard_id.replace("-", "_").replace(".", "_")

    @property
    def required(self) -> Grade:
        """The grade from which a place does not fail."""
        return next(grade for grade in self.grades if grade.name == self.passing)

    def window_for(self, asked: Window | None) -> Window | None:
        """Return the window to measure in; a rule that counts services a day knows only the day."""
        if self.measure is Measure.ONE_WAY_DEPARTURES_PER_DAY:
            return None
        return asked or self.window


ANY = (Grade(COVERED, 0, above=True),)
URBAN_BUS_AND_TRAIN = "国土交通省自動車交通局「地域公共交通づくりハンドブック」"
GHSCI_SOURCE = (
    "Global Healthy and Sustainable City Indicators; G. Boeing et al., Using open data and"
    " open-source software to develop spatial indicators of urban design and transport features,"
    " Lancet Global Health 10 (2022)"
)


def _ghsci(standard_id: str, name: Text, rule: Text, least_per_hour: float) -> Standard:
    return Standard(
        standard_id,
        name,
        rule,
        GHSCI_SOURCE,
        reach_meters={BUS: 500, TRAM: 500, RAIL: 500, FERRY: 500},
        grades=(Grade(COVERED, least_per_hour, above=least_per_hour == 0),),
        measure=Measure.DEPARTURES_PER_HOUR,
        window=(7 * HOUR, 19 * HOUR),
    )


_ALL = (
    Standard(
        "sdg-11.2.1",
        Text("国連SDG指標11.2.1", "UN SDG 11.2.1"),
        Text(
            "道のりで、バス・路面電車の停留所まで500m以内、または鉄道駅・港まで1km以内に住む人。",
            "People within 500 m along the streets of a bus or tram stop, or 1 km of a rail or"
            " ferry stop.",
        ),
        "UN-Habitat, SDG indicator metadata 11.2.1: 500 m along the street network to a"
        " low-capacity stop, 1 km to a high-capacity one",
        reach_meters={BUS: 500, TRAM: 500, RAIL: 1000, FERRY: 1000},
        grades=ANY,
    ),
    Standard(
        "ec-regio",
        Text("欧州委員会 地域総局の分類", "European Commission, DG REGIO"),
        Text(
            "徒歩5分(417m)以内のバス・路面電車、徒歩10分(833m)以内の鉄道のうち、最も本数の多い"
            "一つの停留所の6~20時の1時間あたり本数。10本超が高、4本以上が中、4本未満が低。",
            "Departures per hour, 6:00 to 20:00, at the best single stop within 5 minutes' walk"
            " (417 m) for bus and tram, 10 minutes (833 m) for rail: more than 10 high, 4 to 10"
            " medium, fewer than 4 low.",
        ),
        "H. Poelman and L. Dijkstra, Measuring access to public transport in European cities,"
        " European Commission, DG REGIO working paper 01/2015: where service areas overlap, the"
        " highest value counts. The paper first adds up stops near each other; here every stop"
        " stands alone, so that no departure counts twice",
        reach_meters={BUS: 417, TRAM: 417, RAIL: 833},
        grades=(Grade("high", 10, above=True), Grade("medium", 4), Grade("low", 0, above=True)),
        lowest="none",
        passing="medium",
        measure=Measure.DEPARTURES_PER_HOUR,
        window=(6 * HOUR, 20 * HOUR),
    ),
    Standard(
        "japan-urban",
        Text("日本 都市部の目安", "Japan, urban areas"),
        Text(
            "直線で、バス停から300m以内、または鉄道駅から500m以内。",
            "Within 300 m of a bus stop or 500 m of a railway station, in a straight line.",
        ),
        f"{URBAN_BUS_AND_TRAIN}: 交通機関が充実している都市",
        reach_meters={BUS: 300, TRAM: 500, RAIL: 500},
        grades=ANY,
        straight_line=True,
    ),
    Standard(
        "japan-regional",
        Text("日本 地方部の目安", "Japan, regional areas"),
        Text(
            "直線で、バス停から500m以内、または鉄道駅から1km以内。",
            "Within 500 m of a bus stop or 1 km of a railway station, in a straight line.",
        ),
        f"{URBAN_BUS_AND_TRAIN}: 地方",
        reach_meters={BUS: 500, TRAM: 1000, RAIL: 1000},
        grades=ANY,
        straight_line=True,
    ),
    Standard(
        "japan-subsidy",
        Text("日本 補助制度の交通空白", "Japan, subsidy rule"),
        Text(
            "直線で1km以内に、バス停・鉄道駅・港のいずれかがある。",
            "A bus stop, railway station or port within 1 km, in a straight line.",
        ),
        "国土交通省「地域公共交通確保維持改善事業費補助金交付要綱」: 半径1km以内に停留所、駅、港の"
        "ない集落",
        reach_meters={BUS: 1000, TRAM: 1000, RAIL: 1000, FERRY: 1000},
        grades=ANY,
        straight_line=True,
    ),
    Standard(
        "japan-location-plan",
        Text("日本 立地適正化計画", "Japan, location-optimisation plans"),
        Text(
            "直線で、片道1日30本以上のバス停から300m以内、または鉄道駅から800m以内。",
            "Within 300 m of a bus stop or 800 m of a railway station with at least 30 services a"
            " day each way, in a straight line.",
        ),
        "国土交通省都市局「都市構造の評価に関するハンドブック」: 基幹的公共交通路線の徒歩圏",
        reach_meters={BUS: 300, TRAM: 800, RAIL: 800},
        grades=(Grade(COVERED, 30),),
        measure=Measure.ONE_WAY_DEPARTURES_PER_DAY,
        straight_line=True,
    ),
    _ghsci(
        "ghsci",
        Text("GHSCI 停留所まで500m", "GHSCI, any stop"),
        Text(
            "道のりで500m以内に、7~19時に便のある停留所がある。",
            "A stop with service between 7:00 and 19:00 within 500 m along the streets.",
        ),
        least_per_hour=0,
    ),
    _ghsci(
        "ghsci-30",
        Text("GHSCI 30分に1本以上", "GHSCI, every 30 minutes"),
        Text(
            "道のりで500m以内に、7~19時に平均30分に1本以上ある停留所がある。",
            "A stop with a departure every 30 minutes on average, 7:00 to 19:00, within 500 m along"
            " the streets.",
        ),
        least_per_hour=2,
    ),
    _ghsci(
        "ghsci-20",
        Text("GHSCI 20分に1本以上", "GHSCI, every 20 minutes"),
        Text(
            "道のりで500m以内に、7~19時に平均20分に1本以上ある停留所がある。",
            "A stop with a departure every 20 minutes on average, 7:00 to 19:00, within 500 m along"
            " the streets.",
        ),
        least_per_hour=3,
    ),
)

STANDARDS: Mapping[str, Standard] = {standard.standard_id: standard for standard in _ALL}


def choose_standards(preset_ids: Iterable[str]) -> tuple[Standard, ...]:
    """Return the standards with these ids in this order, each once; all of them for no ids.

    Raise InputError for an id that is no preset.
    """
    wanted = tuple(dict.fromkeys(preset_ids)) or tuple(STANDARDS)
    unknown = [preset_id for preset_id in wanted if preset_id not in STANDARDS]
    if unknown:
        message = f"There is no preset {', '.join(unknown)}. Known: {', '.join(STANDARDS)}."
        raise InputError("unknown_preset", message)
    return tuple(STANDARDS[preset_id] for preset_id in wanted)
