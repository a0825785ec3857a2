"""This plugin's section of the settings."""

from __future__ import annotations

import os

import pydantic

from cti.base.settings import Section

LEGS_A_CORE = 2
"""A leg takes about 0.15 of a core while people talk: the rest is for calls."""
LEGS = LEGS_A_CORE * (os.cpu_count() or 1)


class TranscriptsSettings(Section):
    """Who is heard: at most `legs` parties at once while they talk, two a talk (empty: two a core of this machine).

    Talks beyond that, and what the recogniser had no time for, are written down from the recording when the call is
    over and nobody is heard live, if `afterwards`. Talks of `not_queues` never are.
    """

    enabled: bool = pydantic.Field(default=True, title="启用通话转写")
    legs: int | None = pydantic.Field(default=None, ge=0, le=2000, title="同时实时转写的最多方数")
    afterwards: bool = pydantic.Field(default=True, title="通话结束后按录音补写")
    not_queues: tuple[str, ...] = pydantic.Field(default=(), title="不转写的队列")

    @property
    def most(self) -> int:
        """How many parties may be heard at once."""
        return LEGS if self.legs is None else self.legs
