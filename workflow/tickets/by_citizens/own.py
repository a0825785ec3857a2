"""A citizen's own requests, of all channels: how far each is in the words of its process, what he may do with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.citizen import Citizen
from cti.base.rates import Rate
from cti.base.refusal import NotFound
from cti.office.files.service import Files
from cti.office.identity import regions
from cti.office.processes.families import CaseEventLine, Stored
from cti.store.listing import Listed, listed
from workflow.tickets.acting import Acts
from workflow.tickets.by_citizens.views import OwnAct, OwnFile, OwnLine, OwnRequest, Stage, Told
from workflow.tickets.by_citizens.whose import (
    HIMSELF,
    as_citizen,
    his_joined,
    his_own,
    registered_with,
    uploader,
)
from workflow.tickets.following import ANSWERED
from workflow.tickets.models import TicketCallerRow, TicketRow
from workflow.tickets.points import point_of
from workflow.tickets.progress import OTHERWISE, WORDS, Progress
from workflow.tickets.service import KIND, Tickets
from workflow.tickets.views import SATISFACTION

TITLES = {
    "remind": "催办",
    "supplement": "补充情况",
    "withdraw": "撤回诉求",
    "rate": "评价办理结果",
    "appeal": "对答复提出申诉",
}
"""What his acts are called on the public site; others have the title that their process says."""
PHASES = ("已登记", "受理审核", "办理", "评价", "办结")
_PHASE = {
    "registered": 0, "review": 1, "final": 1, "revisit": 3, "later": 3, "archiving": 4, "archived": 4, "withdrawn": 4,
    "voided": 4,
}  # fmt: skip
HANDLING = 2
TRIES_AN_HOUR = 5
LEAST_NAME = 2


class OwnRequests:
    """The service. NotFound alike for what is not there and what is somebody else's."""

    def __init__(self, tickets: Tickets, acts: Acts, progress: Progress) -> None:
        self._tickets, self._acts, self._progress = tickets, acts, progress
        self._office, self._cases = tickets.office, tickets.cases
        self._tries = Rate(tickets.office.clock, TRIES_AN_HOUR / 3600, TRIES_AN_HOUR)

    async def lines(self, citizen: Citizen, page: int, size: int) -> Listed[OwnLine]:
        """A page of them, the newest first."""
        mine = or_(his_own(citizen), his_joined(citizen))
        order = (TicketRow.created_at.desc(), TicketRow.id.desc())
        async with self._office.store.reading() as session:
            found = await listed(session, TicketRow, [mine], order, page, size)
            joined = await _joined(session, citizen, found.rows)
        return Listed(tuple(_line(row, joined=row.id in joined) for row in found.rows), found.total, found.more)

    async def one(self, citizen: Citizen, number: str) -> OwnRequest:
        """All that he is told of one."""
        async with self._office.store.reading() as session:
            row = await self._row(session, number, or_(his_own(citizen), his_joined(citizen)))
            joined = bool(await _joined(session, citizen, [row]))
            handled = await self._progress.handled(session, row)
            told = await self._progress.told(session, row, handled)
            line = _line(row, joined=joined)
            if joined:
                return OwnRequest(line, told.unit, told.due_at, told.extended, told.ended_at)
            family = await self._cases.family(session, row.case)
            # One that ended otherwise may have an answer that nobody has accepted.
            answered = row.stage in (*ANSWERED, "later")
            return OwnRequest(
                line, told.unit, told.due_at, told.extended, told.ended_at,
                category=self._tickets.titles.category(row.category),
                place=regions.title_of(row.place) if row.place else "", address=row.address, point=point_of(row),
                caller_name=row.caller_name, content=row.content,
                answer=row.answer if answered else "",
                satisfaction=SATISFACTION.get(row.satisfaction, "") if row.satisfaction else "",
                stages=tuple(self._stages(family, await self._cases.events(session, row.case))),
                acts=await self._offered(session, row), files=await self._sent(session, citizen, row),
            )  # fmt: skip

    async def act(
        self, citizen: Citizen, number: str, action: str, form: Mapping[str, Any], files: Sequence[str] = ()
    ) -> None:
        """What he does with a request of his own, as its process lets him. NotAllowed, Invalid, Conflict."""
        async with self._office.store.writing() as session:
            row = await self._row(session, number, his_own(citizen))
            done = await self._acts.act_in(session, as_citizen(row), row.id, action, form)
            if files:
                sender = uploader(citizen, row.organisation, row.region)
                await self._office.need(Files).link(session, sender, KIND, row.id, files)
            id = row.id
        await self._acts.acted(*{id, done})

    async def ticket_of_file(self, citizen: Citizen, number: str, file: str) -> str:
        """The id of his request, with which he has sent a file that he may have. NotFound."""
        async with self._office.store.reading() as session:
            row = await self._row(session, number, his_own(citizen))
            if not any(one.id == file for one in await self._sent(session, citizen, row)):
                raise NotFound("no_file", "附件不存在")
        return row.id

    async def told(self, id: str) -> Told | None:
        """What there is to say to all whose request a ticket is; None of what is confidential and not made here."""
        async with self._office.store.reading() as session:
            row = await session.get(TicketRow, id)
            if row is None or (row.confidential and row.channel != "web"):
                return None
            wanted = select(TicketCallerRow.number, TicketCallerRow.at).where(TicketCallerRow.ticket == id)
            wanted = wanted.order_by(TicketCallerRow.at)
            joined = [] if row.confidential else list((await session.execute(wanted)).tuples())
        # Of a number that asked twice the later one counts: whoever has it now was there then.
        numbers = dict([(row.contact, row.created_at), *joined])
        asked = tuple((one, at) for one, at in numbers.items() if one)
        return Told(row.number, row.title, _words(row), asked, row.contact if _rateable(row) else "")

    async def registered_at(self, citizen: Citizen, number: str, name: str) -> datetime:
        """When a request was registered with his number and this very name, which only who asked then knows.

        NotFound alike for all else, TooMany for who tries many.
        """
        self._tries.take(citizen.number.digits)
        said = "".join(name.split())
        wanted = select(TicketRow).where(TicketRow.number == number.strip().upper(), registered_with(citizen)).limit(1)
        async with self._office.store.reading() as session:
            row = await session.scalar(wanted)
        if row is None or len(said) < LEAST_NAME or "".join(row.caller_name.split()) != said:
            raise NotFound("no_ticket", "没有找到：请核对工单编号，姓名须与登记时一致；登记时未留姓名的请拨打热线")
        return row.created_at

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _row(self, session: AsyncSession, number: str, whose: ColumnElement[bool]) -> TicketRow:
        row = await session.scalar(select(TicketRow).where(TicketRow.number == number.upper(), whose).limit(1))
        if row is None:
            raise NotFound("no_ticket", "没有找到这件诉求，请核对编号，或确认是用登记时的手机号码登录")
        return row

    def _stages(self, family: Stored, lines: Sequence[CaseEventLine]) -> Iterator[Stage]:
        """The steps of his case as they are called for citizens; what follows with the same words is one."""
        root = family.cases[family.root]
        process, last = self._cases.process_of(root), ""
        for line in lines:
            if line.case != root.id:
                continue
            if line.kind == "StepEntered":
                step = process.steps.get(line.data["step"])
                words = (step.public if step is not None else "") or OTHERWISE
                if words != last:
                    yield Stage(words, line.at)
                last = words
            elif line.kind == "ActionTaken" and not line.person and line.name == HIMSELF:
                yield _of_himself(line)

    async def _offered(self, session: AsyncSession, row: TicketRow) -> tuple[OwnAct, ...]:
        visitor = as_citizen(row)
        offers = (await self._cases.offers(session, visitor, row.case)).get(row.case, ())
        forms, facts = self._tickets.forms, {"record": await self._tickets.facts(session, row.id)} if offers else {}
        found = []
        for one in offers:
            form = forms.form(one.form) if one.form else None
            fields = forms.fields(form, facts) if form is not None else ()
            found.append(OwnAct(one.action, TITLES.get(one.action, one.title), one.refused, fields))
        return tuple(found)

    async def _sent(self, session: AsyncSession, citizen: Citizen, row: TicketRow) -> tuple[OwnFile, ...]:
        person = uploader(citizen, row.organisation, row.region).person
        found = await self._office.need(Files).of(session, KIND, row.id, person=person)
        return tuple(OwnFile(one.id, one.name, one.size, one.blocked) for one in found)


async def _joined(session: AsyncSession, citizen: Citizen, rows: Sequence[TicketRow]) -> frozenset[str]:
    """Of these rows those that are not his own."""
    ids = [row.id for row in rows]
    own = set(await session.scalars(select(TicketRow.id).where(TicketRow.id.in_(ids), his_own(citizen))))
    return frozenset(ids) - own


def _rateable(row: TicketRow) -> bool:
    return row.stage in ("revisit", "later") and not row.outcome


def _words(row: TicketRow) -> str:
    return "与同类诉求合并办理" if row.stage == "merged" else WORDS.get(row.stage, OTHERWISE)


def _line(row: TicketRow, *, joined: bool) -> OwnLine:
    return OwnLine(
        number=row.number, title="您关注的诉求" if joined else row.title, type=row.type, words=_words(row),
        phase=_PHASE.get(row.stage, HANDLING), joined=joined,
        rateable=not joined and _rateable(row), channel=row.channel,
        registered_at=row.created_at, changed_at=row.updated_at,
    )  # fmt: skip


def _of_himself(line: CaseEventLine) -> Stage:
    form = line.data.get("form") or {}
    action = str(line.data["action"])
    words = {"remind": "您已催办", "supplement": "您补充了情况", "withdraw": "您撤回了诉求", "rate": "您已评价",
             "appeal": "您提出了申诉"}.get(action, "您的操作")  # fmt: skip
    note = str(form.get("note") or form.get("reason") or "")
    if action == "rate":
        note = "：".join(one for one in (SATISFACTION.get(str(form.get("satisfaction")), ""), note) if one)
    return Stage(words, line.at, note)
