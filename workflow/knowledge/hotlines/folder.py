"""A merged hotline's folder of documents, packed as a .zip: each is an article whose id is its path there.

One that is longer than an article becomes one for each of its chapters, by path and title of the chapter. Read in a
process apart (`folder_process.py`), as tables are.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import zipfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec
import pydantic

from cti.base.refusal import Invalid
from cti.base.subprocesses import end
from cti.office.imports.mapping import titles_of
from cti.office.imports.views import Cells, Fault
from workflow.knowledge.documents.chapters import of_chapter
from workflow.knowledge.hotlines.article import HotlineArticle
from workflow.knowledge.hotlines.folder_process import NO_FOLDER, TOO_MANY, entries

READER = "workflow.knowledge.hotlines.folder_process"
HEADING = ["路径", "章节", "内容", "说明", "错误"]
LINE_LIMIT = 8_000_000
"""Bytes of a document as JSON."""
LONGEST_ORIGIN, LONGEST_TITLE = 80, 200
_OFFICE = "[Content_Types].xml"
"""What every document of Office is recognised by; it is packed as a folder, too."""
_ROOT = Path(__file__).resolve().parents[3]
_REASONS = {NO_FOLDER: "文件不是有效的 .zip 压缩包", TOO_MANY: "文件超过 100000 个，请拆分后分次导入"}


def is_folder(path: Path) -> bool:
    """Whether a file is a packed folder, and no spreadsheet."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _OFFICE not in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def count(path: Path) -> int:
    """How many documents there are; of a book each chapter is a row."""
    with zipfile.ZipFile(path) as archive:
        return len(entries(archive))


async def read(path: Path, reader: str = READER) -> AsyncGenerator[Cells]:
    """The documents as rows under `HEADING`, which is row 1. Invalid when it is no folder.

    One that ends the process that reads it is a wrong row, and those behind it are read.
    """
    yield 1, HEADING
    number, row = 1, 1
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", reader, str(path), str(number),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, limit=LINE_LIMIT, cwd=_ROOT,
            # Nothing of the engine's own: what reads files from outside needs no passwords.
            env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(_ROOT)},
        )  # fmt: skip
        assert process.stdout is not None
        begun = 0
        decoder = msgspec.json.Decoder(tuple[int, list[str]])
        try:
            async for line in process.stdout:
                number, cells = decoder.decode(line)
                begun = number if not cells else 0
                if cells:
                    row += 1
                    yield row, cells
            code = await process.wait()
        finally:
            await end(process)
        if not code:
            return
        if not begun:
            raise Invalid("folder", _REASONS.get(code, "压缩包无法读取"), "file")
        row += 1
        yield row, [await asyncio.to_thread(_name_of, path, begun), "", "", "", "文件过大，或处理时间过长"]
        number = begun + 1


def _name_of(path: Path, number: int) -> str:
    with zipfile.ZipFile(path) as archive:
        return entries(archive)[number - 1][0]


class FolderReader:
    """Reads the rows of a folder."""

    titles: Mapping[str, str] = titles_of(HotlineArticle)

    def row(self, number: int, cells: Sequence[str]) -> tuple[HotlineArticle | None, list[Fault]]:
        """As `read`: a path is in a folder once."""
        return self.read(cells)

    def read(self, cells: Sequence[str]) -> tuple[HotlineArticle | None, list[Fault]]:
        """The article of a document or a chapter, filed as its folder; what of it was left out is told."""
        path, chapter, body, note, fault = cells
        if fault:
            return None, [Fault(path, fault)]
        within = PurePosixPath(path)
        title = " ".join(within.stem.split())
        title = (of_chapter(title, chapter) if chapter else title)[:LONGEST_TITLE]
        try:
            found = HotlineArticle(
                origin=origin_of(f"{path}#{chapter}" if chapter else path), body=body,
                title=title if len(title) > 1 else f"文档{title}",
                category="/".join(within.parts[:-1]),
            )  # fmt: skip
        except pydantic.ValidationError:
            return None, [Fault(path, "文件夹的层次过深，路径过长")]
        return found, [Fault(path, note, grave=False)] if note else []


def origin_of(path: str) -> str:
    """The id of a document: its path, or the end of a long one with what tells it from others that end so."""
    if len(path) <= LONGEST_ORIGIN:
        return path
    digest = hashlib.sha256(path.encode()).hexdigest()[:16]
    return f"…{path[len(digest) + 2 - LONGEST_ORIGIN :]}#{digest}"
