"""Events of other city systems (H1): heard by a connector as `city_event`, each a ticket that is told back.

What they send is `city_event.schema.json`, made from the models here; a connector's mapping makes it of other forms and
says which of our categories theirs are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.problems import saying
from cti.base.refusal import Invalid, NotFound, Refusal
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor, system
from cti.office.connectors import Connectors, Heard, Saying
from cti.store.after import after_commit
from workflow.tickets.acting import Acts
from workflow.tickets.outside.references import claim, find
from workflow.tickets.service import Tickets
from workflow.tickets.views import TicketFields, Type

KIND = "city_event"
"""As connectors name what they hear."""
STATE = "event_state"
"""The verb by which a connector is told what became of an event."""
EventId = Annotated[str, pydantic.Field(min_length=1, max_length=120, pattern=r"^\S+$", title="事件编号")]


class _Event(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", str_strip_whitespace=True)

    event: EventId


class NewEvent(_Event):
    """An event that another system of the city reports, with what a ticket needs of it."""

    change: Literal["new"] = pydantic.Field(title="新事件")
    title: str = pydantic.Field(min_length=2, max_length=100, title="标题")
    content: str = pydantic.Field(min_length=2, max_length=10_000, title="事件内容")
    type: Type = pydantic.Field(default="other", title="类型", description="enquiry 咨询、help 求助、report 举报 等")
    category: str = pydantic.Field(default="", max_length=200, title="诉求分类", description="“一级/二级/三级”名称")
    place: str = pydantic.Field(default="", pattern=r"^(\d{6})?$", title="事发地区划", description="GB/T 2260 代码")
    address: str = pydantic.Field(default="", max_length=200, title="详细地址")
    urgent: bool = pydantic.Field(default=False, title="紧急")
    happened_at: datetime | None = pydantic.Field(default=None, title="发生时间", description="RFC 3339，带时区")
    caller_name: str = pydantic.Field(default="", max_length=80, title="反映人姓名")
    contact: str = pydantic.Field(default="", max_length=32, title="反映人电话")


class UpdatedEvent(_Event):
    """More is known of it."""

    change: Literal["update"] = pydantic.Field(title="补充")
    note: str = pydantic.Field(min_length=1, max_length=2000, title="说明")


class CancelledEvent(_Event):
    """It needs no more to be handled."""

    change: Literal["cancel"] = pydantic.Field(title="撤销")
    note: str = pydantic.Field(min_length=1, max_length=1000, title="原因")


CityEvent = Annotated[NewEvent | UpdatedEvent | CancelledEvent, pydantic.Field(discriminator="change")]
MODELS: Mapping[str, type[_Event]] = {"new": NewEvent, "update": UpdatedEvent, "cancel": CancelledEvent}
KNOWN = frozenset(name for one in MODELS.values() for name in one.model_fields)
EVENT: pydantic.TypeAdapter[NewEvent | UpdatedEvent | CancelledEvent] = pydantic.TypeAdapter(CityEvent)


class EventState(pydantic.BaseModel):
    """What the other system is told of its event: when it was taken, at each step, and when it was refused."""

    event: str = pydantic.Field(title="事件编号")
    state: Literal["refused", "open", "answered", "closed"] = pydantic.Field(
        title="状态", description="refused 未受理，open 办理中，answered 已答复，closed 已办结"
    )
    number: str = pydantic.Field(default="", title="工单编号")
    stage: str = pydantic.Field(default="", title="阶段")
    words: str = pydantic.Field(title="进度说明", description="未受理时为原因")
    field: str = pydantic.Field(default="", title="有误的字段")
    unit: str = pydantic.Field(default="", title="主办单位")
    answer: str = pydantic.Field(default="", title="办理结果")
    changed_at: str = pydantic.Field(title="时间", description="RFC 3339")


def schema() -> dict[str, Any]:
    """The published contract of both directions, as JSON Schema 2020-12."""
    _, found = pydantic.TypeAdapter.json_schemas(
        [("event", "validation", EVENT), ("state", "validation", pydantic.TypeAdapter(EventState))],
        ref_template="#/$defs/{model}", title="12345 热线标准事件接入",
    )  # fmt: skip
    events = [{"$ref": f"#/$defs/{one.__name__}"} for one in (NewEvent, UpdatedEvent, CancelledEvent)]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "oneOf": events}


class CityEvents:
    """Makes tickets of events, in the transaction that says they were heard."""

    def __init__(self, tickets: Tickets, acts: Acts, connectors: Connectors) -> None:
        self._tickets, self._acts, self._connectors = tickets, acts, connectors
        self._office = tickets.office

    def begin(self) -> Callable[[], None]:
        """Hear from now on; returns the undo."""
        return self._connectors.on(KIND, self.take, self.refused)

    async def take(self, session: AsyncSession, heard: Heard) -> None:
        """One event. Invalid names the field, NotFound an event of which we know nothing."""
        event = _read(heard.fields)
        who = self._who(heard)
        after_commit(session, ("tickets", "done"), self._tickets.cases.done)
        if isinstance(event, NewEvent):
            await self._new(session, who, heard, event)
            return
        known = await find(session, _system(heard.connector), "ticket", event.event)
        if known is None:
            raise NotFound("no_event", f"没有事件 {event.event}")
        action = "supplement" if isinstance(event, UpdatedEvent) else "withdraw"
        said = {"note": event.note} if isinstance(event, UpdatedEvent) else {"reason": event.note}
        await self._acts.act_in(session, who, known.ticket, action, said)

    async def _new(self, session: AsyncSession, who: Visitor, heard: Heard, event: NewEvent) -> None:
        said = event.model_dump(mode="json")
        digest = self._office.audit.digest(KIND, msgspec.json.encode(said, order="sorted").decode())[:64]
        now = self._office.clock.wall()
        known, fresh = await claim(session, _system(heard.connector), "ticket", event.event, now, digest=digest)
        if not fresh:
            return
        await self._tickets.titles.read(session)
        row = await self._tickets.insert(session, who, _request(event))
        known.ticket = row.id
        await session.flush()
        await self._tickets.audit(session, who, "added", row.id, after=self._tickets.told(row))
        await self._tickets.cases.act(session, who, row.case, "submit", {})

    async def refused(self, session: AsyncSession, heard: Heard, refusal: Refusal) -> None:
        """The other system is told what was wrong with its event."""
        state = EventState(
            event=str(heard.fields.get("event", ""))[:120], state="refused", words=refusal.detail,
            field=refusal.field or "", changed_at=self._office.clock.wall().astimezone(ZONE).isoformat(),
        )  # fmt: skip
        organisation, region = heard.organisation, self._connectors.house[1]
        told = Saying(state.model_dump(), f"{heard.id}:refused", "", organisation, region)
        await say(session, self._connectors, heard.connector, STATE, told)

    def _who(self, heard: Heard) -> Visitor:
        one = self._connectors.all.get(heard.connector)
        title = one.described.title if one is not None else heard.connector
        return replace(system(title), organisation=heard.organisation)


async def say(session: AsyncSession, connectors: Connectors, connector: str, verb: str, saying: Saying) -> bool:
    """Post it where the connector is there and knows the verb; False where not."""
    try:
        await connectors.post(session, connector, verb, saying)
    except LookupError:
        return False
    return True


def _system(connector: str) -> str:
    return f"connector:{connector}"


def _read(fields: dict[str, Any]) -> NewEvent | UpdatedEvent | CancelledEvent:
    """What the contract knows of another change is passed over: most systems send their whole record each time."""
    model = MODELS.get(str(fields.get("change")))
    others = KNOWN - set(model.model_fields) if model is not None else ()
    try:
        return EVENT.validate_python({name: value for name, value in fields.items() if name not in others})
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][-1]) if first["loc"] else "change"
        raise Invalid("event", saying(first), field) from None


def _request(event: NewEvent) -> TicketFields:
    happened = event.happened_at
    when = f"\n发生时间：{happened.astimezone(ZONE):%Y-%m-%d %H:%M}" if happened is not None else ""
    return TicketFields.model_construct(
        **{
            **TicketFields(title=event.title, content=event.content, type=event.type).model_dump(),
            "content": event.content + when, "category": event.category or None, "place": event.place,
            "address": event.address, "urgent": event.urgent, "caller_name": event.caller_name,
            "contact": event.contact, "anonymous": not event.contact, "channel": "transferred",
            "answer_by": "phone" if event.contact else "none",
        }
    )  # fmt: skip
