"""Where a delivery may go: out into the internet, never to something behind our own walls."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

from api.errors import DomainError
from fares.reasons import Text

MAX_URL = 500


class ForbiddenAddressError(OSError):
    """The name leads to an address that is not on the public internet."""


def check_url(url: str, *, production: bool) -> None:
    """Raises 400 `bad_webhook_url`; outside production http and local hosts are allowed."""
    if not _may_be_asked(url, production=production):
        raise DomainError(
            "bad_webhook_url",
            Text(
                "https:// で始まる、公開された宛先を指定してください。",
                "Name a public address that begins with https://, without a user or a fragment.",
            ),
        )


def _may_be_asked(url: str, *, production: bool) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # a port beyond 65535 is found only when it is read
        if not host or not host.encode("idna"):
            return False
    except ValueError:
        return False
    schemes = {"https"} if production else {"https", "http"}
    return parts.scheme in schemes and not parts.username and not parts.fragment


async def resolve(host: str, port: int, *, production: bool) -> str:
    """The address to connect to, so that what was checked is what is connected to.

    Raises ForbiddenAddressError for a private one in production, OSError where there is none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(sockaddr[0]) for *_, sockaddr in found]
    if production and not all(ipaddress.ip_address(each).is_global for each in addresses):
        raise ForbiddenAddressError(f"{host} is not on the public internet")
    return addresses[0]
