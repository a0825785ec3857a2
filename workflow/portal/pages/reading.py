"""The first page, and what the knowledge base answers: search, scenarios, life events, articles, corrections."""

from __future__ import annotations

from typing import Literal

import pydantic
from aiohttp import web
from markupsafe import Markup

from cti.base.citizen import Citizen
from cti.base.http.routes import CITIZEN, PUBLIC, Exchange, Query, Route
from cti.base.refusal import Refusal
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files
from cti.office.files.serving import give
from cti.office.records import Office
from workflow.knowledge.outside.reading import browser_of
from workflow.knowledge.outside.views import PublicPage, PublicSearchQuery, PublicVote, PublicWrong
from workflow.knowledge.publishing import KIND
from workflow.portal.accounts import Accounts
from workflow.portal.chatting import Chat
from workflow.portal.filling import faults_of
from workflow.portal.keeping import Keeping
from workflow.portal.knowing import Knowledge
from workflow.portal.menu import Menu
from workflow.portal.pages.proof import Proof
from workflow.portal.rendering import Pages, see_other

PAGE_SIZE = 10
LEFT = {"1": "您已退出登录。", "closed": "账户已注销，相关数据已删除。"}
WRONG = {"outdated": "内容过时", "wrong": "内容有误", "missing": "没写全", "unclear": "看不明白", "other": "其他"}


class FileQuery(Query):
    """Whether it is shown in the page."""

    inline: bool = False


class SaidQuery(Query):
    """What he has just said: the number under which a correction is looked at, and whether the article helped."""

    thanks: str = pydantic.Field(default="", max_length=40)
    helped: Literal["", "yes", "no"] = ""


class ReadingPages:
    """The routes."""

    def __init__(
        self, office: Office, pages: Pages, menu: Menu, knowledge: Knowledge, accounts: Accounts, keeping: Keeping,
        chat: Chat, proof: Proof,
    ) -> None:  # fmt: skip
        self._office, self._pages, self._menu, self._knowledge = office, pages, menu, knowledge
        self._accounts, self._keeping, self._chat, self._proof = accounts, keeping, chat, proof

    def routes(self) -> list[Route]:
        """Everybody reads; who is signed in marks articles."""
        one = "/ask/{id}"
        return [
            Route("GET", "/ask", self.search, PUBLIC, "查询公开的知识", outside=True, page=True),
            Route("GET", one, self.article, PUBLIC, "公开的知识", outside=True, page=True),
            Route("GET", f"{one}/files/{{file}}", self.file, PUBLIC, "公开的知识的附件", outside=True, page=True),
            Route("POST", f"{one}/helpful", self.vote, PUBLIC, "评价知识是否有帮助", outside=True, page=True),
            Route("POST", f"{one}/corrections", self.correct, PUBLIC, "市民纠错", outside=True, page=True),
            Route("POST", f"{one}/favourite", self.mark, CITIZEN, "收藏知识", outside=True, page=True),
        ]

    async def first(self, exchange: Exchange) -> web.StreamResponse:
        """The first page of the site."""
        hot = await self._knowledge.hot()
        found = await self._found(exchange, PublicSearchQuery(size=1))
        return self._pages.page(
            exchange, "portal/first.html", "首页", hot=hot,
            life_events=found.life_events if found is not None else [],
            scenarios=found.scenarios if found is not None else [],
            blocks=await self._menu.blocks(), chat=await self._chat.path(),
            left=LEFT.get(exchange.request.query.get("left", ""), ""),
        )  # fmt: skip

    async def _found(self, exchange: Exchange, query: PublicSearchQuery) -> PublicPage | None:
        return await self._knowledge.search(exchange.address, query) if self._knowledge.is_there else None

    async def search(self, query: PublicSearchQuery, exchange: Exchange) -> web.Response:
        """What answers a question, and where else to look."""
        asked = query.model_copy(update={"size": PAGE_SIZE, "region": ""})
        hot = await self._knowledge.hot()
        return self._pages.page(
            exchange, "portal/ask.html", f"查询：{asked.words}" if asked.words else "办事咨询", asked=asked,
            found=await self._knowledge.search(exchange.address, asked), hot=hot,
            chat=await self._chat.path(),
        )  # fmt: skip

    async def article(self, id: str, query: SaidQuery, exchange: Exchange) -> web.Response:
        """One article."""
        return await self._article(exchange, id, thanks=query.thanks, helped=query.helped)

    async def _article(
        self, exchange: Exchange, id: str, *, thanks: str = "", helped: str = "", faults: dict[str, str] | None = None
    ) -> web.Response:
        found = await self._knowledge.article(exchange.address, id)
        marked = False
        if exchange.citizen is not None:
            account = await self._accounts.of(exchange.citizen)
            marked = await self._keeping.is_marked(account.id, id)
        return self._pages.page(
            exchange, "portal/article.html", found.title, article=found, marked=marked, thanks=thanks, helped=helped,
            # The body was cleaned when it was written, and once more when it was read.
            body=Markup(found.body), wrong=WRONG, faults=faults or {}, proof=self._proof.asked(),  # noqa: S704
            said=exchange.form, status=422 if faults else 200,
        )  # fmt: skip

    async def file(self, id: str, file: str, query: FileQuery, exchange: Exchange) -> web.StreamResponse:
        """A file of an article."""
        await self._knowledge.check_file(exchange.address, id, file)
        files, cipher = self._office.need(Files), self._office.store.cipher
        async with self._office.store.reading() as session:
            found = await files.one(session, KIND, id, file)
        path = await files.content(found)
        return await give(
            exchange.request, found.name, found.type, found.size, found.sha256,
            lambda start, end: pieces_of(path, cipher, start, end), inline=query.inline,
        )  # fmt: skip

    async def vote(self, id: str, exchange: Exchange) -> web.Response:
        """Say whether an article helped; why not is asked then."""
        edition, helped = exchange.form.get("edition"), exchange.form.get("helped") == "yes"
        try:
            body = PublicVote(edition=int(edition) if edition.isdecimal() else 1, helped=helped)
            await self._knowledge.vote(exchange.address, id, body, await self._reader(exchange))
        except Refusal as refusal:
            return await self._article(exchange, id, faults={"helped": refusal.detail})
        return see_other(f"/ask/{id}?helped={'yes' if helped else 'no'}#helped")

    async def _reader(self, exchange: Exchange) -> str:
        """Who is signed in is one reader wherever he reads."""
        if exchange.citizen is None:
            return browser_of(exchange)
        return f"account {(await self._accounts.of(exchange.citizen)).id}"

    async def correct(self, id: str, exchange: Exchange) -> web.Response:
        """Report what is wrong in an article."""
        form = exchange.form
        try:
            self._proof.check(form)
            kind = form.get("kind")
            body = PublicWrong.model_validate(
                {"kind": kind if kind in WRONG else "outdated", "content": form.get("content")}
            )
            thanks = await self._knowledge.correct(exchange.address, id, body, await self._reader(exchange))
        except pydantic.ValidationError:
            return await self._article(exchange, id, faults={"content": "请写明哪里不对，2 至 1000 字"})
        except Refusal as refusal:
            return await self._article(exchange, id, faults=faults_of(refusal))
        return see_other(f"/ask/{id}?thanks={thanks.number}#correct")

    async def mark(self, id: str, citizen: Citizen, exchange: Exchange) -> web.Response:
        """Put the article among his favourites, or take it out."""
        account, found = await self._accounts.of(citizen), await self._knowledge.article(exchange.address, id)
        await self._keeping.mark(account.id, id, found.title, on=exchange.form.get("on") == "yes")
        return see_other(f"/ask/{id}")
