"""Asking the desk to judge passes once more."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

import structlog

from api.passes.status_list import build_status_list
from api.rides.answers import Answer
from api.rides.closing import NOBODY
from api.rides.desk import Desk
from api.rides.requests import Caller, Reconcile
from api.services import Services

log = structlog.get_logger(__name__)

# So many at a time, or an upload of hundreds of records would keep taps waiting.
AT_A_TIME = 32


async def reconcile_passes(services: Services, desk: Desk, passes: Mapping[int, str]) -> int:
    """Have the desk judge passes, each in the name of an operator; return how many it could not
    judge now. Readers learn at once of passes that were stopped."""
    now = services.clock.now()
    requests = [_request(pass_id, operator_id, now) for pass_id, operator_id in passes.items()]
    answers: list[Answer | BaseException] = []
    for start in range(0, len(requests), AT_A_TIME):
        some = map(desk.submit, requests[start : start + AT_A_TIME])
        answers += await asyncio.gather(*some, return_exceptions=True)
    failed = [each for each in answers if isinstance(each, BaseException)]
    if any(isinstance(each, Answer) and each.document["stopped"] for each in answers):
        async with services.database.session() as session:
            await build_status_list(session, now, services.settings)
    if failed:  # the desk has logged why; a job asks again
        log.warning("records_not_judged_yet", passes=len(failed))
    return len(failed)


def _request(pass_id: int, operator_id: str, now: datetime) -> Reconcile:
    # A new key each time: judging again is the point. No operator may send a slash in a key.
    key = f"offline/{uuid4()}"
    caller = Caller(operator_id, NOBODY, key, sha256(key.encode()).digest(), now)
    return Reconcile(caller, pass_id)
