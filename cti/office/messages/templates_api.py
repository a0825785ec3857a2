"""Routes of templates: their words, what a text comes to, and a trial on one's own telephone."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Body, Page, Paged, Route
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.messages.channels.port import Carries, Letter
from cti.office.messages.contacts import Contacts
from cti.office.messages.outbox import Outbox
from cti.office.messages.rights import MANAGE, need_house
from cti.office.messages.sms_parts import size_of
from cti.office.messages.templates import OWN, Template, Templates, filled, problems_of
from cti.office.messages.trying import try_now
from cti.office.messages.wording import Wording
from cti.office.screens import form


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


class TemplatesApi:
    """Keeps the words of templates."""

    def __init__(
        self, templates: Templates, wording: Wording, contacts: Contacts, outbox: Outbox, audit: Audit
    ) -> None:
        self._templates = templates
        self._wording = wording
        self._contacts = contacts
        self._outbox = outbox
        self._audit = audit

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        templates = "/api/message_templates"
        return [
            Route("GET", templates, self.templates, MANAGE, "消息模板"),
            Route("POST", templates, self.add_template, MANAGE, "新增消息模板", 201),
            Route("POST", CHECK, self.check, MANAGE, "检查消息模板"),
            Route("GET", f"{templates}/{{name}}", self.template, MANAGE, "消息模板详情"),
            Route("PUT", f"{templates}/{{name}}", self.change_template, MANAGE, "修改消息模板"),
            Route("DELETE", f"{templates}/{{name}}", self.reset_template, MANAGE, "恢复或删除消息模板"),
            Route("POST", f"{templates}/{{name}}/test", self.try_template, MANAGE, "试发消息模板"),
        ]

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
        await try_now(sender, Letter(new_id(), Number.parse(contact.mobile).national, template.title, text))
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


def _words(body: TemplateWords) -> dict[str, str]:
    return {"title": body.title, "subject": body.subject, "text": body.text, "sms": body.sms}


def _sample(template: Template) -> str:
    return filled(template, {name: f"〔{name}〕" for name in template.variables}).sms
