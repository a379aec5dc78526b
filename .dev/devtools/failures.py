"""What went wrong while preparing, said so that the reader knows what to do next."""

from __future__ import annotations

import re


class PreparationFailed(Exception):  # noqa: N818 - reads as the event it is
    """The environment could not be made ready; the message is for the person at the terminal."""


# First match wins: the most particular cause stands first.
_CAUSES: tuple[tuple[str, str], ...] = (
    (
        r"No space left on device|ENOSPC|os error 28",
        "The disk is full. Free about 3 GB and run the same command again.",
    ),
    (
        r"DO NOT MATCH THE HASHES|Hash mismatch|EINTEGRITY",
        "A downloaded package is not the one that was locked. Nothing was installed from it. "
        "Try again from another network; if it stays so, report it as SECURITY.md says.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|UnknownIssuer|invalid peer certificate"
        r"|SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT",
        "The package registry's certificate was not accepted, as happens behind a proxy that "
        "inspects traffic. Name your organisation's CA bundle and run the same command again: "
        "export SSL_CERT_FILE=/path/ca.pem PIP_CERT=/path/ca.pem NODE_EXTRA_CA_CERTS=/path/ca.pem",
    ),
    (
        r"name resolution|Name or service not known|dns error|ENOTFOUND|EAI_AGAIN"
        r"|Network is unreachable|ENETUNREACH|Connection refused|ECONNREFUSED|timed out"
        r"|ETIMEDOUT|ECONNRESET|error sending request|Failed to (?:fetch|download)"
        r"|Connection broken|NewConnectionError",
        "The package registry could not be reached. The first start downloads about 500 MB; "
        "check the network (and HTTPS_PROXY if there is a proxy) and run the same command again.",
    ),
    (
        r"no wheels? with a matching|No matching distribution|has no (?:usable )?wheels",
        "A package has no ready-made build for this Python or this machine. Use CPython 3.11 to "
        "3.14 on Linux or macOS, for instance: make demo PYTHON=python3.12",
    ),
    (
        r"Permission denied|EACCES|Read-only file system|EROFS",
        "A file could not be written. The clone and its .venv folder must belong to you.",
    ),
)


def advice(output: str) -> str | None:
    """What to do about a failed child process, from its output; None when the cause is unknown."""
    for pattern, sentence in _CAUSES:
        if re.search(pattern, output):
            return sentence
    return None


def describe(title: str, output: str, log: str) -> str:
    """The whole message for a failed step: what, its last words, what to do, where to look."""
    tail = "\n".join(f"    {line[:160]}" for line in output.strip().splitlines()[-8:])
    hint = advice(output) or "The lines above are the tool's own; the same command tries again."
    return f"Failed: {title}.\n{tail}\n{hint}\n(full output: {log})"
