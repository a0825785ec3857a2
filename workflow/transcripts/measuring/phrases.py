"""A port: whoever says which phrases an agent must and must not say judges the words of a talk (质检 does)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from workflow.transcripts.lines import Line


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is asked for and was not said, and what was said and is forbidden; each in words, each once."""

    missing: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


class JudgesPhrases(Protocol):
    """The port."""

    def judge(self, organisation: str, agent: str, lines: Sequence[Line]) -> Phrases | None:
        """Of an agent in a talk of an organisation, all lines in order; None when nothing is asked of it."""
        ...
