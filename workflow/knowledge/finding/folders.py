"""Where indexes lie: one folder each, of which the file `current` names the one that is asked."""

from __future__ import annotations

import shutil
from pathlib import Path

from cti.base.ids import new_id
from workflow.knowledge.finding.searching import Searching

_CURRENT = "current"
_NAME = "index-6-"
"""How folders of indexes begin; with another number since what stands in them has changed: older ones are made anew."""


class Folders:
    """The indexes in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def opened(self) -> Searching | None:
        """The index that `current` names; None when there is none of this kind."""
        try:
            name = (self.folder / _CURRENT).read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        place = self.folder / name
        return Searching(place) if name.startswith(_NAME) and place.is_dir() else None

    @staticmethod
    def hold(searching: Searching | None) -> bool:
        """Whether an index is still where it was put; one in memory lies nowhere."""
        return searching is None or searching.folder is None or searching.folder.is_dir()

    def another(self) -> Path:
        """A place for a new one."""
        return self.folder / f"{_NAME}{new_id()}"

    def take(self, made: Searching, old: Searching | None) -> None:
        """Let the new one be current, and remove all others. `made` lies in a folder."""
        assert made.folder is not None
        written = self.folder / f"{_CURRENT}.new"
        written.write_text(made.folder.name, "utf-8")
        written.replace(self.folder / _CURRENT)
        if old is not None:
            old.index.close()
        for place in self.folder.glob("index-*"):
            if place != made.folder:
                shutil.rmtree(place, ignore_errors=True)
