"""The shapes of bodies as JSON Schema, exactly as they are read and written, with their words."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from api.openapi.examples import PROBLEM
from api.openapi.words import WORDS, Word
from api.wire import Request, View

REFERENCE = "#/components/schemas/{name}"
Schema = dict[str, Any]

# A test asks for the word; the contract is served without it until then.
UNSAID = Word("")

FEATURES: Schema = {
    "title": "Feature collection",
    "description": "GeoJSON (RFC 7946).",
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"], "description": "GeoJSON's own."},
        "features": {
            "type": "array",
            "items": {"type": "object"},
            "description": "Points, lines or polygons with their properties.",
        },
    },
}


def component_schemas(names: Iterable[str]) -> dict[str, Schema]:
    """The schemas of these shapes and of all that they refer to, by name."""
    known = {shape.__name__: shape for base in (Request, View) for shape in _below(base)}
    shapes = [known[name] for name in sorted(names) if name in known]
    _, components = msgspec.json.schema_components(shapes, ref_template=REFERENCE)
    for name, schema in components.items():
        _complete(name, schema, known.get(name))
    components["ProblemView"]["examples"] = [PROBLEM]
    return {**components, "FeatureCollection": FEATURES}


def _below(base: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    return [shape for sub in base.__subclasses__() for shape in (sub, *_below(sub))]


def _complete(name: str, schema: Schema, shape: type[msgspec.Struct] | None) -> None:
    schema["title"] = _spaced(name)
    schema["description"] = inspect.cleandoc(schema.get("description", ""))
    if shape is None:
        schema["type"] = "string"  # every enumeration is one of texts
        return
    for field, described in schema["properties"].items():
        _describe(described, WORDS.get(f"{name}.{field}") or WORDS.get(field) or UNSAID)
    if issubclass(shape, View):
        _say_that_all_is_sent(schema, shape)


def _spaced(name: str) -> str:
    words = re.findall(r"[A-Z][a-z]*", name.removesuffix("View"))
    return " ".join(words).capitalize()


def _describe(schema: Schema, word: Word) -> None:
    if schema.get("default", "") is None:
        del schema["default"]  # it may be left out; `required` says so
    schema.setdefault("description", word.meaning)
    for option in (schema, *schema.get("anyOf", ())):
        # A tuple's `items` is false: nothing may follow.
        text = option.get("items") or option
        if word.values and text.get("type") == "string":
            text["enum"] = list(word.values)
        if "enum" in text:
            text.setdefault("type", "string")


def _say_that_all_is_sent(schema: Schema, shape: type[msgspec.Struct]) -> None:
    """An answer has all its fields, null where there is nothing to say."""
    schema["required"] = [
        field.encode_name
        for field in msgspec.structs.fields(shape)
        if field.default is not msgspec.UNSET
    ]
    for described in schema["properties"].values():
        described.pop("default", None)
