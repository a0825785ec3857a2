"""The project's virtual environment: made once, from the lock, with the newest Python that fits."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

from setup.apt import ScratchApt, require_tools, unpack
from setup.progress import Progress, SetupError
from setup.sources import machine_sources
from setup.stamps import Stamp, fingerprint

RUNTIME = "requirements.lock"
TEST = "requirements-test.lock"


class Environment:
    """The virtual environment of the checkout ``tree``: ``.venv`` in it, or where ``HOTLINE_VENV`` says."""

    def __init__(self, tree: Path) -> None:
        self._tree = tree
        self.root = Path(os.environ.get("HOTLINE_VENV") or tree / ".venv").absolute()
        self.bin = self.root / "bin"
        self.python = self.bin / "python"

    def ensure(self, progress: Progress, lock: str = RUNTIME) -> None:
        """Install what ``lock`` names and the project itself, unless that is what is there already."""
        mark = fingerprint([self._tree / lock, self._tree / "pyproject.toml"], sys.version, str(self._tree))
        stamp = Stamp(self.root / f"{lock}.installed")
        if stamp.matches(mark) and self.python.exists():
            return
        progress.step(f"Python {sys.version.split()[0]} environment in {self.root}")
        stamp.clear()
        if not self._fits():
            self._make(progress)
        progress.note(f"installing {lock}")
        self.pip(progress, "--only-binary", ":all:", "--require-hashes", "-r", self._tree / lock)
        self.pip(progress, "--no-deps", "--no-build-isolation", "--no-index", "-e", self._tree)
        stamp.write(mark)

    def pip(self, progress: Progress, *words: str | Path, source: Path | None = None) -> None:
        """Run ``pip install`` in this environment; ``source`` is a pip wheel to run instead of the one installed."""
        start: list[str | Path] = [source / "pip"] if source else ["-m", "pip"]
        options = ["--disable-pip-version-check", "--no-input", "install"]
        # A user's own pip settings may ask for --user, which no environment allows.
        progress.run("pip", [self.python, *start, *options, *words], env={**os.environ, "PIP_USER": "0"})

    def _fits(self) -> bool:
        version = ".".join(map(str, sys.version_info[:2]))
        return self.python.exists() and (self.root / "lib" / f"python{version}" / "site-packages" / "pip").is_dir()

    def _make(self, progress: Progress) -> None:
        if self.root.exists() and any(self.root.iterdir()):
            if not (self.root / "pyvenv.cfg").exists():
                raise SetupError(f"{self.root} holds something else than a virtual environment: not touched")
            shutil.rmtree(self.root)
        if importlib.util.find_spec("ensurepip"):
            progress.run("venv", [sys.executable, "-m", "venv", self.root])
            return
        progress.run("venv", [sys.executable, "-m", "venv", "--without-pip", self.root])
        with tempfile.TemporaryDirectory(prefix="hotline-pip-") as scratch:
            wheel = _pip_wheel(Path(scratch), progress)
            self.pip(progress, "--no-index", "--no-deps", wheel, source=wheel)


def _pip_wheel(scratch: Path, progress: Progress) -> Path:
    """Return a pip wheel: the one that is on the machine, or that of Debian's package, fetched into ``scratch``."""
    pattern = "usr/share/python-wheels/pip-*.whl"
    here = sorted(Path("/").glob(pattern))
    if here:
        return here[-1]
    progress.note("this Python has no pip: fetching the package that carries it")
    require_tools()
    apt = ScratchApt(scratch / "apt", machine_sources(), progress)
    apt.update()
    unpack([apt.download_alone("python3-pip-whl")], scratch)
    return next(scratch.glob(pattern))
