"""What in a newer OpenAPI document would break who was built on an older one.

One question, asked of every schema in the direction in which data flows: does the receiver take
all that the sender may send? Callers of the old contract send to the new API, and receive from
it. By our own rule (mobile-contract/README.md) answers may gain fields and words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]
Schema = Mapping[str, Any]

METHODS = ("get", "put", "post", "delete", "patch")
# The receiver's bound, and how the sender's must stand to it.
_AT_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_AT_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_EXACTLY = ("pattern", "format", "const", "multipleOf")


def breaking_changes(old: Document, new: Document) -> list[str]:
    """A line for each thing that a caller of `old` can no longer rely on in `new`."""
    return [
        f"{method.upper()} {path}: {change}"
        for path, item in old["paths"].items()
        for method in METHODS
        if method in item
        for change in _operation(old, new, path, method)
    ]


def _operation(old: Document, new: Document, path: str, method: str) -> Iterator[str]:
    before, now = old["paths"][path][method], new["paths"].get(path, {}).get(method)
    if now is None:
        yield "is gone"
        return
    if before.get("operationId") != now.get("operationId"):
        yield "has another operationId"
    asking = _Flow(sender=old, receiver=new)
    yield from _parameters(asking, before, now)
    yield from _body(asking, before, now)
    yield from _answers(_Flow(sender=new, receiver=old, lenient=True), before, now)


def _parameters(flow: _Flow, before: Document, now: Document) -> Iterator[str]:
    named = [
        {(each["in"], each["name"]): each for each in operation.get("parameters", [])}
        for operation in (before, now)
    ]
    for (place, name), parameter in named[1].items():
        was = named[0].get((place, name))
        if parameter.get("required") and not (was and was.get("required")):
            yield f"{place} parameter {name} has to be sent"
    for (place, name), parameter in named[0].items():
        still = named[1].get((place, name))
        if still is None:
            yield f"{place} parameter {name} is gone"
        else:
            yield from flow.misfits(parameter["schema"], still["schema"], f"{place}.{name}")


def _body(flow: _Flow, before: Document, now: Document) -> Iterator[str]:
    was, still = before.get("requestBody"), now.get("requestBody")
    if still and still.get("required") and not (was and was.get("required")):
        yield "a body has to be sent"
    if was and not still:
        yield "the body is gone"
    if was and still:
        yield from _contents(flow, was, still, "body")


def _answers(flow: _Flow, before: Document, now: Document) -> Iterator[str]:
    for status, was in before["responses"].items():
        if not status.startswith("2"):
            continue  # problems are told apart by their code, and may come and go
        still = now["responses"].get(status)
        if still is None:
            yield f"answer {status} is gone"
        else:
            yield from _contents(flow, still, was, f"answer {status}")


def _contents(flow: _Flow, sent: Document, taken: Document, where: str) -> Iterator[str]:
    """Bodies by media type; `sent` may have more of them than `taken` where both are answers."""
    senders, receivers = sent.get("content", {}), taken.get("content", {})
    wanted = receivers if flow.lenient else senders
    for media_type in wanted:
        if media_type not in senders or media_type not in receivers:
            yield f"{where}: {media_type} is gone"
        else:
            pair = (senders[media_type].get("schema", {}), receivers[media_type].get("schema", {}))
            yield from flow.misfits(*pair, where)


@dataclass
class _Flow:
    """Data from a sender's document to a receiver's; a lenient receiver skips what is new."""

    sender: Document
    receiver: Document
    lenient: bool = False
    under_way: set[tuple[str, str]] = field(default_factory=set)

    def misfits(self, sent: Schema, taken: Schema, where: str) -> Iterator[str]:
        """What the sender may send here that the receiver does not take."""
        pair = (str(sent.get("$ref")), str(taken.get("$ref")))
        if pair in self.under_way:
            return  # a schema that holds itself
        if "None" not in pair:
            self.under_way.add(pair)
        yield from self._nearest(sent, taken, where)
        self.under_way.discard(pair)

    def _nearest(self, sent: Schema, taken: Schema, where: str) -> Iterator[str]:
        receivers = _alternatives(self.receiver, taken)
        for one in _alternatives(self.sender, sent):
            reports = [list(self._one(one, other, where)) for other in receivers]
            if all(reports):
                # Of several the nearest, which has least to say.
                yield from min(reports, key=len)

    def _one(self, sent: Schema, taken: Schema, where: str) -> Iterator[str]:
        if not _types(sent) <= _types(taken):
            yield f"{where}: type {_listed(_types(sent))} where {_listed(_types(taken))} was"
            return
        yield from self._words(sent, taken, where)
        yield from _bounds(sent, taken, where)
        yield from self._fields(sent, taken, where)
        if "items" in taken:
            yield from self.misfits(
                _schema(sent.get("items")), _schema(taken["items"]), f"{where}[]"
            )
        for place, each in enumerate(taken.get("prefixItems", [])):
            places = sent.get("prefixItems", [])
            same = places[place] if place < len(places) else {}
            yield from self.misfits(same, each, f"{where}[{place}]")

    def _words(self, sent: Schema, taken: Schema, where: str) -> Iterator[str]:
        if "enum" not in taken:
            return
        if "enum" not in sent:
            yield f"{where}: any value where one of {_listed(taken['enum'])} was"
        elif not self.lenient and (more := set(sent["enum"]) - set(taken["enum"])):
            yield f"{where}: {_listed(more)} is no longer taken"

    def _fields(self, sent: Schema, taken: Schema, where: str) -> Iterator[str]:
        has, knows = sent.get("properties", {}), taken.get("properties", {})
        for name in sorted(set(taken.get("required", ())) - set(sent.get("required", ()))):
            yield f"{where}.{name}: " + ("may be missing" if self.lenient else "has to be sent")
        for name, schema in has.items():
            if name in knows:
                yield from self.misfits(schema, knows[name], f"{where}.{name}")
            elif not self.lenient:
                yield f"{where}.{name}: is no longer taken"
        if isinstance(more := taken.get("additionalProperties"), Mapping):
            given = sent.get("additionalProperties", {})
            if isinstance(given, Mapping):
                yield from self.misfits(given, more, f"{where}.*")


def _alternatives(document: Document, schema: Schema) -> list[Schema]:
    """What a schema may be, each without `$ref`, `anyOf` or a list of types."""
    if "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return _alternatives(document, found)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            rest = {key: value for key, value in schema.items() if key != several}
            return [
                {**rest, **alternative}
                for each in schema[several]
                for alternative in _alternatives(document, each)
            ]
    if isinstance(schema.get("type"), list):
        return [{**schema, "type": each} for each in schema["type"]]
    if "enum" in schema and None in schema["enum"] and len(schema["enum"]) > 1:
        words = [each for each in schema["enum"] if each is not None]
        return [{**schema, "enum": words}, {"type": "null"}]
    return [schema]


def _schema(said: Any) -> Schema:
    """A schema as a mapping: `false`, which nothing fits, is of no type."""
    return {"type": "nothing"} if said is False else said if isinstance(said, Mapping) else {}


def _types(schema: Schema) -> set[str]:
    """What a value may be; a number is any of the integers too."""
    name = schema.get("type")
    if name is None:
        return {"null", "boolean", "object", "array", "number", "integer", "string"}
    return {"number", "integer"} if name == "number" else {name}


def _bounds(sent: Schema, taken: Schema, where: str) -> Iterator[str]:
    for names, is_within in ((_AT_MOST, _not_above), (_AT_LEAST, _not_below)):
        for name in names:
            if name in taken and not (name in sent and is_within(sent[name], taken[name])):
                yield f"{where}: {name} {sent.get(name)} where {taken[name]} was"
    for name in _EXACTLY:
        if name in taken and sent.get(name) != taken[name]:
            yield f"{where}: {name} {sent.get(name)} where {taken[name]} was"


def _not_above(sent: float, taken: float) -> bool:
    return sent <= taken


def _not_below(sent: float, taken: float) -> bool:
    return sent >= taken


def _listed(words: Any) -> str:
    return ", ".join(sorted(map(str, words)))
