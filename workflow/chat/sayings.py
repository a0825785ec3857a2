"""Words for occasions (会话话术), by flow and channel, kept by who runs the chats and at hand for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal

import pydantic
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, Route
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.records import Office, RecordQuery, Records, RecordView, record_routes
from cti.office.screens import Choice, form
from workflow.chat.models import SayingRow
from workflow.chat.occasions import AGENT, OCCASIONS, Occasion, Saying, SayingsAtHand
from workflow.chat.views import CHANNELS

SAYINGS = "/api/chat-sayings"


class SayingFields(Body):
    """Words for an occasion."""

    occasion: Occasion = pydantic.Field(title="场合", json_schema_extra=form(options=OCCASIONS))
    flow: str = pydantic.Field(
        default="", max_length=60, title="流程",
        json_schema_extra=form(options_from=f"{SAYINGS}/flows", help="不选则用于全部流程"),
    )  # fmt: skip
    channel: Literal["", "web", "wechat", "app"] = pydantic.Field(
        default="", title="渠道", json_schema_extra=form(options=CHANNELS, help="不选则用于全部渠道")
    )
    text: str = pydantic.Field(
        min_length=1, max_length=500, title="内容",
        json_schema_extra=form(kind="long", help=f"欢迎语中可用 {AGENT}，换成接待的座席"),
    )  # fmt: skip


class SayingView(RecordView):
    """Words for an occasion."""

    occasion: str = pydantic.Field(title="场合", json_schema_extra=form(kind="choice", options=OCCASIONS, width=150))
    flow: str = pydantic.Field(title="流程编号")
    flow_title: str = pydantic.Field(default="", title="流程", json_schema_extra=form(width=180, none="全部"))
    channel: str = pydantic.Field(
        title="渠道", json_schema_extra=form(kind="choice", options=CHANNELS, none="全部", width=110)
    )
    text: str = pydantic.Field(title="内容", json_schema_extra=form(kind="long", width=420))


class SayingQuery(RecordQuery):
    """Filters."""

    occasion: Occasion | None = None


class Sayings(Records[SayingRow, SayingFields, SayingView, SayingQuery]):
    """The service. `flows` are the titles of flows; `hand` has what is said in chats, from the first change on."""

    table, fields, view, query = SayingRow, SayingFields, SayingView, SayingQuery
    kind: ClassVar[str] = "chat_saying"
    title: ClassVar[str] = "会话话术"
    see: ClassVar[str] = "chat.sayings"
    edit_permission: ClassVar[str] = "chat.sayings"
    export_permission: ClassVar[str] = "chat.sayings"
    filters: ClassVar[tuple[str, ...]] = ("occasion",)
    few: ClassVar[bool] = True

    def __init__(self, office: Office, flows: Callable[[], Mapping[str, str]], hand: SayingsAtHand) -> None:
        super().__init__(office)
        self._flows, self._hand = flows, hand
        self.on_change(lambda ids: self.refresh())

    def limits(self, visitor: Visitor, query: SayingQuery) -> list[ColumnElement[bool]]:
        """By a part of the words."""
        found = super().limits(visitor, query)
        return [*found, SayingRow.text.contains(query.search, autoescape=True)] if query.search else found

    async def values(
        self, session: AsyncSession, body: SayingFields, row: SayingRow | None, organisation: str
    ) -> dict[str, Any]:
        """Once for an occasion, flow and channel in an organisation, and of a flow that there is. Invalid, Conflict."""
        if body.flow and body.flow not in self._flows():
            raise Invalid("no_flow", "没有这个流程", "flow")
        same = SayingRow
        if await self.taken(
            session, row, same.organisation == organisation, same.occasion == body.occasion, same.flow == body.flow,
            same.channel == body.channel,
        ):  # fmt: skip
            raise Conflict("taken", "该场合、流程和渠道已有话术，请修改原来的", "occasion")
        return body.model_dump(include=set(SayingFields.model_fields))

    def words(self, visitor: Visitor, row: SayingRow) -> dict[str, Any]:
        """The flow's name."""
        return {"flow_title": self._flows().get(row.flow, row.flow)}

    async def refresh(self) -> None:
        """Take what there is now to hand."""
        wanted = select(SayingRow).where(SayingRow.removed_at.is_(None))
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        self._hand.take(Saying(one.occasion, one.organisation, one.flow, one.channel, one.text) for one in rows)

    def flow_choices(self) -> list[Choice]:
        """The flows by name."""
        return [Choice(value=name, title=title) for name, title in self._flows().items()]


def routes(sayings: Sayings) -> list[Route]:
    """The table."""

    async def flows() -> list[Choice]:
        return sayings.flow_choices()

    return [
        Route("GET", f"{SAYINGS}/flows", flows, Sayings.see, "话术可选的流程"),
        *record_routes(sayings, SAYINGS, imports=False),
    ]
