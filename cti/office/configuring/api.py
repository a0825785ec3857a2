"""Routes of the settings."""

from __future__ import annotations

from typing import Any

import pydantic

from cti.base.http.routes import Body, Route
from cti.base.visitor import Visitor
from cti.office.configuring.service import MANAGE, SEE, SectionView, SettingsDesk


class SettingsAnswer(pydantic.BaseModel):
    """All sections that the visitor may see, each with its fields and what holds."""

    sections: list[SectionView]


class SettingsChange(Body):
    """New values of a section; `version` is the one that was read."""

    version: str = pydantic.Field(max_length=16)
    values: dict[str, Any]


def routes(desk: SettingsDesk) -> list[Route]:
    """All routes: path, handler and permission of each."""

    async def sections(visitor: Visitor) -> SettingsAnswer:
        return SettingsAnswer(sections=await desk.sections(visitor))

    async def change(visitor: Visitor, name: str, body: SettingsChange) -> SectionView:
        return await desk.change(visitor, name, body.version, body.values)

    return [
        Route("GET", "/api/settings", sections, SEE, "系统设置"),
        Route("PUT", "/api/settings/{name}", change, MANAGE, "修改系统设置"),
    ]
