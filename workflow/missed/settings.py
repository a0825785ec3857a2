"""This plugin's section of the settings."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section
from cti.telephony.redialling import Redialling


class MissedSettings(Section):
    """Who gives up within `patience` seconds in a queue has changed his mind, and is not called back.

    The others are called in the open hours of `calendar`, `attempts` times at most, with the pauses by result. With
    `offered` agents do not fetch them: the queue in which they waited, or `queue`, gives each to whoever becomes free,
    behind all who call; `ahead` at most wait for that at a time.
    """

    patience: float = pydantic.Field(default=10.0, ge=0, le=600, title="排队不足几秒放弃的不回电")
    calendar: str = pydantic.Field(
        default="citizens", max_length=40, title="回电时间（日历，按来电所属机构和区划计，空为不限）"
    )
    attempts: int = pydantic.Field(default=3, ge=1, le=20, title="每人最多回拨次数")
    busy_minutes: int = pydantic.Field(default=10, ge=1, le=10080, title="占线后几分钟再回拨")
    no_answer_minutes: int = pydantic.Field(default=60, ge=1, le=10080, title="无人接听后几分钟再回拨")
    other_minutes: int = pydantic.Field(default=30, ge=1, le=10080, title="其他失败后几分钟再回拨")

    offered: bool = pydantic.Field(default=False, title="由系统逐个分配给空闲座席回电（否则由座席自己取）")
    queue: str = pydantic.Field(default="", max_length=60, title="不知道队列的来电由哪个队列回电（空为座席自己取）")
    ahead: int = pydantic.Field(default=5, ge=1, le=500, title="每个队列同时等待座席回电的最多人数")

    @property
    def rule(self) -> Redialling:
        """How often, and when again."""
        return Redialling(self.attempts, self.busy_minutes, self.no_answer_minutes, self.other_minutes)
