"""Readers as citizens: signed in by WeChat, bound to their number, told of their requests, free to go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from cti.base.citizen import Citizen
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, NotFound
from cti.store.engine import Store
from tests.office import visitor
from tests.workflow.portal.open_portal import CODE, Answer, Portal, Visitor, open_portal, sum_of
from tests.workflow.wechat.wechat_server import WechatServer, wechat_server
from workflow.tickets.by_citizens.telling import Telling
from workflow.wechat.entering import WechatEntering
from workflow.wechat.letters import Letters
from workflow.wechat.managing import Managing
from workflow.wechat.models import WechatLetterRow
from workflow.wechat.plugin import TEMPLATES
from workflow.wechat.readers import Readers
from workflow.wechat.settings import WechatSettings
from workflow.wechat.speaking.account import OfficialAccount

BROWSER = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"
LI, READER = "13800000001", "oLi"


@dataclass
class Bound:
    """The public site with the account."""

    portal: Portal
    server: WechatServer
    readers: Readers
    letters: Letters
    managing: Managing

    async def by_wechat(self, browser: Visitor, openid: str, next: str = "/mine") -> Answer:
        """From the menu to WeChat and back."""
        left = await browser.get(f"/wechat?next={next}")
        assert left.status == 303, left.text
        asked = parse_qs(urlsplit(left.to).query)
        assert asked["scope"] == ["snsapi_base"] and left.to.endswith("#wechat_redirect")
        assert asked["redirect_uri"] == ["https://12345.example.cn/wechat/back"]
        self.server.codes["code-1"] = openid
        return await browser.get(f"/wechat/back?code=code-1&state={asked['state'][0]}")

    async def settled(self) -> None:
        await self.letters._look()

    async def rows(self) -> list[WechatLetterRow]:
        async with self.portal.town.office.store.reading() as session:
            return list((await session.scalars(select(WechatLetterRow).order_by(WechatLetterRow.id))).all())


@asynccontextmanager
async def open_bound(store: Store) -> AsyncIterator[Bound]:
    async with wechat_server() as server, open_portal(store, "wechat") as portal:
        office = portal.town.office

        def settings() -> WechatSettings:
            return server.settings(progress_template="P1", rating_template="R1")

        account, readers = OfficialAccount(settings, office.clock), Readers(office, portal.sessions.holders)
        entering = WechatEntering(
            office, server.settings, account, readers, portal.sessions, portal.pages.accounts, portal.pages.pages
        )  # fmt: skip
        portal.pages.pages.add_templates("wechat", TEMPLATES)
        portal.pages.accounts.on_leaving(readers.release)
        portal.pages.accounts.recognise(entering.known_as)
        portal.site.add(entering.routes())
        letters = Letters(office, settings, account, readers)
        managing = Managing(office, server.settings, account, office.store.data)
        yield Bound(portal, server, readers, letters, managing)
        await account.close()


@pytest.fixture
async def bound(sqlite_store: Store) -> AsyncIterator[Bound]:
    async with open_bound(sqlite_store) as found:
        yield found


async def bind(bound: Bound, browser: Visitor, openid: str = READER, number: str = LI) -> None:
    """By the menu, with a code once."""
    back = await bound.by_wechat(browser, openid, "/request")
    assert "还差一步" in back.text and back.headers["Refresh"] == "0; url=/wechat/bind?next=%2Frequest"
    led = await browser.get("/wechat/bind?next=%2Frequest")
    page = await browser.get(led.to)
    said = {"number": number, "next": page.hidden("next")}
    await browser.post(
        "/enter/code", agree="yes", question=page.hidden("question"), answer=sum_of(page.text), **said
    )  # fmt: skip
    entered = await browser.post("/enter", code=CODE, **said)
    shown = await browser.get(entered.to)
    browser.csrf = shown.hidden("csrf")
    done = await browser.post("/wechat/bind", next=shown.hidden("next"))
    assert (done.status, done.to) == (303, "/request"), done.text


async def test_he_binds_his_number_once_and_is_known_from_then_on(store: Store) -> None:
    async with open_bound(store) as bound:
        async with Visitor.of(bound.portal, BROWSER) as first:
            await bind(bound, first)
            assert "当前微信已绑定" in (await first.get("/wechat/bind")).text
        async with Visitor.of(bound.portal, BROWSER) as later:
            back = await bound.by_wechat(later, READER)
            assert "登录成功" in back.text and back.headers["Refresh"] == "0; url=/mine"
            assert "138****0001" in (await later.get("/mine")).text
            assert len(bound.portal.sms.sent) == 1, "no second code"


async def test_a_code_of_somebody_else_opens_nothing(bound: Bound) -> None:
    async with Visitor.of(bound.portal, BROWSER) as li, Visitor.of(bound.portal, BROWSER) as wang:
        await bind(bound, li)
        left = await wang.get("/wechat?next=/mine")
        state = parse_qs(urlsplit(left.to).query)["state"][0]
        bound.server.codes["c"] = READER
        async with Visitor.of(bound.portal, BROWSER) as nobody:
            # Led by a link to a sign-in that another has begun.
            refused = await nobody.get(f"/wechat/back?code=c&state={state}")
            assert refused.status == 403 and "c" in bound.server.codes, "WeChat is not even asked"
        used = await wang.get(f"/wechat/back?code=used&state={state}")
        assert used.status == 409 and "授权码无效" in used.text
        assert (await wang.get("/mine")).to.startswith("/enter")
        forged = await wang.get("/wechat/bind")
        assert forged.to.startswith("/enter")


async def test_nobody_is_led_away_and_other_browsers_go_on_without_wechat(bound: Bound) -> None:
    async with Visitor.of(bound.portal) as elsewhere:
        assert (await elsewhere.get("/wechat?next=/request")).to == "/request"
        assert (await elsewhere.get("/wechat?next=//evil.example")).to == "/mine"
    async with Visitor.of(bound.portal, BROWSER) as li:
        back = await bound.by_wechat(li, "oNew", "//evil.example")
        assert back.headers["Refresh"].endswith("/wechat/bind?next=%2Fmine")


async def test_he_ends_it_himself_and_with_his_account(bound: Bound) -> None:
    citizen = Citizen("", Number.parse(LI, area="0519"))
    async with Visitor.of(bound.portal, BROWSER) as li:
        await bind(bound, li)
        assert (await li.post("/wechat/free")).to == "/wechat/bind"
        assert await bound.readers.bound_to(citizen) == 0
        back = await bound.by_wechat(li, READER, "/wechat/bind")
        assert back.status == 200
        await li.post("/wechat/bind", next="/mine")
        assert await bound.readers.bound_to(citizen) == 1
        await bound.portal.pages.accounts.leave(citizen, "0001")
        assert await bound.readers.bound_to(citizen) == 0


async def test_who_is_bound_and_follows_is_told_of_his_request_once_a_step(bound: Bound) -> None:
    telling = Telling(bound.portal.own, bound.portal.sessions.holders, bound.letters.tell)
    async with Visitor.of(bound.portal, BROWSER) as li:
        await bind(bound, li)
        form = await li.get("/request/new?type=complaint")
        done = await li.post(
            "/request/new", key=form.hidden("key"), type="complaint", content="人民路停水两天请恢复", sure="yes"
        )  # fmt: skip
    number = done.to.partition("number=")[2]
    id = await bound.portal.id_of(number)
    await telling.tell(id)
    assert await bound.rows() == [], "who does not follow the account is told nothing by it"
    await bound.readers.seen(READER)
    bound.server.refuse["/cgi-bin/message/template/send"] = [-1]
    await telling.tell(id)
    await telling.tell(id)
    await bound.settled()
    (row,) = await bound.rows()
    assert (row.state, row.tries) == ("waiting", 1) and "繁忙" in row.last_error
    bound.portal.town.clock.advance(20)
    await bound.settled()
    (sent,) = bound.server.of("/cgi-bin/message/template/send")
    assert sent["touser"] == READER and sent["template_id"] == "P1"
    assert sent["data"]["character_string1"]["value"] == number and len(sent["data"]["phrase2"]["value"]) <= 5
    assert sent["url"] == f"https://12345.example.cn/wechat?next=%2Fmine%2Frequests%2F{number}"
    assert "停水" not in str(sent), "what he wrote does not leave the house"
    await bound.portal.answered(number, "经核实因管道爆裂停水，已抢修完毕恢复供水")
    await telling.tell(id)
    await bound.settled()
    kinds = [one["template_id"] for one in bound.server.of("/cgi-bin/message/template/send")]
    assert sorted(kinds) == ["P1", "P1", "R1"], "and asked what he thinks of it"
    bound.server.refuse["/cgi-bin/message/template/send"] = [43101]
    assert {row.state for row in await bound.rows()} == {"sent"}


async def test_who_bought_a_number_is_not_told_of_by_the_wechat_of_who_had_it(bound: Bound) -> None:
    clock = bound.portal.town.clock
    telling = Telling(bound.portal.own, bound.portal.sessions.holders, bound.letters.tell)

    async def asked() -> None:
        id = (await bound.portal.town.add(contact=LI)).id
        await telling.tell(id)
        await bound.settled()

    async with Visitor.of(bound.portal, BROWSER) as li:
        await bind(bound, li)
    await bound.readers.seen(READER)
    await asked()
    assert len(await bound.rows()) == 1
    clock.advance(100 * 86_400)
    await asked()
    assert len(await bound.rows()) == 1, "whoever called now may be another"
    async with Visitor.of(bound.portal, BROWSER) as before:
        back = await bound.by_wechat(before, READER)
        assert "登录成功" not in back.text and (await before.get("/mine")).status == 303, "not without a code"
    # The buyer signs in elsewhere on the site, where no account is made, and the old binding stands there still.
    async with bound.portal.town.office.store.writing() as session:
        await bound.portal.sessions.holders.proved(session, Number.parse(LI, area="0519"))
    await bound.readers.bind("oBuyer", Citizen("", Number.parse(LI, area="0519")))
    await bound.readers.seen("oBuyer")
    await asked()
    assert [row.openid for row in await bound.rows()] == ["oBuyer"], "the buyer alone; what is old is let go of"
    assert await bound.readers.number_of(READER) is None
    async with Visitor.of(bound.portal) as buyer:
        await buyer.enter(LI)
    assert await bound.readers.bound_to(Citizen("", Number.parse(LI, area="0519"))) == 0, "gone with the old account"


async def test_who_shows_by_wechat_that_he_is_the_same_keeps_his_requests_after_a_long_time(bound: Bound) -> None:
    async with Visitor.of(bound.portal, BROWSER) as li:
        await bind(bound, li)
    number = (await bound.portal.town.add(contact=LI)).number
    bound.portal.town.clock.advance(100 * 86_400)
    async with Visitor.of(bound.portal, BROWSER) as same:
        await bound.by_wechat(same, READER)
        await same.enter(LI)
        assert number in (await same.get("/mine")).text, "a code, and the same WeChat"


async def test_the_staff_puts_the_menu_and_ends_bindings_within_reach(bound: Bound) -> None:
    async with Visitor.of(bound.portal, BROWSER) as li:
        await bind(bound, li)
    await bound.managing.put_menu(LEADER_ALL)
    (menu,) = bound.server.of("/cgi-bin/menu/create")
    assert [one["name"] for one in menu["button"]] == ["微资讯", "微服务", "微互动"]
    about = menu["button"][0]["sub_button"][0]
    assert about == {"type": "view", "name": "中心介绍", "url": "https://12345.example.cn/news?section=about"}
    assert {"type": "click", "name": "在线客服", "key": "在线客服"} in menu["button"][2]["sub_button"]
    folder = bound.portal.town.office.store.data / "wechat"
    folder.mkdir()
    (folder / "menu.yaml").write_text("menu:\n  - {title: 太长的菜单名称, items: []}\n", "utf-8")
    with pytest.raises(Conflict, match="菜单文件有误"):
        await bound.managing.put_menu(LEADER_ALL)
    (folder / "menu.yaml").unlink()
    bound.server.refuse["/cgi-bin/menu/create"] = [48001]
    with pytest.raises(Conflict, match="没有该接口的权限"):
        await bound.managing.put_menu(LEADER_ALL)
    assert bound.managing.state(LEADER_ALL) == ("最近一次调用微信接口失败：公众号没有该接口的权限（48001）", False)
    (row,) = (await bound.readers.find(LEADER_ALL, 1, 20)).rows
    assert not (await bound.readers.find(EAST_ALL, 1, 20)).rows
    with pytest.raises(NotFound):
        await bound.readers.unbind(EAST_ALL, row.id)
    await bound.readers.unbind(LEADER_ALL, row.id)
    assert await bound.readers.number_of(READER) is None


LEADER_ALL = visitor("leader", "city", "wechat.see", "wechat.unbind", "wechat.manage")
EAST_ALL = replace(visitor("east", "east", "wechat.see", "wechat.unbind"), region="320404")
