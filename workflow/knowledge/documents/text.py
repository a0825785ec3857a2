"""What of a document becomes the body of an article: its text, tables and pictures, counted."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from cti.base.refusal import Conflict
from cti.office.files.views import Counts, TextPreview
from cti.office.rich.text import LONGEST, cleaned, plain

MOST_PICTURES = 40
"""Pictures that come along; the original, which is kept, has them all."""
_HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4", "b": "strong", "i": "em"}
_BLOCKS = frozenset(("p", "h2", "h3", "h4", "li", "td", "th", "blockquote", "pre"))
_PICTURE = re.compile(r"<img[^>]*?src=['\"]data:image/(png|jpeg|gif|webp);base64,([^'\"]*)['\"][^>]*>")
_ANY_PICTURE = re.compile(r"<img[^>]*>")
_PLACE = "⟦{}⟧"
"""Where a picture stands until it is a file of the article."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a document; `type` is the end of its name."""

    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text without its pictures' places filled in, and what is taken along, in words."""

    marked: str
    pictures: tuple[Picture, ...]
    left_out: int
    there: Counts = field(default_factory=Counts)
    """What the document itself holds."""

    @property
    def report(self) -> str:
        """Paragraphs, tables, pictures in and out."""
        paragraphs, tables = self._paragraphs, self.marked.count("<table")
        said = [self._told("段落", "段", paragraphs, self.there.paragraphs) or f"{paragraphs} 段"]
        if tables or self.there.tables:
            said.append(self._told("表格", "个", tables, self.there.tables) or f"表格 {tables} 个")
        if self.pictures:
            said.append(f"图片 {len(self.pictures)} 张")
        if self._missing:
            said.append(f"图片 {self._missing} 张未导入，见附件")
        return "，".join(said)

    @property
    def differs(self) -> bool:
        """Whether something of the document is not in the text, or is there more often."""
        there = self.there
        return bool(
            self._missing
            or (there.paragraphs is not None and there.paragraphs != self._paragraphs)
            or (there.tables is not None and there.tables != self.marked.count("<table"))
        )

    @property
    def _missing(self) -> int:
        """Pictures that do not come along."""
        return max(self.left_out, (self.there.pictures or 0) - len(self.pictures))

    @property
    def _paragraphs(self) -> int:
        """Paragraphs with text, in whatever they stand."""
        count = _Blocks()
        count.feed(re.sub(r"⟦\d+⟧", "", self.marked))
        count.close()
        return count.found

    @staticmethod
    def _told(title: str, unit: str, here: int, there: int | None) -> str:
        return f"{title}原件 {there} {unit}、导入 {here} {unit}" if there is not None and there != here else ""

    @property
    def excerpt(self) -> str:
        """How it begins, for who looks at it before it is taken in."""
        return re.sub(r"⟦\d+⟧", "", plain(self.marked)).strip()[:200]

    def body(self, paths: Mapping[int, str]) -> str:
        """The body with its pictures at these paths, by their numbers; those that have none are left out."""
        marked = self.marked
        for at in range(len(self.pictures)):
            found = f'<img src="{html.escape(paths[at])}">' if at in paths else ""
            marked = marked.replace(_PLACE.format(at), found)
        return cleaned(marked)


class _Blocks(HTMLParser):
    """Counts blocks that have text of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.found = 0
        self._open: list[bool] = [True]

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _BLOCKS:
            self._open.append(False)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._open[-1]:
            self._open[-1] = True
            self.found += 1


def text_of(preview: TextPreview) -> DocumentText:
    """What comes along of a document that becomes one article. Conflict when it is empty or too long."""
    if preview.cut:
        raise Conflict("too_long", "内容过长，请拆分后导入")
    return read(_marked(preview), preview.counts)


def read(marked: str, there: Counts | None = None) -> DocumentText:
    """What comes along of a document's text as HTML, which holds so much. Conflict when it is empty or too long."""
    pictures: list[Picture] = []

    def placed(found: re.Match[str]) -> str:
        try:
            data = base64.b64decode(found[2], validate=True)
        except binascii.Error:
            return found[0]
        if not data or len(pictures) == MOST_PICTURES:
            return found[0]
        pictures.append(Picture(found[1], data))
        return _PLACE.format(len(pictures) - 1)

    made = _PICTURE.sub(placed, marked.replace("⟦", "[").replace("⟧", "]"))
    left_out = len(_ANY_PICTURE.findall(made))
    text = cleaned(_ANY_PICTURE.sub("", made))
    if len(text) > LONGEST:
        raise Conflict("too_long", "内容过长，请拆分后导入")
    if not plain(text):
        raise Conflict("empty", "没有可以导入的文字（可能是扫描件）")
    return DocumentText(text, tuple(pictures), left_out, there or Counts())


def with_headings(text: str) -> str:
    """HTML of a document, its headings as an article has them."""
    return re.sub(r"(</?)(h1|h5|h6|b|i)(?=[\s>])", lambda one: one[1] + _HEADINGS[one[2]], text)


def _marked(preview: TextPreview) -> str:
    match preview.kind:
        case "html":
            return with_headings(preview.html or "")
        case "sheets":
            return "".join(f"<h3>{html.escape(one.title)}</h3>{_table(one.rows)}" for one in preview.sheets or ())
    return preview.text or ""


def _table(rows: list[list[str]]) -> str:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table><tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>"
