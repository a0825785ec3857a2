"""What differs between two texts of a flow: by lines, and by nodes for people who do not read YAML."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from ivr.flow import Flow


@dataclass(frozen=True, slots=True)
class Changes:
    """Names of nodes that came, went, or are not what they were."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def by_lines(before: str, after: str, *, before_name: str, after_name: str) -> str:
    """A unified diff; empty when nothing differs."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), before_name, after_name
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def by_nodes(before: Flow, after: Flow) -> Changes:
    """Which nodes differ, in the order of the newer flow."""
    return Changes(
        tuple(name for name in after.nodes if name not in before.nodes),
        tuple(name for name in before.nodes if name not in after.nodes),
        tuple(name for name, node in after.nodes.items() if name in before.nodes and before.nodes[name] != node),
    )
