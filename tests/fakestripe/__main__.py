"""The stand-in as a process of its own: `python -m tests.fakestripe --webhook URL`.

Its clock is the machine's; `POST /fakestripe/advance` with `seconds=...` moves it on.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

import httpx
import uvicorn

from tests.fakestripe.engine import Engine
from tests.fakestripe.server import FakeStripe, create_app

SECRET = "whsec_fakestripe"
EVERY_SECONDS = 0.5


async def serve(port: int, webhook: str) -> None:
    """Answer as Stripe does, and deliver events as they happen."""
    fake = FakeStripe(Engine(int(time.time())), SECRET, f"http://127.0.0.1:{port}")
    config = uvicorn.Config(create_app(fake), port=port, log_level="warning")
    server = uvicorn.Server(config)
    delivering = asyncio.create_task(_deliver(fake, webhook))
    print(f"stand-in for Stripe on {fake.url}, events to {webhook}", file=sys.stderr)
    try:
        await server.serve()
    finally:
        delivering.cancel()


async def _deliver(fake: FakeStripe, webhook: str) -> None:
    async with httpx.AsyncClient() as client:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            fake.engine.advance(int(time.time()) + fake.ahead_seconds)
            for delivery in fake.new_deliveries():
                body, signature = fake.signed(delivery.event, int(time.time()))
                headers = {"stripe-signature": signature, "content-type": "application/json"}
                try:
                    taken = (await client.post(webhook, content=body, headers=headers)).is_success
                except httpx.HTTPError:
                    taken = False
                fake.note(delivery, taken=taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--webhook", default="http://localhost:8000/v1/stripe/events")
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.webhook))


if __name__ == "__main__":
    main()
