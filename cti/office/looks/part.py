"""Who saw a record, as a part of it: `parts: ClassVar = (Looks("notes.looks"),)`.

The report is read from the audit: who opened the record, was shown the citizen's name and number whole, on its page or
in a list, heard a recording, downloaded a file, printed it, or exported it among others. To read it is noted, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Page, Route
from cti.base.visitor import Visitor
from cti.office.identity.models import AuditHead, AuditRow, PersonRow
from cti.office.looks.models import ExportedRow
from cti.office.records.parts import RecordPart
from cti.office.records.query import RecordPage
from cti.office.references import ORGANISATIONS
from cti.office.screens.description import Empty, List, Tab
from cti.office.screens.forms import columns_of
from cti.store.listing import listed, starts_with

if TYPE_CHECKING:
    from cti.office.records.parts import Service

WHOLE = "personal.seen"
WORDS = {
    "seen": "打开{}", "printed": "打印{}", "exported": "导出{}", "case_taken": "导出{}案卷", "looks": "查看“谁看过”",
    "personal.seen": "在列表中看到姓名和电话", "personal.revealed": "查看被遮盖的姓名、电话",
    "file.downloaded": "下载附件", "recording.listened": "收听录音", "recording.downloaded": "下载录音",
}  # fmt: skip
"""What each look is called."""
HEARD = ("recording.listened", "recording.downloaded")
CHUNK = 500


class LookView(pydantic.BaseModel):
    """A look: who, when, from where, and at what."""

    sequence: int
    at: datetime = pydantic.Field(title="时间")
    name: str = pydantic.Field(title="人员")
    login: str = pydantic.Field(title="账号")
    organisation: str = pydantic.Field(title="所属机构")
    what: str = pydantic.Field(title="看了什么")
    address: str = pydantic.Field(title="来源地址")


class Looks(RecordPart):
    """The report, for who has the right to it."""

    name: ClassVar[str] = "looks"

    def __init__(self, permission: str) -> None:
        self.permission = permission

    def tabs(self, service: type[Service], base: str) -> tuple[Tab, ...]:
        """A side of the record's page."""
        return (
            Tab(
                name=self.name, title="谁看过", kind="list", permission=self.permission,
                list=List(
                    source=f"{base}/{{id}}/looks", id="sequence",
                    columns=columns_of(LookView, "at", "name", "login", "organisation", "what", "address"),
                    empty=Empty(title="还没有人看过"),
                ),
            ),
        )  # fmt: skip

    def routes(self, service: Service, base: str) -> list[Route]:
        """The route below the record that lists who saw it."""

        async def looks(visitor: Visitor, id: str, query: Page) -> RecordPage[LookView]:
            async with service.office.store.reading() as session:
                row = await service.part_of(session, visitor, id, permission=self.permission, part=self.name)
                wanted = await _condition(session, service, row)
                order = (AuditRow.sequence.desc(),)
                found = await listed(session, AuditRow, [wanted], order, query.page, query.size)
                items = await _views(session, service, visitor, found.rows)
            await service.office.audit.look(visitor, f"{service.kind}.looks", f"{service.kind}:{id}")
            return RecordPage(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

        return [Route("GET", f"{base}/{{id}}/looks", looks, self.permission, f"谁看过{service.title}")]

    async def exported(self, session: AsyncSession, service: Service, ids: Sequence[str]) -> None:
        """Records stood in a file of which the last entry of the audit tells."""
        sequence = await session.scalar(select(AuditHead.sequence))
        for first in range(0, len(ids), CHUNK):
            some = ids[first : first + CHUNK]
            session.add_all(ExportedRow(kind=service.kind, record=id, sequence=sequence) for id in some)
            await session.flush()

    async def purge(self, session: AsyncSession, service: Service, ids: Iterable[str]) -> None:
        """What is gone was in no file any more; the audit stays."""
        gone = (ExportedRow.kind == service.kind, ExportedRow.record.in_(list(ids)))
        await session.execute(delete(ExportedRow).where(*gone))


async def _condition(session: AsyncSession, service: Service, row: Any) -> ColumnElement[bool]:
    """The entries of the audit that tell of looks at a record, since it was made."""
    kind, subject = service.kind, f"{service.kind}:{row.id}"
    own = [f"{kind}.{one}" for one in ("seen", "printed", "case_taken", "looks")]
    at_it = and_(
        AuditRow.subject == subject, AuditRow.action.in_([*own, WHOLE, "personal.revealed", "file.downloaded"])
    )
    heard = and_(AuditRow.subject.in_(await service.heard_of(session, row)), AuditRow.action.in_(HEARD))
    # In lists the citizen's name and number of many were shown at once: the entry names them all.
    among = and_(
        AuditRow.action == WHOLE, starts_with(AuditRow.subject, f"{kind}:"), AuditRow.after.contains(f'"{row.id}"')
    )
    files = select(ExportedRow.sequence).where(ExportedRow.kind == kind, ExportedRow.record == row.id)
    return and_(AuditRow.at >= row.created_at, or_(at_it, heard, among, AuditRow.sequence.in_(files)))


async def _views(session: AsyncSession, service: Service, visitor: Visitor, rows: Sequence[AuditRow]) -> list[LookView]:
    people = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_({one.person for one in rows}))
    names = dict((await session.execute(people)).tuples().all())
    units = await ORGANISATIONS.titles(session, visitor, {one.organisation for one in rows})
    return [
        LookView(
            sequence=one.sequence, at=one.at, name=names.get(one.person, ""), login=one.login,
            organisation=units.get(one.organisation, one.organisation), what=_what(service, one), address=one.address,
        )
        for one in rows
    ]  # fmt: skip


def _what(service: Service, row: AuditRow) -> str:
    key = row.action.removeprefix(f"{service.kind}.")
    return WORDS.get(key, row.action).format(service.title)
