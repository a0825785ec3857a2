"""The province's hotline (上报省级), and through it other cities: a port, and its adapter over a connector's file.

A ticket that comes to a step of the stage `province` is reported; the province accepts it with its own number and
deadline, asks, answers or returns it. Without a connector in the settings people report and enter answers by hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import Annotated, Any, Literal, Protocol

import msgspec
import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.problems import invalid
from cti.base.ids import new_id
from cti.base.refusal import NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor, system
from cti.office.connectors import Connectors, Heard, Saying
from cti.office.identity.masking import masked_name
from cti.office.messages import Filled, Messages, Template, WithRight
from cti.office.processes.case import ActionTaken, Moved, StepEntered
from cti.office.processes.service import Cases
from cti.store.after import after_commit
from workflow.tickets.models import TicketRow
from workflow.tickets.outside.city_events import say
from workflow.tickets.outside.references import claim
from workflow.tickets.pages.titles import Titles
from workflow.tickets.service import KIND, Tickets
from workflow.tickets.telling.inside import ADDING, TICKET
from workflow.tickets.telling.inside import WORDS as SAID

HEARD = "province_state"
"""As the connector names what it hears."""
STAGE = "province"
REPORT = "tickets.report"
ASKED = Template("ticket_province", TICKET, "省级热线的询问", "省级热线询问 {编号}", "{标题}：{事项}", SAID)
BY_PROVINCE = ("province_answered", "province_refused")
Verb = Literal["report", "recall", "add", "answer_question"]


class Province(Protocol):
    """What the province is told, in the transaction in which it happens; each once, and until it has heard it."""

    async def report(self, session: AsyncSession, report: Report) -> None:
        """A ticket is the province's to handle."""

    async def recall(self, session: AsyncSession, about: About, reason: str) -> None:
        """It needs no more to be handled: the city has taken it back, or the citizen has."""

    async def add(self, session: AsyncSession, about: About, kind: str, note: str) -> None:
        """The citizen has added to it (`supplement`) or reminds of it (`remind`)."""

    async def answer_question(self, session: AsyncSession, about: About, text: str) -> None:
        """What the province asked."""


@dataclass(frozen=True, slots=True)
class About:
    """Which ticket; `province_number` is the province's own number, once it has accepted."""

    ticket: str
    number: str
    province_number: str
    organisation: str
    region: str


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported. Name and telephone are masked: the province asks the city, which asks the citizen."""

    about: About
    title: str
    content: str
    type: str
    category: str
    place: str
    address: str
    urgent: bool
    reason: str
    caller_name: str
    registered_at: datetime


class ProvinceState(pydantic.BaseModel):
    """What the province tells of a ticket, by `number`, which is ours."""

    model_config = pydantic.ConfigDict(extra="forbid", str_strip_whitespace=True)

    number: Annotated[str, pydantic.Field(min_length=1, max_length=40, title="我方工单编号")]
    state: Literal["accepted", "question", "answered", "returned"] = pydantic.Field(title="状态")
    province_number: str = pydantic.Field(default="", max_length=60, title="省级编号")
    text: str = pydantic.Field(default="", max_length=4000, title="内容", description="询问、答复或退回的理由")
    due_at: pydantic.AwareDatetime | None = pydantic.Field(default=None, title="省级办理时限")

    @pydantic.model_validator(mode="after")
    def _complete(self) -> ProvinceState:
        if self.state != "accepted" and not self.text:
            raise ValueError("缺少内容")
        return self


class ConnectedProvince:
    """The port over a connector; a verb that its file does not have is not told."""

    def __init__(self, connectors: Connectors, connector: Callable[[], str]) -> None:
        self._connectors, self._connector = connectors, connector

    async def report(self, session: AsyncSession, report: Report) -> None:
        """See `Province`."""
        said = {name: getattr(report, name) for name in Report.__dataclass_fields__ if name != "about"}
        said["registered_at"] = report.registered_at.astimezone(ZONE).isoformat()
        await self._say(session, "report", report.about, said)

    async def recall(self, session: AsyncSession, about: About, reason: str) -> None:
        """See `Province`."""
        await self._say(session, "recall", about, {"reason": reason})

    async def add(self, session: AsyncSession, about: About, kind: str, note: str) -> None:
        """See `Province`."""
        await self._say(session, "add", about, {"kind": kind, "note": note})

    async def answer_question(self, session: AsyncSession, about: About, text: str) -> None:
        """See `Province`."""
        await self._say(session, "answer_question", about, {"text": text})

    async def _say(self, session: AsyncSession, verb: Verb, about: About, said: dict[str, Any]) -> None:
        fields = {"number": about.number, "province_number": about.province_number, **said}
        saying = Saying(fields, new_id(), f"{KIND}:{about.ticket}", about.organisation, about.region)
        await say(session, self._connectors, self._connector(), verb, saying)


class TellingProvince:
    """Hears of each change of a ticket and tells the province what concerns it."""

    def __init__(self, province: Province, cases: Cases, titles: Titles, messages: Messages) -> None:
        self._province, self._cases, self._titles, self._messages = province, cases, titles, messages

    async def tell(self, session: AsyncSession, moved: Moved, ticket: TicketRow) -> None:
        """See `workflow.tickets.following`."""
        root = moved.cases[moved.root]
        process = self._cases.process_of(root)
        number = str(root.values.get("province_number") or "")
        about = About(ticket.id, ticket.number, number, ticket.organisation, ticket.region)
        taken: ActionTaken | None = None
        for event in moved.events:
            if event.case != root.id:
                continue
            if isinstance(event, ActionTaken):
                taken = event
                if process.steps[event.step].stage == STAGE:
                    await self._done_there(session, event, about, ticket)
            elif isinstance(event, StepEntered):
                before = process.steps[event.before].stage if event.before in process.steps else ""
                here = process.steps[event.step].stage
                reason = str(taken.form.get("reason") or "") if taken is not None else ""
                if here == STAGE and before != STAGE:
                    await self._report(session, about, ticket, reason)
                elif before == STAGE and here != STAGE and (taken is None or taken.action not in BY_PROVINCE):
                    await self._province.recall(session, about, reason)

    async def _done_there(self, session: AsyncSession, event: ActionTaken, about: About, ticket: TicketRow) -> None:
        note = str(event.form.get("note") or "")
        if event.action == "province_reply":
            await self._province.answer_question(session, about, note)
        elif event.action in ADDING:
            await self._province.add(session, about, event.action, note)
        elif event.action == "province_asks":
            values = {"编号": ticket.number, "标题": ticket.title, "事项": note[:200]}
            whom = WithRight(REPORT, ticket.organisation)
            await self._messages.tell(session, whom, Filled(ASKED.name, values), link=f"/tickets/{ticket.id}")

    async def _report(self, session: AsyncSession, about: About, ticket: TicketRow, reason: str) -> None:
        await self._titles.read(session)
        name = "" if ticket.confidential else masked_name(ticket.caller_name)
        report = Report(
            about, ticket.title, ticket.content, ticket.type, self._titles.category(ticket.category), ticket.place,
            ticket.address, ticket.urgent, reason, name, ticket.created_at,
        )  # fmt: skip
        await self._province.report(session, report)


class FromProvince:
    """Takes what the province tells, in the transaction that says it was heard."""

    def __init__(self, tickets: Tickets, connectors: Connectors) -> None:
        self._tickets, self._connectors = tickets, connectors
        self._office, self._cases = tickets.office, tickets.cases

    def begin(self) -> Callable[[], None]:
        """Hear from now on; returns the undo."""
        return self._connectors.on(HEARD, self.take)

    async def take(self, session: AsyncSession, heard: Heard) -> None:
        """One state. The same once more, under whatever id, changes nothing.

        Invalid names the field, NotFound a ticket that is none, or not this connector's to speak of; Conflict when the
        ticket is the province's no more.
        """
        try:
            state = ProvinceState.model_validate(heard.fields)
        except pydantic.ValidationError as error:
            raise invalid(error) from None
        row = await session.scalar(select(TicketRow).where(TicketRow.number == state.number))
        whose = self._connectors.house[0], row.organisation if row is not None else ""
        if row is None or heard.organisation not in whose or heard.connector != self._tickets.settings.province:
            raise NotFound("no_ticket", f"没有上报过的工单 {state.number}")
        await self._tickets.lock(session, row.id)
        rounds = (await self._cases.family(session, row.case)).cases[row.case].count.get("report", 0)
        said = msgspec.json.encode([rounds, state.model_dump(mode="json")], order="sorted")
        now = self._office.clock.wall()
        _, fresh = await claim(
            session, f"connector:{heard.connector}", "state", hashlib.sha256(said).hexdigest(), now, ticket=row.id
        )  # fmt: skip
        if not fresh:
            return
        action, form = _act_of(state, now)
        await self._cases.act(session, self._who(heard, row), row.case, action, form)
        after_commit(session, ("tickets", "done"), self._cases.done)

    def _who(self, heard: Heard, row: TicketRow) -> Visitor:
        one = self._connectors.all.get(heard.connector)
        title = one.described.title if one is not None else heard.connector
        return replace(system(title), organisation=row.organisation, region=row.region)


def _act_of(state: ProvinceState, now: datetime) -> tuple[str, dict[str, Any]]:
    match state.state:
        case "accepted":
            hours = ceil((state.due_at - now).total_seconds() / 3600) if state.due_at is not None else 0
            return "province_accepts", {"number": state.province_number, "hours": max(hours, 0)}
        case "question":
            return "province_asks", {"note": state.text}
        case "answered":
            return "province_answered", {"answer": state.text, "citations": []}
    return "province_refused", {"reason": state.text}
