"""Reading the nested forms that Stripe's libraries send: `items[0][price]=...`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"\[([^\]]*)\]")


def read_form(text: str) -> dict[str, Any]:
    """A form as nested mappings; numbered parts are lists, in the order of their numbers."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, _, _ = name.partition("[")
        path = [head, *_PART.findall(name)]
        place = root
        for part in path[:-1]:
            place = place.setdefault(part, {})
        last = path[-1] or str(len(place))
        place[last] = value
    found = _with_lists(root)
    assert isinstance(found, dict)
    return found


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_with_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _with_lists(each) for key, each in value.items()}


def is_yes(value: Any) -> bool:
    """Whether a form says true."""
    return str(value).lower() == "true"
