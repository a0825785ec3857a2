"""What a list is sent as `where`: a group of conditions and groups, as JSON.

`{"all": […]}` holds where each of its parts does, `{"any": […]}` where one does; a condition is
`{"key": "type", "op": "among", "value": ["complaint"]}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from cti.base.refusal import Invalid

DEEPEST = 4
MOST = 40
"""Conditions in all groups."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One: `key` names what is asked, `op` how, `value` with what."""

    key: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of which all, or any, must hold. An empty one leaves nothing out."""

    join: Literal["all", "any"]
    parts: tuple[Condition | Group, ...]

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Those of all groups below."""
        found: list[Condition] = []
        for part in self.parts:
            found += [part] if isinstance(part, Condition) else part.conditions
        return tuple(found)


def parsed(text: str) -> Group:
    """The group that a query means. Invalid for anything else."""
    try:
        said = msgspec.json.decode(text)
    except msgspec.DecodeError:
        raise _wrong("不是有效的筛选条件") from None
    group = _part(said, 1)
    if not isinstance(group, Group):
        group = Group("all", (group,))
    if len(group.conditions) > MOST:
        raise _wrong(f"筛选条件最多 {MOST} 个")
    return group


def _part(said: Any, depth: int) -> Condition | Group:
    if not isinstance(said, dict):
        raise _wrong("不是有效的筛选条件")
    if set(said) == {"all"} or set(said) == {"any"}:
        join: Literal["all", "any"] = "all" if "all" in said else "any"
        if depth > DEEPEST:
            raise _wrong(f"条件组最多 {DEEPEST} 层")
        if not isinstance(said[join], list) or len(said[join]) > MOST:
            raise _wrong("不是有效的条件组")
        return Group(join, tuple(_part(one, depth + 1) for one in said[join]))
    if not {"key", "op"} <= set(said) <= {"key", "op", "value"}:
        raise _wrong("不是有效的筛选条件")
    key, op = said["key"], said["op"]
    if not isinstance(key, str) or not isinstance(op, str):
        raise _wrong("不是有效的筛选条件")
    return Condition(key, op, said.get("value"))


def _wrong(words: str) -> Invalid:
    return Invalid("where", words, "where")
