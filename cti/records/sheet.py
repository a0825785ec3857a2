"""Spreadsheets (.xlsx): written in a thread, read in a process of their own, row by row, so that no call waits."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from cti.refusal import Invalid

WIDTHS = (10, 40)
READ_SECONDS = 180.0
LINE_LIMIT = 4_000_000
"""Bytes of one row as JSON."""

REASONS = {
    2: "文件不是有效的 .xlsx 表格，请用 Excel 另存为 .xlsx 后重试",
    3: "文件展开后过大，请拆分后分次导入",
    4: "行数超过 100000，请拆分后分次导入",
}
"""What the exit codes of `read_sheet` mean."""


class SheetWriter:
    """Writes rows of text as they come. Text stays text: nothing in it becomes a formula."""

    def __init__(self, headings: Sequence[str]) -> None:
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
        cell = WriteOnlyCell(self._page, ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
        if text:
            cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        return cell


async def write(headings: Sequence[str], rows: Sequence[Sequence[str | int | float | None]]) -> bytes:
    """A small spreadsheet."""

    def work() -> bytes:
        writer = SheetWriter(headings)
        writer.add(rows)
        return writer.finish()

    return await asyncio.to_thread(work)


async def read(path: Path) -> AsyncIterator[tuple[int, list[str]]]:
    """The rows of the first sheet that are not empty, with their numbers from 1; the first is the heading.

    Dates come as ISO 8601, whole numbers without a point, formulas as `=…`. Invalid when the file is none.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cti.records.read_sheet", str(path), stdout=asyncio.subprocess.PIPE, limit=LINE_LIMIT,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert process.stdout is not None
    decoder = msgspec.json.Decoder(tuple[int, list[str]])
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for line in process.stdout:
                yield decoder.decode(line)
            code = await process.wait()
    except TimeoutError:
        raise Invalid("sheet", "文件过大，处理超时", "file") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code:
        raise Invalid("sheet", REASONS.get(code, "文件无法读取"), "file")
