"""The routes of a service of records, made from its models."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

import pydantic
from aiohttp import web

from cti.base.http.routes import Exchange, Handler, Page, Route
from cti.base.visitor import Visitor
from cti.office.bulk.api import bulk_routes
from cti.office.conditions.askable import AskableView
from cti.office.conditions.records import askable
from cti.office.numbering.api import gap_routes
from cti.office.records import importing
from cti.office.records.exporting import exported
from cti.office.records.parts import extended
from cti.office.records.query import Moments, RecordPage, RecordQuery, TallyPage
from cti.office.records.receiving import SHEET_LIMIT, received
from cti.office.records.service import Records
from cti.office.records.sharing import share_routes
from cti.office.sheets import writing
from cti.office.timeline.entries import TimelinePage, TimelineQuery

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Version = Annotated[int, pydantic.Field(ge=1, le=2**31 - 1, title="版本")]


def record_routes(service: Records[Any, Any, Any, Any], base: str, *, imports: bool = True) -> list[Route]:
    """List, read, add, edit, remove, restore, both for many, export, and import with its preview, all below `base`."""
    service.base = base
    see, edit, title = service.see, service.edit_permission, service.title
    view, fields, query = service.view, service.fields, service.query
    answer = RecordPage[view]  # type: ignore[valid-type] # a model made at run time
    change = pydantic.create_model(f"{fields.__name__}Edit", __base__=fields, version=(Version, ...))
    change.__doc__ = f"{(fields.__doc__ or '').strip()} `version` is the one that was read."

    async def listing(visitor: Visitor, query: RecordQuery) -> Any:
        return await service.find(visitor, query)

    async def conditions(visitor: Visitor) -> list[AskableView]:
        return [one.view() for one in askable(service, visitor).values()]

    async def one(visitor: Visitor, id: str) -> Any:
        return await service.get(visitor, id)

    made = extended(fields, [part.filled() for part in service.parts])

    async def add(visitor: Visitor, body: pydantic.BaseModel) -> Any:
        if made is fields:
            return await service.create(visitor, body)
        filled = {part.name: {key: getattr(body, key) for key in part.filled()} for part in service.parts}
        own = fields.model_validate(body.model_dump(include=set(fields.model_fields), exclude_unset=True))
        return await service.create(visitor, own, filled)

    async def edited(visitor: Visitor, id: str, body: Any) -> Any:
        return await service.edit(visitor, id, body.version, body)

    async def remove(visitor: Visitor, id: str) -> None:
        await service.remove(visitor, id)

    async def restore(visitor: Visitor, id: str) -> None:
        await service.restore(visitor, id)

    async def changes(visitor: Visitor, id: str, query: Page) -> Moments:
        return await service.changes(visitor, id, query.page, query.size)

    async def timeline(visitor: Visitor, id: str, query: TimelineQuery) -> TimelinePage:
        return await service.timeline(visitor, id, query)

    def tallied(key: str) -> Route:
        async def tally(visitor: Visitor, query: RecordQuery) -> TallyPage:
            return await service.tally(visitor, query, key)

        return Route("GET", f"{base}/tally/{key}", typed(tally, TallyPage, query=query), see, f"{title}数量：{key}")

    async def export(visitor: Visitor, query: RecordQuery) -> web.Response:
        return file_answer(f"{title}.xlsx", await exported(service, visitor, query))

    async def template(visitor: Visitor) -> web.Response:
        headings = [field.title for field in importing.columns(service)]
        return file_answer(f"{title}导入模板.xlsx", await writing.write(headings, []))

    async def preview(visitor: Visitor, exchange: Exchange) -> importing.Preview:
        async with received(exchange.request, visitor) as file:
            return await importing.preview(service, visitor, file)

    async def take_in(visitor: Visitor, exchange: Exchange) -> importing.Imported:
        async with received(exchange.request, visitor) as file:
            return await importing.take_in(service, visitor, file)

    routes = [
        Route("GET", base, typed(listing, answer, query=query), see, f"{title}列表"),
        Route("GET", f"{base}/conditions", conditions, see, f"筛选{title}的条件"),
        Route("POST", base, typed(add, view, body=made), edit, f"新增{title}", 201),
        Route("GET", f"{base}/{{id}}", typed(one, view), see, f"{title}详情"),
        Route("PUT", f"{base}/{{id}}", typed(edited, view, body=change), edit, f"修改{title}"),
        Route("DELETE", f"{base}/{{id}}", remove, edit, f"删除{title}"),
        Route("POST", f"{base}/{{id}}/restore", restore, edit, f"恢复{title}"),
        Route("GET", f"{base}/{{id}}/changes", changes, see, f"{title}的修改记录"),
        Route("GET", f"{base}/{{id}}/timeline", timeline, see, f"{title}的动态"),
        Route(
            "GET",
            f"{base}/export",
            typed(export, web.Response, query=query),
            service.export_permission,
            f"导出{title}",
        ),
    ]
    routes += service.own_routes(base)
    routes += bulk_routes(service, base)
    routes += [tallied(key) for key in service.tallied]
    if service.numbered is not None:
        routes += gap_routes(service.office.store, service.kind, title, see, base)
    if service.sharing.given:
        routes += share_routes(service, base)
    for part in service.parts:
        routes += part.routes(service, base)
    if imports:
        routes += [
            Route("GET", f"{base}/template", template, edit, f"{title}导入模板"),
            Route("POST", f"{base}/import/preview", preview, edit, f"预览导入{title}", limit=SHEET_LIMIT),
            Route("POST", f"{base}/import", take_in, edit, f"导入{title}", limit=SHEET_LIMIT),
        ]
    return routes


def without_changes(usual: Sequence[Route], base: str, *, made_by: str = "") -> list[Route]:
    """The usual routes of records that are neither edited nor removed, and made by nobody, or with `made_by`."""
    one, making = f"{base}/{{id}}", f"POST {base}"
    gone = {f"PUT {one}", f"DELETE {one}", f"POST {one}/restore", *(() if made_by else (making,))}
    many = f"{base}/bulk/"
    kept = [route for route in usual if f"{route.method} {route.path}" not in gone and not route.path.startswith(many)]
    return [replace(one, permission=made_by) if f"{one.method} {one.path}" == making else one for one in kept]


def file_answer(name: str, content: bytes) -> web.Response:
    """A spreadsheet to be saved under a Chinese name (RFC 6266 4.3)."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return web.Response(body=content, content_type=XLSX, headers=headers)


def typed(handler: Callable[..., Awaitable[Any]], answer: Any, **models: type[pydantic.BaseModel]) -> Handler:
    """The handler with the models that only this service knows in its signature."""
    given = {name: {"Visitor": Visitor, "str": str}.get(kind, kind) for name, kind in handler.__annotations__.items()}
    handler.__annotations__ = {**given, **models, "return": answer}
    return handler
