"""The words that a reader shows when it decides by itself: the same that the API sends."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from api.categories import CATEGORY_NAMES, category_of
from fares.reasons import MESSAGES, Text

_INTRODUCTION = """\
// What a reader says when it cannot ask: refusals by their reason, and rider categories by their
// number in the certificate. Made by `teiki contract words` from the code; not edited by hand.
import type { Text } from "./problem.js";
import type { components } from "./schema.js";

export interface Category {
  readonly code: NonNullable<components["schemas"]["AuthorizationView"]["rider_category"]>;
  readonly name: Text;
}
"""


def reader_words() -> str:
    """The TypeScript module of the contract package that holds them."""
    refusals = {str(reason): message for reason, message in MESSAGES.items()}
    numbered = [category_of(number) for number in range(len(CATEGORY_NAMES))]
    categories = "".join(
        f"  {{ code: {_quoted(code)}, name: {_text(CATEGORY_NAMES[code])} }},\n"
        for code in numbered
    )
    return (
        f"{_INTRODUCTION}\n"
        "/** A sentence for each reason: the cause, then what to do. */\n"
        f"export const REFUSALS: Readonly<Record<string, Text>> = {{\n{_lines(refusals)}}};\n\n"
        "/** By the number that a certificate carries; one not listed counts as the first. */\n"
        f"export const CATEGORIES: readonly [Category, ...Category[]] = [\n{categories}];\n"
    )


def _lines(texts: Mapping[str, Text]) -> str:
    return "".join(f"  {name}: {_text(text)},\n" for name, text in texts.items())


def _text(text: Text) -> str:
    return f"{{ ja: {_quoted(text.ja)}, en: {_quoted(text.en)} }}"


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()
