"""The settings piece by piece, as people edit them: a queue, a skill, an agent, a group, a break, a calendar."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pydantic

from acd.settings.schema import (
    DEFAULT_BREAKS,
    DEFAULT_QUEUES,
    DEFAULT_SKILLS,
    AcdSettings,
    AgentSettings,
    BreakSettings,
    GroupSettings,
    QueueSettings,
)

KINDS: dict[str, str] = {
    "skills": "技能",
    "queues": "队列",
    "agents": "座席",
    "groups": "班组",
    "breaks": "小休类型",
    "calendars": "日历",
}
"""What there are several of, by the settings' key, with its words."""

EVERYONE = "everyone"
"""The one piece of its kind: agents who are not listed."""


@dataclass(frozen=True, slots=True)
class Item:
    """A piece: its kind (`KINDS` or EVERYONE) and its name, empty for EVERYONE."""

    kind: str
    name: str = ""

    @property
    def path(self) -> tuple[str, ...]:
        """Where it stands in the settings."""
        return (self.kind, self.name) if self.name else (self.kind,)

    @property
    def key(self) -> str:
        """One word for both."""
        return "/".join(self.path)

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{KINDS.get(self.kind, '未单独设置的座席')}{f'“{self.name}”' if self.name else ''}"

    @classmethod
    def of(cls, key: str) -> Item:
        """The item of a key."""
        kind, _, name = key.partition("/")
        return cls(kind, name)


def as_written(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as files have them, with what holds where they say nothing: then all of a kind can be edited."""
    shipped: dict[str, Any] = {
        "skills": DEFAULT_SKILLS,
        "queues": {name: plain(queue) for name, queue in DEFAULT_QUEUES.items()},
        "breaks": {name: plain(one) for name, one in DEFAULT_BREAKS.items()},
        "agents": {},
        "groups": {},
        "calendars": {},
        EVERYONE: plain(AcdSettings().everyone),
    }
    found = {kind: raw.get(kind, shipped[kind]) for kind in (*KINDS, EVERYONE)}
    if isinstance(found["skills"], list):
        found["skills"] = {str(name): str(name) for name in found["skills"]}
    return found


def plain(model: pydantic.BaseModel) -> dict[str, Any]:
    """A model as YAML would have it, without what is as by default."""
    return model.model_dump(mode="json", exclude_defaults=True, exclude_unset=False)


def items(written: Mapping[str, Any]) -> dict[Item, Any]:
    """All pieces of `as_written`."""
    found = {Item(kind, str(name)): value for kind in KINDS for name, value in (written[kind] or {}).items()}
    return {**found, Item(EVERYONE): written[EVERYONE]}


def digest(value: Any) -> str:
    """Tells whether two values are the same."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def as_said(old: Any, new: Any, default: Any) -> Any:
    """The new value, with what the old one says though it is as by default anyway: that stays in the file."""
    if not (isinstance(old, Mapping) and isinstance(new, Mapping) and isinstance(default, Mapping)):
        return new
    found = {key: as_said(old.get(key), value, default.get(key)) for key, value in new.items()}
    said = {key: value for key, value in old.items() if key not in new and key in default and value == default[key]}
    return {**said, **found}


DEFAULTS: dict[str, dict[str, Any]] = {
    "queues": QueueSettings().model_dump(mode="json"),
    "agents": AgentSettings().model_dump(mode="json"),
    "breaks": BreakSettings().model_dump(mode="json"),
    "groups": GroupSettings().model_dump(mode="json"),
}


def differing(before: Any, after: Any) -> list[str]:
    """The fields in which two values of a piece differ; none are named where a whole one came or went."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return []
    return sorted(str(key) for key in {*before, *after} if before.get(key) != after.get(key))
