"""Routes of what leaves the house: the log of letters, channels, templates, and how oneself is told."""

from __future__ import annotations

from datetime import datetime

import pydantic
from aiohttp import web

from cti.base.http.routes import SIGNED_IN, Body, OptionView, Page, Paged, Query, Route
from cti.base.ids import new_id
from cti.base.number import Number, NumberKind
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.settings import DAYTIME
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.messages.channel_file import ChannelFile
from cti.office.messages.channels.port import CARRIES_TITLES, Carries, ChannelFails, ChannelRefuses, Letter
from cti.office.messages.contacts import Contact, Contacts, From
from cti.office.messages.deliveries import ENDED, STATE_TITLES, State
from cti.office.messages.delivery_log import DeliveryLog, Wanted, recipient
from cti.office.messages.models import DeliveryRow
from cti.office.messages.outbox import Outbox
from cti.office.messages.rights import EXPORT, MANAGE, SEE, need_house
from cti.office.messages.sender import Sender
from cti.office.messages.sms_parts import size_of
from cti.office.messages.templates import OWN, Template, Templates, filled, problems_of
from cti.office.messages.timeline import text_for
from cti.office.messages.wording import Wording
from cti.office.records.routes import file_answer
from cti.office.screens import form

STATES = {state.value: title for state, title in STATE_TITLES.items()}
WAYS = {carries.value: title for carries, title in CARRIES_TITLES.items()}
LEAST = {"normal": "普通和紧急", "urgent": "只收紧急", "off": "不接收"}


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


class TemplateView(pydantic.BaseModel):
    """A template; `sample` is its SMS with the names of variables for values, `parts` what that is paid for."""

    name: str = pydantic.Field(title="标识", json_schema_extra=form(hidden=True))
    title: str = pydantic.Field(title="模板")
    kind_title: str = pydantic.Field(title="类型")
    subject: str = pydantic.Field(title="标题", json_schema_extra=form(hidden=True))
    text: str = pydantic.Field(title="内容")
    sms: str = pydantic.Field(title="短信内容", json_schema_extra=form(none="同内容"))
    sample: str = pydantic.Field(title="短信预览", json_schema_extra=form(kind="long", width=320))
    characters: int = pydantic.Field(title="字数")
    parts: int = pydantic.Field(title="短信条数")
    variables: str = pydantic.Field(title="变量", json_schema_extra=form(kind="long", none="无"))
    changed: bool = pydantic.Field(title="已改写")
    own: bool = pydantic.Field(title="自建")
    version: int = pydantic.Field(title="版本")


CHECK = "/api/message_templates/check"
HELP = "变量写在花括号内，如 {编号}；可用的变量见列表的“变量”"


class TemplateWords(Body):
    """The words of a template."""

    title: str = pydantic.Field(min_length=1, max_length=60, title="名称", json_schema_extra=form(only_new=True))
    subject: str = pydantic.Field(min_length=1, max_length=120, title="标题", json_schema_extra=form(help=HELP))
    text: str = pydantic.Field(
        min_length=1, max_length=2000, title="内容", json_schema_extra=form(check=CHECK, help="站内消息和邮件的正文")
    )
    sms: str = pydantic.Field(
        default="", max_length=500, title="短信内容",
        json_schema_extra=form(check=CHECK, help="不填则与内容相同；签名另加，不计在内"),
    )  # fmt: skip


class TemplateFields(TemplateWords):
    """A template of the city's own."""

    name: str = pydantic.Field(
        pattern=r"^[a-z][a-z0-9_.-]{1,59}$", title="标识",
        json_schema_extra=form(only_new=True, help="小写字母、数字、点和下划线，如 notice.water",
                               wrong="以小写字母开头，只含小写字母、数字、点、横线和下划线"),
    )  # fmt: skip


class TemplateEdit(TemplateWords):
    """Other words; a module's template keeps its title."""

    title: str = pydantic.Field(default="", max_length=60, title="名称", json_schema_extra=form(only_new=True))
    version: int = pydantic.Field(ge=0)


class TemplateCheck(Body):
    """A text that somebody is typing."""

    text: str = pydantic.Field(default="", max_length=2000)
    sms: str = pydantic.Field(default="", max_length=500)


class TemplateChecked(pydantic.BaseModel):
    """What it comes to."""

    ok: bool
    message: str
    position: int | None = None


class ContactFields(Body):
    """How oneself is told beyond the console."""

    mobile: str = pydantic.Field(default="", max_length=20, title="手机号")
    mail: str = pydantic.Field(default="", max_length=100, pattern=r"^([^@\s<>]+@[^@\s<>]+)?$", title="邮箱")
    sms_from: From = pydantic.Field(default="urgent", title="短信", json_schema_extra=form(options=LEAST))
    mail_from: From = pydantic.Field(default="normal", title="邮件", json_schema_extra=form(options=LEAST))
    quiet_from: str = pydantic.Field(default="", pattern=DAYTIME, title="免打扰开始")
    quiet_until: str = pydantic.Field(default="", pattern=DAYTIME, title="免打扰结束")


class LettersApi:
    """Lists letters, tests channels, keeps templates, and how oneself is told."""

    def __init__(
        self, log: DeliveryLog, outbox: Outbox, file: ChannelFile, templates: Templates, wording: Wording,
        contacts: Contacts, audit: Audit,
    ) -> None:  # fmt: skip
        self._log = log
        self._outbox = outbox
        self._file = file
        self._templates = templates
        self._wording = wording
        self._contacts = contacts
        self._audit = audit

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        letters, templates, channels = "/api/message_deliveries", "/api/message_templates", "/api/message_channels"
        return [
            Route("GET", letters, self.letters, SEE, "消息记录"),
            Route("GET", f"{letters}/export", self.export, EXPORT, "导出消息记录"),
            Route("POST", f"{letters}/{{id}}/resend", self.resend, MANAGE, "重新发送"),
            Route("GET", "/api/message_costs", self.costs, SEE, "消息费用"),
            Route("GET", channels, self.channels, MANAGE, "消息渠道"),
            Route("GET", "/api/options/message_channels", self.channel_options, SEE, "消息渠道选项"),
            Route("POST", f"{channels}/{{name}}/test", self.test, MANAGE, "测试消息渠道"),
            Route("GET", templates, self.templates, MANAGE, "消息模板"),
            Route("POST", templates, self.add_template, MANAGE, "新增消息模板", 201),
            Route("POST", CHECK, self.check, MANAGE, "检查消息模板"),
            Route("GET", f"{templates}/{{name}}", self.template, MANAGE, "消息模板详情"),
            Route("PUT", f"{templates}/{{name}}", self.change_template, MANAGE, "修改消息模板"),
            Route("DELETE", f"{templates}/{{name}}", self.reset_template, MANAGE, "恢复或删除消息模板"),
            Route("POST", f"{templates}/{{name}}/test", self.try_template, MANAGE, "试发消息模板"),
            Route("GET", "/api/inbox/contact", self.contact, SIGNED_IN, "我的接收方式"),
            Route("PUT", "/api/inbox/contact", self.set_contact, SIGNED_IN, "修改我的接收方式"),
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
        await self._give(sender, Letter(new_id(), _address(sender, body.to), "测试消息", text))
        await self._audit.note(visitor, "channel.tested", f"channel:{name}")

    async def _give(self, sender: Sender, letter: Letter) -> None:
        try:
            await sender.give(letter)
        except (ChannelFails, ChannelRefuses) as error:
            raise Conflict("not_sent", f"没有发出：{error}") from None

    # ── templates ────────────────────────────────────────────────────────────────────────────────────────────────

    async def templates(self, visitor: Visitor, query: Page) -> Paged[TemplateView]:
        """Every template with the text that holds: the city's, else the one that a module brings."""
        every = [self._template(*one) for one in await self._wording.all(visitor)]
        return Paged.cut(every, query)

    async def template(self, visitor: Visitor, name: str) -> TemplateView:
        """A template by its name. NotFound."""
        return self._template(*await self._wording.get(visitor, name))

    async def add_template(self, visitor: Visitor, body: TemplateFields) -> TemplateView:
        """One of the city's own."""
        return self._template(*await self._wording.add(visitor, body.name, _words(body)))

    async def change_template(self, visitor: Visitor, name: str, body: TemplateEdit) -> TemplateView:
        """Let a template say something else from now on."""
        before, _ = await self._wording.get(visitor, name)
        words = {**_words(body), "title": body.title or before.title}
        return self._template(*await self._wording.change(visitor, name, body.version, words))

    async def reset_template(self, visitor: Visitor, name: str) -> None:
        """Back to the module's words, or gone."""
        await self._wording.reset(visitor, name)

    async def check(self, body: TemplateCheck) -> TemplateChecked:
        """How long a text is, and whether its braces fit."""
        text = body.text or body.sms
        known = {name: "" for one in self._templates.all.values() for name in one.variables}
        wrong = [one for one in problems_of(text, known) if "变量" not in one]
        size = size_of(text)
        message = wrong[0] if wrong else f"{size.characters} 字（变量按名称计），作短信发送约 {size.parts} 条"
        return TemplateChecked(ok=not wrong, message=message)

    async def try_template(self, visitor: Visitor, name: str) -> None:
        """Send it as an SMS to oneself, with the names of its variables for values."""
        need_house(visitor)
        template, _ = await self._wording.get(visitor, name)
        contact = await self._contacts.of(visitor)
        if not contact.mobile:
            raise Conflict("no_mobile", "请先在“个人设置”的接收方式中填写您的手机号")
        channel = self._outbox.channel_for(Carries.SMS)
        if not channel:
            raise Conflict("no_channel", "没有配置短信渠道")
        sender = self._outbox.senders[channel]
        text = sender.described.signature + _sample(template)
        await self._give(sender, Letter(new_id(), Number.parse(contact.mobile).national, template.title, text))
        await self._audit.note(visitor, "template.tested", f"template:{name}")

    def _template(self, template: Template, version: int) -> TemplateView:
        sample = _sample(template)
        size = size_of(sample)
        said = [f"{{{name}}} {meaning}".rstrip() for name, meaning in template.variables.items()]
        kind = "自建" if template.kind == OWN else self._templates.kinds.get(template.kind, template.kind)
        return TemplateView(
            name=template.name, title=template.title, kind_title=kind, subject=template.subject, text=template.text,
            sms=template.sms, sample=sample, characters=size.characters, parts=size.parts, variables="、".join(said),
            changed=version > 0, own=template.kind == OWN, version=version,
        )  # fmt: skip

    # ── oneself ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def contact(self, visitor: Visitor) -> ContactFields:
        """How oneself is told."""
        return _fields(await self._contacts.of(visitor))

    async def set_contact(self, visitor: Visitor, body: ContactFields) -> ContactFields:
        """Say by which ways and at what hours one wants to be told oneself."""
        return _fields(await self._contacts.set(visitor, Contact(**body.model_dump())))


def _fields(contact: Contact) -> ContactFields:
    return ContactFields.model_validate(contact, from_attributes=True)


def _words(body: TemplateWords) -> dict[str, str]:
    return {"title": body.title, "subject": body.subject, "text": body.text, "sms": body.sms}


def _sample(template: Template) -> str:
    return filled(template, {name: f"〔{name}〕" for name in template.variables}).sms


def _address(sender: Sender, said: str) -> str:
    match sender.described.carries:
        case Carries.SMS:
            number = Number.parse(said)
            if number.kind is not NumberKind.MOBILE:
                raise Invalid("no_mobile", "请填写手机号码", "to")
            return number.national
        case Carries.MAIL:
            if "@" not in said:
                raise Invalid("no_mail", "请填写邮箱", "to")
            return said
    return sender.name
