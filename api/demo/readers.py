"""The devices that simulated operators read codes with: registered over HTTP by their staff."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.demo.rides import PlannedRide
from api.demo.web import Browser, Reader, Web

# Devices an operator has, in buses, at gates or with drivers; runs and stops share them.
DEVICES = 8


@dataclass(frozen=True, slots=True)
class Readers:
    """Every operator's devices."""

    by_operator: Mapping[str, Sequence[Reader]]

    def find(self, ride: PlannedRide) -> Reader:
        """The device of a ride: always the same one for the same vehicle, gate or driver."""
        devices = self.by_operator[ride.operator_id]
        return devices[zlib.crc32(ride.reader.encode()) % len(devices)]


async def register_readers(web: Web, staff: Mapping[str, Browser]) -> Readers:
    """Register devices for each operator, by its signed-in member of staff."""
    return Readers({operator_id: await _register(web, by) for operator_id, by in staff.items()})


async def _register(web: Web, staff: Browser) -> list[Reader]:
    async def one(number: int) -> Reader:
        name = f"模擬端末 {number} (simulated device)"
        registered = await staff.post("/v1/operators/current/validators", {"name": name})
        return Reader(web, registered["key"])

    return await asyncio.gather(*(one(number) for number in range(1, DEVICES + 1)))
