"""The rules of outcomes: every talk ends in a ticket, in an addition to one, or in a reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, Literal

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.call import Call
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.form_drafts import FormDrafts
from cti.office.records import Office, RecordPage, Records
from cti.office.records.telephones import Telephone
from cti.store.calls import StoredCalls
from cti.telephony.calls import Calls
from cti.telephony.own_calls import OwnCalls
from cti.telephony.queue_titles import QueueTitles
from workflow.lists.patterns import BLACK
from workflow.lists.service import Lists
from workflow.lists.views import ListEntryFields
from workflow.outcomes.ended import EndedTalk
from workflow.outcomes.models import OutcomeRow
from workflow.outcomes.reasons import Reasons
from workflow.outcomes.views import Accepted, OutcomeFields, OutcomeQuery, OutcomeView
from workflow.tickets.calls.behind import DialledFor

FORM = "outcome"
"""The form at the desk, and its drafts."""
FILL, DECIDE = "outcomes.fill", "outcomes.decide"
EARLIER = 5
Dialled = Callable[[AsyncSession, Collection[str]], Awaitable[Mapping[str, DialledFor]]]
"""Of calls those that were dialled from a ticket."""


class Outcomes(Records[OutcomeRow, OutcomeFields, OutcomeView, OutcomeQuery]):
    """The service. A row begins with the end of a talk, or when its agent is quicker to say what it came to."""

    table, fields, view, query = OutcomeRow, OutcomeFields, OutcomeView, OutcomeQuery
    kind: ClassVar[str] = "outcome"
    title: ClassVar[str] = "通话结果"
    see: ClassVar[str] = "outcomes.see"
    edit_permission: ClassVar[str] = FILL
    sort: ClassVar[str] = "-talked_at"
    telephone: ClassVar[Telephone | None] = Telephone("number")
    filters: ClassVar[tuple[str, ...]] = ("proposal", "reason", "agent")
    period: ClassVar[str] = "talked_at"
    is_called_about: ClassVar[bool] = True

    def __init__(
        self, office: Office, reasons: Reasons, drafts: FormDrafts, calls: Calls, books: StoredCalls, lists: Lists,
        dialled: Dialled, queues: QueueTitles, area: str,
    ) -> None:  # fmt: skip
        super().__init__(office)
        self._reasons, self._drafts, self._lists, self.area = reasons, drafts, lists, area
        self._dialled, self._queues = dialled, queues
        self._calls, self._books, self._own_calls = calls, books, OwnCalls(calls, books)

    # ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def sorts(self) -> Mapping[str, InstrumentedAttribute[Any]]:
        """Lists may be sorted by when the talk was."""
        return {"talked_at": OutcomeRow.talked_at}

    def limits(self, visitor: Visitor, query: OutcomeQuery) -> list[ColumnElement[bool]]:
        """Also by what it came to."""
        found = super().limits(visitor, query)
        if query.how is not None:
            found.append(OutcomeRow.how == ("" if query.how == "none" else query.how))
        return found

    def words(self, visitor: Visitor, row: OutcomeRow) -> dict[str, Any]:
        """Whole numbers by right; the queue's title."""
        return {**super().words(visitor, row), "titles": self._queues.beside(row.queue)}

    async def values(
        self, session: AsyncSession, body: OutcomeFields, row: OutcomeRow | None, organisation: str
    ) -> dict[str, Any]:
        """Nobody makes a talk by hand."""
        raise Invalid("not_by_hand", "通话结果由通话产生，不能手工新增")

    # ── what happened ────────────────────────────────────────────────────────────────────────────────────────────

    async def talked(self, talks: Sequence[EndedTalk]) -> None:
        """Talks ended: from here on somebody owes what each came to. Told twice it is there once.

        One that was dialled from a ticket is that ticket's, and nobody owes anything.
        """
        rows: dict[tuple[str, str], OutcomeRow] = {}
        async with self.office.store.writing() as session:
            wanted = select(OutcomeRow).where(OutcomeRow.call.in_({one.call.id for one in talks})).with_for_update()
            there = {(row.call, row.agent): row for row in await session.scalars(wanted)}
            dialled = await self._dialled(session, {one.call.id for one in talks if one.call.outgoing})
            for one in talks:
                key, of = (one.call.id, one.agent), dialled.get(one.call.id)
                row = rows.get(key) or there.get(key) or self._row(one.call, one.agent, one.name, one.person, of)
                rows[key] = row
                if row.seconds is None or one.at > row.talked_at:
                    row.talked_at, row.seconds = one.at, (row.seconds or 0.0) + one.seconds
            session.add_all(rows.values())
        await self.changed([row.id for row in rows.values()])

    def _row(self, call: Call, agent: str, name: str, person: str, dialled: DialledFor | None) -> OutcomeRow:
        """Of a talk that goes on or was the last of its call, and the ticket from which it was `dialled`, if any."""
        now, number = self.office.clock.wall(), call.caller.digits
        row = OutcomeRow(
            id=new_id(), organisation=call.organisation, region=call.region, created_by=person,
            created_at=now, updated_at=now, call=call.id, agent=agent, agent_name=name,
            queue=call.queues[-1] if call.queues else "", number=number, number_index=number,
            number_last_four=number, talked_at=call.ended_at or now, seconds=None, how="", reason="",
            reason_title="", note="", record="", record_title="", filled_name="", proposal="", decided_name="",
            version=1,
        )  # fmt: skip
        if dialled is not None:
            row.how, row.record, row.record_title = "handling", dialled.ticket, dialled.words
            row.filled_at, row.filled_name = now, dialled.by
        return row

    # ── what people say ──────────────────────────────────────────────────────────────────────────────────────────

    async def mine(self, visitor: Visitor, call: str) -> OutcomeView:
        """What the visitor's talk in this call came to; NotFound while he has said nothing, and has to."""
        visitor.need(FILL)
        async with self.office.store.reading() as session:
            row = await session.scalar(_of(call, visitor)) or await self._begun(session, visitor, call)
            if row is None or not row.how:
                raise NotFound("no_outcome", "这次通话还没有填写结果")
            return self.shown(visitor, row)

    async def fill(self, visitor: Visitor, call: str, body: OutcomeFields) -> OutcomeView:
        """The visitor says it of his own talk, which may still go on; his draft goes with it."""
        visitor.need(FILL)
        async with self.changing() as session:
            row = await self._own(session, visitor, call)
            await self._say(session, visitor, row, body)
            await self._drafts.done(session, visitor, FORM, call)
            found = self.shown(visitor, row)
        await self.changed([found.id])
        return found

    async def settle(self, visitor: Visitor, id: str, body: OutcomeFields) -> OutcomeView:
        """Say it later of a talk within reach, such as a shift leader of one that was left out."""
        visitor.need(FILL)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            await self._say(session, visitor, row, body)
            found = self.shown(visitor, row)
        await self.changed([id])
        return found

    async def _own(self, session: AsyncSession, visitor: Visitor, call: str) -> OutcomeRow:
        """The row of the visitor's talk, made now when the talk goes on, or has just ended and is not written down.

        NotFound for a call that was never his.
        """
        row: OutcomeRow | None = await session.scalar(_of(call, visitor).with_for_update())
        if row is not None:
            return row
        row = await self._begun(session, visitor, call)
        if row is None:
            raise NotFound("no_call", "没有这通电话，或不是您接听的")
        session.add(row)
        await session.flush()
        return row

    async def _begun(self, session: AsyncSession, visitor: Visitor, call: str) -> OutcomeRow | None:
        """What the row of the visitor's talk begins with; None for a call that was never his."""
        found, agent = self._calls.find(call) or await self._books.load(call), visitor.agent_no or ""
        if not agent or found is None or agent not in found.agents:
            return None
        dialled = await self._dialled(session, {call}) if found.outgoing else {}
        return self._row(found, agent, visitor.name, visitor.person, dialled.get(call))

    async def _say(self, session: AsyncSession, visitor: Visitor, row: OutcomeRow, body: OutcomeFields) -> None:
        if row.how in ("ticket", "addition"):
            raise Conflict("has_ticket", f"这次通话已登记工单 {row.record_title}")
        if row.how == "handling":
            raise Conflict("has_ticket", f"这次通话是为办理工单 {row.record_title} 拨打的")
        reason = await self._reasons.need(session, visitor, body.reason)
        if reason.noted and not body.note:
            raise Invalid("note", f"“{reason.title}”须填写备注", "note")
        if body.propose and not reason.nuisance:
            raise Invalid("propose", f"“{reason.title}”不能申请列入黑名单", "propose")
        if body.propose and not row.number:
            raise Invalid("propose", "来电未显示号码，无法列入黑名单", "propose")
        if row.proposal in ("accepted", "declined") and not body.propose:
            raise Conflict("decided", "黑名单申请已审核，不能再修改")
        before = self.told(row)
        await self.apply(
            session, visitor, row, row.version,
            {
                "how": "reason", "reason": reason.id, "reason_title": reason.title, "note": body.note,
                "filled_at": self.office.clock.wall(), "filled_name": visitor.name,
                "proposal": (row.proposal or "open") if body.propose else "",
            },
        )  # fmt: skip
        await self.audit(session, visitor, "filled", row.id, before, self.told(row))

    async def told_by(
        self, session: AsyncSession, visitor: Visitor, call: str, how: Literal["ticket", "addition"], record: str,
        title: str,
    ) -> None:  # fmt: skip
        """A ticket says in its own transaction that the visitor's talk became it, or added to it.

        A call that was not his is none of this list: nothing is noted.
        """
        try:
            row = await self._own(session, visitor, call)
        except NotFound:
            return
        now = self.office.clock.wall()
        said = {"how": how, "record": record, "record_title": title, "filled_at": now, "filled_name": visitor.name}
        await self.apply(session, visitor, row, row.version, {**said, "reason": "", "reason_title": ""})
        await self._drafts.done(session, visitor, FORM, call)

    # ── beside a call ────────────────────────────────────────────────────────────────────────────────────────────

    async def of_call(self, visitor: Visitor, call: str) -> RecordPage[OutcomeView]:
        """The talks of a call within reach, in order."""
        visitor.need(self.see)
        wanted = select(OutcomeRow).where(OutcomeRow.call == call, *self.readable(visitor))
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted.order_by(OutcomeRow.talked_at))).all()
        return self._page(visitor, rows)

    async def earlier(self, visitor: Visitor, call: str) -> RecordPage[OutcomeView]:
        """What the last talks with this caller came to, for who has him on the line, or had; else NotFound.

        They are those of the organisation that was called, whoever took them.
        """
        visitor.need(FILL)
        found = await self._own_calls.need(visitor, call)
        if not found.caller.digits:
            return self._page(visitor, ())
        wanted = select(OutcomeRow).where(
            OutcomeRow.number_index == found.caller.digits,
            OutcomeRow.organisation == found.organisation,
            OutcomeRow.call != call,
            OutcomeRow.how != "",
        )
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted.order_by(OutcomeRow.talked_at.desc()).limit(EARLIER))).all()
        return self._page(visitor, rows)

    def _page(self, visitor: Visitor, rows: Sequence[OutcomeRow]) -> RecordPage[OutcomeView]:
        items = [self.shown(visitor, row) for row in rows]
        return RecordPage(items=items, total=len(items), page=1, size=max(len(items), 1))

    # ── the black list ───────────────────────────────────────────────────────────────────────────────────────────

    async def accept(self, visitor: Visitor, id: str, body: Accepted) -> OutcomeView:
        """The number goes on the black list of the organisation, by the right of who decides."""
        visitor.need(DECIDE)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            self._need_open(row)
            number, organisation = row.number, row.organisation
        try:
            entry = ListEntryFields(list=BLACK, pattern=number, reason=body.reason, until=body.until)
            await self._lists.create(visitor, entry)
        except Conflict as conflict:
            # Somebody had put it on the black list already: what was wanted is so. On the white one it is not.
            met = await self._lists.check(visitor, number, organisation, purpose="审核骚扰号码")
            if conflict.code != "taken" or met.outcome != "refused":
                raise
        return await self._decide(visitor, id, "accepted")

    async def decline(self, visitor: Visitor, id: str) -> OutcomeView:
        """The number does not go on the black list."""
        visitor.need(DECIDE)
        return await self._decide(visitor, id, "declined")

    async def _decide(self, visitor: Visitor, id: str, decision: Literal["accepted", "declined"]) -> OutcomeView:
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True, permission=DECIDE)
            self._need_open(row)
            before = self.told(row)
            now = self.office.clock.wall()
            values = {"proposal": decision, "decided_name": visitor.name, "decided_at": now}
            await self.apply(session, visitor, row, row.version, values)
            await self.audit(session, visitor, decision, id, before, self.told(row))
            found = self.shown(visitor, row)
        await self.changed([id])
        return found

    @staticmethod
    def _need_open(row: OutcomeRow) -> None:
        if row.proposal != "open":
            raise Conflict("decided", "这项申请已经审核，或已撤回")


def _of(call: str, visitor: Visitor) -> Select[tuple[OutcomeRow]]:
    """The row of the visitor's talk in a call."""
    return select(OutcomeRow).where(OutcomeRow.call == call, OutcomeRow.agent == (visitor.agent_no or ""))
