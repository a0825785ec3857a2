"""The public site of the whole house: the routes of all plugins, asked by strangers; articles found and marked."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import aiohttp
import pytest

from cti.base.citizen import Citizen
from cti.base.numbers.number import Number
from cti.office.public_sessions import PublicSessions
from cti.process.app import Engine
from cti.testing.office import BOSS, visitor
from cti.web.public_site import PublicSite
from tests.engine_without_switch import engine_without_switch, signed_in
from tests.free_ports import free_port
from tests.workflow.portal.open_portal import CODE, Sms, Visitor
from tests.workflow.portal.strangers import asked_everywhere
from workflow.knowledge.service import Articles
from workflow.tickets.by_citizens.asking import CitizensAsking
from workflow.tickets.by_citizens.views import Request, Sent
from workflow.tickets.service import Tickets

LI, WANG = "13800000031", "13800000032"
TITLE = "住房公积金怎样提取"
SECRET = "蓝色大门后面的井盖"


def plain(text: str) -> str:
    """Without the marks of what was looked for."""
    return re.sub("</?mark>", "", text)


class WholeSite:
    """The site of a running house."""

    def __init__(self, engine: Engine, port: int) -> None:
        self.engine, self.url = engine, f"http://127.0.0.1:{port}"
        self.site = engine.services.need(PublicSite)
        codes = engine.services.need(PublicSessions).codes
        codes.draw = lambda: CODE
        codes._citizens = Sms()

    async def request(self) -> tuple[str, str]:
        """Number and id of somebody's request."""
        said = Request(content=f"只有我知道的事情：{SECRET}", title=SECRET)
        asking, tickets = self.engine.services.need(CitizensAsking), self.engine.services.need(Tickets)
        number = await asking.send(Citizen("s", Number.parse(LI)), Sent("a", said))
        found = await tickets.find(BOSS, tickets.query.model_validate({"search": number}))
        return number, found.items[0].id

    async def article(self, console: str) -> None:
        """An article that everybody may read."""
        headers, articles = await signed_in(console, "admin"), self.engine.services.need(Articles)
        async with aiohttp.ClientSession(console, headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as client:
            category = await (await client.post("/api/knowledge/categories", json={"name": "住房"})).json()
        filled = {
            "title": TITLE, "body": "<p>凭身份证到公积金中心办理。</p>", "audience": "public",
            "category": category["id"],
        }  # fmt: skip
        made = await articles.create(BOSS, articles.fields.model_validate(filled))
        await articles.act(BOSS, made.id, "submit", {})
        await articles.act(visitor("审核"), made.id, "approve", {})


async def test_articles_are_found_and_marked_and_no_plugin_tells_anothers_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    more = f"public: {{enabled: true, port: {port}, per_second: 1000, effort: 0}}\n"
    async with engine_without_switch(tmp_path, monkeypatch, more=more) as (engine, console):
        whole = WholeSite(engine, port)
        ids = await whole.request()
        await whole.article(console)
        async with Visitor.of(whole) as wang, Visitor.of(whole) as nobody:
            async with asyncio.timeout(20):
                # The index takes what is new a moment later.
                while TITLE not in plain((found := await nobody.get("/ask?words=公积金提取")).text):
                    await asyncio.sleep(0.1)
            at = found.text.partition('href="/ask/')[2].partition('"')[0]
            assert "公积金中心" in (await nobody.get(f"/ask/{at}")).text
            assert (await nobody.post(f"/ask/{at}/favourite", on="yes")).status == 303, "who is it?"
            await wang.enter(WANG)
            for on, there in (("yes", True), ("no", False), ("yes", True)):
                assert (await wang.post(f"/ask/{at}/favourite", on=on)).to == f"/ask/{at}"
                assert (TITLE in (await wang.get("/mine/favourites")).text) is there
            asked = await asked_everywhere(whole.site, ids, wang, nobody, (SECRET,))
            roots = {endpoint.route.path.split("/")[1] for endpoint in whole.site.endpoints}
            assert {"mine", "request", "progress", "ask", "knowledge", "chat", "publishing", "news", "figures"} <= roots
            assert asked > 250, "the table of routes was not there"
