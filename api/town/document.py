"""A town's catalogue file: its areas, operators, sources and where its data lies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
import yaml

from api.categories import CATEGORY_NAMES
from api.errors import DomainError
from fares.modes import Mode
from fares.reasons import Text


class TextDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence in both languages."""

    ja: str
    en: str

    def text(self) -> Text:
        """The sentence as a value."""
        return Text(self.ja, self.en)


class AreaDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A numbered area; `polygon` is a ring of [lon, lat]. Numbers are never used again."""

    area_number: Annotated[int, msgspec.Meta(ge=0, le=127)]
    name: TextDocument
    polygon: Annotated[list[tuple[float, float]], msgspec.Meta(min_length=4)]


class AttributionDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source, shown wherever its data is shown."""

    title: str
    licence: str
    url: str | None = None
    note: TextDocument | None = None


class PopulationDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A population file, and whether it is a model rather than a count."""

    file: str
    modelled: bool
    note: TextDocument | None = None


class FlatTariff(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="flat", tag_field="kind"
):
    """One price for any ride."""

    amount_minor: int
    source: str


class MeteredTariff(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="metered", tag_field="kind"
):
    """Flag fall with a first distance, then a step for each further distance."""

    flag_fall_minor: int
    flag_fall_meters: int
    step_minor: int
    step_meters: int
    source: str


class FeedTariff(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="feed", tag_field="kind"
):
    """What the operator's own feed says in its fare tables."""


Tariff = FlatTariff | MeteredTariff | FeedTariff


class OperatorDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A business that carries; `feed` is a zip beside the catalogue."""

    # A code that names an operator has room for 32 letters.
    operator_id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{2,32}$")]
    name: TextDocument
    modes: Annotated[list[Mode], msgspec.Meta(min_length=1)]
    tariff: Tariff
    tap_off: Literal["none", "optional", "required"] = "none"
    simulated: bool = False
    feed: str | None = None


class ConcessionDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rider category that the desk attests: by which rule, and for how many months."""

    rider_category: str
    policy: TextDocument
    months: Annotated[int, msgspec.Meta(ge=1, le=120)]

    def __post_init__(self) -> None:
        if self.rider_category not in CATEGORY_NAMES:
            raise ValueError(f"rider_category is one of {', '.join(CATEGORY_NAMES)}")


class TownDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole catalogue of a town."""

    town_id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{2,40}$")]
    name: TextDocument
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
    time_zone: str
    center: tuple[float, float]
    areas: Annotated[list[AreaDocument], msgspec.Meta(min_length=1)]
    operators: list[OperatorDocument]
    attribution: list[AttributionDocument]
    concessions: list[ConcessionDocument] = []
    simulated: bool = False
    streets: str | None = None
    population: PopulationDocument | None = None

    def zone(self) -> ZoneInfo:
        """The town's time zone."""
        return ZoneInfo(self.time_zone)


def read_town(path: Path) -> TownDocument:
    """Read a catalogue file; raises 400 `bad_catalogue` with the place of the fault."""
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise bad_catalogue(f"{path.name} can't be read: {error}") from error
    return town_from_document(loaded)


def town_from_document(document: Any) -> TownDocument:
    """Build a town from its stored form; raises 400 `bad_catalogue`."""
    try:
        town = msgspec.convert(document, TownDocument)
        ZoneInfo(town.time_zone)
    except (msgspec.ValidationError, KeyError, ValueError) as error:
        raise bad_catalogue(str(error)) from error
    numbers = [area.area_number for area in town.areas]
    if len(set(numbers)) != len(numbers):
        raise bad_catalogue("Two areas have the same area_number.")
    return town


def bad_catalogue(problem: str) -> DomainError:
    """The catalogue is wrong; `problem` says where."""
    return DomainError(
        "bad_catalogue",
        Text(f"設定ファイルに誤りがあります: {problem}", f"The catalogue is wrong: {problem}"),
    )
