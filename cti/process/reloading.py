"""`hotline run --reload`, for who writes modules: code that was saved is what the engine runs, a moment later.

What was saved is tried first by a process of its own, `python -m cti.process.reloading`: it reads every file that is
new and imports the engine with all plugins. What fails there is told with file and line, and the engine that runs goes
on; else it is started anew as by the page 运行维护, and the calls live on.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import py_compile
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from cti.base.cli_settings import ROOT
from cti.base.files.saved_files import SavedFiles
from cti.base.manifest import PluginError, elsewhere, find_plugins
from cti.base.subprocesses import end
from cti.process.house_rules import ROOMS

ENGINE = "cti.process.app"
STARTED = ("plugin", "screens", "models", "checks", "commands")
"""Modules of a plugin that somebody imports by their names."""


def sources(root: Path) -> Iterator[Path]:
    """Code and manifests of all rooms, and of plugins elsewhere."""
    for room in (*(root / one for one in ("cti", *ROOMS)), *elsewhere()):
        for folder, below, names in os.walk(room):
            below[:] = [one for one in below if one not in ("__pycache__", "node_modules", "dist")]
            yield from (Path(folder, name) for name in names if name.endswith((".py", ".toml")))


class Reloading:
    """Watches the code; `renew` lets a new engine take the place of the one that runs, `say` tells the developer."""

    def __init__(self, root: Path, renew: Callable[[], None], say: Callable[[str], None]) -> None:
        self._root, self._renew, self._say = root, renew, say

    async def run(self) -> None:
        """Look for code that was saved and take it, until cancelled."""
        await SavedFiles(lambda: sources(self._root), self.take, "code").run()

    async def take(self) -> None:
        """Try what was saved, and have it run or tell why not."""
        trial = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cti.process.reloading", str(self._root), cwd=self._root,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            said, _ = await trial.communicate()
        finally:
            await end(trial)
        if trial.returncode == 0:
            self._say("the code was changed: the engine is started anew")
            self._renew()
        else:
            self._say(f"{said.decode('utf-8', 'replace').strip()}\nthe engine that runs goes on with the code before")


def fault(root: Path) -> str:
    """Why the code below `root` cannot be run, as `file:line: what`; empty when it can."""
    try:
        for path in sources(root):
            if path.suffix == ".py":
                _read(path)
        importlib.import_module(ENGINE)
        for plugin in find_plugins(root):
            for name in STARTED:
                if (plugin.folder / f"{name}.py").exists():
                    importlib.import_module(f"{plugin.package}.{name}")
    except PluginError as error:
        return str(error)
    except py_compile.PyCompileError as error:
        wrong = error.exc_value
        line = getattr(wrong, "lineno", None)
        return f"{_place(root, error.file, line)}: {type(wrong).__name__}: {getattr(wrong, 'msg', wrong)}"
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [one for one in frames if Path(one.filename).is_relative_to(root)] or frames
        return f"{_place(root, ours[-1].filename, ours[-1].lineno)}: {type(error).__name__}: {error}"
    return ""


def _read(path: Path) -> None:
    """Compile a file that is newer than what was compiled of it. PyCompileError."""
    known = Path(importlib.util.cache_from_source(str(path)))
    if not known.exists() or known.stat().st_mtime_ns < path.stat().st_mtime_ns:
        py_compile.compile(str(path), doraise=True)


def _place(root: Path, file: str, line: int | None) -> str:
    path = Path(file)
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown}:{line}" if line else str(shown)


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    found = fault(where)
    if found:
        print(found)
    sys.exit(1 if found else 0)
