"""`python -m cti.office.sheets FILE`: the first sheet, or a CSV text, as JSON lines, `[number, [cell, …]]`.

See `reading.read`.

A process of its own: a spreadsheet from outside may be large, slow or hostile, and the engine leads calls. It may use
`MEMORY` bytes; a file that would unfold to more than `UNFOLDED` is refused before it is unfolded.
"""

from __future__ import annotations

import csv
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import msgspec

from cti.base import priority

# It would only be asked whether cells hold its numbers, and takes half of the start.
sys.modules["numpy"] = None  # type: ignore[assignment]

from openpyxl import load_workbook  # noqa: E402

MEMORY = 1_500_000_000
UNFOLDED = 400_000_000
ROWS = 100_001
COLUMNS = 200
SECONDS = 150
STRETCH = 1_000_000

NO_SHEET, TOO_LARGE, TOO_MANY = 2, 3, 4


def main(path: str) -> int:
    """Print the rows; returns the exit code."""
    priority.take(priority.LATER)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    encoder, out = msgspec.json.Encoder(), sys.stdout.buffer
    try:
        if not zipfile.is_zipfile(path):
            rows: Iterable[Sequence[Any]] = _comma_separated(path)
        else:
            with zipfile.ZipFile(path) as archive:
                if sum(one.file_size for one in archive.infolist()) > UNFOLDED:
                    return TOO_LARGE
            page = load_workbook(path, read_only=True, data_only=False).worksheets[0]
            # What a file says of its own size need not be so.
            page.reset_dimensions()
            rows = page.iter_rows(values_only=True, max_col=COLUMNS)
        count = 0
        for number, row in enumerate(rows, 1):
            cells = [text_of(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                continue
            count += 1
            if count > ROWS:
                return TOO_MANY
            out.write(encoder.encode([number, cells]) + b"\n")
        out.flush()
    except MemoryError:
        return TOO_LARGE
    except BrokenPipeError:
        return 0
    except Exception:  # the file is not ours: whatever is wrong with it ends here
        return NO_SHEET
    return 0


def _comma_separated(path: str) -> Iterator[Sequence[str]]:
    """The rows of a text with commas or tabs (RFC 4180). ValueError when it is no text."""
    coding = "utf-8-sig"
    with Path(path).open(encoding=coding, newline="") as file:
        try:
            while piece := file.read(STRETCH):
                if "\0" in piece:
                    raise ValueError("no text")
        except UnicodeDecodeError:
            coding = "gb18030"
    with Path(path).open(encoding=coding, newline="") as file:
        heading = file.readline()
        if "," not in heading and "\t" not in heading:
            raise ValueError("no columns")
        file.seek(0)
        for row in csv.reader(file, delimiter="\t" if "," not in heading else ",", strict=True):
            yield row[:COLUMNS]


def text_of(value: Any) -> str:
    """A cell as a person would have typed it."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
    return str(value).strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
