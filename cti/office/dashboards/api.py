"""Routes of home pages and dashboards, and of what tiles count."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import SIGNED_IN, Route
from cti.base.visitor import Visitor
from cti.office.dashboards.service import Counted, Dashboard, DashboardFields, Dashboards, DashboardService


class DashboardEdit(DashboardFields):
    """`version` is the one that was read."""

    version: int = pydantic.Field(ge=1, title="版本")


def routes(dashboards: DashboardService) -> list[Route]:
    """Routes of home pages and dashboards."""

    async def every(visitor: Visitor) -> Dashboards:
        return await dashboards.all(visitor)

    async def add(visitor: Visitor, body: DashboardFields) -> Dashboard:
        return await dashboards.add(visitor, body)

    async def edit(visitor: Visitor, id: str, body: DashboardEdit) -> Dashboard:
        fields = DashboardFields.model_validate(body.model_dump(exclude={"version"}))
        return await dashboards.edit(visitor, id, body.version, fields)

    async def remove(visitor: Visitor, id: str) -> None:
        await dashboards.remove(visitor, id)

    async def counts(visitor: Visitor, name: str) -> list[Counted]:
        return await dashboards.counts(visitor, name)

    return [
        Route("GET", "/api/dashboards", every, SIGNED_IN, "首页和看板"),
        Route("POST", "/api/dashboards", add, SIGNED_IN, "保存看板", 201),
        Route("PUT", "/api/dashboards/{id}", edit, SIGNED_IN, "修改看板"),
        Route("DELETE", "/api/dashboards/{id}", remove, SIGNED_IN, "删除看板"),
        Route("GET", "/api/tiles/{name}/counts", counts, SIGNED_IN, "磁贴上的数量"),
    ]
