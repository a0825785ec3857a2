"""The walls of a house: those that come with the plugin, and a city's own, which take the place of one of that name."""

from __future__ import annotations

from pathlib import Path

from cti.base import documents
from cti.base.findings import validated
from workflow.bigscreen.description import Wall

FOLDER = "walls"
"""A city's own, in the state directory."""
SHIPPED = Path(__file__).parent / "walls"


def read_walls(*folders: Path) -> dict[str, Wall]:
    """Walls by name, in their order; later folders go before earlier ones. DocumentError names file, line and fault."""
    found: dict[str, Wall] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            wall = validated(documents.load(path), Wall)
            found[wall.wall] = wall
    return {one.wall: one for one in sorted(found.values(), key=lambda one: (one.order, one.wall))}
