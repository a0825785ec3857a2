"""What of HTML is kept, and what a text says without it."""

from __future__ import annotations

import html
import re
from typing import Annotated

import nh3
import pydantic

TAGS = {
    "p", "br", "h2", "h3", "h4", "strong", "em", "u", "s", "code", "pre", "blockquote", "hr", "ul", "ol", "li", "a",
    "table", "colgroup", "col", "thead", "tbody", "tr", "th", "td", "img",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"},
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel"}
PICTURE = re.compile(r"/api/[a-z_]+(?:/[a-z_]+)*/[0-9A-Z]{26}/files/[0-9A-Z]{26}/content\?inline=true")
"""Pictures are files of records, asked for by who may see the record: never another site's, which would be told."""
NUMBER = re.compile(r"[1-9]\d{0,2}")
LONGEST = 200_000
"""Characters of a text with its marks."""
BREAK = re.compile(r"<(?:/(?:p|h[1-6]|li|tr|blockquote|pre|table|ul|ol)|br|hr)\b[^>]*>", re.IGNORECASE)
CELL = re.compile(r"</t[dh]>", re.IGNORECASE)
MARK = re.compile(r"<[^>]*>")


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src":
        return value if PICTURE.fullmatch(value) else None
    if attribute in ("colspan", "rowspan", "start"):
        return value if NUMBER.fullmatch(value) else None
    return value


def cleaned(text: str) -> str:
    """The text with what people write it with, and nothing else: no scripts, styles, frames, or others' pictures.

    A text without marks, as from a spreadsheet, has a paragraph for each line.
    """
    if "<" not in text:
        return "".join(f"<p>{html.escape(line.strip(), quote=False)}</p>" for line in text.splitlines() if line.strip())
    found = nh3.clean(
        text, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, attribute_filter=_kept,
        link_rel="noopener noreferrer", clean_content_tags={"script", "style", "title"},
    )  # fmt: skip
    # A picture that is none of ours leaves an empty mark.
    found = re.sub(r"<img(?![^>]*\bsrc=)[^>]*>", "", found)
    if "<" not in found:
        found = f"<p>{found.strip()}</p>"
    return found if plain(found) or "<img" in found else ""


def plain(text: str) -> str:
    """What it says, a line for each paragraph, row and item."""
    if "<" not in text and "&" not in text:
        return text.strip()
    lines = MARK.sub("", CELL.sub(" ", BREAK.sub("\n", text)))
    said = html.unescape(lines).replace("\N{NO-BREAK SPACE}", " ")
    return "\n".join(line for one in said.splitlines() if (line := re.sub(r"[ \t]+", " ", one).strip()))


RichText = Annotated[str, pydantic.Field(max_length=LONGEST), pydantic.AfterValidator(cleaned)]
"""A field of a body, with `json_schema_extra=form(kind="rich")`; a view's is a plain `str` with the same hint."""
