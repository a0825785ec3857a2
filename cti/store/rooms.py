"""A room's migrations: files in a row, of which the last is the newest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

BASE = "base"
"""Before the first one."""

_REVISION = re.compile(r"""^revision(?:\s*:\s*\w+)?\s*=\s*["']([^"']+)["']""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Room:
    """A package with a folder of migrations; the names of its files begin with their numbers."""

    name: str
    folder: Path

    @property
    def version_table(self) -> str:
        """Where it stands which have run."""
        return f"migrations_{self.name}"

    def newest(self) -> str | None:
        """The revision of the last file, read without running it; None when there is none.

        ValueError when the file does not say it.
        """
        files = sorted(self.folder.glob("[0-9]*.py"))
        if not files:
            return None
        found = _REVISION.search(files[-1].read_text("utf-8"))
        if found is None:
            raise ValueError(f"{files[-1]}: no line `revision = …`")
        return found[1]
