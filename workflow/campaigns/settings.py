"""This plugin's section of the settings."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section


class CampaignsSettings(Section):
    """Nobody is called by two campaigns within `apart` hours; at most `ahead` people a campaign wait for an agent."""

    apart: float = pydantic.Field(default=24.0, ge=0, le=720, title="同一号码两次不同活动外呼至少相隔几小时")
    ahead: int = pydantic.Field(default=20, ge=1, le=500, title="每个活动同时排队外呼的最多人数")
