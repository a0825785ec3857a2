"""What differs between two texts of a file: by lines, and by parts for people who do not read YAML."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """Names of parts that came, went, or are not what they were."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def by_lines(before: str, after: str, *, before_name: str, after_name: str) -> str:
    """A unified diff; empty when nothing differs."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), before_name, after_name
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def by_parts(before: Mapping[str, object], after: Mapping[str, object]) -> Changes:
    """Which parts differ, in the order of the newer file."""
    return Changes(
        tuple(name for name in after if name not in before),
        tuple(name for name in before if name not in after),
        tuple(name for name, part in after.items() if name in before and before[name] != part),
    )
