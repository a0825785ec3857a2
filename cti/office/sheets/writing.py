"""Writes spreadsheets row by row."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

WIDTHS = (10, 40)
ILLEGAL = re.compile(r"[\000-\010]|[\013-\014]|[\016-\037]")
"""Characters that no spreadsheet takes (ECMA-376, XML 1.0)."""


class SheetWriter:
    """Writes rows of text as they come. Text stays text: nothing in it becomes a formula."""

    def __init__(self, headings: Sequence[str]) -> None:
        # Only now: callers of a starting engine do not wait for what spreadsheets need.
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        self._new_cell, self._bold = WriteOnlyCell, Font(bold=True)
        self._book = Workbook(write_only=True)
        self._page = self._book.create_sheet()
        self._page.freeze_panes = "A2"
        for index, heading in enumerate(headings, 1):
            width = min(max(2 * len(heading) + 6, WIDTHS[0]), WIDTHS[1])
            self._page.column_dimensions[get_column_letter(index)].width = width
        self._page.append([self._cell(heading, bold=True) for heading in headings])

    def add(self, rows: Iterable[Sequence[str | int | float | None]]) -> None:
        """Blocking; run it in a thread."""
        for row in rows:
            self._page.append([self._cell(value) for value in row])

    def finish(self) -> bytes:
        """The file. Blocking; run it in a thread."""
        found = io.BytesIO()
        self._book.save(found)
        return found.getvalue()

    def _cell(self, value: str | int | float | None, *, bold: bool = False) -> Any:
        text = isinstance(value, str)
        cell = self._new_cell(self._page, ILLEGAL.sub("", value) if isinstance(value, str) else value)
        if text:
            cell.data_type = "s"
        if bold:
            cell.font = self._bold
        return cell


async def write(headings: Sequence[str], rows: Sequence[Sequence[str | int | float | None]]) -> bytes:
    """The bytes of a spreadsheet (xlsx) with one sheet, made off the loop."""

    def work() -> bytes:
        writer = SheetWriter(headings)
        writer.add(rows)
        return writer.finish()

    return await asyncio.to_thread(work)
