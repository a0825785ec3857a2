"""What of the hotline's figures is public."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section


class PublicFigures(Section):
    """Which figures the site shows (热线数据); without any there is no such page."""

    names: tuple[str, ...] = pydantic.Field(
        default=("tickets_registered", "tickets_finished", "finished_on_time", "solved_rate", "satisfaction"),
        max_length=12, title="公开的统计指标",
    )  # fmt: skip
    trend: bool = pydantic.Field(default=True, title="公开每日受理量")
    types: bool = pydantic.Field(default=True, title="公开诉求类型")
    matters: int = pydantic.Field(default=10, ge=0, le=30, title="公开几个热点诉求")
    least: int = pydantic.Field(default=5, ge=3, le=100, title="少于几件不公开")

    @property
    def anything(self) -> bool:
        """Whether there is a page at all."""
        return bool(self.names or self.trend or self.types or self.matters)
