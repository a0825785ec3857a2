"""The Chinese font that goes into PDF files: `HOTLINE_FONT`, the one in the cache, or one of the machine's.

ReportLab embeds TrueType outlines, of which only the characters that are used go into a file.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from cti.office.printing.pieces import NoFont

NAME = "hotline"
USUAL = (
    "usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", "usr/share/fonts/truetype/arphic/uming.ttc",
)  # fmt: skip
"""Where Debian's packages of Chinese TrueType fonts put them."""


def candidates() -> list[Path]:
    """Where one is looked for, in order."""
    named = os.environ.get("HOTLINE_FONT")
    above = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache_dir = Path(os.environ.get("HOTLINE_CACHE") or above / "hotline")
    places = [cache_dir / "font", cache_dir / "chromium", Path("/")]
    return [*([Path(named)] if named else []), *(place / one for place in places for one in USUAL)]


@cache
def chinese_font() -> str:
    """The name under which ReportLab knows it; NoFont says which package brings one."""
    for path in candidates():
        if path.is_file():
            try:
                pdfmetrics.registerFont(TTFont(NAME, str(path)))
            except TTFError:
                continue
            return NAME
    raise NoFont("no Chinese font for PDF: install fonts-wqy-microhei, or name a TrueType file in HOTLINE_FONT")
