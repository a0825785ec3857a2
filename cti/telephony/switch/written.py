"""Files that a switch reads, replaced as a whole and only when they change."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path


def write_if_changed(path: Path, text: str) -> bool:
    """Replace a file as a whole, readable by us alone (it may hold secrets); returns whether it changed."""
    try:
        if path.read_text("utf-8") == text:
            return False
    except FileNotFoundError:
        pass
    part = path.with_name(f"{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    return True


def keep_only(folder: Path, names: Collection[str]) -> list[str]:
    """Remove all other files of a folder that only we write, such as those for another kind of switch; their names."""
    removed = [path for path in folder.iterdir() if path.is_file() and path.name not in names]
    for path in removed:
        path.unlink()
    return sorted(path.name for path in removed)
