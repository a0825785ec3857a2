"""Which modules of a room, and which of its folders, need each other."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def imports_of(path: Path, room: str) -> set[str]:
    """The room's modules that a module names in its imports, those for type checkers only included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return {one for one in found if one.startswith(f"{room}.")}


def needs_of_modules(room: str) -> dict[str, set[str]]:
    """By module, which others of the room it needs."""
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (ROOT / room).rglob("*.py")
        if path != ROOT / room / "__init__.py"
    }
    return {name: imports_of(path, room) & set(modules) - {name} for name, path in modules.items()}


def needs_of_folders(room: str) -> dict[str, set[str]]:
    """By folder, or module beside the folders, which others it needs."""
    folders: dict[str, set[str]] = {}
    for name, wanted in needs_of_modules(room).items():
        own = ".".join(name.split(".")[:2])
        folders.setdefault(own, set()).update({".".join(one.split(".")[:2]) for one in wanted} - {own})
    return folders


def in_a_circle(needs: dict[str, set[str]]) -> list[str]:
    """Those that reach themselves, and those above them."""
    left = dict(needs)
    while free := [name for name, wanted in left.items() if not wanted & set(left)]:
        for name in free:
            del left[name]
    return sorted(left)
