"""The processes as they are delivered with this plugin."""

from __future__ import annotations

from pathlib import Path

from cti.base import documents
from cti.office.processes.definition import Process
from tests.office import ROOT

FOLDER = ROOT / "workflow" / "tickets" / "processes"


class Delivered:
    """Reads each file of a folder; DocumentError names file and line of what is wrong."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._known = {path.stem: documents.load(path).validate(Process) for path in sorted(folder.glob("*.yaml"))}

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
