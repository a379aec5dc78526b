"""Which cities can be shown, and which day of their timetables is played."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

DATA = Path(__file__).parent / "data"
DEFAULT_CITY = "porto-alegre"


@dataclass(frozen=True, slots=True)
class City:
    """A catalogue folder under `data`, and a service date that its feeds cover."""

    city_id: str
    service_date: date

    @property
    def folder(self) -> Path:
        """Where the catalogue, the feeds, the streets and the population lie."""
        return DATA / self.city_id

    @property
    def town_file(self) -> Path:
        """The town: areas, operators, sources."""
        return self.folder / "town.yaml"

    @property
    def plans_file(self) -> Path:
        """What is sold."""
        return self.folder / "plans.yaml"

    def fingerprint(self) -> str:
        """A hash of the catalogue and its data: tells whether a city was played with these."""
        digest = hashlib.sha256()
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            digest.update(path.relative_to(self.folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


CITIES = {
    city.city_id: city
    for city in (
        City("porto-alegre", date(2019, 5, 15)),
        City("las-palmas", date(2023, 3, 1)),
        City("muroran", date(2020, 6, 3)),
    )
}
