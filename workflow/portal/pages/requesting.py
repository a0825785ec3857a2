"""A citizen registers a request: its kind, its form, a look at what neighbours reported, and the receipt."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

import pydantic
import structlog
from aiohttp import web

from cti.base.citizen import Citizen
from cti.base.http import problems
from cti.base.http.forms import CSRF, Form
from cti.base.http.guard import check_csrf
from cti.base.http.routes import CITIZEN, PUBLIC, Exchange, Query, Route
from cti.base.refusal import Invalid, NotFound, Refusal
from cti.office.files.api import pieces_of_body
from cti.office.files.service import Files
from cti.office.files.uploads import UploadView
from cti.office.files.views import NewUpload, Offset
from cti.office.public_sessions.service import PublicSessions
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
from workflow.tickets.by_citizens.own import OwnRequests
from workflow.tickets.by_citizens.views import Kind, Neighbour, OwnLine, Request, Sent

log = structlog.get_logger(__name__)

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
KEY_FORM = r"^([0-9A-Za-z_-]{8,40})?$"
FILES_KEPT = "files"
ANEW = "anew"
NEW, KEEP = "/request/new", "/request/draft"


class KindQuery(Query):
    """What is asked for; `draft` goes on with what was kept.

    `key` is the draft's, which it keeps until it is sent: a form that is drawn again, by Back or by a reload, is the
    same one. `anew` says that it is another matter than the one with the same words, `over` that his session ran out.
    """

    type: str = "help"
    draft: bool = False
    key: str = pydantic.Field(default="", pattern=KEY_FORM)
    anew: bool = False
    over: bool = False


class DoneQuery(Query):
    """The receipt."""

    number: str = pydantic.Field(max_length=40)
    joined: bool = False
    again: bool = False


class RequestPages:
    """The routes."""

    def __init__(
        self, office: Office, pages: Pages, asking: CitizensAsking, accounts: Accounts, keeping: Keeping,
        outline: Outline, own: OwnRequests, sessions: PublicSessions,
    ) -> None:  # fmt: skip
        self._own, self._sessions = own, sessions
        self._outline = outline
        self._office, self._pages, self._asking = office, pages, asking
        self._accounts, self._keeping = accounts, keeping

    def routes(self) -> list[Route]:
        """The kinds are for everybody, the form for who is signed in."""
        new, uploads = NEW, "/request/uploads"
        return [
            Route("GET", "/request", self.kinds, PUBLIC, "选择诉求类型", outside=True, page=True),
            Route("GET", new, self.form, CITIZEN, "填写诉求", outside=True, page=True),
            Route("POST", new, self.send, CITIZEN, "提交诉求", outside=True, page=True, limit=FORM_BYTES),
            Route("POST", KEEP, self.keep, CITIZEN, "保存诉求草稿", outside=True, page=True),
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
        return self._pages.page(exchange, "portal/kinds.html", "我要诉求", kinds=KINDS, draft=draft, key=_new_key())

    async def form(self, query: KindQuery, citizen: Citizen, exchange: Exchange) -> web.Response:
        """The form of a kind, empty or as it was left."""
        account = await self._accounts.of(citizen)
        if query.key and (number := await self._asking.sent_before(citizen, query.key)):
            return await self._receipt(citizen, exchange, number, again=True)
        name = await self._accounts.checked_name(account) or account.name
        said: dict[str, Any] = {"type": query.type if query.type in KINDS else "help", "caller_name": name}
        kept, key = await self._keeping.draft(account.id) or {}, query.key
        if kept and (query.draft or (key and key == kept.get(KEY))):
            said |= kept
            key = str(kept.get(KEY) or key)
        files = await self._there(citizen, said.get(FILES_KEPT, ()))
        return await self._form(exchange, said, key or _new_key(), files=files, anew=query.anew, over=query.over)

    async def _form(
        self, exchange: Exchange, said: dict[str, Any], key: str, *, faults: dict[str, str] | None = None,
        neighbours: list[Neighbour] | None = None, files: Sequence[UploadView] = (),
        anew: bool = False, over: bool = False,
    ) -> web.Response:  # fmt: skip
        fields = await self._asking.fields(_kind_of(said))
        page = self._pages.page(
            exchange, "portal/request.html", f"填写{KINDS[said['type']][0]}", private=True, said=said, key=key,
            faults=faults or {}, fields=fields, kinds=KINDS, categories=await self._asking.categories(),
            places=self._asking.places(), neighbours=neighbours or [], files=files, extra=EXTRA, anew=anew, over=over,
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
        said, key, files = _said(form), form.get(KEY) or _new_key(), tuple(form.all("files"))
        anew = bool(form.get(ANEW))
        if number := await self._asking.sent_before(citizen, key):
            await self._keeping.drop_draft(account.id)
            return see_other(_done(number, "again"))
        try:
            request = _request_of(said)
            fields = await self._asking.fields(_kind_of(said))
            files = await tokens_of(
                self._office.need(Files), self._asking.uploader(citizen), form, self._pages.settings.files
            )
            if follow := form.get("follow"):
                number = await self._asking.join(citizen, follow, request)
                await self._keeping.drop_draft(account.id)
                return see_other(_done(number, "joined"))
            if not anew and (number := await self._asking.sent_alike(citizen, request)):
                await self._keeping.drop_draft(account.id)
                return see_other(_done(number, "again"))
            if not form.get("sure") and (found := await self._asking.neighbours(citizen, request)):
                return await self._form(
                    exchange, said, key, neighbours=found, files=await self._there(citizen, files), anew=anew
                )
            sent = Sent(key, request, values_of(fields, form, EXTRA), files, account.citizen)
            number = await self._asking.send(citizen, sent)
        except Refusal as refusal:
            await self._keeping.keep_draft(account.id, said | {KEY: key, FILES_KEPT: list(files)})
            there = await self._there(citizen, files)
            return await self._form(exchange, said, key, faults=faults_of(refusal), files=there, anew=anew)
        await self._keeping.drop_draft(account.id)
        return see_other(_done(number))

    async def keep(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """Keep what is filled in so far with his account: the page's script asks for it, and a button."""
        account: Account = await self._accounts.of(citizen)
        await self._keeping.keep_draft(account.id, _draft(exchange.form))
        return see_other("/request")

    async def kept(self, exchange: Exchange) -> str:
        """The way back to the form for who sent it after his session ran out, with all that was in it; else empty.

        It is kept with the account that was signed in, so nobody else sees it who signs in then.
        """
        request, form = exchange.request, exchange.form
        if request.method != "POST" or request.path not in (NEW, KEEP):
            return ""
        said = _draft(form)
        back = f"{NEW}?type={said['type']}&key={quote(str(said[KEY]), safe='')}&over=true"
        citizen = await self._sessions.ran_out(exchange.token, exchange.browser)
        if citizen is None or not await self._accounts.has(citizen):
            return back
        check_csrf(request, exchange.token, form.get(CSRF))
        try:
            visitor, most = self._asking.uploader(citizen), self._pages.settings.files
            said[FILES_KEPT] = list(await tokens_of(self._office.need(Files), visitor, form, most))
        except Refusal as refusal:
            log.info("files of a form whose session ran out are not kept", reason=refusal.code)
        await self._keeping.keep_draft((await self._accounts.of(citizen)).id, said)
        return back

    async def _there(self, citizen: Citizen, tokens: Iterable[str]) -> list[UploadView]:
        """Those of his uploads that are still there."""
        uploads, visitor, found = self._office.need(Files).uploads, self._asking.uploader(citizen), list[UploadView]()
        for token in tokens:
            with contextlib.suppress(NotFound):
                found.append(await uploads.state(visitor, token))
        return [one for one in found if one.done]

    async def drop(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """Forget what was begun."""
        await self._keeping.drop_draft((await self._accounts.of(citizen)).id)
        return see_other("/request")

    async def done(self, query: DoneQuery, citizen: Citizen, exchange: Exchange) -> web.Response:
        """The receipt: its number, and what comes next. NotFound for what is not his."""
        return await self._receipt(citizen, exchange, query.number, joined=query.joined, again=query.again)

    async def _receipt(
        self, citizen: Citizen, exchange: Exchange, number: str, *, joined: bool = False, again: bool = False
    ) -> web.Response:
        if citizen.is_probe:
            # Its request was taken back, and the number was made by this engine.
            line = OwnLine(number, "", "help", "", 0, False, False, "web", *[self._office.clock.wall()] * 2)
        else:
            line = (await self._own.one(citizen, number)).line
        return self._pages.page(
            exchange, "portal/done.html", "已提交", private=True, number=line.number, joined=joined or line.joined,
            again=again, type=line.type if line.type in KINDS else "help",
        )  # fmt: skip

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


def _draft(form: Form) -> dict[str, Any]:
    """The same with the form's key and the files that were uploaded for it: a draft until it is sent."""
    key = form.get(KEY)
    return _said(form) | {
        KEY: key if re.fullmatch(KEY_FORM, key) and key else _new_key(),
        FILES_KEPT: form.all("files"),
    }


def _new_key() -> str:
    return secrets.token_urlsafe(12)


def _done(number: str, how: str = "") -> str:
    return f"/request/done?number={quote(number, safe='')}" + (f"&{how}=true" if how else "")


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
