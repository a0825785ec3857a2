"""The unified sign-in on the public site, at a provider that lies when it is told to, and at a certified one."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import pytest

from cti.store.engine import Store
from tests.cti.office.identity.fake_provider import CLIENT, SECRET, FakeProvider, running_provider
from tests.workflow.portal.open_portal import CODE, Answer, Portal, Visitor, open_portal, sum_of
from workflow.portal.settings import UnifiedSettings

LI, WANG = "13800000021", "13800000022"
FOLDER = Path(__file__).parent / "oidc"
DAY = 86_400


def settings_of(issuer: str, name_claim: str = "") -> UnifiedSettings:
    return UnifiedSettings(
        title="市统一身份认证", issuer=issuer, client_id=CLIENT, client_secret=SECRET, name_claim=name_claim
    )


@asynccontextmanager
async def town(store: Store, name_claim: str = "") -> AsyncIterator[tuple[Portal, FakeProvider]]:
    async with (
        running_provider() as provider,
        open_portal(store, unified=settings_of(provider.issuer, name_claim)) as portal,
    ):
        provider.now = lambda: portal.town.clock.wall().timestamp()
        yield portal, provider


async def away(one: Visitor) -> Answer:
    """To the provider and back to the site."""
    gone = await one.get("/enter/unified?next=/mine/account")
    assert gone.status == 303, gone.text
    answer = await one.ask("GET", gone.to)
    return await one.ask("GET", answer.to)


async def bound(one: Visitor, page: Answer, number: str) -> Answer:
    """Show that a number is his."""
    said = {"question": page.hidden("question"), "answer": sum_of(page.text)}
    sent = await one.post("/enter/unified/code", number=number, agree="yes", **said)
    assert sent.status == 200 and "验证码已发送" in sent.text, sent.text
    return await one.post("/enter/unified/bind", number=number, code=CODE)


async def test_he_shows_his_number_once_and_signs_in_without_a_code_from_then_on(sqlite_store: Store) -> None:
    async with town(sqlite_store) as (portal, provider):
        async with Visitor.of(portal) as li:
            assert "用市统一身份认证登录" in (await li.get("/enter")).text
            page = await away(li)
            assert page.status == 200 and "绑定手机号码" in page.text
            assert (await li.get("/mine")).status == 303, "nobody is signed in by the provider's word alone"
            wrong = await li.post("/enter/unified/bind", number=LI, code="000000")
            assert wrong.status == 422 and "验证码不正确" in wrong.text
            assert (await bound(li, page, LI)).to == "/mine/account"
            assert "138****0021" in (await li.get("/mine/account")).text
        portal.sms.sent.clear()
        async with Visitor.of(portal) as again:
            page = await away(again)
            assert "登录成功" in page.text and 'content="0; url=/mine/account"' in page.text
            assert "138****0021" in (await again.get("/mine/account")).text and portal.sms.sent == []
        provider.person = {**provider.person, "sub": "u-2"}
        async with Visitor.of(portal) as other:
            assert "绑定手机号码" in (await away(other)).text, "somebody else with the same name there"


async def test_a_name_that_the_provider_has_checked_stands_in_the_account_and_in_requests(sqlite_store: Store) -> None:
    async with town(sqlite_store, "name") as (portal, provider):
        provider.person = {**provider.person, "name": " 李  明 "}
        async with Visitor.of(portal) as li:
            await bound(li, await away(li), LI)
            assert "<dd>李 明（市统一身份认证）</dd>" in (await li.get("/mine/account")).text
            assert 'value="李 明"' in (await li.get("/request/new?type=help")).text
        provider.person = {**provider.person, "name": "李明远"}
        async with Visitor.of(portal) as renamed:
            await away(renamed)
            page = await renamed.get("/mine/account")
            assert "李明远（市统一身份认证）" in page.text and "李 明" not in page.text
            renamed.csrf = page.hidden("csrf")
            assert '"实名": "李明远"' in (await renamed.post("/mine/account/export")).text
        del provider.person["name"]
        async with Visitor.of(portal) as nameless:
            assert (await away(nameless)).status == 401, "who is not named is not known there"


async def test_after_a_long_pause_he_shows_again_that_the_number_is_still_his(sqlite_store: Store) -> None:
    async with town(sqlite_store) as (portal, _):
        async with Visitor.of(portal) as li:
            await bound(li, await away(li), LI)
            li.csrf = (await li.get("/mine")).hidden("csrf")
            await li.post("/mine/account", name="李某")
        portal.town.clock.advance(91 * DAY)
        async with Visitor.of(portal) as back:
            page = await away(back)
            assert "绑定手机号码" in page.text and (await back.get("/mine")).status == 303
            await bound(back, page, LI)
            assert "李某" in (await back.get("/mine/account")).text, "he is the same, and the number is his"
        portal.town.clock.advance(91 * DAY)
        async with Visitor.of(portal) as buyer:
            await buyer.enter(LI)
            assert "李某" not in (await buyer.get("/mine/account")).text
        async with Visitor.of(portal) as former:
            page = await away(former)
            assert "绑定手机号码" in page.text, "the account of his old number is another's"
            await bound(former, page, WANG)
            assert "138****0022" in (await former.get("/mine/account")).text


@pytest.mark.parametrize("lie", ["nonce", "aud", "iss", "exp", "key", "denied", "down"])
async def test_nobody_is_signed_in_by_a_lie(sqlite_store: Store, lie: str) -> None:
    async with town(sqlite_store) as (portal, provider), Visitor.of(portal) as one:
        provider.lie = lie
        page = await away(one) if lie != "down" else await one.get("/enter/unified")
        assert page.status == 401 and "没有登录" in page.text
        for path in ("/enter/unified/back", "/enter/unified/back?code=x&state=y"):
            assert (await one.get(path)).status == 401
        assert (await one.post("/enter/unified/bind", number=LI, code=CODE)).status == 401


@asynccontextmanager
async def certified_provider() -> AsyncIterator[str]:
    """A certified provider (npm's oidc-provider) as a process; its issuer."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        if os.environ.get("HOTLINE_REQUIRE_REAL"):
            pytest.fail("the certified provider is missing")
        pytest.skip("npm ci in tests/workflow/portal/oidc brings the provider")
    said = {**os.environ, "CLIENT": CLIENT, "SECRET": SECRET, "BACK": "http://127.0.0.1/enter/unified/back"}
    process = await asyncio.create_subprocess_exec(
        node, "provider.js", cwd=FOLDER, env=said, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


async def test_at_a_certified_provider(sqlite_store: Store) -> None:
    async with (
        certified_provider() as issuer,
        open_portal(sqlite_store, unified=settings_of(issuer)) as portal,
        Visitor.of(portal) as li,
    ):
        # Its tokens are of the real time.
        portal.town.clock.advance(time.time() - portal.town.clock.wall().timestamp())
        answer, at = await li.get("/enter/unified"), portal.url + "/enter/unified"
        for _ in range(12):
            if answer.status == 200 and at.startswith(issuer):
                form = re.search(r'action="([^"]+)"', answer.text)
                assert form is not None, answer.text
                prompt = answer.hidden("prompt")
                said = (
                    {"prompt": prompt, "login": "li.na", "password": "x"} if prompt == "login" else {"prompt": prompt}
                )
                at = urljoin(at, unescape(form[1]))
                answer = await li.ask("POST", at, data=said)
            elif answer.status in (302, 303):
                at = urljoin(at, answer.to)
                answer = await li.ask("GET", at)
            else:
                break
        assert at.startswith(portal.url) and answer.status == 200 and "绑定手机号码" in answer.text, (at, answer.text)
        assert (await bound(li, answer, LI)).to == "/mine"
        assert (await li.get("/mine")).status == 200
