"""Whether a step's inputs are the ones it last ran with: content, never dates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

# schema.ts: the types that the contract package makes from its OpenAPI file.
GENERATED = frozenset({"node_modules", "dist", "__pycache__", "schema.ts"})


def fingerprint(parts: Iterable[tuple[str, bytes]]) -> str:
    """One hash over named contents; changes when a name, a content or the set of them does."""
    digest = sha256()
    for name, content in sorted(parts):
        digest.update(f"{len(name.encode())}:{name}{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


def contents(root: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Every file under the named files and folders of `root`, without what tools generate."""
    for name in names:
        start = root / name
        for path in [start] if start.is_file() else start.rglob("*"):
            inside = path.relative_to(root)
            if path.is_file() and GENERATED.isdisjoint(inside.parts):
                yield inside.as_posix(), path.read_bytes()


class Stamps:
    """What was done last, by step, kept in one folder that goes when the environment goes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def matches(self, step: str, value: object, *outputs: Path) -> bool:
        """Whether `step` was last done with `value` and its outputs are still there."""
        return all(path.exists() for path in outputs) and self.last(step) == value

    def last(self, step: str) -> object:
        """The value of the last `record`, or None; a half-written file counts as none."""
        try:
            return json.loads((self._folder / f"{step}.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def record(self, step: str, value: object) -> None:
        """Remember `value` (JSON) as what `step` was done with."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{step}.json").write_text(json.dumps(value), "utf-8")

    def forget(self, step: str) -> None:
        """Count `step` as not done: called before it is done again, in case it fails half-way."""
        (self._folder / f"{step}.json").unlink(missing_ok=True)
