"""This plugin's section of the settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pydantic

from cti.base.settings import Section
from cti.office.timers.schedule import next_moment


class QualitySettings(Section):
    """`draw_at` is a line of moments (minute hour day month weekday): daily plans draw then, if it is a working day."""

    draw_at: str = pydantic.Field(default="30 6 * * *", max_length=60, title="日常质检抽取时间（分 时 日 月 周）")

    @pydantic.field_validator("draw_at")
    @classmethod
    def _comes(cls, value: str) -> str:
        next_moment(value, datetime.now(UTC))
        return value
