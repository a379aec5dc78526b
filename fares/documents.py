"""Is this document (YAML or JSON, already loaded) what it should be? Lists every problem by path.

A field that is wrong is noted and read as a harmless stand-in, so that reading goes on to the
next problem; whoever reads must look at `problems` before using what came out.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

Choice = TypeVar("Choice", bound=StrEnum)

# The largest number that every reader of JSON keeps exactly (RFC 8259, section 6).
_EXACT = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a document: where ("allowances[1].limit") and what."""

    path: str
    message: str


@dataclass(slots=True)
class Fields:
    """One mapping of a document, read field by field; all its parts share one list of problems."""

    values: Mapping[str, object]
    path: str = ""
    problems: list[Problem] = field(default_factory=list)

    def note(self, key: str, message: str) -> None:
        """Record a problem of a field."""
        self.problems.append(Problem(self._path(key), message))

    def sound(self, key: str) -> bool:
        """Whether nothing is wrong at or below a field so far."""
        path = self._path(key)
        return not any(problem.path.startswith(path) for problem in self.problems)

    def only(self, known: Collection[str]) -> None:
        """Note fields that nobody would read: a misspelt line must not silently do nothing."""
        for key in self.values:
            if key not in known:
                self.note(str(key), "unknown field")

    def integer(
        self, key: str, *, at_least: int, at_most: int = _EXACT, default: int | None = None
    ) -> int:
        """A whole number from `at_least` to `at_most`."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            self._note_value(key, value, "a whole number")
            return at_least
        if not at_least <= value <= at_most:
            bound = f"at least {at_least}" if value < at_least else f"at most {at_most}"
            self.note(key, f"must be {bound}, not {value}")
            return at_least
        return value

    def text(self, key: str, pattern: str = r".*\S.*", what: str = "a text") -> str:
        """A text that matches a pattern as a whole."""
        value = self._value(key, None)
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.DOTALL):
            self._note_value(key, value, what)
            return ""
        return value

    def choice(self, key: str, choices: Sequence[Choice], default: Choice | None = None) -> Choice:
        """One of some words."""
        value = self._value(key, default)
        for choice in choices:
            if value == choice:
                return choice
        self._note_value(key, value, f"one of {', '.join(choices)}")
        return choices[0]

    def choices(
        self, key: str, choices: Sequence[Choice], *, required: bool = True
    ) -> frozenset[Choice]:
        """Some of some words, each once; at least one when required."""
        items = self._items(key, required=required)
        return frozenset(items.choice(str(place), choices) for place in range(len(items.values)))

    def integers(
        self, key: str, *, at_least: int, at_most: int = _EXACT, required: bool = True
    ) -> frozenset[int]:
        """Whole numbers, each once; at least one when required."""
        items = self._items(key, required=required)
        return frozenset(
            items.integer(str(place), at_least=at_least, at_most=at_most)
            for place in range(len(items.values))
        )

    def texts(self, key: str) -> frozenset[str]:
        """Texts, each once; none when the field is absent."""
        items = self._items(key, required=False)
        return frozenset(items.text(str(place)) for place in range(len(items.values)))

    def part(self, key: str, known: Collection[str]) -> "Fields":
        """A nested mapping with these fields."""
        value = self._value(key, None)
        part = Fields({}, self._path(key), self.problems)
        if isinstance(value, Mapping):
            part.values = value
            part.only(known)
        else:
            self._note_value(key, value, f"a mapping with {', '.join(known)}")
        return part

    def parts(self, key: str, known: Collection[str]) -> list["Fields"]:
        """A list of nested mappings with these fields; empty when the field is absent."""
        items = self._items(key, required=False, repeats=True)
        return [items.part(str(place), known) for place in range(len(items.values))]

    def _items(self, key: str, *, required: bool, repeats: bool = False) -> "_Items":
        value = self._value(key, None if required else [])
        items = _Items({}, self._path(key), self.problems)
        if not isinstance(value, list) or (required and not value):
            self._note_value(key, value, "a list with at least one item" if required else "a list")
            return items
        items.values = {str(place): item for place, item in enumerate(value)}
        if not repeats:
            for place, item in enumerate(value):
                if item in value[:place]:
                    items.note(str(place), f"listed twice: {item!r}")
        return items

    def _value(self, key: str, default: object) -> object:
        return self.values.get(key, default)

    def _note_value(self, key: str, value: object, what: str) -> None:
        if key in self.values:
            self.note(key, f"must be {what}, not {value!r}")
        else:
            self.note(key, f"missing: {what}")

    def _path(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


class _Items(Fields):
    """A list, read like a mapping of its places."""

    def _path(self, key: str) -> str:
        return f"{self.path}[{key}]"
