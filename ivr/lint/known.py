"""What a flow may name: prompts, queues, services … of the house. What is None is not known and not checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.definition.flow import Flow
from ivr.reach.lookups import Shape


@dataclass(frozen=True, slots=True)
class Known:
    """The names of the house. `flows` has the other flows; `hosts` those that flows may ask over HTTP,
    `secrets` the names of what opens them.

    `voice`: whether texts can be spoken here; `languages` are those that callers can be spoken to in.
    `allowed_keys` is how many keys a menu may offer, and how many must be pressed at most, before a human is reached.
    """

    prompts: frozenset[str] | None = None
    queues: frozenset[str] | None = None
    skills: Mapping[str, str] | None = None
    groups: frozenset[str] | None = None
    calendars: frozenset[str] | None = None
    hosts: frozenset[str] | None = None
    secrets: frozenset[str] | None = None
    services: Mapping[str, Shape] | None = None
    flows: Mapping[str, Flow] = field(default_factory=dict)
    voice: bool | None = None
    languages: frozenset[str] | None = None
    allowed_keys: int = 2
    allowed_presses: int = 1
