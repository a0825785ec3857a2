"""Reads spreadsheets row by row, by `python -m cti.office.sheets`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec

from cti.base.refusal import Invalid
from cti.base.subprocesses import end

READ_SECONDS = 180.0
LINE_LIMIT = 4_000_000
"""Bytes of one row as JSON."""

REASONS = {
    2: "文件不是有效的 .xlsx 表格或 CSV 文本，请用 Excel 另存为 .xlsx 后重试",
    3: "文件展开后过大，请拆分后分次导入",
    4: "行数超过 100000，请拆分后分次导入",
}
"""What the exit codes of `python -m cti.office.sheets` mean."""


async def read(path: Path, seconds: float | None = READ_SECONDS) -> AsyncGenerator[tuple[int, list[str]]]:
    """The rows of the first sheet, or of a CSV file (UTF-8 or GB 18030), that are not empty, with their numbers from 1.

    The first is the heading. Dates come as ISO 8601, whole numbers without a point, formulas as `=…`. Invalid when the
    file is none, or was not read within `seconds` (None: however long the reader takes for its rows).
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cti.office.sheets", str(path), stdout=asyncio.subprocess.PIPE, limit=LINE_LIMIT,
        cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    assert process.stdout is not None
    decoder = msgspec.json.Decoder(tuple[int, list[str]])
    try:
        async with asyncio.timeout(seconds):
            async for line in process.stdout:
                yield decoder.decode(line)
            code = await process.wait()
    except TimeoutError:
        raise Invalid("sheet", "文件过大，处理超时", "file") from None
    except ValueError:
        # What StreamReader says of a line beyond its limit: nobody writes so much into a row.
        raise Invalid("sheet", f"有一行的内容超过 {LINE_LIMIT // 1_000_000} MB，请检查该行的单元格", "file") from None
    finally:
        await end(process)
    if code:
        raise Invalid("sheet", REASONS.get(code, "文件无法读取"), "file")
