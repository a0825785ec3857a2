"""What a Word document holds (ECMA-376, WordprocessingML), counted apart from what is made of it: see `draw`."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.etree.ElementTree import Element, iterparse

TEXTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _T, _TABLE = f"{_W}p", f"{_W}t", f"{_W}tbl"
_PICTURES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/main}blip", "{urn:schemas-microsoft-com:vml}imagedata",
)  # fmt: skip
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
"""The newer of two ways to say the same; the other, `Fallback`, is what is read."""


def counts_of_word(archive: zipfile.ZipFile) -> dict[str, int]:
    """Paragraphs with text, tables and pictures of a document with its notes; not of heads and feet of pages."""
    found = {"paragraphs": 0, "tables": 0, "pictures": 0}
    for name in TEXTS:
        if name in archive.namelist():
            _count(archive.read(name), found)
    return found


def _count(data: bytes, found: dict[str, int]) -> None:
    said: list[bool] = []
    """Of each paragraph that is open, whether it has text of its own."""
    twice = 0
    events: Any = iterparse(io.BytesIO(data), events=("start", "end"))  # noqa: S314 # in a process with limits
    for event, one in events:
        if one.tag == _CHOICE:
            twice += 1 if event == "start" else -1
        if twice:
            continue
        if event == "start":
            if one.tag == _P:
                said.append(False)
            continue
        _ended(one, said, found)


def _ended(one: Element, said: list[bool], found: dict[str, int]) -> None:
    if one.tag == _T and said:
        said[-1] |= bool((one.text or "").strip())
    elif one.tag == _P:
        found["paragraphs"] += said.pop()
        one.clear()
    elif one.tag == _TABLE:
        found["tables"] += 1
    elif one.tag in _PICTURES:
        found["pictures"] += 1
