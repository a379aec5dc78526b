"""A plain HTTP/1.1 client that costs little, so that the servers are what is measured."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run saw; latencies in seconds, sorted."""

    answered: int
    granted: int
    seconds: float
    latencies: list[float]

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds

    def percentile(self, share: float) -> float:
        """A latency percentile in milliseconds."""
        index = min(len(self.latencies) - 1, int(share * len(self.latencies)))
        return self.latencies[index] * 1000


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self.buffer = b""
        self.waiter: asyncio.Future[bytes] | None = None

    def connection_made(self, transport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, rest = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(rest) >= length and self.waiter is not None:
            waiter, self.waiter, self.buffer = self.waiter, None, b""
            waiter.set_result(head[9:12] + rest)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_exception(exc or ConnectionError("closed"))

    async def ask(self, request: bytes) -> bytes:
        self.waiter = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.waiter


async def closed_loop(port: int, requests: list[bytes], connections: int) -> Outcome:
    """Every connection sends its next request when the last is answered."""
    pending = iter(requests)
    answers: list[tuple[bytes, float]] = []

    async def work(connection: _Connection) -> None:
        for request in pending:
            sent = time.perf_counter()
            answer = await connection.ask(request)
            answers.append((answer, time.perf_counter() - sent))

    opened = await _connect(port, connections)
    started = time.perf_counter()
    await asyncio.gather(*(work(c) for c in opened))
    return _outcome(opened, answers, time.perf_counter() - started)


async def steady(port: int, requests: list[bytes], per_second: int) -> Outcome:
    """Requests at an even pace; a latency counts from when its request was due."""
    opened = await _connect(port, 128)
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    for connection in opened:
        free.put_nowait(connection)
    answers: list[tuple[bytes, float]] = []
    started = time.perf_counter()

    async def one(request: bytes, due: float) -> None:
        connection = await free.get()
        answer = await connection.ask(request)
        answers.append((answer, time.perf_counter() - due))
        free.put_nowait(connection)

    tasks = []
    for index, request in enumerate(requests):
        due = started + index / per_second
        delay = due - time.perf_counter()
        if delay > 0:
            await asyncio.sleep(delay)
        tasks.append(asyncio.create_task(one(request, due)))
    await asyncio.gather(*tasks)
    return _outcome(opened, answers, time.perf_counter() - started)


async def _connect(port: int, count: int) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(_Connection, "127.0.0.1", port) for _ in range(count)]
    return [protocol for _, protocol in made]


def _outcome(
    opened: list[_Connection], answers: list[tuple[bytes, float]], seconds: float
) -> Outcome:
    for connection in opened:
        connection.transport.close()
    wrong = [answer for answer, _ in answers if not answer.startswith(b"200")]
    if wrong:
        raise SystemExit(f"{len(wrong)} requests failed, for instance: {wrong[0][:400]!r}")
    granted = sum(b'"result":"granted"' in answer for answer, _ in answers)
    return Outcome(len(answers), granted, seconds, sorted(t for _, t in answers))
