"""The processes as they are delivered with this plugin."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cti.base.files import documents
from cti.office.processes.definition import Process
from tests.office import ROOT

FOLDER = ROOT / "workflow" / "tickets" / "processes"


@cache
def _read(folder: Path) -> dict[str, Process]:
    """What nobody changes while tests run is read and checked once."""
    return {path.stem: documents.load(path).validate(Process) for path in sorted(folder.glob("*.yaml"))}


class Delivered:
    """Reads each file of a folder; DocumentError names file and line of what is wrong."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._known = _read(folder)

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        return frozenset(self._known)

    def current(self, process: str, region: str) -> tuple[Process, int]:
        """The process and its revision; KeyError."""
        return self._known[process], 1

    def revision(self, process: str, revision: int) -> Process:
        """The process; KeyError."""
        return self._known[process]
