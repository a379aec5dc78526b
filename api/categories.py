"""Rider categories: what a reader shows beside a pass, and its number in the certificate."""

from __future__ import annotations

from fares.reasons import Text

CATEGORY_NAMES: dict[str, Text] = {
    "adult": Text("一般", "Adult"),
    "child": Text("こども", "Child"),
    "student": Text("学生", "Student"),
    "senior": Text("高齢者", "Senior"),
    "disabled": Text("障がい者", "Disabled"),
}

# The number in the certificate is the place in this list: append, never reorder.
_NUMBERED = ("adult", "child", "student", "senior", "disabled")


def category_number(category: str) -> int:
    """The number that a certificate carries for a category."""
    return _NUMBERED.index(category)


def category_of(number: int) -> str:
    """The category of a certificate's number; a number not yet known here is an adult's."""
    return _NUMBERED[number] if 0 <= number < len(_NUMBERED) else "adult"
