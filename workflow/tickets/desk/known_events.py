"""Known events (突发事件): what many call about at once is opened by a leader, shown on desks, answered for all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

import pydantic
import structlog
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.call import Call
from cti.base.http.routes import Body
from cti.base.refusal import Conflict, NotFound, Refusal
from cti.base.visitor import Visitor
from cti.office.records import Office, RecordPage, RecordQuery, Records, RecordView
from cti.office.references import REGIONS, Reference
from cti.office.screens import form
from cti.office.screens.description import Tone
from cti.office.sharing.rule import Shared
from cti.office.tree.service import TreeReference
from workflow.tickets import rules
from workflow.tickets.categories import CATEGORIES, Categories
from workflow.tickets.desk.history import History, line_of
from workflow.tickets.following import HOUSE
from workflow.tickets.models import KnownEventRow, TicketRow
from workflow.tickets.service import Tickets
from workflow.tickets.views import HistoryLine, Id, TicketFields, TicketView

log = structlog.get_logger(__name__)

EDIT = "tickets.events"
ANSWER = "known"
"""The action of a process by which the house gives a ticket its event's answer."""
MOST = 20
STATES = {"open": "进行中", "over": "已过时间", "closed": "已结束"}
TONES: dict[str, Tone] = {"open": "ring", "over": "break", "closed": "off"}


REGISTERED = {"done": "来电人已登记"}


class KnownEventFields(Body):
    """What is said of an event."""

    title: str = pydantic.Field(min_length=2, max_length=100, title="名称")
    content: str = pydantic.Field(
        min_length=2, max_length=2000, title="情况", json_schema_extra=form(kind="long", help="登记来电时作为诉求内容")
    )
    place: str = pydantic.Field(
        default="", pattern=r"^(\d{6})?$", title="影响地区",
        json_schema_extra=form(options_from="/api/options/regions", options_search=True, help="空为本热线全部地区"),
    )  # fmt: skip
    address: str = pydantic.Field(default="", max_length=200, title="影响范围")
    category: Id | None = pydantic.Field(default=None, title="诉求分类")
    answer: str = pydantic.Field(
        min_length=2, max_length=2000, title="答复口径", json_schema_extra=form(kind="long", help="座席照此答复来电人")
    )
    spoken: str = pydantic.Field(
        default="", max_length=300, title="语音播报",
        json_schema_extra=form(kind="long", help="向该地区的来电人播报；空则不播报"),
    )  # fmt: skip
    until: datetime | None = pydantic.Field(default=None, title="预计恢复时间")


class KnownEventView(RecordView):
    """A known event as lists and its page show it."""

    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=200))
    content: str = pydantic.Field(title="情况", json_schema_extra=form(kind="long"))
    place: str = pydantic.Field(title="影响地区", json_schema_extra=form(none="全部", width=170))
    address: str = pydantic.Field(title="影响范围")
    category: str | None = pydantic.Field(title="诉求分类")
    answer: str = pydantic.Field(title="答复口径", json_schema_extra=form(kind="long"))
    spoken: str = pydantic.Field(title="语音播报", json_schema_extra=form(kind="long"))
    until: datetime | None = pydantic.Field(title="预计恢复时间")
    count: int = pydantic.Field(default=0, title="来电登记")
    state: str = pydantic.Field(title="状态", json_schema_extra=form(kind="choice", options=STATES, tones=TONES))
    closed_at: datetime | None = pydantic.Field(title="结束时间")
    closed_name: str = pydantic.Field(title="结束人")
    result: str = pydantic.Field(title="统一答复", json_schema_extra=form(kind="long"))


class EventBeside(KnownEventView):
    """An event beside a call."""

    caller: str = pydantic.Field(
        default="", title="来电人", json_schema_extra=form(kind="choice", options=REGISTERED, tones={"done": "ready"})
    )


class Closing(Body):
    """The answer for all who called."""

    result: str = pydantic.Field(
        min_length=2,
        max_length=4000,
        title="统一答复",
        json_schema_extra=form(kind="long", help="告知所有登记的来电人"),
    )


class KnownEvents(Records[KnownEventRow, KnownEventFields, KnownEventView, RecordQuery]):
    """The service. The city's are shown to all its counties, a county's to its own and to the city."""

    table, fields, view, query = KnownEventRow, KnownEventFields, KnownEventView, RecordQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "known_event"
    title: ClassVar[str] = "突发事件"
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
    see: ClassVar[str] = "tickets.see"
    edit_permission: ClassVar[str] = EDIT
    export_permission: ClassVar[str] = EDIT
    refs: ClassVar[Mapping[str, Reference]] = {
        "category": TreeReference(Categories, CATEGORIES),
        "place": REGIONS,
    }

    def __init__(self, office: Office, tickets: Tickets, history: History) -> None:
        super().__init__(office)
        self._tickets, self._history = tickets, history
        self._closed = asyncio.Event()
        self._closed.set()

    def limits(self, visitor: Visitor, query: RecordQuery) -> list[ColumnElement[bool]]:
        """By words that stand in it."""
        if not query.search:
            return []
        texts = (KnownEventRow.title, KnownEventRow.content, KnownEventRow.address)
        return [or_(*(text.contains(query.search, autoescape=True) for text in texts))]

    async def values(
        self, session: AsyncSession, body: KnownEventFields, row: KnownEventRow | None, organisation: str
    ) -> dict[str, Any]:
        """What is over is not changed any more."""
        if row is not None and row.closed_at is not None:
            raise Conflict("closed", "该突发事件已结束，不能再修改")
        said = body.model_dump(exclude={"version"})
        return said if row is not None else {**said, "closed_at": None, "closed_name": "", "result": ""}

    def words(self, visitor: Visitor, row: KnownEventRow) -> dict[str, Any]:
        """Whether it goes on."""
        over = row.until is not None and row.until < self.office.clock.wall()
        return {"state": "closed" if row.closed_at is not None else "over" if over else "open"}

    def offered(self, row: KnownEventRow, writes: bool) -> list[str]:
        """It ends with an answer, and is then as it is."""
        found = super().offered(row, writes)
        if row.closed_at is not None:
            return [one for one in found if one != "edit"]
        return [*found, "close"] if "edit" in found else found

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[KnownEventRow], views: Sequence[KnownEventView]
    ) -> None:
        """And how many called about each."""
        await super().complete(session, visitor, rows, views)
        wanted = select(TicketRow.event, func.count()).where(TicketRow.event.in_([row.id for row in rows]))
        counts = dict((await session.execute(wanted.group_by(TicketRow.event))).tuples().all())
        for view in views:
            view.count = counts.get(view.id, 0)

    # ── while it goes on ─────────────────────────────────────────────────────────────────────────────────────────

    def _going_on(self) -> list[ColumnElement[bool]]:
        now = self.office.clock.wall()
        return [
            KnownEventRow.removed_at.is_(None),
            KnownEventRow.closed_at.is_(None),
            or_(KnownEventRow.until.is_(None), KnownEventRow.until > now),
        ]

    async def now(self, visitor: Visitor) -> list[KnownEventView]:
        """What goes on, the newest first: for desks, before anybody calls about it."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            return await self.shown_all(session, visitor, await self._open_to(session, visitor))

    async def beside(self, visitor: Visitor, call: str) -> list[EventBeside]:
        """What the visitor's caller may be calling about, the newest first, and what he is registered under already."""
        visitor.need(self.see)
        found = await self._tickets.calls.need(visitor, call)
        async with self.office.store.reading() as session:
            rows = await self._open_to(session, visitor)
            near = [row for row in rows if covers(row.place, found.region) or covers(found.region, row.place)]
            views = await self.shown_all(session, visitor, near)
            keys = {_key(visitor, found, view.id): view.id for view in views}
            wanted = select(TicketRow.desk_form).where(TicketRow.desk_form.in_(keys))
            done = {keys[key] for key in (await session.scalars(wanted)).all() if key is not None}
        return [EventBeside(**view.model_dump(), caller="done" if view.id in done else "") for view in views]

    async def _open_to(self, session: AsyncSession, visitor: Visitor) -> Sequence[KnownEventRow]:
        wanted = select(KnownEventRow).where(*self.readable(visitor), *self._going_on())
        return (await session.scalars(wanted.order_by(KnownEventRow.created_at.desc()).limit(MOST))).all()

    async def tickets_of(self, visitor: Visitor, id: str, page: int, size: int) -> RecordPage[HistoryLine]:
        """The tickets of who called about it, the newest first, as far as the visitor may read them."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            event = await self.row(session, visitor, id)
            about = [*rules.readable(visitor), TicketRow.event == event.id]
            total = await session.scalar(select(func.count()).select_from(TicketRow).where(*about)) or 0
            wanted = select(TicketRow).where(*about).order_by(TicketRow.id.desc())
            rows = (await session.scalars(wanted.offset((page - 1) * size).limit(size))).all()
        return RecordPage(items=[line_of(row) for row in rows], total=total, page=page, size=size)

    async def spoken_to(self, organisation: str, region: str) -> KnownEventRow | None:
        """What callers of a region are told before they wait: the newest that has words for them."""
        whose = KnownEventRow.organisation.in_([organisation, self.office.organisation])
        wanted = select(KnownEventRow).where(*self._going_on(), whose, KnownEventRow.spoken != "")
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted.order_by(KnownEventRow.created_at.desc()).limit(MOST))).all()
        return next((row for row in rows if covers(row.place, region)), None)

    async def register(self, visitor: Visitor, call: str, id: str) -> TicketView:
        """The visitor's caller asks for the same: a ticket of his own, with the event's words. Once for each call."""
        visitor.need(Tickets.edit_permission)
        tickets, found = self._tickets, await self._tickets.calls.need(visitor, call)
        begun = await self._history.begin(visitor, found)
        await tickets.titles.refresh()
        async with tickets.changing() as session:
            event = await self.row(session, visitor, id)
            if event.closed_at is not None or event.removed_at is not None:
                raise Conflict("closed", "该突发事件已结束，请按普通诉求登记")
            key = _key(visitor, found, event.id)
            row = await session.scalar(select(TicketRow).where(TicketRow.desk_form == key))
            if row is None:
                row = await tickets.insert(session, visitor, _request(event, found, begun.model_dump()))
                row.event, row.desk_form = event.id, key
                await session.flush()
                await tickets.audit(session, visitor, "added", row.id, after=tickets.told(row))
            shown = await tickets.shown_whole(session, visitor, row)
        tickets.cases.done()
        await tickets.changed([shown.id])
        await self.changed([id])
        return shown

    # ── its end ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def close(self, visitor: Visitor, id: str, body: Closing) -> KnownEventView:
        """It is over: all who called get this answer, one after the other (`settle`)."""
        visitor.need(EDIT)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.closed_at is not None:
                raise Conflict("closed", "该突发事件已结束")
            before = self.told(row)
            said = {"closed_at": self.office.clock.wall(), "closed_name": visitor.name, "result": body.result}
            await self.apply(session, visitor, row, row.version, said)
            await self.audit(session, visitor, "closed", id, before, self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        self._closed.set()
        await self.changed([id])
        return found

    async def run(self) -> None:
        """Give answers from now on, and those that an engine which died owed."""
        while True:
            await self._closed.wait()
            self._closed.clear()
            await self.settle()

    async def settle(self) -> None:
        """Answer the tickets of events that are over, each in a transaction of its own: none twice, none left out."""
        owed = (
            select(TicketRow.id, TicketRow.case, KnownEventRow.result, KnownEventRow.organisation)
            .join(KnownEventRow, KnownEventRow.id == TicketRow.event)
            .where(KnownEventRow.closed_at.is_not(None), TicketRow.outcome == "", TicketRow.answer == "")
        )
        async with self.office.store.reading() as session:
            rows = (await session.execute(owed.order_by(TicketRow.id))).tuples().all()
        for id, case, result, organisation in rows:
            try:
                async with self._tickets.changing() as session:
                    await self._tickets.lock(session, id)
                    answer = {"answer": result, "answered_by": organisation}
                    await self._tickets.cases.act(session, HOUSE, case, ANSWER, answer)
            except (Refusal, NotFound) as refusal:
                # Somebody has given it to a department, or has answered it himself: there it goes on.
                log.info("not answered with its event", ticket=id, why=refusal.detail)
        self._tickets.cases.done()


def covers(place: str, region: str) -> bool:
    """Whether a region lies in a place: the same, its city or province, or no place at all."""
    wider = place.rstrip("0")
    return not place or place == region or (place.endswith("00") and region.startswith(wider))


def _key(visitor: Visitor, call: Call, event: str) -> str:
    """Under which a caller is registered once."""
    return f"{visitor.person}/{call.id}/{event}"


def _request(event: KnownEventRow, call: Call, begun: Mapping[str, Any]) -> TicketFields:
    return TicketFields(
        type="help", title=event.title, content=event.content, place=event.place or call.region, address=event.address,
        category=event.category, caller_name=begun["caller_name"], caller_gender=begun["caller_gender"],
        contact=begun["contact"], anonymous=begun["anonymous"], call=call.id,
    )  # fmt: skip
