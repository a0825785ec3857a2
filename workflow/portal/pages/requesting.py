"""A citizen registers a request: its kind, its form, a look at what neighbours reported, and the receipt."""

from __future__ import annotations

import secrets
from typing import Any

import pydantic
from aiohttp import web

from cti.base.citizen import Citizen
from cti.base.http import problems
from cti.base.http.forms import Form
from cti.base.http.routes import CITIZEN, PUBLIC, Exchange, Query, Route
from cti.base.refusal import Invalid, Refusal
from cti.office.files.api import pieces_of_body
from cti.office.files.service import Files
from cti.office.files.uploads import UploadView
from cti.office.files.views import NewUpload, Offset
from cti.office.records import Office
from cti.web.public_site import LOCATES
from workflow.bigscreen.maps import MapOutline
from workflow.portal.accounts import Account, Accounts
from workflow.portal.filling import faults_of, values_of
from workflow.portal.keeping import Keeping
from workflow.portal.outline import Outline
from workflow.portal.pages.sending import FORM_BYTES, tokens_of
from workflow.portal.rendering import Pages, see_other
from workflow.tickets.by_citizens.asking import CitizensAsking
from workflow.tickets.by_citizens.views import Kind, Neighbour, Request, Sent

KINDS = {
    "help": ("求助", "生活中遇到困难，需要政府部门帮助解决"),
    "complaint": ("投诉", "对公共服务、市政管理、消费等不满意"),
    "enquiry": ("咨询", "想了解政策、办事流程和所需材料"),
    "suggestion": ("建议", "对城市管理和公共服务的意见建议"),
    "report": ("举报", "反映违法违规行为，请写明对象和线索"),
    "praise": ("表扬", "对单位或个人的肯定和感谢"),
}
EXTRA = "extra_"
PLAIN = (
    "type",
    "category",
    "place",
    "address",
    "longitude",
    "latitude",
    "title",
    "content",
    "caller_name",
    "answer_by",
)
FLAGS = ("enterprise", "confidential")
KEY = "key"
DRAFT = "draft"


class KindQuery(Query):
    """What is asked for; `draft` goes on with what was kept."""

    type: str = "help"
    draft: bool = False


class DoneQuery(Query):
    """The receipt."""

    number: str = pydantic.Field(max_length=40)
    joined: bool = False


class RequestPages:
    """The routes."""

    def __init__(
        self, office: Office, pages: Pages, asking: CitizensAsking, accounts: Accounts, keeping: Keeping,
        outline: Outline,
    ) -> None:  # fmt: skip
        self._outline = outline
        self._office, self._pages, self._asking = office, pages, asking
        self._accounts, self._keeping = accounts, keeping

    def routes(self) -> list[Route]:
        """The kinds are for everybody, the form for who is signed in."""
        new, uploads = "/request/new", "/request/uploads"
        return [
            Route("GET", "/request", self.kinds, PUBLIC, "选择诉求类型", outside=True, page=True),
            Route("GET", new, self.form, CITIZEN, "填写诉求", outside=True, page=True),
            Route("POST", new, self.send, CITIZEN, "提交诉求", outside=True, page=True, limit=FORM_BYTES),
            Route("POST", "/request/draft", self.keep, CITIZEN, "保存诉求草稿", outside=True, page=True),
            Route("POST", "/request/draft/drop", self.drop, CITIZEN, "删除诉求草稿", outside=True, page=True),
            Route("GET", "/request/map", self.outline, PUBLIC, "辖区轮廓图", outside=True),
            Route("GET", "/request/done", self.done, CITIZEN, "诉求回执", outside=True, page=True),
            Route("POST", uploads, self.begin_upload, CITIZEN, "开始上传诉求附件", 201, outside=True),
            Route("PATCH", f"{uploads}/{{token}}", self.upload, CITIZEN, "上传诉求附件内容", outside=True),
        ]

    async def kinds(self, exchange: Exchange) -> web.Response:
        """What he wants; and what he has begun."""
        draft = None
        if exchange.citizen is not None and await self._accounts.has(exchange.citizen):
            draft = await self._keeping.draft((await self._accounts.of(exchange.citizen)).id)
        return self._pages.page(exchange, "portal/kinds.html", "我要诉求", kinds=KINDS, draft=draft)

    async def form(self, query: KindQuery, citizen: Citizen, exchange: Exchange) -> web.Response:
        """The form of a kind, empty or as it was left."""
        account = await self._accounts.of(citizen)
        name = await self._accounts.checked_name(account) or account.name
        said: dict[str, Any] = {"type": query.type if query.type in KINDS else "help", "caller_name": name}
        if query.draft:
            said |= await self._keeping.draft(account.id) or {}
        return await self._form(exchange, said, secrets.token_urlsafe(12))

    async def _form(
        self, exchange: Exchange, said: dict[str, Any], key: str, *, faults: dict[str, str] | None = None,
        neighbours: list[Neighbour] | None = None, files: tuple[str, ...] = (),
    ) -> web.Response:  # fmt: skip
        fields = await self._asking.fields(_kind_of(said))
        page = self._pages.page(
            exchange, "portal/request.html", f"填写{KINDS[said['type']][0]}", private=True, said=said, key=key,
            faults=faults or {}, fields=fields, kinds=KINDS, categories=await self._asking.categories(),
            places=self._asking.places(), neighbours=neighbours or [], files=files, extra=EXTRA,
            at={**{one.key: f"{EXTRA}{one.key}" for one in fields}, "files": "photos"},
            most_files=self._pages.settings.files, has_map=self._outline.there, status=422 if faults else 200,
        )  # fmt: skip
        page[LOCATES] = True
        return page

    async def outline(self) -> MapOutline:
        """The region's outline, on which a place is shown by a tap. NotFound."""
        return self._outline.drawing()

    async def send(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """Register it; first hint at what neighbours reported, which he may follow instead. Never without his text."""
        form, account = exchange.form, await self._accounts.of(citizen)
        said, key, files = _said(form), form.get(KEY), tuple(form.all("files"))
        try:
            request = _request_of(said)
            fields = await self._asking.fields(_kind_of(said))
            files = await tokens_of(
                self._office.need(Files), self._asking.uploader(citizen), form, self._pages.settings.files
            )
            if follow := form.get("follow"):
                number = await self._asking.join(citizen, follow, request)
                await self._keeping.drop_draft(account.id)
                return see_other(f"/request/done?number={number}&joined=true")
            if not form.get("sure") and (found := await self._asking.neighbours(citizen, request)):
                return await self._form(exchange, said, key, neighbours=found, files=files)
            sent = Sent(key, request, values_of(fields, form, EXTRA), files, account.citizen)
            number = await self._asking.send(citizen, sent)
        except Refusal as refusal:
            await self._keeping.keep_draft(account.id, said)
            return await self._form(exchange, said, key, faults=faults_of(refusal), files=files)
        await self._keeping.drop_draft(account.id)
        return see_other(f"/request/done?number={number}")

    async def keep(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """Keep what is filled in so far with his account: the page's script asks for it, and a button."""
        account: Account = await self._accounts.of(citizen)
        await self._keeping.keep_draft(account.id, _said(exchange.form))
        return see_other("/request")

    async def drop(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """Forget what was begun."""
        await self._keeping.drop_draft((await self._accounts.of(citizen)).id)
        return see_other("/request")

    async def done(self, query: DoneQuery, citizen: Citizen, exchange: Exchange) -> web.Response:
        """The receipt: its number, and what comes next."""
        return self._pages.page(
            exchange, "portal/done.html", "已提交", private=True, number=query.number, joined=query.joined
        )

    async def begin_upload(self, citizen: Citizen, body: NewUpload) -> UploadView:
        """A file is on its way."""
        visitor = self._asking.uploader(citizen)
        return await self._office.need(Files).uploads.begin(visitor, body.token, body.name, body.size)

    async def upload(self, citizen: Citizen, token: str, query: Offset, exchange: Exchange) -> UploadView:
        """Its bytes, from where it stopped."""
        visitor, pieces = self._asking.uploader(citizen), pieces_of_body(exchange.request)
        return await self._office.need(Files).uploads.receive(visitor, token, query.offset, pieces)


def _said(form: Form) -> dict[str, Any]:
    """What stands in the form, as drafts keep it."""
    found: dict[str, Any] = {name: form.get(name) for name in PLAIN}
    found |= {name: bool(form.get(name)) for name in FLAGS}
    found["type"] = found["type"] if found["type"] in KINDS else "help"
    return found | {f"{EXTRA}{name}": values for name, values in form.under(EXTRA).items()}


def _kind_of(said: dict[str, Any]) -> Kind:
    try:
        return Kind(
            type=said["type"], category=said.get("category") or None, enterprise=bool(said.get("enterprise")),
            place=said.get("place") or "",
        )  # fmt: skip
    except pydantic.ValidationError:
        return Kind(type=said["type"])


def _request_of(said: dict[str, Any]) -> Request:
    """Invalid names the field."""
    given = {name: said[name] for name in (*PLAIN, *FLAGS) if said[name] not in ("", None)}
    if "content" not in given:
        raise Invalid("needed", "请写明您的诉求：什么时间、什么地点、发生了什么、希望怎样解决", "content")
    try:
        return Request.model_validate(given)
    except pydantic.ValidationError as error:
        found = problems.invalid(error)
        field = Request.model_fields.get(found.field or "")
        title = field.title if field is not None else None
        words = found.detail.partition("：")[2] or found.detail
        raise Invalid(found.code, f"{title}：{words}" if title else words, found.field) from None
