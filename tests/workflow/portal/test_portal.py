"""The public site over HTTP: by a browser without scripts, and by who would see others' requests."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from typing import Any

import aiohttp
import pytest
from PIL import Image

from cti.base.visitor import system
from cti.store.engine import Store
from tests.workflow.portal.open_portal import Answer, Portal, Visitor, open_portal
from tests.workflow.portal.strangers import asked_everywhere
from tests.workflow.tickets.ticket_town import LEADER
from workflow.portal.menu import Block, Entry, Line
from workflow.portal.passwords import WRONG

LI, WANG = "13800000001", "13800000002"
TEXT = "人民路18号小区停水两天，家里有老人，请尽快恢复供水"
ANSWER = "经核实因管道爆裂停水，已抢修完毕恢复供水"
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
MOST_BYTES = 100 * 1024


@pytest.fixture
async def portal(sqlite_store: Store) -> AsyncIterator[Portal]:
    async with open_portal(sqlite_store) as found:
        yield found


async def send(visitor: Visitor, **said: Any) -> str:
    form = await visitor.get("/request/new?type=complaint")
    filled = {"key": form.hidden("key"), "type": "complaint", "content": TEXT, "sure": "yes", "anew": "yes", **said}
    done = await visitor.post("/request/new", **filled)
    assert done.status == 303, done.text
    return done.to.partition("number=")[2]


async def test_without_scripts_he_registers_asks_for_something_and_rates_what_became_of_it(portal: Portal) -> None:
    async with Visitor.of(portal) as li:
        led = await li.get("/request/new?type=help")
        assert (led.status, led.to) == (303, "/enter?next=%2Frequest%2Fnew%3Ftype%3Dhelp")
        assert (await li.enter(LI)).to == "/mine"
        assert len(await portal.citizens.caller(system("boss"), LI)) == 1, "his record is there, as on the telephone"
        short = await li.post("/request/new", type="complaint", content="水", key="k")
        assert short.status == 422 and "诉求内容：至少 5 个字符" in short.text
        # All that is wrong stands at the head of the page too, and leads to its field.
        assert "<title>错误：" in short.text and '<a href="#content">' in short.text and 'id="content"' in short.text
        assert "未提交的诉求" in (await li.get("/request")).text, "what he typed is kept"
        number = await send(li, caller_name="李某", address="人民路18号")
        assert "未提交的诉求" not in (await li.get("/request")).text
        one = f"/mine/requests/{number}"
        assert "已受理" in (await li.get(one)).text and number in (await li.get("/mine")).text
        urged = await li.post(f"{one}/remind", form_note="孩子要上学")
        assert urged.to == f"{one}?done=remind" and "您已催办" in (await li.get(one)).text
        assert "现在不能这样做" in (await li.post(f"{one}/rate", form_satisfaction="satisfied")).text
        await portal.answered(number, ANSWER)
        page = (await li.get(one)).text
        assert ANSWER in page and "评价办理结果" in page
        wrong = await li.post(f"{one}/rate", form_satisfaction="unsatisfied")
        assert wrong.status == 422 and "form_why-rate-wrong" in wrong.text
        assert (await li.post(f"{one}/rate", form_satisfaction="satisfied")).status == 303
        assert "您的评价" in (await li.get(one)).text
        await portal.pages.telling.tell(await portal.id_of(number))
        assert "1<span" in (await li.get("/mine")).text, "a message waits"
        told = (await li.get("/mine/messages")).text
        assert number in told and "已办结" in told
        assert "1<span" not in (await li.get("/mine")).text


def inline(page: str) -> list[str]:
    """Attributes that would be code or style in the page itself."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(name for name, _ in attrs if name.startswith("on") or name == "style")

    Reader().feed(page)
    return found


async def test_photos_come_with_the_form_or_are_refused_by_what_they_are(portal: Portal) -> None:
    async with Visitor.of(portal) as li:
        await li.enter("13800000007")
        drawn = io.BytesIO()
        Image.new("RGB", (8, 8)).save(drawn, "PNG")
        picture = drawn.getvalue()
        form = await li.get("/request/new?type=help")
        key = form.hidden("key")

        def sent(name: str, content: bytes, key: str = key) -> Any:
            data = aiohttp.FormData({"csrf": li.csrf, "type": "help", "content": TEXT, "sure": "yes", "key": key})
            data.add_field("photos", content, filename=name, content_type="image/png")
            return data

        done = await li.ask("POST", "/request/new", data=sent("a.png", picture))
        assert done.status == 303, done.text
        page = await li.get(f"/mine/requests/{done.to.partition('number=')[2]}")
        assert "a.png" in page.text
        file = re.search(r'href="(/mine/requests/\d+/files/\w+)"', page.text)
        assert file is not None and (await li.get(file[1])).status == 200
        trap = await li.ask("POST", "/request/new", data=sent("a.png", b"MZ" + bytes(200), "other"))
        assert trap.status == 422 and TEXT in trap.text, "the text is still there"
        async with Visitor.of(portal) as wang:
            await wang.enter("13800000008")
            assert (await wang.get(file[1])).status == 404


async def test_no_route_tells_anothers_request(portal: Portal) -> None:
    """Every route of the site, found in its own table, with what would have to fit; by a stranger and by nobody."""
    async with Visitor.of(portal) as li, Visitor.of(portal) as wang, Visitor.of(portal) as nobody:
        await li.enter("13800000003")
        number = await send(li, content="只有我知道的事情：蓝色大门后面的井盖", title="蓝色大门")
        id = await portal.id_of(number)
        await portal.answered(number, ANSWER)
        await wang.enter("13800000004")
        asked = await asked_everywhere(portal.site, (number, id), wang, nobody, ("蓝色", ANSWER))
        assert asked > 100, "the table of routes was not there"
        before = (await li.get(f"/mine/requests/{number}")).text
        assert "蓝色大门" in before and "您撤回了诉求" not in before


async def test_what_is_typed_is_never_code_and_another_site_changes_nothing(portal: Portal) -> None:
    async with Visitor.of(portal) as li:
        await li.enter("13800000005")
        number = await send(li, content=EVIL + TEXT, title=EVIL[:60], address=EVIL, caller_name=EVIL[:40])
        await li.post("/mine/account", name=EVIL[:40])
        await li.post(f"/mine/requests/{number}/supplement", form_note=EVIL)
        for path in ("/mine", f"/mine/requests/{number}", "/mine/account", f"/ask?words={EVIL}", f"/enter?next={EVIL}"):
            page = (await li.get(path)).text
            assert "<script>alert" not in page and "<img src=x" not in page, path
            assert inline(page) == [], f"{path}: the policy of the site allows none"
        assert (await li.get("/view?mode=large&next=//evil.example")).to == "/"
        assert (await li.get("/enter?next=https://evil.example")).to == "/mine"
        refused = await li.ask("POST", "/mine/account", data={"csrf": "", "name": "x"})
        assert refused.status == 403 and "页面已过期" in refused.text
        strange = {"headers": {"Origin": "https://evil.example"}, "data": {"csrf": li.csrf, "name": "x"}}
        assert (await li.ask("POST", "/mine/account", **strange)).status == 403


async def test_a_first_page_is_small_and_seen_as_he_likes(portal: Portal) -> None:
    menu = portal.pages.menu

    async def block() -> Block:
        return Block("新闻", (Line("/news/1", "热线开放日"),), "/news")

    async def mapped() -> list[str]:
        return ["/news/1"]

    undo = [menu.add(Entry("/news", "资讯", 15)), menu.add_block(block), menu.add_mapped(mapped)]
    async with Visitor.of(portal) as one:
        page = await one.get("/")
        files = re.findall(r'(?:href|src)="(/(?:portal|site)/[^"]+)"', page.text)
        assert len(files) == 3
        sizes = [len(gzip.compress((await one.get(path)).text.encode())) for path in ("/", *files)]
        assert sum(sizes) <= MOST_BYTES, sizes
        assert '<a href="/news">资讯</a>' in page.text and "热线开放日" in page.text
        assert 'name="description"' in page.text and "noindex" not in page.text
        found = re.findall(
            r"<loc>(/[^<]*)</loc>", (await one.ask("GET", "/sitemap.xml", headers={"Host": "evil.example"})).text
        )
        assert {"/", "/request", "/figures", "/news", "/news/1"} <= set(found)
        closed = re.findall(r"Disallow: (\S+)", (await one.get("/robots.txt")).text)
        assert not [path for path in found if path.startswith(tuple(closed))], "shown and closed at once"
        for end in undo:
            end()
        assert "/news" not in (await one.get("/sitemap.xml")).text
        assert "热线开放日" not in (await one.get("/")).text
        assert (await one.get("/view?mode=large&next=/request")).to == "/request"
        assert 'class="view-large"' in (await one.get("/")).text
        robots = (await one.get("/robots.txt")).text
        assert "Disallow: /mine" in robots and "/sitemap.xml" in robots
        assert "个人信息保护" in (await one.get("/privacy")).text
        told = json.loads((await one.get("/openapi.json")).text)["paths"]
        assert "/challenge" in told and "/mine" not in told, "pages are no interface of programs"
        assert told["/progress/mine"]["get"]["security"] == [{"citizen": []}]
        lost = await one.get("/nothing")
        assert lost.status == 404 and "没有这个页面" in lost.text
        assert (await one.ask("GET", "/nothing", headers={"Accept": "application/json"})).text.startswith("{")


async def test_who_is_a_program_gets_no_code_and_a_wrong_code_opens_nothing(portal: Portal) -> None:
    portal.sms.sent.clear()
    async with Visitor.of(portal) as one:
        said = {"number": "13800000009", "next": "/mine"}
        for more in ({"agree": "yes"}, {"agree": "yes", "question": "a.1.b", "answer": "7"}, {}):
            assert (await one.post("/enter/code", **said, **more)).status == 422
        page = await one.get("/enter")
        token = page.hidden("question")
        assert (await one.post("/enter/code", **said, agree="yes", question=token, answer="99")).status == 422
        assert portal.sms.sent == []
        wrong = await one.post("/enter", number="13800000009", code="000000")
        assert wrong.status == 422 and "验证码不正确" in wrong.text
        assert (await one.get("/mine")).status == 303


async def test_a_password_is_his_own_wish_and_worth_nothing_when_the_number_may_be_anothers(portal: Portal) -> None:
    number, good, clock = "13800000021", "Haizi-2019-yu", portal.town.clock
    async with Visitor.of(portal) as li:
        await li.enter(number)
        weak = await li.post("/mine/account/password", password="13800000021Aa-")
        assert weak.status == 422 and "密码不能包含" in weak.text
        assert (await li.post("/mine/account/password", password=good)).to == "/mine/account?done=password"
        assert "已设置密码" in (await li.get("/mine/account")).text

    async def tried(password: str, of: str = number) -> Answer:
        async with Visitor.of(portal) as one:
            return await one.ask("POST", "/enter/password", data={"number": of, "password": password, "next": "/mine"})

    assert (await tried(good)).to == "/mine", "without a code"
    wrong, unknown = await tried("Haizi-2018-yu"), await tried(good, "13800000022")
    assert wrong.status == unknown.status == 422 and WRONG in wrong.text and WRONG in unknown.text
    for _ in range(4):
        await tried("Haizi-2018-yu")
    assert "操作过于频繁" in (await tried(good)).text, "who guesses is stopped, and has the code"
    clock.advance(100 * 86_400)
    assert "确认号码仍由您使用" in (await tried(good)).text
    async with Visitor.of(portal) as buyer:
        await buyer.enter(number)
        assert "没有设置密码" in (await buyer.get("/mine/account")).text
    clock.advance(86_400)
    assert (await tried(good)).status == 422, "it went with who had the number before"


async def test_he_takes_his_data_along_and_leaves(portal: Portal) -> None:
    async with Visitor.of(portal) as wang:
        await wang.enter(WANG)
        number = await send(wang, content="路灯不亮，请尽快修好，谢谢", caller_name="王丽华")
        await wang.post("/mine/account", name="王女士")
        await wang.post("/request/draft", type="help", content="还没写完的话")
        found = json.loads((await wang.post("/mine/account/export")).text)
        assert (found["手机号码"], found["称呼"], found["草稿"]["content"]) == (WANG, "王女士", "还没写完的话")
        assert found["诉求"][0]["line"]["number"] == number
        assert found["诉求"][0]["caller_name"] == "王丽华", "as it stands in the request"
        assert found["市民档案"] == {"姓名": "王女士", "性别": "未填", "地址": ""}, "as the telephone knows him"
        assert (await wang.post("/mine/account/close", confirmed="1234")).status == 422
        assert (await wang.post("/mine/account/close", confirmed="0002")).to == "/?left=closed"
        assert (await wang.get("/mine")).status == 303
        assert (await portal.town.get(LEADER, await portal.id_of(number))).content.startswith("路灯不亮")


async def test_who_bought_a_number_sees_nothing_of_who_had_it_before(portal: Portal) -> None:
    resold, clock = "13800000011", portal.town.office.clock
    async with Visitor.of(portal) as before:
        await before.enter(resold)
        number = await send(before, title="前机主的诉求", caller_name="赵前")
        await before.post("/request/draft", type="help", content="前机主的草稿")
        await before.post("/mine/account", name="赵前")
    id = await portal.id_of(number)
    clock.advance(100 * 86_400)  # type: ignore[attr-defined] # virtual
    async with Visitor.of(portal) as buyer:
        await buyer.enter(resold)
        await portal.pages.telling.tell(id)
        for path in (
            "/mine",
            f"/mine/requests/{number}",
            "/mine/messages",
            "/mine/account",
            "/request",
            "/mine/earlier",
        ):
            page = (await buyer.get(path)).text
            assert "前机主" not in page and "赵前" not in page and (number not in page or path.endswith(number)), path
        export = (await buyer.post("/mine/account/export")).text
        assert "前机主" not in export and number not in export and "赵前" not in export
        assert (await buyer.post(f"/mine/requests/{number}/withdraw", form_reason="不要了")).status == 404
        for said in ({"name": "钱后"}, {"name": ""}, {"name": "赵"}):
            assert (await buyer.post("/mine/earlier", number=number, **said)).status == 422
        own = await send(buyer, title="新机主的诉求")
        assert own in (await buyer.get("/mine")).text
    clock.advance(61)  # type: ignore[attr-defined] # virtual: a code a minute
    async with Visitor.of(portal) as same:
        await same.enter(resold)
        proved = await same.post("/mine/earlier", number=f" {number.lower()}", name="赵 前")
        assert proved.to == f"/mine/requests/{number}" and "前机主的诉求" in (await same.get(proved.to)).text
        assert {one for one in (number, own) if one in (await same.get("/mine")).text} == {number, own}
        for _ in range(6):
            tried = await same.post("/mine/earlier", number=number, name="钱后")
        assert "操作过于频繁" in tried.text, "who tries many names is stopped"
