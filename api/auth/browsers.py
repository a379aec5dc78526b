"""What a browser calls itself, said shortly: enough for its owner to recognise it by."""

from __future__ import annotations

# Each also says the names of those after it; Chromium's relatives say Chrome, and Chrome Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str | None) -> str | None:
    """The families, such as `Chrome, Android`; None where neither is known. No version is kept."""
    said = user_agent or ""
    known = [
        next((name for mark, name in families if mark in said), None)
        for families in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(name for name in known if name) or None
