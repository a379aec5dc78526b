"""Coarse trip facts of consenting riders, under a pseudonym that holds for one month."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import run_sql
from api.insights.months import month_of
from api.insights.rides import DayRide
from api.insights.tables import TripFactKey

if TYPE_CHECKING:
    from analytics.facts import TripFact


async def month_key(session: AsyncSession, now: datetime, service_date: date) -> bytes | None:
    """`K_month` of a day's month, made when it is first asked for; None once deleted."""
    month = month_of(service_date)
    fresh = {"month": month, "secret": secrets.token_bytes(32), "created_at": now}
    await run_sql(session, insert(TripFactKey).values(fresh).on_conflict_do_nothing())
    found = await session.exec(select(TripFactKey.secret).where(col(TripFactKey.month) == month))
    return found.one()


def trip_facts(rides: Iterable[DayRide], key: bytes | None) -> list[TripFact]:
    """The facts of the rides whose riders consent and whose origin is known.

    In the order of what they say, so that a row's place in the file tells nothing more.
    """
    from analytics.facts import TripFact, coarse_cell, pseudonym_of, quarter_hour

    def fact(ride: DayRide, origin: tuple[float, float]) -> TripFact:
        return TripFact(
            mode=ride.mode,
            origin_cell=coarse_cell(*origin),
            boarded_bin=quarter_hour(ride.boarded_seconds),
            pseudonym=pseudonym_of(key, str(ride.account_id)) if key else None,
            destination_cell=coarse_cell(*ride.destination) if ride.destination else None,
            alighted_bin=(
                None if ride.alighted_seconds is None else quarter_hour(ride.alighted_seconds)
            ),
        )

    facts = [fact(ride, ride.origin) for ride in rides if ride.consents and ride.origin]
    return sorted(facts, key=lambda f: (f.boarded_bin, f.origin_cell, f.mode, f.pseudonym or ""))
