"""Single programs, from the machine or fetched into the cache: the broker, and what only tests need."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from setup.apt import DPKG_STATUS, LEFT_OUT, ScratchApt, require_tools, unpack
from setup.cache import cache_dir, locked, replacing
from setup.progress import Progress, SetupError
from setup.sources import machine_sources

# The C library must be the one of the loader that the kernel starts the program with: the system's.
_NOT_OURS = ("libc6_", "libc-bin_", "base-files_")

_WRAPPER = """\
#!/bin/sh
# Starts the program beside it with the libraries that came with it.
here=$(dirname "$(readlink -f "$0")")/..
for lib in "$here"/usr/lib/*-linux-gnu*; do libs="$libs${{libs:+:}}$lib:$lib/pulseaudio"; done
export LD_LIBRARY_PATH="$libs${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/{program}" "$@"
"""

_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program by its name on PATH, the packages that bring it, and where it lies in them."""

    name: str
    packages: tuple[str, ...]
    program: str
    version_option: str


MOSQUITTO = Tool("mosquitto", ("mosquitto",), "usr/sbin/mosquitto", "-h")
SIPP = Tool("sipp", ("sip-tester",), "usr/bin/sipp", "-v")
CHROMIUM = Tool(
    "chromium",
    ("chromium", "fonts-wqy-microhei", "fonts-dejavu-core"),
    "usr/lib/chromium/chromium",
    "--version",
)

SOFTHSM = Tool("softhsm2-util", ("softhsm2",), "usr/bin/softhsm2-util", "--help")
"""A token without hardware; its driver, `softhsm/libsofthsm2.so`, lies in the same package's lib."""


def starts(executable: Path, tool: Tool) -> bool:
    """Tell whether ``executable`` runs here: it can say its version (SIPp then ends with 99, Mosquitto with 3)."""
    try:
        done = subprocess.run([executable, tool.version_option], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode in (0, 3, 99) and tool.name in done.stdout.decode(errors="replace").lower()


def ensure_tool(tool: Tool, progress: Progress) -> Path:
    """Return the path of ``tool``: the machine's own, or one fetched into the cache. Raises SetupError."""
    own = shutil.which(tool.name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))
    if own and starts(Path(own), tool):
        return Path(own)
    prefix = cache_dir() / tool.name
    wrapper = prefix / "bin" / tool.name
    if not starts(wrapper, tool):
        progress.step(f"{tool.name} in a private place")
        with locked(prefix):
            if not starts(wrapper, tool):
                _fetch(tool, prefix, progress)
    return wrapper


def _fetch(tool: Tool, prefix: Path, progress: Progress) -> None:
    try:
        require_tools()
    except SetupError as error:
        raise SetupError(f"install {tool.name} yourself: {error}") from error
    with replacing(prefix) as made:
        apt = ScratchApt(made.with_name("apt"), machine_sources(), progress, status=DPKG_STATUS)
        apt.update()
        packages = without_c_library(apt.download(tool.packages))
        progress.note(f"unpacking {len(packages)} packages into {prefix}")
        unpack(packages, made, LEFT_OUT)
        _add_wrapper(tool, made)
        if not starts(made / "bin" / tool.name, tool):
            raise SetupError(f"the unpacked {tool.name} does not start here: install {' '.join(tool.packages)} as root")


def without_c_library(packages: Sequence[Path]) -> list[Path]:
    """Return the packages that may be unpacked beside a program which the system's own loader starts."""
    return [package for package in packages if not package.name.startswith(_NOT_OURS)]


def _add_wrapper(tool: Tool, prefix: Path) -> None:
    wrapper = prefix / "bin" / tool.name
    wrapper.parent.mkdir(exist_ok=True)
    wrapper.write_text(_WRAPPER.format(program=tool.program), encoding="utf-8")
    wrapper.chmod(0o755)
    (prefix / "fonts.conf").write_text(_FONTS, encoding="utf-8")
