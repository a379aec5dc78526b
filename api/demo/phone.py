"""A simulated resident's phone: a key of its own, today's certificate, and the codes it shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec

from api.demo.web import Browser, UnexpectedAnswerError
from api.passes import base64url
from fares.passes import Challenge, compressed_point, present
from fares.passes.enrolment import sign_pass_request

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
    """Enrol a new phone and fetch today's pass; None while the payment is missing.

    Raises `UnexpectedAnswerError` for any other conflict.
    """
    phone_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    await browser.post("/v1/me/devices", {"public_key": base64url.encode(_point(phone_key))})
    order = {
        "device_public_keys": [base64url.encode(_point(key))],
        "signature": base64url.encode(sign_pass_request([_point(key)], phone_key)),
    }
    answer = await browser.post("/v1/me/passes", order, expected=(201, 409))
    if answer.get("code") == "waiting_for_payment":
        return None
    if "items" not in answer:
        raise UnexpectedAnswerError(f"No pass was issued: {answer}")
    return Phone(key, base64url.decode(answer["items"][0]["certificate"]))


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return compressed_point(key.public_key())
