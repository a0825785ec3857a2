"""Routes of a tree beside those of all records."""

from __future__ import annotations

from typing import Any

import pydantic

from cti.base.http.routes import Query, Route
from cti.base.visitor import Visitor
from cti.office.screens.description import Choice
from cti.office.tree.service import TreeRecords
from cti.office.tree.views import Merge, MergePreview, Move, TreeNode


class NodeSearch(Query):
    """A part of a path, or initials."""

    search: str = pydantic.Field(default="", max_length=60)


def tree_routes(service: TreeRecords[Any, Any, Any, Any], base: str) -> list[Route]:
    """The tree, what forms choose from, moving, merging with its preview, and switching off."""
    see, edit, title = service.see, service.edit_permission, service.title

    async def tree(visitor: Visitor) -> list[TreeNode]:
        return await service.nodes(visitor)

    async def options(visitor: Visitor, query: NodeSearch) -> list[Choice]:
        return await service.options(visitor, query.search)

    async def move(visitor: Visitor, id: str, body: Move) -> None:
        await service.move(visitor, id, body)

    async def merge(visitor: Visitor, id: str, body: Merge) -> None:
        await service.merge(visitor, id, body.into)

    async def preview(visitor: Visitor, id: str, body: Merge) -> MergePreview:
        return await service.preview_merge(visitor, id, body.into)

    async def off(visitor: Visitor, id: str) -> None:
        await service.switch(visitor, id, True)

    async def on(visitor: Visitor, id: str) -> None:
        await service.switch(visitor, id, False)

    return [
        Route("GET", f"{base}/tree", tree, see, f"{title}树"),
        Route("GET", f"{base}/options", options, see, f"选择{title}"),
        Route("POST", f"{base}/{{id}}/move", move, edit, f"移动{title}"),
        Route("POST", f"{base}/{{id}}/merge", merge, edit, f"合并{title}"),
        Route("POST", f"{base}/{{id}}/merge/preview", preview, edit, f"预览合并{title}"),
        Route("POST", f"{base}/{{id}}/off", off, edit, f"停用{title}"),
        Route("POST", f"{base}/{{id}}/on", on, edit, f"启用{title}"),
    ]
