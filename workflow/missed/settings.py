"""This plugin's section of the settings."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section
from cti.telephony.redialling import Redialling


class MissedSettings(Section):
    """Who gives up within `patience` seconds in a queue has changed his mind, and is not called back.

    The others are called in the open hours of `calendar`, `attempts` times at most, with the pauses by result.
    """

    patience: float = pydantic.Field(default=10.0, ge=0, le=600, title="排队不足几秒放弃的不回电")
    calendar: str = pydantic.Field(
        default="citizens", max_length=40, title="回电时间（日历，按来电所属机构和区划计，空为不限）"
    )
    attempts: int = pydantic.Field(default=3, ge=1, le=20, title="每人最多回拨次数")
    busy_minutes: int = pydantic.Field(default=10, ge=1, le=10080, title="占线后几分钟再回拨")
    no_answer_minutes: int = pydantic.Field(default=60, ge=1, le=10080, title="无人接听后几分钟再回拨")
    other_minutes: int = pydantic.Field(default=30, ge=1, le=10080, title="其他失败后几分钟再回拨")

    @property
    def rule(self) -> Redialling:
        """How often, and when again."""
        return Redialling(self.attempts, self.busy_minutes, self.no_answer_minutes, self.other_minutes)
