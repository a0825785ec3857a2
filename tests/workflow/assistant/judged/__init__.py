"""Reads the judged examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workflow.assistant.understanding.said import Line

JUDGED = ("caller_name", "caller_gender", "contact", "place", "address", "event_at", "urgent")
"""Of these an example says all; of the type only where it is plain."""


@dataclass(frozen=True, slots=True)
class Example:
    """What was said, and what is in it by field."""

    lines: tuple[Line, ...]
    fields: dict[str, str]


def groups(name: str) -> list[list[str]]:
    """Row ids of public messages about the same matter: of `tuned` and `kept` groups."""
    return [line.split() for line in _lines(f"same_{name}.txt")]


def aside() -> set[str]:
    """Row ids of messages of which a reader could not say."""
    return set(_lines("same_aside.txt"))


def leaves(name: str) -> dict[str, set[str]]:
    """By row id of a public message the rows of the tree where it belongs: of `tuned` and `kept` messages."""
    cut = (line.split() for line in _lines(f"leaf_{name}.txt"))
    return {id: set(right) for id, *right in cut}


def _lines(file: str) -> list[str]:
    lines = (Path(__file__).parent / file).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def examples(name: str) -> Iterator[Example]:
    for line in (Path(__file__).parent / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        said, _, told = line.partition(" |")
        lines = tuple(
            Line("agent", one[2:]) if one.startswith("A ") else Line("caller", one) for one in said.split(" // ")
        )
        pairs = (one.split("=", 1) for one in told.split())
        yield Example(lines, {key: value.replace("_", " ") for key, value in pairs if value})


def reply_units() -> dict[str, tuple[str, bool]]:
    """By row id the department that a reply names, empty for none, and whether the rules said so when it was judged."""
    found = {}
    for line in _lines("reply_units.txt"):
        id, name, *wrong = line.split()
        found[id] = ("" if name == "-" else name, not wrong)
    return found
