"""Objects in the shapes that the installed Stripe library publishes: every field known, each typed.

The library's classes are generated from Stripe's OpenAPI description. An object is built from a
few given values; required fields that are not given get the plainest value of their type. A field
that Stripe does not have, or a value of another type, is an error here and not a surprise there.
"""

from __future__ import annotations

import types
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import stripe
from stripe import StripeObject

_UNIONS = (Union, types.UnionType)
# Names that the annotations use without their module.
_ELSEWHERE: dict[str, Any] = {"TestClock": stripe.test_helpers.TestClock}


class ShapeError(AssertionError):
    """An object that Stripe would not answer with."""


def build(kind: type[StripeObject], **given: Any) -> dict[str, Any]:
    """An object of a kind; raises ShapeError for a field or a value that its shape lacks."""
    fields = _fields(kind)
    unknown = given.keys() - fields.keys()
    if unknown:
        raise ShapeError(f"{kind.__qualname__} has no {', '.join(sorted(unknown))}")
    made: dict[str, Any] = {}
    for name, hint in fields.items():
        if name in given:
            check(hint, given[name], f"{kind.__qualname__}.{name}")
            made[name] = given[name]
        else:
            made[name] = _plainest(hint) if _wanted(hint) else None
    return made


def listed(data: list[dict[str, Any]], *, has_more: bool = False) -> dict[str, Any]:
    """A list as Stripe answers with it."""
    return {"object": "list", "data": data, "has_more": has_more, "url": "/v1/list"}


def check(hint: Any, value: Any, where: str) -> None:
    """Raises ShapeError unless a value is of an annotated type."""
    if not _fits(hint, value):
        raise ShapeError(f"{where} is {value!r}, not {hint}")


def _fits(hint: Any, value: Any) -> bool:
    hint = _resolved(hint)
    origin, args = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin in _UNIONS:
        return any(_fits(each, value) for each in args)
    if origin is Literal:
        return value in args
    if hint is None or hint is type(None):
        return value is None
    if origin is list:
        return isinstance(value, list) and all(_fits(args[0], each) for each in value)
    if origin is dict or getattr(origin, "__name__", "") == "UntypedStripeObject":
        return isinstance(value, dict) and all(_fits(args[-1], each) for each in value.values())
    if getattr(origin, "__name__", "") == "ListObject":
        return isinstance(value, dict) and all(_fits(args[0], each) for each in value["data"])
    if isinstance(hint, type) and issubclass(hint, StripeObject):
        return isinstance(value, dict) and _is_object(hint, value)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(hint, type) and isinstance(value, hint)


def _is_object(kind: type[StripeObject], value: dict[str, Any]) -> bool:
    fields = _fields(kind)
    if value.keys() - fields.keys():
        return False
    return all(
        _fits(hint, value[name]) if name in value else not _wanted(hint)
        for name, hint in fields.items()
    )


def _fields(kind: type[StripeObject]) -> dict[str, Any]:
    hints = kind.__annotations__.items()
    return {name: hint for name, hint in hints if name != "OBJECT_NAME"}


def _wanted(hint: Any) -> bool:
    """Whether a field must be there: an optional one may be left out."""
    hint = _resolved(hint)
    return not (get_origin(hint) in _UNIONS and type(None) in get_args(hint))


def _plainest(hint: Any) -> Any:
    hint = _resolved(hint)
    origin, args = get_origin(hint), get_args(hint)
    if origin in _UNIONS:
        return _plainest(args[0])
    if origin is Literal:
        return args[0]
    if origin is list:
        return []
    if getattr(origin, "__name__", "") == "UntypedStripeObject":
        return {}
    if getattr(origin, "__name__", "") == "ListObject":
        return listed([])
    if isinstance(hint, type) and issubclass(hint, StripeObject):
        return build(hint)
    return {str: "", int: 0, bool: False}[hint]


def _resolved(hint: Any) -> Any:
    if isinstance(hint, ForwardRef):
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        return _ELSEWHERE.get(hint) or getattr(stripe, hint, Any)
    return hint
