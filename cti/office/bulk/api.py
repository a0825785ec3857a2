"""Routes of acts with many records: below each kind's own base, and those about one act that was begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydantic

from cti.base.http.routes import SIGNED_IN, Route
from cti.base.visitor import Visitor
from cti.office.bulk.acts import BulkAct
from cti.office.bulk.asking import BulkAnswer, BulkPreview, Many
from cti.office.bulk.looking import preview
from cti.office.bulk.runs import BulkRuns

if TYPE_CHECKING:
    from cti.office.records.parts import Service

BASE = "/api/bulk"


def many_of(service: Service, act: BulkAct) -> type[Many]:
    """The body of an act: which records, and what it asks to be filled in."""
    fields: dict[str, Any] = {
        key: (field.annotation, field) for key, field in act.fields.model_fields.items() if key != "version"
    }
    return pydantic.create_model(
        f"{service.kind.title().replace('_', '')}{act.name.title().replace('_', '')}Many",
        __base__=Many,
        __doc__=f"{act.title}: which records, and what is filled in for it.",
        **fields,
    )


def bulk_routes(service: Service, base: str) -> list[Route]:
    """For each act, what it would do and to do it."""
    return [route for act in service.bulk_acts() for route in _routes(service, act, base)]


def _routes(service: Service, act: BulkAct, base: str) -> list[Route]:
    body_model = many_of(service, act)

    async def look(visitor: Visitor, body: Many) -> BulkPreview:
        return await preview(service, visitor, act, body, act.fields.model_validate(body.filled()))

    async def do(visitor: Visitor, body: Many) -> BulkAnswer:
        # By the service's own runs, which may have got jobs since.
        return await BulkRuns.of(service.office).begin(visitor, service, act, body, body.filled())

    for handler, answer in ((look, BulkPreview), (do, BulkAnswer)):
        handler.__annotations__ = {"visitor": Visitor, "body": body_model, "return": answer}
    permission, title = act.permission(service), f"{act.title}{service.title}"
    return [
        Route("POST", f"{base}/bulk/{act.name}/preview", look, permission, f"预览批量{title}"),
        Route("POST", f"{base}/bulk/{act.name}", do, permission, f"批量{title}"),
    ]


def run_routes(runs: BulkRuns) -> list[Route]:
    """About one's own acts."""

    async def told(visitor: Visitor, id: str) -> BulkAnswer:
        return await runs.told(visitor, id)

    async def retry(visitor: Visitor, id: str) -> BulkAnswer:
        return await runs.retry(visitor, id)

    async def undo(visitor: Visitor, id: str) -> BulkAnswer:
        return await runs.undo(visitor, id)

    return [
        Route("GET", f"{BASE}/{{id}}", told, SIGNED_IN, "本人的批量操作"),
        Route("POST", f"{BASE}/{{id}}/retry", retry, SIGNED_IN, "重试批量操作中未完成的"),
        Route("POST", f"{BASE}/{{id}}/undo", undo, SIGNED_IN, "撤销批量操作"),
    ]
