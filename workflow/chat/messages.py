"""What is written in a chat: one message, whoever wrote it, as it is kept and as it is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Side = Literal["citizen", "bot", "agent", "house", "staff"]
"""The citizen, the flow, an agent, the house itself (who serves, that he waits), and what only the staff reads."""
Kind = Literal["text", "buttons", "file", "place"]

LONGEST = 4000
"""Characters of one message."""


@dataclass(frozen=True, slots=True)
class Message:
    """`number` counts within the chat from 1, without gaps: who has the first n asks for those after n.

    `agent` and `name` are who wrote it, for the staff. `data` by kind: `buttons` have `choices`, each a value and its
    title; a `file` has `file`, `type` and `size`; a `place` has `latitude` and `longitude` (degrees, WGS 84); a text
    that came by a button has `chosen`, the button's value.
    """

    number: int
    at: datetime
    side: Side
    kind: Kind
    text: str
    agent: str = ""
    name: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_inside(self) -> bool:
        """Whether the citizen must not read it."""
        return self.side == "staff"

    def told(self) -> str:
        """As it is kept, sealed: all but its number, side and time."""
        kept = {"kind": self.kind, "text": self.text, "agent": self.agent, "name": self.name, "data": dict(self.data)}
        return json.dumps(kept, ensure_ascii=False)

    @classmethod
    def kept(cls, number: int, at: datetime, side: Side, told: str) -> Message:
        """What `told` made."""
        found = json.loads(told)
        return cls(number, at, side, found["kind"], found["text"], found["agent"], found["name"], found["data"])
