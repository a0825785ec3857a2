"""The rooms' import rules: `cti` imports no other room, and parts use each other's services only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOMS = ("acd", "ivr", "recorder", "softphone", "workflow")

MAY_IMPORT: dict[str, frozenset[str]] = {
    "cti": frozenset(),
    "acd": frozenset({"cti"}),
    "ivr": frozenset({"cti", "acd"}),
    "recorder": frozenset({"cti"}),
    "softphone": frozenset({"cti", "acd", "ivr"}),
    "workflow": frozenset({"cti", "acd", "ivr", "recorder", "softphone"}),
}
"""Which rooms' services a room may name; tables and screens of another are nobody's."""


def broken_imports(root: Path) -> list[str]:
    """Each import that the rules forbid, as `file:line: message`."""
    found = []
    for room, allowed in MAY_IMPORT.items():
        for path in sorted((root / room).rglob("*.py")):
            for line, name in _imports(path):
                top = name.partition(".")[0]
                if top in MAY_IMPORT and top != room and top not in allowed:
                    found.append(f"{path.relative_to(root)}:{line}: {room} must not import {name}")
    return found


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.lineno, node.module
