"""The stand-in as a process of its own, beside a town: `python -m tests.fakestripe --town URL`.

Its time is the town's (a demo city lives on a day of its own), and events go to the town.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from datetime import datetime

import httpx
import uvicorn

from tests.fakestripe.engine import Engine
from tests.fakestripe.server import FakeStripe, create_app

SECRET = "whsec_fakestripe"
EVERY_SECONDS = 0.5


async def serve(port: int, town: str) -> None:
    """Answer as Stripe does, and deliver events as they happen."""
    fake = FakeStripe(Engine(0), SECRET, f"http://127.0.0.1:{port}")
    config = uvicorn.Config(create_app(fake), port=port, log_level="warning")
    server = uvicorn.Server(config)
    delivering = asyncio.create_task(_deliver(fake, town))
    print(f"stand-in for Stripe on {fake.url}, events to {town}", file=sys.stderr)
    try:
        await server.serve()
    finally:
        delivering.cancel()


async def _deliver(fake: FakeStripe, town: str) -> None:
    async with httpx.AsyncClient(base_url=town) as client:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                at = await _time(client)
                fake.engine.advance(at + fake.ahead_seconds)
                for delivery in fake.new_deliveries():
                    body, signature = fake.signed(delivery.event, at)
                    headers = {"stripe-signature": signature, "content-type": "application/json"}
                    answer = await client.post("/v1/stripe/events", content=body, headers=headers)
                    fake.note(delivery, taken=answer.is_success)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError):
                continue  # the town is not there yet, or not any more


async def _time(client: httpx.AsyncClient) -> int:
    answer = (await client.get("/v1/time")).json()
    return int(datetime.fromisoformat(answer["now"]).timestamp())


def main() -> None:
    logging.getLogger("httpx").setLevel(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--town", default="http://localhost:8000")
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.town))


if __name__ == "__main__":
    main()
