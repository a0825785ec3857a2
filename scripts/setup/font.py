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
RARE = {
    "fonts-hanazono": "usr/share/fonts/truetype/hanazono/HanaMinA.ttf",
    "fonts-symbola": "usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf",
}
"""What has the characters of rare names, and emoji (23 MB); without them these stand as their codes."""


def ensure_font(progress: Progress) -> None:
    """Have one where `cti.office.printing.fonts` looks. Raises SetupError."""
    if not os.environ.get("HOTLINE_FONT"):
        _ensure(cache_dir() / "font", "a Chinese font for PDF", {PACKAGE: FILE}, progress)


def _ensure(prefix: Path, what: str, files: dict[str, str], progress: Progress) -> None:
    """Have these files of packages in the cache, unless the machine has them."""
    if all(any((place / one).is_file() for place in (Path("/"), prefix)) for one in files.values()):
        return
    progress.step(what)
    with locked(prefix):
        if all((prefix / one).is_file() for one in files.values()):
            return
        require_tools()
        with replacing(prefix) as made:
            apt = ScratchApt(made.with_name("apt"), machine_sources(), progress)
            apt.update()
            packages = [one for one in apt.download(list(files)) if one.name.startswith(tuple(files))]
            unpack(packages, made, LEFT_OUT)
            for package, file in files.items():
                if not (made / file).is_file():
                    raise SetupError(f"{package} has no {file}: name a TrueType font in HOTLINE_FONT")


def font_if_possible(progress: Progress) -> None:
    """The same; where there is none to be had, Word and Excel are made and PDF is refused with the reason."""
    try:
        ensure_font(progress)
    except SetupError as error:
        progress.note(f"no PDF files: {error}")
    try:
        _ensure(cache_dir() / "rare-fonts", "fonts of rare characters for PDF", RARE, progress)
    except SetupError as error:
        progress.note(f"rare characters stand in PDF files as their codes: {error}")
