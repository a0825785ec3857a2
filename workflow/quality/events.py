"""What quality tells, each once, when it is stored. Words of the sheet are asked of the API, by rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cti.base.events import RecordEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEvent(RecordEvent):
    """Something that happened to the scoring of a recording, of a call, of an agent (工号)."""

    kind: ClassVar[str] = "quality_review"

    recording: str
    call: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkScored(ReviewEvent):
    """A talk has a score, of 100; told again where an appeal changed it."""

    score: float
    passed: bool
    fatal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodTalkFound(ReviewEvent):
    """An inspector proposes a talk as an example for training."""
