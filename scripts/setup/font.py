"""The Chinese font that PDF files carry: the machine's, or one fetched into the cache; without it they are refused."""

from __future__ import annotations

import os
from pathlib import Path

from setup.apt import LEFT_OUT, ScratchApt, require_tools, unpack
from setup.cache import cache_dir, locked, replacing
from setup.progress import Progress, SetupError
from setup.sources import machine_sources

PACKAGE = "fonts-wqy-microhei"
FILE = "usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
"""TrueType outlines, which can be embedded; 20,932 characters of GB 18030; Apache 2.0 or GPL 3 with font exception."""


def ensure_font(progress: Progress) -> None:
    """Have one where `cti.office.printing.fonts` looks. Raises SetupError."""
    prefix = cache_dir() / "font"
    if os.environ.get("HOTLINE_FONT") or any(one.is_file() for one in (Path("/") / FILE, prefix / FILE)):
        return
    progress.step("a Chinese font for PDF")
    with locked(prefix):
        if (prefix / FILE).is_file():
            return
        require_tools()
        with replacing(prefix) as made:
            apt = ScratchApt(made.with_name("apt"), machine_sources(), progress)
            apt.update()
            packages = [one for one in apt.download([PACKAGE]) if one.name.startswith(PACKAGE)]
            unpack(packages, made, LEFT_OUT)
            if not (made / FILE).is_file():
                raise SetupError(f"{PACKAGE} has no {FILE}: name a TrueType font in HOTLINE_FONT")


def font_if_possible(progress: Progress) -> None:
    """The same; where there is none to be had, Word and Excel are made and PDF is refused with the reason."""
    try:
        ensure_font(progress)
    except SetupError as error:
        progress.note(f"no PDF files: {error}")
