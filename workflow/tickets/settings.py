"""This plugin's section of the settings."""

from __future__ import annotations

from typing import Annotated

import pydantic

from cti.base.settings import DAYTIME, Section
from workflow.tickets.views import Type

Region = Annotated[str, pydantic.Field(pattern=r"^\d{6}$")]
Process = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]


class TicketSettings(Section):
    """Which process new tickets go through, and what their archive asks for."""

    process: Process = pydantic.Field(default="standard", title="工单流程")
    enterprise_process: Process = pydantic.Field(default="enterprise", title="涉企工单流程")
    processes: dict[Region, Process] = pydantic.Field(default={}, title="区县工单流程（区划代码：流程）")
    revisited: list[Type] = pydantic.Field(
        default=["help", "complaint", "report", "suggestion"], title="需要回访的诉求类型"
    )
    claim_minutes: int = pydantic.Field(default=30, ge=1, le=1440, title="领取工单后多少分钟未处理自动放回")
    province: str = pydantic.Field(
        default="", pattern=r"^([a-z][a-z0-9_-]{0,59})?$", title="省级热线的连接器（空则人工上报）"
    )
    unit_calls_from: str = pydantic.Field(
        default="08:00", pattern=DAYTIME, title="从自己的电话拨打市民的开始时间（空为不限）"
    )
    unit_calls_until: str = pydantic.Field(default="21:00", pattern=DAYTIME, title="从自己的电话拨打市民的结束时间")
    category_needed: bool = pydantic.Field(default=True, title="归档前须填写诉求分类")

    def process_of(self, region: str, *, enterprise: bool) -> str:
        """For a ticket of an organisation in a region: its own, that of the region around it, or the house's."""
        if enterprise:
            return self.enterprise_process
        for code in (region, f"{region[:4]}00", f"{region[:2]}0000"):
            if code in self.processes:
                return self.processes[code]
        return self.process
