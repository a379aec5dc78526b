"""The sheet that is printed for a pass on paper: a code at level Q, and what a reader checks.

No name and no number of anybody: who finds it learns nothing, and who carries it is told apart
by the category.
"""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

import segno

from api.categories import CATEGORY_NAMES, category_of
from api.town.document import TownDocument
from fares.modes import Mode, modes_of
from fares.passes import PassClaims, areas_of
from fares.reasons import Text

# Millimetres. A module of 0.7 mm is read at arm's length, and after a crease.
WIDTH, HEIGHT, MARGIN = 105.0, 80.0, 5.0
CODE_SIZE = 46.0
QUIET_MODULES = 4
_TEXT_LEFT = MARGIN + CODE_SIZE + 4
_LINE_HEIGHT = 1.35
# Characters of the small text that fit beside the code: a Japanese one is as wide as two.
_FITS = 30

MODE_NAMES = {
    Mode.BUS: Text("バス", "bus"),
    Mode.RAIL: Text("鉄道", "rail"),
    Mode.TAXI: Text("タクシー", "taxi"),
    Mode.RIDESHARE: Text("ライドシェア", "rideshare"),
    Mode.ON_DEMAND: Text("オンデマンド", "on demand"),
}
_TITLE = Text("紙のパス", "Paper pass")
_CHECK = Text(
    "乗務員の方へ: 区分を確かめてください。コピーは使えません。",
    "Staff: check the category. A copy is void.",
)
_LOST = Text(
    "なくしたら、すぐに窓口へ。前の紙は使えなくなります。",
    "If lost, tell the desk: it is stopped at once.",
)


def paper_sheet(code: str, claims: PassClaims, town: TownDocument) -> str:
    """An SVG document of 105 by 80 mm for the text of a paper pass's code."""
    sheet = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": f"{WIDTH:g}mm",
            "height": f"{HEIGHT:g}mm",
            "viewBox": f"0 0 {WIDTH:g} {HEIGHT:g}",
            "font-family": "sans-serif",
            "role": "img",
            "aria-label": f"{_TITLE.ja} / {_TITLE.en}",
        },
    )
    frame = {"x": "0.5", "y": "0.5", "width": f"{WIDTH - 1:g}", "height": f"{HEIGHT - 1:g}"}
    ElementTree.SubElement(
        sheet, "rect", {**frame, "rx": "3", "fill": "#fff", "stroke": "#000", "stroke-width": "0.3"}
    )
    _draw_code(sheet, code)
    _write_words(sheet, claims, town)
    return ElementTree.tostring(sheet, encoding="unicode")


def _draw_code(sheet: ElementTree.Element, code: str) -> None:
    drawn = segno.make(code, error="q", micro=False, boost_error=False)
    modules = [[bool(dark) for dark in row] for row in drawn.matrix]
    scale = CODE_SIZE / (len(modules) + 2 * QUIET_MODULES)
    place = f"translate({MARGIN:g} {MARGIN:g}) scale({scale:.5f})"
    path = "".join(
        f"M{x + QUIET_MODULES} {y + QUIET_MODULES}h1v1h-1z"
        for y, row in enumerate(modules)
        for x, dark in enumerate(row)
        if dark
    )
    drawing = {"d": path, "transform": place, "fill": "#000", "shape-rendering": "crispEdges"}
    ElementTree.SubElement(sheet, "path", drawing)


def _write_words(sheet: ElementTree.Element, claims: PassClaims, town: TownDocument) -> None:
    category = CATEGORY_NAMES[category_of(claims.rider_category)]
    ends = claims.valid_until_at.astimezone(town.zone())
    modes = sorted(modes_of(claims.modes), key=list(Mode).index)
    areas = [area.name.text() for area in town.areas if area.area_number in areas_of(claims.areas)]
    y = _column(sheet, MARGIN + 4, 3.2, [f"{town.name.ja} / {town.name.en}"], bold=True)
    y = _column(sheet, y, 3.2, [f"{_TITLE.ja} / {_TITLE.en}"])
    y = _column(sheet, y + 4, 6.4, [category.ja], bold=True)
    y = _column(sheet, y + 1, 4.2, [category.en], bold=True)
    y = _column(sheet, y + 2, 3.4, [_until(ends)], bold=True)
    y = _column(sheet, y, 2.6, _wrapped([MODE_NAMES[mode].ja for mode in modes]))
    y = _column(sheet, y, 2.6, _wrapped([MODE_NAMES[mode].en for mode in modes]))
    _column(sheet, y, 2.6, _wrapped([area.ja for area in areas])[:1])
    notes = [_CHECK.ja, _CHECK.en, _LOST.ja, _LOST.en]
    _column(sheet, HEIGHT - MARGIN - 10, 2.6, notes, left=MARGIN + 1)


def _until(ends_at: datetime) -> str:
    """The last service day's end, in figures that both languages read."""
    return f"〜 {ends_at:%Y-%m-%d %H:%M}"


def _column(
    sheet: ElementTree.Element,
    y: float,
    size: float,
    lines: list[str],
    *,
    bold: bool = False,
    left: float = _TEXT_LEFT,
) -> float:
    """Write lines below one another; returns where the next may stand."""
    for line in lines:
        style = {"x": f"{left:g}", "y": f"{y:g}", "font-size": f"{size:g}"}
        text = ElementTree.SubElement(
            sheet, "text", style | ({"font-weight": "700"} if bold else {})
        )
        text.text = line
        y += size * _LINE_HEIGHT
    return y


def _wrapped(words: list[str]) -> list[str]:
    """Words in lines that fit beside the code."""
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]}, {word}" if lines else word
        if lines and _width(longer) <= _FITS:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _width(text: str) -> int:
    return sum(1 if ord(character) < 0x2E80 else 2 for character in text)
