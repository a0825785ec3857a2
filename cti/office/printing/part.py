"""Printing as a part of records: `parts: ClassVar = (Print("notes.print"),)` and a template is all that it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal
from urllib.parse import quote

from aiohttp import web

from cti.base.http.routes import Query, Route
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.printing.kinds import Printed
from cti.office.printing.service import TYPES, Printing
from cti.office.records.exporting import LEFT_OUT, text_of
from cti.office.records.parts import RecordPart
from cti.office.screens.description import Action
from cti.office.screens.forms import columns_of
from cti.office.timeline.entries import TimelineEntry, TimelineQuery

if TYPE_CHECKING:
    from cti.office.records.parts import Service

TRAIL = {"at": "时间", "title": "事项", "by": "办理人", "text": "内容"}
MOST_ENTRIES = 1000
"""Entries of a timeline that are printed; the rest is told to be left out."""


class FormatQuery(Query):
    """Whether a printout is wanted as Word or PDF."""

    format: Literal["docx", "pdf"] = "pdf"


class Print(RecordPart):
    """A record as its view shows it to who prints it, with its timeline; each print stands in the audit."""

    name: ClassVar[str] = "print"

    def __init__(self, permission: str) -> None:
        self.permission = permission

    @staticmethod
    def kind(service: type[Service]) -> Printed:
        """What templates read: every value of the view, and `timeline`."""
        columns = [one for one in columns_of(service.view) if one.key not in LEFT_OUT]
        return Printed(service.kind, service.title, {one.key: one.title for one in columns}, {"timeline": TRAIL})

    def actions(self, service: type[Service], base: str) -> tuple[Action, ...]:
        """The two on the record's page."""
        return tuple(
            Action(
                name=f"print_{format}", title=title, permission=self.permission, kind="download", method="GET",
                path=f"{base}/{{id}}/print?format={format}",
            )
            for format, title in (("pdf", "打印（PDF）"), ("docx", "打印（Word）"))
        )  # fmt: skip

    def routes(self, service: Service, base: str) -> list[Route]:
        """The route below the record that gives it out as Word or PDF."""

        async def printed(visitor: Visitor, id: str, query: FormatQuery) -> web.Response:
            data = await data_of(service, visitor, id)
            content = await service.office.need(Printing).printed(visitor, service.kind, data, query.format)
            await service.office.audit.look(visitor, f"{service.kind}.printed", f"{service.kind}:{id}")
            number = data["record"].get("number") or id
            return download(f"{service.title}{number}.{query.format}", content, query.format)

        return [Route("GET", f"{base}/{{id}}/print", printed, self.permission, f"打印{service.title}")]


async def data_of(service: Service, visitor: Visitor, id: str) -> dict[str, Any]:
    """A record in words, as the visitor may see it, with all of its timeline from the beginning."""
    shown = await service.get(visitor, id)
    columns = [one for one in columns_of(service.view) if one.key not in LEFT_OUT]
    record = {one.key: str(found if (found := text_of(one, shown)) is not None else "") for one in columns}
    entries: list[TimelineEntry] = []
    before = ""
    while len(entries) < MOST_ENTRIES:
        page = await service.timeline(visitor, id, TimelineQuery(size=100, before=before))
        entries += page.items
        before = page.next
        if not before:
            break
    trail = [
        {"at": one.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M"), "title": one.title, "by": one.by, "text": one.text}
        for one in reversed(entries)
    ]
    return {"record": record, "timeline": trail}


def download(name: str, content: bytes, format: str) -> web.Response:
    """A file to be saved under a Chinese name (RFC 6266 4.3)."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return web.Response(body=content, content_type=TYPES[format], headers=headers)
