"""Reports at fixed times: a job makes the file, puts it beside the report, and tells who is to have it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Refusal
from cti.base.visitor import Visitor
from cti.office.figures import Period
from cti.office.files.service import Files
from cti.office.identity.directory import load_visitor
from cti.office.identity.models import PersonRow
from cti.office.jobs.kinds import Hopeless, JobKind
from cti.office.jobs.service import Jobs
from cti.office.messages import Messages, Persons, Text, WithRole
from cti.office.messages.models import DeliveryRow
from cti.office.printing.service import Printing
from cti.office.reports.exporting import as_excel, as_paper
from cti.office.reports.models import ReportRow
from cti.office.reports.service import Reports
from cti.office.sharing.rule import PERSON
from cti.office.sharing.service import share

MAKE = "report.make"
MESSAGE = "report"
MORNING = "0 7 * * *"
"""When reports of what is over are made, each day."""


class Sending:
    """Makes reports that are due."""

    def __init__(self, reports: Reports, printing: Printing, jobs: Jobs) -> None:
        self._reports, self._printing, self._jobs = reports, printing, jobs
        self._office = reports.office
        self.kind = JobKind(MAKE, "定期统计报表", self.make, tries=5)

    async def due(self, session: AsyncSession, at: datetime) -> None:
        """Have a file made of each report whose period is over and was not sent yet; a missed morning is made up."""
        wanted = select(ReportRow).where(ReportRow.every != "never", ReportRow.removed_at.is_(None))
        for row in (await session.scalars(wanted.order_by(ReportRow.id))).all():
            period = self._reports.period_to_send(row.every)
            if row.made_for is None or row.made_for < period.first:
                data = {"report": row.id, "kind": period.kind, "day": period.first.isoformat()}
                await self._jobs.add(session, MAKE, data, key=f"{row.id}:{row.every}:{period.first}")

    async def make(self, data: dict[str, Any]) -> None:
        """Count as whoever made the report, keep the file, tell the others. Hopeless when he is no longer there."""
        period = Period.around(data["kind"], datetime.fromisoformat(data["day"]).date())
        async with self._office.store.reading() as session:
            row = await session.get(ReportRow, data["report"])
            if row is None or row.removed_at is not None or (row.made_for and row.made_for >= period.first):
                return
            author = await self._author(session, row)
        try:
            content = await self._content(author, row.id, period)
        except Refusal as refusal:
            raise Hopeless(f"报表“{row.title}”不能生成：{refusal.detail}") from None
        token = await self._upload(author, f"{row.title}（{period.title}）.{row.format}", content)
        async with self._reports.changing() as session:
            kept = await session.get_one(ReportRow, row.id, with_for_update=True)
            if kept.made_for is not None and kept.made_for >= period.first:
                return
            kept.made_for = period.first
            files = self._office.need(Files)
            (file,) = await files.link(session, author, Reports.kind, kept.id, [token])
            await self._tell(session, author, kept, period, f"{Reports.kind}:{kept.id}:{file.id}" if kept.mail else "")
            after = {"period": period.title, "mail": kept.mail}
            await self._reports.audit(session, author, "sent", kept.id, after=after)

    async def _author(self, session: AsyncSession, row: ReportRow) -> Visitor:
        person = await session.get(PersonRow, row.created_by)
        if person is None or person.disabled_at is not None:
            raise Hopeless(f"报表“{row.title}”的制表人已停用，请由他人重新制作")
        return (await load_visitor(session, person))[0]

    async def _content(self, author: Visitor, id: str, period: Period) -> bytes:
        author.need(Reports.export_permission)
        report = await self._reports.get(author, id)
        table = await self._reports.counted(author, report, period)
        if report.format == "xlsx":
            return await as_excel(table)
        return await as_paper(self._printing, self._reports.figures, author, report, table, report.format)

    async def _upload(self, author: Visitor, name: str, content: bytes) -> str:
        async def pieces() -> AsyncIterator[bytes]:
            yield content

        uploads, token = self._office.need(Files).uploads, new_id()
        await uploads.begin(author, token, name.replace("/", "-"), len(content))
        await uploads.receive(author, token, 0, pieces())
        return token

    async def _tell(
        self, session: AsyncSession, author: Visitor, row: ReportRow, period: Period, enclosed: str
    ) -> None:
        whom: list[Persons | WithRole] = [
            Persons((row.created_by, *row.people)),
            *(WithRole(role, organisation=row.organisation) for role in row.roles),
        ]
        what = Text(MESSAGE, f"统计报表：{row.title}", f"{period.title}的报表已生成，文件在报表的附件中。", enclosed)
        messages = self._office.need(Messages)
        told = await messages.tell(session, whom, what, link=f"/{Reports.screen}/{row.id}", by=author.name)
        for person in told.persons:
            if person != row.created_by:
                await share(
                    session, Reports.kind, row.id, PERSON, person, writes=False, by=author, at=self._office.clock.wall()
                )  # fmt: skip

    async def not_sent(self, session: AsyncSession, letter: DeliveryRow) -> None:
        """A mail with a report that was given up: whoever made the report hears of it."""
        if not letter.enclosed:
            return
        row = await session.get(ReportRow, letter.enclosed.split(":")[1])
        if row is None or not row.created_by:
            return
        person = await session.get(PersonRow, letter.person) if letter.person else None
        why = letter.last_error.replace(letter.address, "该邮箱")
        name = person.name if person is not None else "接收人"
        what = Text(MESSAGE, f"报表邮件未送达：{row.title}", f"发给{name}的邮件没有送达：{why}")
        await self._office.need(Messages).tell(
            session, [Persons((row.created_by,))], what, link=f"/{Reports.screen}/{row.id}"
        )
