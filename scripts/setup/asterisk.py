"""Finds or fetches a real Asterisk: an installed one, the machine's own packages, or Debian's sid."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from setup.apt import ScratchApt, require_tools, unpack
from setup.cache import cache_dir, locked, replacing
from setup.late_frames import drops_late_frames, mend
from setup.progress import Progress, SetupError
from setup.sources import Source, debian_archive, machine_sources

OLDEST = 20
PACKAGES = ("asterisk", "asterisk-core-sounds-en-wav", "asterisk-moh-opsound-wav")
BY_HAND = f"Install Asterisk {OLDEST} or newer yourself: it is taken from PATH, or from HOTLINE_ASTERISK."
DROPS = "{asterisk} drops the sound of who speaks next in a call (setup/late_frames.py): recordings have gaps."

WRAPPER = """\
#!/bin/sh
# Starts this tree's Asterisk with this tree's own loader and libraries: the system's are never used.
here=$(dirname "$(readlink -f "$0")")/..
for loader in "$here"/usr/lib/*/ld-linux-*.so.*; do lib=${loader%/*}; done
export GCONV_PATH="$lib/gconv" OPENSSL_MODULES="$lib/ossl-modules"
exec "$loader" --argv0 asterisk --library-path "$lib:$lib/asterisk" "$here/usr/sbin/asterisk" "$@"
"""


def major(text: str) -> int:
    """Return the major version in a package's version or in what ``asterisk -V`` says; 0 if there is none.

    Understands ``Asterisk 22.10.1~dfsg``, ``1:22.10.1~dfsg-1`` and ``Asterisk certified/20.7-cert3``.
    """
    match = re.search(r"(?:^|\s|certified[/-])(?:\d+:)?(\d+)\.\d", text.strip())
    return int(match[1]) if match else 0


def usable(executable: Path) -> bool:
    """Tell whether ``executable`` runs here and is an Asterisk that is new enough."""
    try:
        done = subprocess.run([executable, "-V"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and major(done.stdout) >= OLDEST


def installed() -> Path | None:
    """Return the machine's own Asterisk if it is new enough."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which("asterisk", path=path)
    return Path(found) if found and usable(Path(found)) else None


def sid(sources: Iterable[Source]) -> Source:
    """Return ``sid main`` on the mirror that the machine itself uses. Raises SetupError if it uses none."""
    archive = debian_archive(sources)
    if archive is None:
        raise SetupError(f"this machine's apt sources have no Asterisk and no Debian archive. {BY_HAND}")
    return replace(archive, suites=("sid",), components=("main",))


def fetch(prefix: Path, progress: Progress) -> None:
    """Put Asterisk into ``prefix``, whole or not at all."""
    require_tools()
    own = machine_sources()
    with replacing(prefix) as made:
        progress.note("asking this machine's package sources for Asterisk")
        apt = ScratchApt(made.with_name("own"), own, progress)
        apt.update()
        version = apt.version("asterisk") or ""
        if major(version) < OLDEST:
            progress.note(f"they have {version or 'none'}: asking Debian's sid")
            apt = ScratchApt(made.with_name("sid"), [sid(own)], progress)
            apt.update()
            version = apt.version("asterisk") or ""
        if major(version) < OLDEST:
            raise SetupError(f"no package source has Asterisk for this machine ({version or 'none'}). {BY_HAND}")
        progress.note(f"downloading Asterisk {version} with its libraries (about 110 MB)")
        packages = apt.download(PACKAGES)
        progress.note(f"unpacking {len(packages)} packages into {prefix}")
        unpack(packages, made)
        finish(made)


def finish(prefix: Path) -> None:
    """Add the starter and the names that Asterisk looks for. Raises SetupError if the result is not usable."""
    starter = prefix / "bin" / "asterisk"
    starter.parent.mkdir(exist_ok=True)
    starter.write_text(WRAPPER, encoding="utf-8")
    starter.chmod(0o755)
    share = prefix / "usr" / "share" / "asterisk"
    voices = sorted(path.name for path in share.glob("sounds/en_*"))
    if not voices or not (share / "moh").is_dir():
        raise SetupError("the packages brought no sounds or no music")
    if not (share / "sounds" / "en").exists():
        (share / "sounds" / "en").symlink_to(voices[0])
    if not usable(starter):
        raise SetupError(f"the unpacked Asterisk does not start on this machine. {BY_HAND}")
    mend(starter)


def ensure_asterisk(progress: Progress) -> Path:
    """Return the path of a usable Asterisk; the first time, fetch it into the cache.

    ``HOTLINE_ASTERISK`` names one to be used instead. Raises SetupError.
    """
    chosen = os.environ.get("HOTLINE_ASTERISK")
    if chosen:
        if not usable(Path(chosen)):
            raise SetupError(f"HOTLINE_ASTERISK={chosen} is no Asterisk {OLDEST} or newer that runs here")
        if drops_late_frames(Path(chosen)):
            progress.note(DROPS.format(asterisk=chosen))
        return Path(chosen).absolute()
    own = installed()
    if own is None:
        return _private(progress)
    if not drops_late_frames(own):
        return own
    progress.note(DROPS.format(asterisk=own))
    try:
        return _private(progress)
    except SetupError as error:
        progress.note(f"it is taken all the same, there is no other: {error}")
        return own


def _private(progress: Progress) -> Path:
    prefix = cache_dir() / "asterisk"
    starter = prefix / "bin" / "asterisk"
    if not usable(starter):
        progress.step("a real Asterisk in a private place")
        with locked(prefix):
            if not usable(starter):
                fetch(prefix, progress)
    if drops_late_frames(starter):
        with locked(prefix):
            mend(starter)
    return starter
