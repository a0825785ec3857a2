"""The room's shape: its modules build on each other and never in a circle."""

from __future__ import annotations

import ast
from pathlib import Path

ROOM = Path(__file__).resolve().parents[2] / "acd"


def imports_of(path: Path) -> set[str]:
    """The room's modules that a module names in its imports, those for type checkers only included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return {one for one in found if one.startswith("acd.")}


def test_no_module_of_the_room_is_reached_from_itself() -> None:
    """State and behaviour, callbacks and attempts, calls and worlds imported each other, hidden behind type checks."""
    modules = {
        ".".join(path.relative_to(ROOM.parent).with_suffix("").parts): path
        for path in ROOM.rglob("*.py")
        if path.name != "__init__.py"
    }
    needs = {name: imports_of(path) & set(modules) for name, path in modules.items()}
    left = dict(needs)
    while free := [name for name, wanted in left.items() if not wanted & set(left)]:
        for name in free:
            del left[name]
    assert not left, f"in a circle, or above one: {sorted(left)}"


def test_the_state_of_the_matching_imports_none_of_those_who_change_it() -> None:
    behaviour = {"moves", "roster", "reservations", "waiting", "offers", "match", "fitting", "matching", "service"}
    seen: set[str] = set()
    todo = [next(path for path in ROOM.rglob("room.py"))]
    while todo:
        for name in imports_of(todo.pop()):
            path = ROOM.parent / (name.replace(".", "/") + ".py")
            if path.exists() and name not in seen:
                seen.add(name)
                todo.append(path)
    assert seen and not {name.rpartition(".")[2] for name in seen} & behaviour
