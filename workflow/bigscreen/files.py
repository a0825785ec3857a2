"""The walls of a house: those that come with the plugin, and a city's own, which take the place of one of that name."""

from __future__ import annotations

from pathlib import Path

from cti.base.files import documents
from cti.base.files.findings import validated
from cti.office.configuring.file import replace
from workflow.bigscreen.description import Wall

FOLDER = "walls"
"""A city's own, in the state directory."""
SHIPPED = Path(__file__).parent / "walls"


def read_walls(*folders: Path) -> dict[str, Wall]:
    """Walls by name, in their order; later folders go before earlier ones. DocumentError names file, line and fault."""
    found = {name: wall for name, (_, wall) in _files(*folders).items()}
    return {one.wall: one for one in sorted(found.values(), key=lambda one: (one.order, one.wall))}


def texts_of(*folders: Path) -> dict[str, str]:
    """The text of each wall's file, by its name. DocumentError."""
    return {name: path.read_text("utf-8") for name, (path, _) in _files(*folders).items()}


def write_wall(folder: Path, name: str, text: str) -> None:
    """Let this be the city's own file of a wall; an empty text takes it away. OSError."""
    there = _files(folder).get(name)
    path = there[0] if there is not None else folder / f"{name}.yaml"
    if not text:
        path.unlink(missing_ok=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    replace(path, text)


def _files(*folders: Path) -> dict[str, tuple[Path, Wall]]:
    found: dict[str, tuple[Path, Wall]] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            wall = validated(documents.load(path), Wall)
            found[wall.wall] = path, wall
    return found
