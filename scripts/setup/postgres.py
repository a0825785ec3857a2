"""Finds or fetches PostgreSQL's server for the tests: an installed one, or the packages in a private place."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from setup.apt import DPKG_STATUS, LEFT_OUT, ScratchApt, require_tools, unpack
from setup.cache import cache_dir, locked, replacing
from setup.progress import Progress, SetupError
from setup.sources import machine_sources
from setup.tools import without_c_library

OLDEST, NEWEST = 14, 18
PROGRAMS = ("initdb", "postgres")
# What compiles queries to machine code is larger than all the rest, and the tests switch it off.
NOT_NEEDED = ("./usr/lib/*/libLLVM*", "./usr/lib/postgresql/*/lib/bitcode", "./usr/lib/postgresql/*/lib/llvmjit.so")
BY_HAND = f"Install PostgreSQL {OLDEST} or newer yourself."

WRAPPER = """\
#!/bin/sh
# Starts the program of the same name with the libraries that came with it.
here=$(dirname "$(readlink -f "$0")")/..
for lib in "$here"/usr/lib/*-linux-gnu*; do libs="$libs${libs:+:}$lib"; done
export LD_LIBRARY_PATH="$libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
for folder in "$here"/usr/lib/postgresql/*/bin; do :; done
exec "$folder/$(basename "$0")" "$@"
"""


def major(text: str) -> int:
    """Return the major version in what ``postgres --version`` says; 0 if there is none."""
    match = re.search(r"PostgreSQL\)\s+(\d+)", text)
    return int(match[1]) if match else 0


def usable(folder: Path) -> bool:
    """Tell whether ``folder`` has the server's programs, that they run here, and that they are new enough."""
    try:
        said = [
            subprocess.run([folder / name, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
            for name in PROGRAMS
        ]
    except (OSError, subprocess.SubprocessError):
        return False
    return all(major(one) >= OLDEST for one in said)


def installed(root: Path = Path("/usr/lib/postgresql")) -> Path | None:
    """Return the folder of the machine's own programs, the newest first."""
    folders = sorted(root.glob("*/bin"), key=lambda one: float(re.sub(r"[^\d.]", "", one.parent.name) or 0))
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    return next((folder for folder in reversed(folders) if usable(folder)), None)


def ensure_postgres(progress: Progress) -> Path:
    """Return the folder of ``initdb`` and ``postgres``; the first time, fetch them into the cache.

    ``HOTLINE_POSTGRES`` names one to be used instead. Raises SetupError.
    """
    chosen = os.environ.get("HOTLINE_POSTGRES")
    if chosen:
        if not usable(Path(chosen)):
            raise SetupError(f"HOTLINE_POSTGRES={chosen} has no PostgreSQL {OLDEST} or newer that runs here")
        return Path(chosen).absolute()
    own = installed()
    if own:
        return own
    prefix = cache_dir() / "postgresql"
    if not usable(prefix / "bin"):
        progress.step("PostgreSQL for the tests, in a private place")
        with locked(prefix):
            if not usable(prefix / "bin"):
                fetch(prefix, progress)
    return prefix / "bin"


def fetch(prefix: Path, progress: Progress) -> None:
    """Put the newest PostgreSQL of the machine's package sources into ``prefix``, whole or not at all."""
    try:
        require_tools()
    except SetupError as error:
        raise SetupError(f"{error}. {BY_HAND}") from error
    with replacing(prefix) as made:
        apt = ScratchApt(made.with_name("apt"), machine_sources(), progress, status=DPKG_STATUS)
        apt.update()
        names = (f"postgresql-{version}" for version in range(NEWEST, OLDEST - 1, -1))
        package = next((name for name in names if apt.version(name)), None)
        if package is None:
            raise SetupError(f"this machine's package sources have no PostgreSQL. {BY_HAND}")
        packages = without_c_library(apt.download([package]))
        progress.note(f"unpacking {package} ({len(packages)} packages) into {prefix}")
        unpack(packages, made, (*LEFT_OUT, *NOT_NEEDED))
        folder = made / "bin"
        folder.mkdir(exist_ok=True)
        for name in PROGRAMS:
            (folder / name).write_text(WRAPPER, encoding="utf-8")
            (folder / name).chmod(0o755)
        if not usable(folder):
            raise SetupError(f"the unpacked PostgreSQL does not start on this machine. {BY_HAND}")
