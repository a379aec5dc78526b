"""What became of the day, in numbers: from the operators' own lists, the lake and the answers."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from api.demo.cities import City
from api.demo.joining import Member
from api.demo.play import Played
from api.demo.readers import Readers
from api.demo.web import Reader

Summary = dict[str, Any]


async def summarize(
    city: City,
    members: Sequence[Member],
    played: Played,
    readers: Readers,
    lake_url: str,
    coverage: dict[str, Any],
) -> Summary:
    """The demo's summary as `--json` prints it, but for the seconds."""
    boardings, trip_facts = await asyncio.to_thread(_exported, lake_url, city.service_date)
    statuses = Counter(member.status for member in members if member.status is not None)
    return {
        "city": city.city_id,
        "service_date": city.service_date.isoformat(),
        "simulated": True,
        "residents": len(members),
        "subscriptions": statuses.total(),
        "subscriptions_by_status": dict(sorted(statuses.items())),
        "passes": {"issued": len(played.phones), "waiting_for_payment": played.unpaid},
        "authorizations": await _outcomes(city.service_date, played, readers),
        "refusals": _by_reason(played),
        "refused_steps": dict(sorted(played.steps_refused.items())),
        "boardings": boardings,
        "trip_facts": trip_facts,
        "coverage": coverage,
    }


async def _outcomes(day: date, played: Played, readers: Readers) -> dict[str, dict[str, int]]:
    """By mode: rides by their status, as each operator lists its own, and refused taps."""
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for devices in readers.by_operator.values():
        for ride in await _list_rides(devices[0], day):
            outcomes[ride["mode"]][ride["status"]] += 1
    for (mode, _), count in played.refusals.items():
        outcomes[mode]["refused"] += count
    return {mode: dict(sorted(counts.items())) for mode, counts in sorted(outcomes.items())}


async def _list_rides(reader: Reader, day: date) -> list[dict[str, Any]]:
    rides: list[dict[str, Any]] = []
    path = f"/v1/authorizations?service_date={day}"
    cursor: str | None = ""
    while cursor is not None:
        page = await reader.get(path if not cursor else f"{path}&cursor={quote(cursor)}")
        rides += page["items"]
        cursor = page["next_cursor"]
    return rides


def _by_reason(played: Played) -> dict[str, int]:
    reasons: Counter[str] = Counter()
    for (_, reason), count in played.refusals.items():
        reasons[reason] += count
    return dict(reasons.most_common())


def _exported(lake_url: str, day: date) -> tuple[int, int]:
    """How many boardings and trip facts of the day the lake holds."""
    from analytics.boardings import read_boardings
    from analytics.facts import read_trip_facts

    return (
        int(read_boardings(lake_url, day, day).count().to_pyarrow().as_py()),
        int(read_trip_facts(lake_url, day, day).count().to_pyarrow().as_py()),
    )
