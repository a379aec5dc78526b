"""The authorization desk: every ride is decided here, many in one durable transaction.

Taps that arrive while a commit is under way are gathered and committed together, so the cost
of a commit is shared. An answered tap is on disk. Several desks (processes, servers) work on
one PostgreSQL: locks keep them apart, not luck.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from api.clock import Clock
from api.database import Database, is_away, is_contended
from api.errors import conflict, unavailable
from api.passes.keys import trusted_keys
from api.rides.answers import Answer
from api.rides.batch import KeyReusedError, Known, Outcome, is_answered_elsewhere
from api.rides.line import Line
from api.rides.requests import DeskRequest
from fares.passes import CertificateCache

log = structlog.get_logger(__name__)

BATCH_LIMIT = 128
# How many batches may be under way, and how many taps must wait to begin another beside one.
WORKERS = 2
WORTH_ANOTHER = 32
# For how many turns of the event loop no tap may have come before a batch begins: most of what a
# batch costs, it costs however few it decides.
TURNS_TO_GATHER = 3
# How often a worker may be behind on issuer keys; a new key is published long before it signs.
KEYS_REFRESH_SECONDS = 5.0


@dataclass(slots=True)
class _Waiting:
    """A request and everybody who waits for its answer."""

    request: DeskRequest
    callers: list[asyncio.Future[Answer]]

    def join(self) -> asyncio.Future[Answer]:
        """One more who waits; whoever hangs up does not take the ride with it."""
        caller: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.callers.append(caller)
        return caller


class Desk:
    """Decides rides; `running` must be entered for it to work.

    `queue_limit` bounds how many requests may wait: beyond it callers get 503 at once.
    """

    def __init__(self, database: Database, clock: Clock, queue_limit: int = 2000) -> None:
        self.certificates = CertificateCache()
        self._database = database
        self._clock = clock
        self._queue_limit = queue_limit
        self._queue: deque[_Waiting] = deque()
        self._inflight: dict[tuple[str, str], _Waiting] = {}
        self._wake = asyncio.Event()
        self._under_way = 0
        self.known = Known()
        self._keys: dict[bytes, Ed25519PublicKey] = {}
        self._keys_read_at = float("-inf")
        self._keys_lock = asyncio.Lock()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work until the block ends; what still waits then gets 503."""
        workers = [asyncio.create_task(self._work()) for _ in range(WORKERS)]
        try:
            yield
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            for waiting in list(self._inflight.values()):
                self._fail(waiting)
            self._queue.clear()

    async def submit(self, request: DeskRequest) -> Answer:
        """Decide a request durably.

        Raises 503 `desk_busy` when too many wait, 503 `database_unavailable` when nothing can
        be committed (or it is not known whether it was: the same key gives the answer), and
        409 `idempotency_key_reused`.
        """
        held = self._inflight.get(request.caller.claim)
        if held is not None:
            if held.request.caller.request_hash != request.caller.request_hash:
                raise _key_reused()
            return await held.join()
        if len(self._queue) >= self._queue_limit:
            raise unavailable("desk_busy", retry_after_seconds=1)
        waiting = _Waiting(request, [])
        self._inflight[request.caller.claim] = waiting
        self._queue.append(waiting)
        self._wake.set()
        return await waiting.join()

    async def issuer_keys(self) -> dict[bytes, Ed25519PublicKey]:
        """The keys that certificates are checked against, read again every few seconds."""
        if not self._keys:  # nobody may be refused because the first reading is under way
            async with self._keys_lock:
                if not self._keys:
                    await self._read_issuer_keys()
        elif self._keys_are_old() and not self._keys_lock.locked():
            async with self._keys_lock:
                await self._read_issuer_keys()
        return self._keys

    def _keys_are_old(self) -> bool:
        return asyncio.get_running_loop().time() - self._keys_read_at > KEYS_REFRESH_SECONDS

    async def _read_issuer_keys(self) -> None:
        async with self._database.session() as session:
            read = await trusted_keys(session)
        # Keep the objects of keys that stay: cached certificates hang on their identity.
        self._keys = {
            kid: self._keys[kid] if _same(self._keys.get(kid), key) else key
            for kid, key in read.items()
        }
        self._keys_read_at = asyncio.get_running_loop().time()

    async def _work(self) -> None:
        """Decide batches one after the other, on a connection of this worker's own."""
        line = Line(self._database)
        try:
            while True:
                await self._wake.wait()
                if not self._worth_a_batch():
                    self._wake.clear()
                    continue
                self._under_way += 1
                batch = await self._gather()
                if batch:  # another worker may have taken it all
                    await self._answer_batch(batch, line)
                self._under_way -= 1
                self._wake.set()
        finally:
            await line.close()

    async def _gather(self) -> list[_Waiting]:
        """The taps that wait, and those that the server has in hand at this very moment."""
        count = still = 0
        while still < TURNS_TO_GATHER and len(self._queue) < WORTH_ANOTHER:
            still = still + 1 if len(self._queue) == count else 0
            count = len(self._queue)
            await asyncio.sleep(0)
        return [self._queue.popleft() for _ in range(min(BATCH_LIMIT, len(self._queue)))]

    def _worth_a_batch(self) -> bool:
        """While a batch is under way, taps are gathered; but many need not wait for its disk."""
        return bool(self._queue) and (not self._under_way or len(self._queue) >= WORTH_ANOTHER)

    async def _answer_batch(self, batch: list[_Waiting], line: Line) -> None:
        try:
            outcomes = await line.run([w.request for w in batch], self.known)
        except Exception as error:
            await self._recover(batch, line, error)
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            self._resolve(waiting, outcome)

    async def _recover(self, batch: list[_Waiting], line: Line, error: Exception) -> None:
        """A lost database fails everybody for now; any other fault is its request's alone."""
        if is_answered_elsewhere(error):
            await self._answer_batch(batch, line)
            return
        away = is_away(error)
        if len(batch) > 1 and (is_contended(error) or not away):
            log.warning("desk_batch_replayed", size=len(batch), error=type(error).__name__)
            for waiting in batch:
                await self._answer_batch([waiting], line)
            return
        for waiting in batch:
            self._fail(waiting, None if away else error)

    def _resolve(self, waiting: _Waiting, outcome: Outcome) -> None:
        if isinstance(outcome, KeyReusedError):
            self._fail(waiting, _key_reused())
            return
        self._inflight.pop(waiting.request.caller.claim, None)
        for caller in waiting.callers:
            if not caller.done():
                caller.set_result(outcome)

    def _fail(self, waiting: _Waiting, error: Exception | None = None) -> None:
        self._inflight.pop(waiting.request.caller.claim, None)
        for caller in waiting.callers:
            if not caller.done():
                caller.set_exception(error or unavailable())


def _same(held: Ed25519PublicKey | None, read: Ed25519PublicKey) -> bool:
    return held is not None and held.public_bytes_raw() == read.public_bytes_raw()


def _key_reused() -> Exception:
    return conflict(
        "idempotency_key_reused",
        "同じ番号で、内容の違う依頼がありました。",
        "This Idempotency-Key was used for another request. Take a new key for a new request.",
    )
