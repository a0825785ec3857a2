"""Pinned packages and models in a private cache outside of the work tree: a second checkout costs nothing."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

Say = Callable[[str], None]
"""Told what is being done, a line at a time."""


class InstallFailed(Exception):
    """A model cannot be installed; the message says why."""


def default_cache(name: str) -> Path:
    """`$HOTLINE_CACHE/NAME`, where everything else that is fetched lies too, else `$XDG_CACHE_HOME/hotline/NAME`."""
    if chosen := os.environ.get("HOTLINE_CACHE"):
        return Path(chosen).expanduser() / name
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hotline" / name


def home_in(cache: Path, lock: Path, mark: str = "") -> Path:
    """The folder for what `lock` and `mark` pin, for this Python."""
    digest = hashlib.sha256(lock.read_bytes() + mark.encode()).hexdigest()[:12]
    return cache / f"{sys.implementation.cache_tag}-{digest}"


def install(home: Path, lock: Path, complete: Callable[[Path, Path], None]) -> Path:
    """Install `lock` into `home/packages`; `complete` is given a scratch folder and the draft, and adds the rest.

    Idempotent; `home` appears whole or not at all. Raises InstallFailed.
    """
    if home.is_dir():
        return home
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent, prefix="installing-") as scratch:
            draft = Path(scratch) / "home"
            run(
                [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                 "--require-hashes", "--target", str(draft / "packages"), "--requirement", str(lock)]
            )  # fmt: skip
            complete(Path(scratch), draft)
            try:
                draft.rename(home)
            except OSError:
                # Another process was faster.
                if not home.is_dir():
                    raise
    except OSError as error:
        raise InstallFailed(f"{home}: {error.strerror or error}") from error
    return home


def join(parts: list[Path], target: Path, sha256: str) -> None:
    """Join `parts` to `target` and remove them; InstallFailed when it is not what was pinned."""
    digest = hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as model:
        for part in parts:
            content = part.read_bytes()
            digest.update(content)
            model.write(content)
            part.unlink()
    if digest.hexdigest() != sha256:
        raise InstallFailed("the model's parts do not make the model that was pinned")


def run(command: list[str]) -> None:
    """Run a program; InstallFailed tells what it complained about."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise InstallFailed(f"{command[0]} failed: {done.stderr.strip()[-2000:]}")
