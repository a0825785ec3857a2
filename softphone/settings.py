"""This room's section of the settings."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section


class SoftphoneSettings(Section):
    """Who hangs up within `short_talk` seconds of a talk is offered to the agent to be called back at once."""

    short_talk: float = pydantic.Field(default=10.0, ge=0, le=120, title="接通后几秒内断开，提示座席回拨（0 为不提示）")
