"""This plugin's section of the settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pydantic

from cti.base.settings import Section
from cti.office.timers.schedule import next_moment


class KnowledgeSettings(Section):
    """When the board of hot articles is made, and of how many days."""

    hot_at: str = pydantic.Field(default="0 7 * * 1", max_length=60, title="热点知识榜单何时生成（分 时 日 月 周）")
    hot_days: int = pydantic.Field(default=7, ge=1, le=366, title="热点知识榜单统计几天")

    @pydantic.field_validator("hot_at")
    @classmethod
    def _moments(cls, line: str) -> str:
        next_moment(line, datetime(2026, 1, 1, tzinfo=UTC))
        return line
