"""Is what the API answers what its contract says? Asked of every answer that any journey gets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import httpx
import jsonschema_rs
from litestar import Litestar

from api.openapi.document import contract


@dataclass(frozen=True, slots=True)
class Contract:
    """The OpenAPI document, ready to check answers by."""

    document: dict[str, Any]
    paths: tuple[tuple[re.Pattern[str], str], ...]
    validators: dict[str, jsonschema_rs.Draft202012Validator] = field(default_factory=dict)

    def check(self, response: httpx.Response) -> None:
        """Fail when an answer's status, type or body is not one that the contract names.

        A fault of ours is named once for all, and only journeys that provoke one accept it.
        """
        if response.status_code == 500:
            return
        path = response.request.url.path
        for pattern, template in self.paths:
            item = self.document["paths"][template]
            method = response.request.method.lower()
            if pattern.fullmatch(path) and method in item:
                self._check(f"{method} {template}", item[method], response)
                return

    def _check(self, name: str, operation: dict[str, Any], response: httpx.Response) -> None:
        status = str(response.status_code)
        assert status in operation["responses"], f"{name} does not name {status}: {response.text}"
        named = self._resolve(operation["responses"][status])
        for header, described in named.get("headers", {}).items():
            assert not described["required"] or header in response.headers, f"{name}: no {header}"
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if "content" in named:
            assert media_type in named["content"], f"{name} {status} sent {media_type}"
        if media_type.endswith("json"):
            validator = self._validator(f"{name} {status}", named["content"][media_type]["schema"])
            errors = [str(error) for error in validator.iter_errors(response.json())]
            assert not errors, f"{name} {status}: {errors}"

    def _resolve(self, response: dict[str, Any]) -> dict[str, Any]:
        name = response.get("$ref", "").rpartition("/")[2]
        found: dict[str, Any] = self.document["components"]["responses"][name] if name else response
        return found

    def _validator(self, name: str, schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
        if name not in self.validators:
            whole = {**schema, "components": {"schemas": self.document["components"]["schemas"]}}
            validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
            self.validators[name] = validator
        return self.validators[name]


_known: list[Contract] = []


def contract_of(app: Litestar) -> Contract:
    """The contract of this version, built once: it does not depend on the application's state."""
    if not _known:
        document = contract(app)
        paths = tuple((_pattern(path), path) for path in sorted(document["paths"], key=_wildcards))
        _known.append(Contract(document, paths))
    return _known[0]


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(template)))


def _wildcards(template: str) -> int:
    return template.count("{")
