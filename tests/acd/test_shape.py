"""The room's shape: its modules and folders build on each other and never in a circle."""

from __future__ import annotations

from tests.shape import ROOT, imports_of, in_a_circle, needs_of_folders, needs_of_modules


def test_no_module_of_the_room_is_reached_from_itself() -> None:
    """State and behaviour, callbacks and attempts, calls and worlds imported each other, hidden behind type checks."""
    assert not in_a_circle(needs_of_modules("acd"))


def test_no_folder_of_the_room_is_reached_from_itself() -> None:
    folders = needs_of_folders("acd")
    assert "acd.matching" in folders
    assert not in_a_circle(folders)


def test_the_state_of_the_matching_imports_none_of_those_who_change_it() -> None:
    behaviour = {"moves", "roster", "reservations", "waiting", "offers", "match", "fitting", "matching", "service"}
    seen: set[str] = set()
    todo = [ROOT / "acd" / "matching" / "room.py"]
    while todo:
        for name in imports_of(todo.pop(), "acd"):
            path = ROOT / (name.replace(".", "/") + ".py")
            if path.exists() and name not in seen:
                seen.add(name)
                todo.append(path)
    assert seen and not {name.rpartition(".")[2] for name in seen} & behaviour
