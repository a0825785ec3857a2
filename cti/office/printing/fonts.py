"""The Chinese font that goes into PDF files: `HOTLINE_FONT`, the one in the cache, or one of the machine's.

ReportLab embeds TrueType outlines, of which only the characters that are used go into a file. A character that the
font has not, as in some names (㐂, 𠮷), is taken from another; one that none has stands as its code, never as a blank.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from cti.office.printing.pieces import NoFont

NAME = "hotline"
USUAL = (
    "usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", "usr/share/fonts/truetype/arphic/uming.ttc",
)  # fmt: skip
"""Where Debian's packages of Chinese TrueType fonts put them."""
RARE = (
    "usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf",
    "usr/share/fonts/truetype/hanazono/HanaMinA.ttf", "usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
)  # fmt: skip
"""Fonts of signs and emoji, and of rare characters: extensions A to F of Unicode's Chinese."""
LOOKLESS = re.compile("[\u200b-\u200d\u2060\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Joiners and variation selectors: they only change what stands beside them."""
BEYOND = re.compile(r"> <([0-9A-F]{5,6})>")
"""A character beyond 16 bits in what says which glyph is which character (PDF 32000-1, 9.10.3)."""


class _Font(TTFont):  # type: ignore[misc] # ReportLab has no types
    """Tells such characters in UTF-16, as the standard wants it, so that they can be searched and copied."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802 # ReportLab's name
        super().addObjects(doc)
        for name, stream in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                stream.content = BEYOND.sub(
                    lambda found: f"> <{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>", stream.content
                )


def candidates() -> list[Path]:
    """Where one is looked for, in order."""
    named = os.environ.get("HOTLINE_FONT")
    places = _places()
    return [*([Path(named)] if named else []), *(place / one for place in places for one in USUAL)]


def _places() -> list[Path]:
    above = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache_dir = Path(os.environ.get("HOTLINE_CACHE") or above / "hotline")
    return [cache_dir / "font", cache_dir / "rare-fonts", cache_dir / "chromium", Path("/")]


@cache
def chinese_font() -> str:
    """The name under which ReportLab knows it; NoFont says which package brings one."""
    for path in candidates():
        if path.is_file():
            try:
                pdfmetrics.registerFont(_Font(NAME, str(path)))
            except TTFError:
                continue
            return NAME
    raise NoFont("no Chinese font for PDF: install fonts-wqy-microhei, or name a TrueType file in HOTLINE_FONT")


@cache
def _rare_fonts() -> tuple[str, ...]:
    """The names of those of rare characters that are there; looked for when the first such character comes."""
    found: list[str] = []
    for one in RARE:
        path = next((place / one for place in _places() if (place / one).is_file()), None)
        name = f"{NAME}-{len(found)}"
        try:
            if path is not None:
                pdfmetrics.registerFont(_Font(name, str(path)))
                found.append(name)
        except TTFError:
            continue
    return tuple(found)


def _has(font: str, character: str) -> bool:
    return ord(character) in pdfmetrics.getFont(font).face.charToGlyph


@cache
def _font_of(character: str) -> str:
    """The font that has a character; empty where none does."""
    first = chinese_font()
    if character.isspace() or _has(first, character):
        return first
    return next((one for one in _rare_fonts() if _has(one, character)), "")


def runs(text: str) -> Iterator[tuple[str, str]]:
    """A text in pieces of one font each, with the font's name; what no font has as `〔U+1F6B0〕`. NoFont."""
    first = chinese_font()
    for font, some in groupby(LOOKLESS.sub("", text), _font_of):
        piece = "".join(some)
        yield (font, piece) if font else (first, _codes(piece))


def in_first(text: str) -> str:
    """A text for the first font alone, with the codes of all that it has not. NoFont."""
    first = chinese_font()
    return "".join(piece if font == first else _codes(piece) for font, piece in runs(text))


def _codes(text: str) -> str:
    return "".join(f"〔U+{ord(one):04X}〕" for one in text if one.isprintable())
