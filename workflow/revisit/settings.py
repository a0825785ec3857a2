"""This plugin's section of the settings."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section


class RevisitSettings(Section):
    """`kept_free` is the share of each trunk's channels that is left to calls that come in."""

    kept_free: float = pydantic.Field(default=0.3, ge=0, le=1, title="每条中继为来电保留的线路比例")
    later_hours: float = pydantic.Field(default=2.0, ge=0.5, le=48, title="市民没有说明时间时，几小时后再回访")
