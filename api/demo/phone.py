"""A simulated resident's phone: a key of its own, today's certificate, and the codes it shows."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec

from api.demo.web import Browser, UnexpectedAnswerError
from fares.passes import Challenge, compressed_point, present

SCREENSHOT_AGE_SECONDS = 120


@dataclass(slots=True)
class Phone:
    """Shows codes; the counter grows with each, as the pass format asks."""

    key: ec.EllipticCurvePrivateKey
    certificate: bytes
    counter: int = 0
    last_code: str = ""

    def code(self, at: datetime, challenge: Challenge | None = None) -> str:
        """A code made at that moment."""
        self.counter += 1
        seconds = int(at.timestamp())
        self.last_code = present(self.certificate, self.key, seconds, self.counter, challenge)
        return self.last_code

    def screenshot(self, at: datetime) -> str:
        """A code that was made two minutes before."""
        self.counter += 1
        seconds = int(at.timestamp()) - SCREENSHOT_AGE_SECONDS
        return present(self.certificate, self.key, seconds, self.counter)


async def fetch_pass(browser: Browser) -> Phone | None:
    """Enrol a new device key and fetch today's pass; None while the payment is missing.

    Raises `UnexpectedAnswerError` for any other conflict.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    point = base64.urlsafe_b64encode(compressed_point(key.public_key())).decode().rstrip("=")
    answer = await browser.post("/v1/me/passes", {"device_public_key": point}, expected=(201, 409))
    if answer.get("code") == "waiting_for_payment":
        return None
    if "certificate" not in answer:
        raise UnexpectedAnswerError(f"No pass was issued: {answer}")
    certificate = answer["certificate"]
    return Phone(key, base64.urlsafe_b64decode(certificate + "=" * (-len(certificate) % 4)))
