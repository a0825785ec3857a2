"""WeChat: its server speaks the protocol by the book, a reader writes, binds his number and is told."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
from playwright.async_api import Page, expect

from tests.workflow.wechat.wechat_server import APP_ID, KEY, PICTURE, SECRET, TOKEN, WechatServer, message, push
from trials.channels.citizen import ask_for_code
from trials.channels.gateway import Gateway
from trials.channels.seeing import Seen
from trials.course import Failed
from trials.hands import PATIENCE

BROWSER = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 "
    "Mobile Safari/537.36 MicroMessenger/8.0.50.2701(0x28003253) WeChat/arm64 Weixin NetType/4G Language/zh_CN"
)
READER, PROGRESS, RATING = "oLiMing", "P1", "R1"
TEMPLATE = "/cgi-bin/message/template/send"
FIVE = 5.0
"""Seconds that WeChat waits for an answer to what it tells."""
NUMBERED = re.compile(r"\d{10,}")
MATTER, STREET = "小区门口的井盖松动，车过就响", "东门街三号"


def settings(port: int, site: str) -> str:
    """The section of the hotline's settings: its account at a server on this port."""
    at = f"http://127.0.0.1:{port}"
    return (
        f"wechat: {{enabled: true, app_id: {APP_ID}, secret: {SECRET}, token: {TOKEN}, key: {KEY}, site: '{site}', "
        f"api: '{at}', sign_in: '{at}/connect', progress_template: {PROGRESS}, rating_template: {RATING}}}\n"
    )


class Reader:
    """Li in WeChat. `slowest` is the longest that the hotline took to take a message, in seconds."""

    def __init__(self, server: WechatServer, client: aiohttp.ClientSession, site: str) -> None:
        self._server, self._client, self._site = server, client, site
        self.slowest = 0.0
        self._id = 0

    async def _told(self, kind: str, id: int = 0, **fields: str) -> None:
        xml = message(kind, READER, id, at=int(time.time()), **fields)
        begun = time.monotonic()
        answer = await push(self._client, self._site, xml, time.time())
        self.slowest = max(self.slowest, time.monotonic() - begun)
        if answer != (200, "success") or self.slowest > FIVE:
            raise Failed(f"WeChat is answered {answer} after {self.slowest:.1f} s")

    async def follows(self) -> None:
        """He follows the account, and is welcomed."""
        await self._told("event", Event="subscribe")
        await self._reads("欢迎关注")

    async def requests(self, phone: str) -> str:
        """Told to the bot sentence by sentence, with a picture; returns the ticket's number."""
        for text, answer in (
            ("自助登记", "请说一下您要反映的事情"), (MATTER, "请问在什么地方"), (STREET, "联系电话是多少"),
            (phone, f"地点是{STREET}"), ("对", "已经为您登记"),
        ):  # fmt: skip
            await self._writes(text, answer)
        told = next(one for one in reversed(self._server.said()) if "已经为您登记" in one)
        found = NUMBERED.search(told)
        if found is None:
            raise Failed(f"WeChat tells no number: {told}")
        self._server.media["photo"] = ("image/png", PICTURE)
        await self._told("image", MediaId="photo", PicUrl="")
        return found.group()

    async def _writes(self, text: str, answer: str) -> None:
        self._id += 1
        before = len(self._server.said())
        # WeChat tells it twice when an answer is slow: it counts once.
        for _ in range(2):
            await self._told("text", 10_000 + self._id, Content=text)
        await self._reads(answer, before)

    async def _reads(self, words: str, after: int = 0) -> None:
        await until(
            lambda: any(words in one for one in self._server.said()[after:]),
            lambda: f"WeChat was not sent “{words}” but {self._server.said()[after:]}",
        )

    async def told_of(self, number: str, template: str = PROGRESS) -> None:
        """A template message says how far it is, with no word of what he wrote; Failed."""

        def sent() -> list[str]:
            return [
                str(one) for one in self._server.of(TEMPLATE)
                if one["template_id"] == template and number in str(one) and one["touser"] == READER
            ]  # fmt: skip

        await until(lambda: bool(sent()), lambda: f"no template message {template} tells of {number}")
        if any("井盖" in one for one in sent()):
            raise Failed("a template message has what the citizen wrote")

    async def binds(self, page: Page, gateway: Gateway, number: str, pictures: Path) -> None:
        """In WeChat's own browser, from the menu; from then on he is known without a code."""
        seen = Seen(page, pictures, "wechat")
        self._server.sits = READER
        await page.goto(f"{self._site}/wechat?next=/wechat/bind")
        await page.get_by_label("手机号码").fill(number)
        await page.get_by_label("我已阅读并同意").check()
        await seen.looked_at("enter")
        await ask_for_code(page)
        await page.get_by_label("短信验证码").fill(await gateway.code(number))
        await page.get_by_role("button", name="登录").click()
        await page.get_by_role("button", name=re.compile("^绑定")).click()
        await expect(page.get_by_text("当前微信已绑定")).to_be_visible(timeout=PATIENCE)
        await seen.looked_at("bound")
        await page.context.clear_cookies()
        await page.goto(f"{self._site}/wechat?next=/mine")
        await expect(page.get_by_role("heading", name="我的诉求")).to_be_visible(timeout=PATIENCE)
        await seen.looked_at("mine")


async def until(there: Callable[[], bool], failed: Callable[[], str]) -> None:
    """Wait for something; Failed."""
    try:
        async with asyncio.timeout(PATIENCE / 1000):
            while not there():
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise Failed(failed()) from None
