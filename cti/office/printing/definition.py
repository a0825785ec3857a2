"""A print template as its file says it: blocks from the top to the bottom, with words and values of what is printed.

Values stand in braces: `{record.number}`. Which there are says what is printed (`about`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import pydantic

from cti.base.expressions import Expression, Template
from cti.base.files.parts import Name, Part, Variable
from cti.office.workshop.definitions import FileTest, Head

SORTS = ("title", "heading", "text", "fields", "rows", "sheet")
"""What a block can be: it has exactly one of these keys."""


class Item(Part):
    """A value with its name before it; a `wide` one has a line of its own."""

    title: str
    value: Template
    wide: bool = False


class PrintedColumn(Part):
    """A column of a table: its values read `row`. `width` is its share of the page."""

    title: str
    value: Template
    width: float = pydantic.Field(default=1, gt=0, le=100)


class Block(Part):
    """One of: the `title` of the page, a `heading`, a `text`, a frame of `fields`, a table of `rows` by `columns`, or a
    whole table by the name of its `sheet`. Where there are no rows, `none` is said instead."""

    when: Expression | None = pydantic.Field(default=None, alias="if")
    title: Template | None = None
    heading: Template | None = None
    text: Template | None = None
    align: Literal["left", "center", "right"] = "left"
    fields: tuple[Item, ...] = ()
    rows: Variable | None = None
    columns: tuple[PrintedColumn, ...] = ()
    sheet: Variable | None = None
    none: str = ""

    @property
    def sort(self) -> str:
        """What it is; empty when it is nothing or several things."""
        found = [name for name in SORTS if getattr(self, name)]
        return found[0] if len(found) == 1 else ""


class PrintTest(FileTest):
    """What is printed of these values must say all of `says`."""

    data: dict[str, Any] = pydantic.Field(default={})
    says: tuple[str, ...] = pydantic.Field(min_length=1)


class Printout(Head):
    """The whole file. `foot` stands below each page, with the number of the page."""

    WORD: ClassVar[str] = "printout"

    printout: Name
    about: Name
    landscape: bool = False
    foot: Template | None = None
    blocks: tuple[Block, ...] = pydantic.Field(min_length=1)
    tests: tuple[PrintTest, ...] = ()

    @property
    def compared(self) -> Mapping[str, object]:
        """Its blocks by their place."""
        return {f"{index}. {block.sort}": block for index, block in enumerate(self.blocks, 1)}
