"""What of a document becomes the body of an article: its text, tables and pictures, counted."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cti.base.refusal import Conflict
from cti.office.files.views import TextPreview
from cti.office.rich.text import LONGEST, cleaned, plain

MOST_PICTURES = 40
"""Pictures that come along; the original, which is kept, has them all."""
_HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4", "b": "strong", "i": "em"}
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

    @property
    def report(self) -> str:
        """Paragraphs, tables, pictures in and out."""
        said = [f"{self.marked.count('<p>')} 段"]
        if tables := self.marked.count("<table"):
            said.append(f"表格 {tables} 个")
        if self.pictures:
            said.append(f"图片 {len(self.pictures)} 张")
        if self.left_out:
            said.append(f"图片 {self.left_out} 张未导入，见附件")
        return "，".join(said)

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


def text_of(preview: TextPreview) -> DocumentText:
    """What comes along of a document that was read. Conflict when it is empty or too long."""
    if preview.cut:
        raise Conflict("too_long", "内容过长，请拆分后导入")
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

    made = _PICTURE.sub(placed, _marked(preview).replace("⟦", "[").replace("⟧", "]"))
    left_out = len(_ANY_PICTURE.findall(made))
    text = cleaned(_ANY_PICTURE.sub("", made))
    if len(text) > LONGEST:
        raise Conflict("too_long", "内容过长，请拆分后导入")
    if not plain(text):
        raise Conflict("empty", "没有可以导入的文字（可能是扫描件）")
    return DocumentText(text, tuple(pictures), left_out)


def _marked(preview: TextPreview) -> str:
    match preview.kind:
        case "html":
            return re.sub(r"(</?)(h1|h5|h6|b|i)(?=[\s>])", lambda one: one[1] + _HEADINGS[one[2]], preview.html or "")
        case "sheets":
            return "".join(f"<h3>{html.escape(one.title)}</h3>{_table(one.rows)}" for one in preview.sheets or ())
    return preview.text or ""


def _table(rows: list[list[str]]) -> str:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table><tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>"
