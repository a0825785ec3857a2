"""This plugin's section of the settings."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section


class ChatSettings(Section):
    """Seconds after which something follows.

    Who writes nothing for `remind` is asked whether he is still there, and after `idle` the chat ends: old people type
    slowly, so neither is short. A talk whose agent has been gone for `gone`, or has left the citizen without an answer
    for `unanswered`, goes back to the queue.
    """

    remind: float = pydantic.Field(default=600.0, ge=300, le=86_400, title="多少秒没有消息后提醒市民")
    idle: float = pydantic.Field(default=1800.0, ge=600, le=172_800, title="多少秒没有消息后结束会话")
    gone: float = pydantic.Field(default=45.0, ge=10, le=600, title="座席离线多少秒后会话回到队列")
    unanswered: float = pydantic.Field(default=300.0, ge=30, le=3600, title="座席多少秒不回复后会话回到队列")
    per_minute: int = pydantic.Field(default=60, ge=5, le=600, title="一位市民每分钟最多消息数")

    @pydantic.model_validator(mode="after")
    def _in_order(self) -> ChatSettings:
        if self.idle <= self.remind:
            raise ValueError("结束会话的时间必须晚于提醒的时间")
        return self
