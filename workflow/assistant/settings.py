"""This plugin's section of the settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pydantic

from cti.base.settings import Section
from cti.office.timers.schedule import next_moment


class WritingSettings(Section):
    """A language model by an OpenAI-compatible `url` (`https://models.example/v1`). Nothing is sent while the switch is
    off; unless it stands `inside` the house, numbers and names are hidden on the way.
    """

    is_on: bool = pydantic.Field(default=False, title="启用大模型（通话文字会发往下面的地址）")
    url: str = pydantic.Field(default="", pattern=r"^(https?://\S+)?$", title="大模型服务地址")
    model: str = pydantic.Field(default="", max_length=200, title="模型名称")
    key: str = pydantic.Field(default="", title="服务密钥", json_schema_extra={"x-form": {"kind": "password"}})
    inside: bool = pydantic.Field(default=False, title="服务在本单位内网（不遮盖号码和姓名）")
    seconds: float = pydantic.Field(default=10.0, ge=1, le=60, title="最多等待秒数")


class AssistantSettings(Section):
    """When models are made of the city's tickets, and of how many."""

    train_at: str = pydantic.Field(default="30 2 * * 0", max_length=60, title="何时训练模型（分 时 日 月 周）")
    least_tickets: int = pydantic.Field(default=300, ge=50, le=100_000, title="至少有多少工单才训练模型")
    most_tickets: int = pydantic.Field(default=100_000, ge=1_000, le=500_000, title="最多用最近多少工单训练模型")
    most_compared: int = pydantic.Field(default=20_000, ge=1_000, le=200_000, title="最多与最近多少工单比对重复")

    writing: WritingSettings = pydantic.Field(default=WritingSettings(), title="大模型整理")

    @pydantic.field_validator("train_at")
    @classmethod
    def _moments(cls, line: str) -> str:
        next_moment(line, datetime(2026, 1, 1, tzinfo=UTC))
        return line
