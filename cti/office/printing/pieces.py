"""A template filled in: plain pieces from the top to the bottom, which Word and PDF draw alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cti.base.expressions import Expression, Template, written
from cti.office.printing.definition import Block, Printout

LONGEST = 200_000
"""Characters that a page's text may have; what is longer is cut, so that nobody prints a book by mistake."""


class NoFont(Exception):
    """This machine has no Chinese TrueType font, and none was fetched."""


@dataclass(frozen=True, slots=True)
class Words:
    """A title, a heading or a text."""

    sort: Literal["title", "heading", "text"]
    text: str
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Frame:
    """Names and values in lines of two; a wide one alone in its line."""

    lines: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `widths` are shares of the page."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


Piece = Words | Frame | Grid


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that is printed."""

    title: str
    pieces: tuple[Piece, ...]
    foot: str = ""
    landscape: bool = False

    @property
    def text(self) -> str:
        """All words that stand on it."""
        return "\n".join(word for piece in self.pieces for word in _words(piece))


def filled_in(printout: Printout, data: Mapping[str, Any]) -> Paper:
    """A template with its values; ExpressionError when one cannot be worked out."""
    scope = Values(data)
    pieces = [piece for block in printout.blocks if _holds(block.when, scope) for piece in _pieces(block, scope, data)]
    foot = printout.foot.value(scope) if printout.foot is not None else ""
    return Paper(printout.title, tuple(pieces), foot, printout.landscape)


def _holds(condition: Expression | None, scope: Values) -> bool:
    return condition is None or condition.truth(scope)


def _pieces(block: Block, scope: Values, data: Mapping[str, Any]) -> Iterator[Piece]:
    match block.sort:
        case "title" | "heading" | "text" as sort:
            template: Template = getattr(block, sort)
            yield Words(sort, template.value(scope)[:LONGEST], "center" if sort == "title" else block.align)
        case "fields":
            yield Frame(tuple(_lines([(one.title, one.value.value(scope), one.wide) for one in block.fields])))
        case "rows":
            rows = [
                tuple(column.value.value(Values({**data, "row": row})) for column in block.columns)
                for row in data.get(block.rows or "", ())
            ]
            yield from _grid(
                [one.title for one in block.columns], rows, [one.width for one in block.columns], block.none
            )
        case "sheet":
            sheet = data.get(block.sheet or "", {})
            headings = [str(one) for one in sheet.get("headings", ())]
            rows = [tuple(written(one) for one in row) for row in sheet.get("rows", ())]
            yield from _grid(headings, rows, sheet.get("widths") or [1.0] * len(headings), block.none)


def _grid(
    headings: Sequence[str], rows: Sequence[tuple[str, ...]], widths: Sequence[float], none: str
) -> Iterator[Piece]:
    if rows or not none:
        yield Grid(tuple(headings), tuple(rows), tuple(widths))
    else:
        yield Words("text", none)


def _lines(items: Sequence[tuple[str, str, bool]]) -> Iterator[tuple[tuple[str, str], ...]]:
    waiting: list[tuple[str, str]] = []
    for title, value, wide in items:
        if wide and waiting:
            yield tuple(waiting)
            waiting = []
        waiting.append((title, value))
        if wide or len(waiting) == 2:
            yield tuple(waiting)
            waiting = []
    if waiting:
        yield tuple(waiting)


def _words(piece: Piece) -> Iterator[str]:
    match piece:
        case Words(text=text):
            yield text
        case Frame(lines):
            yield from (f"{title}：{value}" for line in lines for title, value in line)
        case Grid(headings, rows):
            yield " ".join(headings)
            yield from (" ".join(row) for row in rows)


class Values:
    """Says what the names in a template stand for: the values of the record."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def value(self, name: str) -> Any:
        """See `Scope`."""
        return self._values[name]

    def ask(self, function: str, argument: str) -> bool:
        """Nothing is asked of the surroundings."""
        return False
