"""A document that is longer than an article: its chapters, each of which becomes one.

It is cut at its highest headings that come more than once; what is still too long, at those below; where there are no
headings, between paragraphs. Nothing is cut within a table or a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cti.base.refusal import Conflict
from cti.office.files.views import TextPreview
from cti.office.rich.text import LONGEST, plain
from workflow.knowledge.documents.text import DocumentText, read, text_of, with_headings

MOST_CHAPTERS = 200
PART = 40_000
"""Characters, with marks, of a part of a text without headings."""
LONGEST_TITLE = 100
BEGINNING = "前言"
"""What stands before the first heading."""
_HEADING = re.compile(r"<h([1-6])(?=[\s>])[^>]*>(.*?)</h\1\s*>", re.DOTALL)
_BLOCK_END = re.compile(r"</(?:p|table|ul|ol|h[1-6]|blockquote|pre)\s*>")
_DEEPER = re.compile(r"<(/?)(?:table|ul|ol|blockquote)(?=[\s>])")
_PICTURE = re.compile(r"(src=['\"]data:)[^'\"]*")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a document by its title; empty for a document that is one article."""

    title: str
    text: DocumentText


def chapters_of(preview: TextPreview) -> list[Chapter]:
    """What a document becomes: itself, or, where it is too long, its chapters. Conflict when it cannot be taken in."""
    text = preview.html or ""
    if preview.kind != "html" or _length(text) <= LONGEST:
        return [Chapter("", text_of(preview))]
    pieces = [(title, piece) for title, piece in _pieces(text, 1, "") if _says(piece)]
    if len(pieces) > MOST_CHAPTERS:
        raise Conflict("too_long", f"拆分后超过 {MOST_CHAPTERS} 个章节，请分成几个文档导入")
    if not pieces:
        raise Conflict("empty", "没有可以导入的文字（可能是扫描件）")
    return [Chapter(title, read(with_headings(piece))) for title, piece in pieces]


def whole_of(chapters: Sequence[Chapter], preview: TextPreview) -> DocumentText:
    """All chapters as one text, to be counted beside the document."""
    if len(chapters) == 1:
        return chapters[0].text
    texts = [one.text for one in chapters]
    pictures = tuple(picture for one in texts for picture in one.pictures)
    left_out = sum(one.left_out for one in texts)
    return DocumentText("".join(one.marked for one in texts), pictures, left_out, preview.counts)


def of_chapter(document: str, chapter: str) -> str:
    """The title of an article that a chapter of a document becomes."""
    return f"{document[:90]} {chapter}".strip()[:200]


def _length(text: str) -> int:
    """Characters of the text with its marks, without its pictures."""
    return len(_PICTURE.sub(r"\1", text))


def _says(text: str) -> bool:
    return bool(plain(text))


def _pieces(text: str, level: int, title: str) -> Iterator[tuple[str, str]]:
    """Titles and texts, from headings of this level on; `title` is that of the chapter that is cut."""
    if level > 6:
        yield from _parts(text, title)
        return
    found = (one for one in _HEADING.finditer(text) if int(one[1]) == level)
    starts = [one for one in found if text.count("<table", 0, one.start()) == text.count("</table", 0, one.start())]
    # One heading alone is the title of the whole.
    if len(starts) <= 1:
        yield from _pieces(text, level + 1, title)
        return
    begins = [one.start() for one in starts]
    before = text[: begins[0]]
    if _says(_HEADING.sub("", before)):
        yield from _fitting(before, level, title or BEGINNING)
    else:
        begins[0] = 0
    for one, begin, end in zip(starts, begins, [*begins[1:], len(text)], strict=True):
        yield from _fitting(text[begin:end], level, _titled(title, plain(one[2])))


def _fitting(text: str, level: int, title: str) -> Iterator[tuple[str, str]]:
    if _length(text) <= LONGEST:
        yield title, text
    else:
        yield from _pieces(text, level + 1, title)


def _parts(text: str, title: str) -> Iterator[tuple[str, str]]:
    """Parts that end where a block ends, of about `PART` characters."""
    parts, begin, within, depth = list[str](), 0, 0, 0
    last = 0
    for one in _BLOCK_END.finditer(text):
        for mark in _DEEPER.finditer(text, last, one.end()):
            depth += -1 if mark[1] else 1
        within += _length(text[last : one.end()])
        last = one.end()
        if within >= PART and depth <= 0:
            parts.append(text[begin:last])
            begin, within, depth = last, 0, 0
    parts.append(text[begin:])
    parts = [one for one in parts if _says(one)]
    if any(_length(one) > LONGEST for one in parts):
        raise Conflict("too_long", f"{f'“{title}”' if title else '其中'}有一段或一个表格过长，请拆分后导入")
    for at, part in enumerate(parts, 1):
        yield _titled(title, f"第 {at} 部分（共 {len(parts)} 部分）"), part


def _titled(above: str, title: str) -> str:
    said = " ".join(title.split())[:LONGEST_TITLE]
    return f"{above} {said}".strip() if above and above != BEGINNING else said
