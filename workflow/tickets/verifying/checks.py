"""What does not fit in tickets: forged, back-dated or ghost tickets (幽灵工单) show here, whoever made them so.

Each ticket's events are a chain of keyed hashes; each act's audit entry carries the chain's end, and the audit itself
is sealed. So what was changed, taken out or put in by hand shows, and so does a chain taken back to an older end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import pydantic
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.scope import EVERYTHING
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.numbering.service import holes, without_record
from cti.office.processes.families import CaseEventLine, Families
from cti.office.records import Office
from cti.office.screens import form
from cti.store.calls import CallFilter, StoredCalls
from cti.store.engine import Store
from workflow.tickets.calls.behind import REVISITING
from workflow.tickets.models import OutsideRow, TicketCallRow, TicketRow, TicketTaskRow
from workflow.tickets.rules import VERIFY
from workflow.tickets.service import KIND

BATCH = 200
BULK, BULK_TIME = 10, timedelta(minutes=30)
"""So many tickets registered and ended by one person in so short a time are looked at."""
LATE = timedelta(seconds=1)
CALLS = 50
"""Of so many calls with a citizen, the newest, one has to be a talk."""
BY_CALL = ("phone", "voicemail")
"""Sources that leave a call behind."""
ANSWERING = frozenset({"answer", "answer_checked", "to_result", "close", "province_answered", "reply"})
ENDING = frozenset({"answer", "close", "archive"})

Sort = Literal["chain", "sealed", "case", "origin", "undispatched", "revisit", "back_dated", "bulk", "number"]
SORTS: Mapping[str, str] = {
    "chain": "事件链被改动",
    "sealed": "与审计记录不符",
    "case": "工单与流程不符",
    "origin": "没有来源",
    "undispatched": "未派先答",
    "revisit": "没有通话的回访",
    "back_dated": "时间倒填",
    "bulk": "同一人批量登记并办结",
    "number": "编号缺失",
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that does not fit. Numbers that are missing have no ticket."""

    sort: Sort
    says: str
    ticket: str = ""
    number: str = ""
    title: str = ""
    organisation: str = ""
    region: str = ""
    at: datetime | None = None


class Verifying:
    """Goes through tickets, the newest last."""

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store, self._audit = store, audit
        self._families, self._calls = Families(store.cipher), StoredCalls(store)

    async def all(self, limits: Sequence[ColumnElement[bool]] = (), *, numbers: bool = True) -> AsyncIterator[Misfit]:
        """What does not fit, of the tickets that meet the conditions. With `numbers` gaps of the numbering, too."""
        after, ended = "", defaultdict[str, list[tuple[datetime, TicketRow]]](list)
        while True:
            wanted = select(TicketRow).where(TicketRow.id > after, *limits).order_by(TicketRow.id).limit(BATCH)
            async with self._store.reading() as session:
                rows = (await session.scalars(wanted)).all()
                misfits = [one for row in rows for one in await self._of(session, row, ended)]
            for found in misfits:
                yield found
            if len(rows) < BATCH:
                break
            after = rows[-1].id
        for found in _in_bulk(ended):
            yield found
        if numbers:
            async with self._store.reading() as session:
                missing, lost = await holes(session, KIND), await without_record(session, KIND, select(TicketRow.id))
            for hole in missing:
                says = f"{hole.series}：应有{hole.last}个编号，登记簿中只有{hole.known}个"
                yield Misfit("number", says, number=hole.series)
            for number in lost:
                yield Misfit("number", "登记簿中有这个编号，工单却不存在", number=number)

    async def _of(
        self, session: AsyncSession, row: TicketRow, ended: dict[str, list[tuple[datetime, TicketRow]]]
    ) -> list[Misfit]:
        found: list[tuple[Sort, str]] = []
        if broken := await self._families.broken(session, row.case):
            found.append(("chain", broken))
        lines = await self._families.events(session, row.case)
        if said := await self._unlike_audit(session, row, len(lines)):
            found.append(("sealed", said))
        found += await self._unlike_case(session, row)
        found += self._of_time(row, lines)
        found += await self._of_answers(session, row, lines)
        called = bool(row.call) and await self._calls.find(row.call, EVERYTHING) is not None
        if row.channel in BY_CALL and not called and not await _was_imported(session, row):
            found.append(("origin", "来源是电话，但没有对应的来电" if row.call else "来源是电话，但没有记下来电"))
        for line in _taken(lines, "revisit"):
            since = _asked_since(row, lines, line)
            if row.contact and not (
                await self._talked(row.contact, since, line.at) or await self._asked(session, row, since, line.at)
            ):
                found.append(("revisit", f"{line.name}登记了回访结果，待回访以来没有与市民的通话"))
        closing = next((line for line in lines if line.data.get("action") in ENDING), None)
        if closing is not None and closing.person == row.registrar and row.outcome:
            ended[row.registrar].append((closing.at, row))
        return [_misfit(sort, says, row) for sort, says in found]

    async def _talked(self, number: str, since: datetime, until: datetime) -> bool:
        """Whether somebody here talked with the citizen in a call of that time, or talks still: ringing is no talk."""
        page = await self._calls.search(CallFilter(since=since, until=until, number=number), EVERYTHING, size=CALLS)
        return any(one.talk_seconds or (one.answered_at and one.ended_at is None) for one in page.items)

    async def _asked(self, session: AsyncSession, row: TicketRow, since: datetime, until: datetime) -> bool:
        """Whether the house itself has asked the citizen in a call of that time that he answered: it needs no agent."""
        wanted = select(TicketCallRow.call).where(
            TicketCallRow.ticket == row.id, TicketCallRow.purpose == "revisit", TicketCallRow.person == "",
            TicketCallRow.at >= since, TicketCallRow.at <= until,
        )  # fmt: skip
        found = [await self._calls.find(call, EVERYTHING) for call in await session.scalars(wanted.limit(CALLS))]
        return any(one is not None and one.answered_at is not None for one in found)

    async def _unlike_audit(self, session: AsyncSession, row: TicketRow, events: int) -> str:
        """The audit's newest entry about the case names the end that its chain had then."""
        entry = await self._audit.newest(session, "case.", f"ticket:{row.id}")
        if entry is None:
            return "审计中没有这张工单的任何操作"
        known = await self._families.head_at(session, row.case, int(entry["events"]))
        if known == entry["head"]:
            return ""
        return f"审计记有{entry['events']}条事件，现有{events}条，或内容不同"

    async def _unlike_case(self, session: AsyncSession, row: TicketRow) -> list[tuple[Sort, str]]:
        """What stands in the lists follows from the case."""
        family = await self._families.load(session, row.case)
        if family is None:
            return [("case", "没有对应的流程实例")]
        case = family.cases[row.case]
        pairs = (
            ("办结结果", row.outcome, case.outcome),
            ("答复", row.answer, str(case.values.get("answer") or "")),
            ("满意度", row.satisfaction, str(case.values.get("satisfaction") or "")),
        )
        return [("case", f"{title}与流程记录不同") for title, shown, real in pairs if shown != real]

    @staticmethod
    def _of_time(row: TicketRow, lines: Sequence[CaseEventLine]) -> list[tuple[Sort, str]]:
        """Time goes forward: no act is earlier than the one before it, or than the ticket."""
        before = row.created_at - LATE
        for line in lines:
            if line.at < before:
                return [("back_dated", f"{line.name or '系统'}的操作早于此前的操作")]
            before = max(before, line.at - LATE)
        return []

    @staticmethod
    async def _of_answers(
        session: AsyncSession, row: TicketRow, lines: Sequence[CaseEventLine]
    ) -> list[tuple[Sort, str]]:
        """A department answers what it was given, not before; and an answer is somebody's act."""
        found: list[tuple[Sort, str]] = []
        opened = {line.case: line.at for line in lines if line.kind == "CaseOpened"}
        for line in _taken(lines, "reply"):
            if line.at < opened.get(line.case, line.at + LATE):
                found.append(("undispatched", f"{line.name}的答复早于交办"))
        taken = {line.data["action"] for line in lines if line.kind == "ActionTaken"}
        if row.answer and not taken & {*ANSWERING, "follow"} and not await _was_imported(session, row):
            found.append(("undispatched", "有答复，但没有人答复过"))
        tasks = await session.scalars(select(TicketTaskRow).where(TicketTaskRow.ticket == row.id))
        found += [("undispatched", "有任务不是交办产生的") for task in tasks if task.case not in opened]
        return found


async def _was_imported(session: AsyncSession, row: TicketRow) -> bool:
    """Whether it came from an old system, which has the call."""
    mine = OutsideRow.ticket == row.id, OutsideRow.batch.is_not(None)
    return await session.scalar(select(OutsideRow.id).where(*mine).limit(1)) is not None


def _taken(lines: Iterable[CaseEventLine], action: str) -> list[CaseEventLine]:
    return [line for line in lines if line.kind == "ActionTaken" and line.data["action"] == action]


def _asked_since(row: TicketRow, lines: Iterable[CaseEventLine], act: CaseEventLine) -> datetime:
    """Since when the ticket waited for the revisit that somebody registered; tries in between count as one time."""
    since, waits = row.created_at, False
    for line in lines:
        if line.kind != "StepEntered" or line.case != row.case or line.at > act.at:
            continue
        asked = line.data["step"] in REVISITING
        since = line.at if asked and not waits else since
        waits = asked
    return since


def _in_bulk(ended: Mapping[str, list[tuple[datetime, TicketRow]]]) -> list[Misfit]:
    """Tickets that one person registered and ended himself, many of them within a short time."""
    found = []
    for those in ended.values():
        those.sort(key=lambda one: (one[0], one[1].id))
        first = 0
        marked: dict[str, TicketRow] = {}
        for last, (at, _) in enumerate(those):
            while at - those[first][0] > BULK_TIME:
                first += 1
            if last - first + 1 >= BULK:
                marked |= {row.id: row for _, row in those[first : last + 1]}
        minutes = int(BULK_TIME.total_seconds() // 60)
        says = f"{minutes}分钟内登记并办结{BULK}张以上"
        found += [_misfit("bulk", f"{row.registrar_name}{says}", row) for row in marked.values()]
    return found


def _misfit(sort: Sort, says: str, row: TicketRow) -> Misfit:
    return Misfit(sort, says, row.id, row.number, row.title, row.organisation, row.region, row.created_at)


class MisfitView(pydantic.BaseModel):
    """Something that does not fit, for people."""

    key: str
    ticket: str
    number: str = pydantic.Field(title="工单编号", json_schema_extra=form(width=200))
    title: str = pydantic.Field(title="标题", json_schema_extra=form(width=260))
    sort: str = pydantic.Field(title="问题", json_schema_extra=form(kind="choice", options=dict(SORTS)))
    says: str = pydantic.Field(title="说明", json_schema_extra=form(width=360))
    at: datetime | None = pydantic.Field(title="登记时间")


class Checking:
    """The same on a page: a period's tickets within the visitor's reach. Numbers are the whole house's alone."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._verifying = Verifying(office.store, office.audit)

    async def find(self, visitor: Visitor, since: datetime, until: datetime) -> list[MisfitView]:
        """What does not fit in tickets registered from `since` until `until`; who looks is noted in the audit."""
        visitor.need(VERIFY)
        reach = visitor.reach(VERIFY)
        limits = [*reach.limits(TicketRow), TicketRow.created_at >= since, TicketRow.created_at < until]
        await self._office.audit.look(visitor, "ticket.verified", "ticket:all", {"since": since.isoformat()})
        whole = reach.organisations is None and reach.regions is None
        found = [one async for one in self._verifying.all(limits, numbers=whole)]
        return [
            MisfitView(
                key=f"{at}", ticket=one.ticket, number=one.number, title=one.title, sort=one.sort, says=one.says,
                at=one.at,
            )
            for at, one in enumerate(found)
        ]  # fmt: skip
