"""Routes of saved views and of the counts in the menu."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import SIGNED_IN, Query, Route
from cti.base.visitor import Visitor
from cti.office.views.service import Badge, SavedView, ViewFields, Views


class ViewEdit(ViewFields):
    """`version` is the one that was read."""

    version: int = pydantic.Field(ge=1, title="版本")


class BadgesQuery(Query):
    """Names of screens, with commas; without any the counts of all."""

    screens: str = pydantic.Field(default="", max_length=4000)


def routes(views: Views) -> list[Route]:
    """All routes: path, handler and permission of each."""

    async def every(visitor: Visitor) -> list[SavedView]:
        return await views.all(visitor)

    async def add(visitor: Visitor, body: ViewFields) -> SavedView:
        return await views.add(visitor, body)

    async def edit(visitor: Visitor, id: str, body: ViewEdit) -> SavedView:
        fields = ViewFields.model_validate(body.model_dump(exclude={"version"}))
        return await views.edit(visitor, id, body.version, fields)

    async def remove(visitor: Visitor, id: str) -> None:
        await views.remove(visitor, id)

    async def badges(visitor: Visitor, query: BadgesQuery) -> list[Badge]:
        return await views.badges(visitor, frozenset(query.screens.split(",")) if query.screens else None)

    return [
        Route("GET", "/api/views", every, SIGNED_IN, "保存的视图"),
        Route("POST", "/api/views", add, SIGNED_IN, "保存视图", 201),
        Route("PUT", "/api/views/{id}", edit, SIGNED_IN, "修改视图"),
        Route("DELETE", "/api/views/{id}", remove, SIGNED_IN, "删除视图"),
        Route("GET", "/api/badges", badges, SIGNED_IN, "菜单上的数量"),
    ]
