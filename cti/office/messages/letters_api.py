"""Routes of what leaves the house: the log of letters, what they cost, and channels."""

from __future__ import annotations

from datetime import datetime

import pydantic
from aiohttp import web

from cti.base.http.routes import Body, OptionView, Page, Paged, Query, Route
from cti.base.ids import new_id
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.messages.channel_file import ChannelFile
from cti.office.messages.channels.port import CARRIES_TITLES, Carries, Letter
from cti.office.messages.deliveries import ENDED, STATE_TITLES, State
from cti.office.messages.delivery_log import DeliveryLog, Wanted, recipient
from cti.office.messages.models import DeliveryRow
from cti.office.messages.outbox import Outbox
from cti.office.messages.rights import EXPORT, MANAGE, SEE, need_house
from cti.office.messages.timeline import text_for
from cti.office.messages.trying import address_for, try_now
from cti.office.records.routes import file_answer
from cti.office.screens import form

STATES = {state.value: title for state, title in STATE_TITLES.items()}
WAYS = {carries.value: title for carries, title in CARRIES_TITLES.items()}


class Period(Query):
    """Letters of a period, of one way, channel or state."""

    carries: Carries | None = None
    channel: str = pydantic.Field(default="", max_length=40)
    state: State | None = None
    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")

    @property
    def wanted(self) -> Wanted:
        """As the log understands it."""
        carries, state = self.carries.value if self.carries else "", self.state.value if self.state else ""
        return Wanted(carries, self.channel, state, self.since, self.until)


class LettersQuery(Page, Period):
    """A page of them."""


class LetterView(pydantic.BaseModel):
    """A letter and what became of it; `cost` in yuan."""

    id: str = pydantic.Field(title="编号")
    created_at: datetime = pydantic.Field(title="创建时间", json_schema_extra=form(width=172))
    carries: str = pydantic.Field(title="方式", json_schema_extra=form(kind="choice", options=WAYS))
    channel: str = pydantic.Field(title="渠道")
    recipient: str = pydantic.Field(title="接收人", json_schema_extra=form(width=130))
    text: str = pydantic.Field(title="内容", json_schema_extra=form(kind="long", width=260))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(kind="choice", options=STATES, tones={
            "waiting": "ring", "sending": "talk", "sent": "talk", "delivered": "ready", "failed": "break",
            "dropped": "off",
        }),
    )  # fmt: skip
    tries: int = pydantic.Field(title="已尝试", json_schema_extra=form(hidden=True))
    next_at: datetime | None = pydantic.Field(title="计划发送", json_schema_extra=form(hidden=True))
    parts: int = pydantic.Field(title="条数")
    cost: float = pydantic.Field(title="费用（元）")
    sender: str = pydantic.Field(title="发送人", json_schema_extra=form(none="系统"))
    last_error: str = pydantic.Field(title="说明")
    ended: bool = pydantic.Field(title="已结束")


class CostView(pydantic.BaseModel):
    """What a channel sent, and what it cost in yuan."""

    channel: str
    title: str
    sent: int
    delivered: int
    failed: int
    dropped: int
    parts: int
    cost: float


class Costs(pydantic.BaseModel):
    """All channels of a period."""

    items: list[CostView]


class ChannelView(pydantic.BaseModel):
    """A channel as the file has it, and whether it works."""

    name: str = pydantic.Field(title="标识")
    title: str = pydantic.Field(title="渠道")
    carries: str = pydantic.Field(title="方式", json_schema_extra=form(kind="choice", options=WAYS))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(kind="choice", options={"well": "正常", "failing": "暂停（连续失败）"},
                               tones={"well": "ready", "failing": "break"}),
    )  # fmt: skip
    receipts: bool = pydantic.Field(title="接收回执")
    price: float = pydantic.Field(title="单价（元）")
    last_error: str = pydantic.Field(title="最近错误")
    file_problem: str = pydantic.Field(title="文件问题", json_schema_extra=form(none="无"))


class TestLetter(Body):
    """To whom a channel is tried: a number or a mailbox; for robots nothing."""

    to: str = pydantic.Field(
        default="", max_length=100, title="发送到", json_schema_extra=form(help="手机号或邮箱；群机器人不填")
    )


class LettersApi:
    """Lists letters and what they cost, and tests channels."""

    def __init__(self, log: DeliveryLog, outbox: Outbox, file: ChannelFile, audit: Audit) -> None:
        self._log = log
        self._outbox = outbox
        self._file = file
        self._audit = audit

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        letters, channels = "/api/message_deliveries", "/api/message_channels"
        return [
            Route("GET", letters, self.letters, SEE, "消息记录"),
            Route("GET", f"{letters}/export", self.export, EXPORT, "导出消息记录"),
            Route("POST", f"{letters}/{{id}}/resend", self.resend, MANAGE, "重新发送"),
            Route("GET", "/api/message_costs", self.costs, SEE, "消息费用"),
            Route("GET", channels, self.channels, MANAGE, "消息渠道"),
            Route("GET", "/api/options/message_channels", self.channel_options, SEE, "消息渠道选项"),
            Route("POST", f"{channels}/{{name}}/test", self.test, MANAGE, "测试消息渠道"),
        ]

    # ── letters ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def letters(self, visitor: Visitor, query: LettersQuery) -> Paged[LetterView]:
        """A page of the log."""
        found = await self._log.find(visitor, query.wanted, query.page, query.size)
        items = await self._views(visitor, list(found.rows))
        return Paged(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    async def export(self, visitor: Visitor, query: LettersQuery) -> web.Response:
        """The log as a spreadsheet."""
        return file_answer("消息记录.xlsx", await self._log.export(visitor, query.wanted))

    async def resend(self, visitor: Visitor, id: str) -> LetterView:
        """Send a letter that has ended once more, as a new one."""
        return (await self._views(visitor, [await self._log.resend(visitor, id)]))[0]

    async def costs(self, visitor: Visitor, query: Period) -> Costs:
        """What each channel cost in a period, by the sums of the log of letters."""
        sums = await self._log.sums(visitor, query.wanted)
        return Costs(items=[CostView.model_validate(one, from_attributes=True) for one in sums])

    async def _views(self, visitor: Visitor, rows: list[DeliveryRow]) -> list[LetterView]:
        names = await self._log.names(rows)
        return [
            LetterView(
                id=row.id, created_at=row.created_at, carries=row.carries,
                channel=self._log.channel_title(row.channel), recipient=recipient(visitor, row, names),
                text=text_for(visitor, row), state=row.state, tries=row.tries,
                next_at=row.next_at if row.state == State.WAITING else None, parts=row.parts, cost=row.cost / 1000,
                sender=row.sender, last_error=row.last_error, ended=row.state in ENDED,
            )
            for row in rows
        ]  # fmt: skip

    # ── channels ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def channels(self, visitor: Visitor, query: Page) -> Paged[ChannelView]:
        """Those of the file."""
        views = [
            ChannelView(
                name=one.name, title=one.described.title, carries=one.described.carries.value,
                state="failing" if one.breaker.is_open else "well", receipts=one.described.receipts is not None,
                price=one.described.price, last_error=one.last_error, file_problem=self._file.problem,
            )
            for one in self._outbox.senders.values()
        ]  # fmt: skip
        return Paged.cut(views, query)

    async def channel_options(self) -> list[OptionView]:
        """Those of the file, to choose from."""
        return [OptionView(value=one.name, title=one.described.title) for one in self._outbox.senders.values()]

    async def test(self, visitor: Visitor, name: str, body: TestLetter) -> None:
        """Send a letter past the outbox: its answer says at once whether the channel works."""
        need_house(visitor)
        sender = self._outbox.senders.get(name)
        if sender is None:
            raise NotFound("no_channel", "渠道不存在")
        text = sender.described.signature + "这是一条测试消息，收到即表示渠道正常。"
        await try_now(sender, Letter(new_id(), address_for(sender, body.to), "测试消息", text))
        await self._audit.note(visitor, "channel.tested", f"channel:{name}")
