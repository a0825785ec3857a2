"""This plugin's section of the settings."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section


class LearningSettings(Section):
    """`keep_days`: what citizens said to bots is kept so long; figures of talks end there, too."""

    keep_days: int = pydantic.Field(default=400, ge=30, le=3650, title="机器人对话保留天数")
