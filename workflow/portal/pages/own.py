"""What a citizen has on the site: his requests of all channels, messages, favourites, his data."""

from __future__ import annotations

import json
from urllib.parse import quote

import pydantic
from aiohttp import web

from cti.base.citizen import Citizen
from cti.base.http.routes import CITIZEN, Exchange, Query, Route
from cti.base.refusal import Invalid, NotFound, Refusal
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files
from cti.office.files.serving import give
from cti.office.records import Office
from workflow.portal.accounts import Accounts
from workflow.portal.filling import faults_of, values_of
from workflow.portal.keeping import Keeping
from workflow.portal.notices import Notices
from workflow.portal.pages.sending import FORM_BYTES, tokens_of
from workflow.portal.passwords import CitizenPasswords
from workflow.portal.rendering import Pages, see_other
from workflow.tickets.by_citizens.asking import CitizensAsking
from workflow.tickets.by_citizens.own import PHASES, OwnRequests
from workflow.tickets.service import KIND

SIZE = 10
FIELD = "form_"
DONE = {
    "remind": "已为您催办，承办单位会收到提醒。", "supplement": "补充的情况已提交。", "withdraw": "诉求已撤回。",
    "rate": "感谢您的评价。", "appeal": "申诉已提交，我们会重新研究。",
}  # fmt: skip


class PageQuery(Query):
    """Which page."""

    page: int = pydantic.Field(default=1, ge=1, le=1000)


class OneQuery(Query):
    """What was done a moment ago."""

    done: str = pydantic.Field(default="", max_length=60)


class OwnPages:
    """The routes."""

    def __init__(
        self, office: Office, pages: Pages, own: OwnRequests, asking: CitizensAsking, accounts: Accounts,
        keeping: Keeping, passwords: CitizenPasswords, notices: Notices,
    ) -> None:  # fmt: skip
        self._notices = notices
        self._office, self._pages, self._own, self._asking = office, pages, own, asking
        self._accounts, self._keeping, self._passwords = accounts, keeping, passwords

    def routes(self) -> list[Route]:
        """All of them are for who is signed in, and about nobody else."""
        one = "/mine/requests/{number}"
        return [
            Route("GET", "/mine", self.all, CITIZEN, "我的诉求", outside=True, page=True),
            Route("GET", one, self.one, CITIZEN, "我的一件诉求", outside=True, page=True),
            Route("GET", f"{one}/files/{{file}}", self.file, CITIZEN, "我上传的附件", outside=True, page=True),
            Route("POST", f"{one}/{{action}}", self.act, CITIZEN, "我对诉求的操作", outside=True, page=True,
                  limit=FORM_BYTES),
            Route("GET", "/mine/earlier", self.earlier, CITIZEN, "查找更早的诉求", outside=True, page=True),
            Route("POST", "/mine/earlier", self.prove, CITIZEN, "证明更早的诉求是本人的", outside=True, page=True),
            Route("GET", "/mine/messages", self.messages, CITIZEN, "我的消息", outside=True, page=True),
            Route("GET", "/mine/favourites", self.favourites, CITIZEN, "我的收藏", outside=True, page=True),
            Route("GET", "/mine/account", self.account, CITIZEN, "我的账户", outside=True, page=True),
            Route("POST", "/mine/account", self.rename, CITIZEN, "修改称呼", outside=True, page=True),
            Route("POST", "/mine/account/password", self.password, CITIZEN, "设置登录密码", outside=True, page=True),
            Route("POST", "/mine/account/export", self.export, CITIZEN, "导出我的数据", outside=True, page=True),
            Route("POST", "/mine/account/close", self.close, CITIZEN, "注销账户", outside=True, page=True),
        ]  # fmt: skip

    async def all(self, query: PageQuery, citizen: Citizen, exchange: Exchange) -> web.Response:
        """His requests, the newest first, with what waits for him."""
        account = await self._accounts.of(citizen)
        return self._pages.page(
            exchange, "portal/mine.html", "我的诉求", private=True, page=query.page, phases=PHASES,
            found=await self._own.lines(citizen, query.page, SIZE), size=SIZE,
            since=citizen.held_since, unread=await self._keeping.unread(account.id),
            draft=await self._keeping.draft(account.id),
        )  # fmt: skip

    async def one(self, number: str, query: OneQuery, citizen: Citizen, exchange: Exchange) -> web.Response:
        """One of them, with where it stands and what he may do."""
        return await self._one(exchange, citizen, number, done=DONE.get(query.done, ""))

    async def _one(
        self, exchange: Exchange, citizen: Citizen, number: str, *, done: str = "", action: str = "",
        faults: dict[str, str] | None = None,
    ) -> web.Response:  # fmt: skip
        await self._accounts.of(citizen)
        found = await self._own.one(citizen, number)
        said = exchange.form.under(FIELD) if action else {}
        return self._pages.page(
            exchange, "portal/own.html", found.line.title, private=True, one=found, phases=PHASES, done=done,
            action=action, faults=faults or {}, said=said, field=FIELD, most_files=self._pages.settings.files,
            status=422 if faults else 200,
        )  # fmt: skip

    async def act(self, number: str, action: str, citizen: Citizen, exchange: Exchange) -> web.Response:
        """What he does with it, as its process lets him."""
        form = exchange.form
        found = await self._own.one(citizen, number)
        offered = next((one for one in found.acts if one.name == action), None)
        try:
            if offered is None:
                raise Invalid("not_now", "现在不能这样做，请看最新进度")
            files: tuple[str, ...] = ()
            if action == "supplement":
                visitor = self._asking.uploader(citizen)
                files = await tokens_of(self._office.need(Files), visitor, form, self._pages.settings.files)
            await self._own.act(citizen, number, action, values_of(offered.fields, form, FIELD), files)
        except NotFound:
            raise
        except Refusal as refusal:
            return await self._one(exchange, citizen, number, action=action, faults=faults_of(refusal))
        return see_other(f"/mine/requests/{number}?done={action}")

    async def earlier(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """Ask for what only he knows who used the number then."""
        return self._earlier(exchange, citizen)

    def _earlier(self, exchange: Exchange, citizen: Citizen, faults: dict[str, str] | None = None) -> web.Response:
        return self._pages.page(
            exchange, "portal/earlier.html", "更早的诉求", private=True, since=citizen.held_since, said=exchange.form,
            faults=faults or {}, status=422 if faults else 200,
        )  # fmt: skip

    async def prove(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """Show him what was registered with his number since that request."""
        number = exchange.form.get("number")
        try:
            await self._accounts.prove_earlier(citizen, number, exchange.form.get("name"))
        except Refusal as refusal:
            return self._earlier(exchange, citizen, {"number": refusal.detail})
        return see_other(f"/mine/requests/{quote(number.strip().upper(), safe='')}")

    async def file(self, number: str, file: str, citizen: Citizen, exchange: Exchange) -> web.StreamResponse:
        """A file that he has sent himself."""
        ticket, files = await self._own.ticket_of_file(citizen, number, file), self._office.need(Files)
        async with self._office.store.reading() as session:
            found = await files.one(session, KIND, ticket, file)
        path = await files.content(found)
        return await give(
            exchange.request, found.name, found.type, found.size, found.sha256,
            lambda start, end: pieces_of(path, self._office.store.cipher, start, end), inline=False,
        )  # fmt: skip

    async def messages(self, query: PageQuery, citizen: Citizen, exchange: Exchange) -> web.Response:
        """What became of his requests; seen, they are read."""
        account = await self._accounts.of(citizen)
        found = await self._keeping.messages(account.id, query.page, SIZE * 2)
        return self._pages.page(
            exchange, "portal/messages.html", "消息", private=True, found=found, page=query.page, size=SIZE * 2,
            push=self._notices.key,
        )  # fmt: skip

    async def favourites(self, query: PageQuery, citizen: Citizen, exchange: Exchange) -> web.Response:
        """The articles that he marked."""
        account = await self._accounts.of(citizen)
        found = await self._keeping.favourites(account.id, query.page, SIZE * 2)
        return self._pages.page(
            exchange, "portal/favourites.html", "我的收藏", private=True, found=found, page=query.page, size=SIZE * 2
        )

    async def account(self, query: OneQuery, citizen: Citizen, exchange: Exchange) -> web.Response:
        """What is kept of him."""
        return await self._account(exchange, citizen, done="已保存。" if query.done else "")

    async def _account(
        self, exchange: Exchange, citizen: Citizen, *, done: str = "", faults: dict[str, str] | None = None
    ) -> web.Response:
        account = await self._accounts.of(citizen)
        return self._pages.page(
            exchange, "portal/account.html", "我的账户", private=True, account=account,
            real=await self._accounts.checked_name(account), unified=self._pages.settings.unified.title,
            number=citizen.number.masked, done=done, has_password=await self._passwords.has(citizen),
            faults=faults or {}, status=422 if faults else 200,
        )  # fmt: skip

    async def rename(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """How he wants to be called."""
        name = exchange.form.get("name")
        if len(name) > 40:
            return await self._account(exchange, citizen, faults={"name": "至多 40 字"})
        await self._accounts.rename(citizen, name)
        return see_other("/mine/account?done=name")

    async def password(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """His password from now on, or none any more."""
        gone = exchange.form.get("none") == "yes"
        password = "" if gone else exchange.form.get("password")
        try:
            if not password and not gone:
                raise Invalid("no_password", "请填写密码", "password")
            await self._passwords.set(citizen, password)
        except Refusal as refusal:
            return await self._account(exchange, citizen, faults=faults_of(refusal))
        return see_other("/mine/account?done=password")

    async def export(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """All that is kept of him, as a file."""
        told_on = await self._notices.count(await self._accounts.of(citizen))
        found = await self._accounts.export(citizen) | {"接收提醒的浏览器数": told_on}
        text = json.dumps(found, ensure_ascii=False, indent=1)
        response = web.Response(text=text, content_type="application/json", charset="utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
        return response

    async def close(self, citizen: Citizen, exchange: Exchange) -> web.Response:
        """Close his account."""
        try:
            await self._accounts.leave(citizen, exchange.form.get("confirmed"))
        except Refusal as refusal:
            return await self._account(exchange, citizen, faults={"confirmed": refusal.detail})
        exchange.end_session = True
        return see_other("/?left=closed")
