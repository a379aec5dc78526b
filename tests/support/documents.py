"""What a Markdown document promises: links, paths in the repository, commands to type."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

SKIPPED = {".git", ".venv", ".teiki", "node_modules", "dist", "__pycache__"}
# Made by a command, so named by documents though not in a fresh clone.
GENERATED = {".venv", ".teiki", "node_modules", "dist"}
FILE = re.compile(r"\.(py|md|ts|tsx|toml|yaml|yml|json|csv|txt|sh|html|zip|pbf)$")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)


def files(root: Path, suffixes: Iterable[str]) -> Iterator[Path]:
    """Every file of the repository with one of `suffixes`, nothing installed or built."""
    wanted = set(suffixes)
    for path in sorted(root.iterdir()):
        if path.is_dir() and not path.is_symlink() and path.name not in SKIPPED:
            yield from files(path, wanted)
        elif path.is_file() and path.suffix in wanted:
            yield path


def links(text: str) -> list[str]:
    """The targets of links and pictures, without what stands in code."""
    return LINK.findall(SPAN.sub("", FENCE.sub("", text)))


def anchors(text: str) -> set[str]:
    """The headings as a link's `#fragment` names them."""
    plain = (heading.replace("`", "").lower() for heading in HEADING.findall(FENCE.sub("", text)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def code(text: str) -> list[str]:
    """Inline code, and the lines of code blocks without prompts and comments."""
    blocks = [line for block in FENCE.findall(text) for line in block.splitlines()[1:-1]]
    lines = (re.sub(r"^\$ +|(^| +)#.*$", "", line.strip()) for line in blocks)
    return SPAN.findall(FENCE.sub("", text)) + [line for line in lines if line]


def paths(snippet: str, folders: Iterable[str]) -> list[str]:
    """The words of `snippet` that name a place in the repository.

    A word counts when it begins with one of `folders`, or has a slash and a file's ending.
    """
    known, found = set(folders), []
    for word in re.split(r"[\s\"'(),;=]+", snippet):
        path = word.split(":")[0].removeprefix("./")
        if "://" in word or "/" not in path or path.startswith(("/", "~", "-", "@")):
            continue
        parts = path.split("/")
        if GENERATED.isdisjoint(parts) and (parts[0] in known or FILE.search(path)):
            found.append(path)
    return found


def exists(path: str, *bases: Path) -> bool:
    """Whether `path` is below one of `bases`; `<placeholders>` stand for any name."""
    pattern = re.sub(r"<[^>]+>", "*", path).rstrip("/")
    return any(next(base.glob(pattern), None) is not None for base in bases)


def make_targets(snippet: str) -> list[str]:
    """The targets of a `make` command; none where `snippet` is not one."""
    words = _words(snippet)
    if not words or words[0] != "make":
        return []
    return [word for word in words[1:] if re.fullmatch(r"[a-z][a-z-]*", word)]


def teiki_arguments(snippet: str) -> list[str] | None:
    """What follows `teiki` in a command, or in `make demo ARGS=...`; None where neither is."""
    words = _words(snippet)
    if words and words[0].rpartition("/")[2] == "teiki":
        return words[1:]
    arguments = [word.removeprefix("ARGS=") for word in words if word.startswith("ARGS=")]
    if words[:1] == ["make"] and "demo" in words and arguments:
        return ["demo", *shlex.split(arguments[0])]
    return None


def unknown_words(command: Any, arguments: list[str]) -> list[str]:
    """The subcommands and options among `arguments` that the Typer `command` does not have.

    `a|b` stands for either of two subcommands; `[--option]` for one that may be left out.
    """
    options = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    subcommands = getattr(command, "commands", None)
    for index, word in enumerate(arguments):
        plain = word.strip("[]")
        if plain.startswith("-"):
            if plain.split("=")[0] not in options | {"--help"}:
                return [plain]
        elif subcommands is not None and not plain.startswith("<"):
            rest = arguments[index + 1 :]
            names = plain.split("|")
            unknown = [name for name in names if name not in subcommands]
            known = [subcommands[name] for name in names if name in subcommands]
            return unknown + [word for found in known for word in unknown_words(found, rest)]
    return []


def _words(snippet: str) -> list[str]:
    """The words of the first command in `snippet`; none where it is no shell command."""
    try:
        words = shlex.split(snippet.removesuffix("\\"))
    except ValueError:
        return []
    operators = [index for index, word in enumerate(words) if word in {"|", "&&", ">", ";"}]
    return words[: operators[0]] if operators else words
