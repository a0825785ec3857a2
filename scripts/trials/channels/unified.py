"""The city's unified identity: a certified OpenID provider (npm's oidc-provider) as a process, and a sign-in at it."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, expect

from trials.channels.citizen import ask_for_code
from trials.channels.gateway import Gateway
from trials.channels.seeing import Seen
from trials.hands import PATIENCE
from trials.house import TREE

FOLDER = TREE / "tests/workflow/portal/oidc"
CLIENT, SECRET, TITLE = "hotline", "only-for-a-trial", "市统一身份认证"


def settings(port: int) -> str:
    """What stands in the portal's section of the settings."""
    at = f"http://127.0.0.1:{port}"
    return f"unified: {{title: {TITLE}, issuer: '{at}', client_id: {CLIENT}, client_secret: {SECRET}}}"


@asynccontextmanager
async def provider(port: int) -> AsyncIterator[None]:
    """As long as it answers; whoever signs in at it is whom he says he is."""
    said = {
        **os.environ, "CLIENT": CLIENT, "SECRET": SECRET, "PORT": str(port),
        "BACK": "http://127.0.0.1/enter/unified/back",
    }  # fmt: skip
    node = os.environ.get("PLAYWRIGHT_NODEJS_PATH", "node")
    process = await asyncio.create_subprocess_exec(
        node, "provider.js", cwd=FOLDER, env=said, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            await process.stdout.readline()
        yield
    finally:
        process.terminate()
        await process.wait()


async def signs_in(page: Page, site: str, pictures: Path, gateway: Gateway, number: str) -> None:
    """There with a name, here with his number once; the second time no code is asked for."""
    seen = Seen(page, pictures, "unified")
    await page.goto(f"{site}/enter?next=/mine")
    await seen.looked_at("enter")
    await page.get_by_role("link", name=f"用{TITLE}登录").click()
    await _at_the_provider(page)
    await page.get_by_label("手机号码").fill(number)
    await page.get_by_label("我已阅读并同意").check()
    await seen.looked_at("bind")
    await ask_for_code(page)
    await page.get_by_label("短信验证码").fill(await gateway.code(number))
    await page.get_by_role("button", name="绑定并登录").click()
    await expect(page.get_by_role("heading", name="我的诉求")).to_be_visible(timeout=PATIENCE)
    await seen.looked_at("mine")
    await page.get_by_role("button", name="退出").click()
    await page.goto(f"{site}/enter?next=/mine")
    await page.get_by_role("link", name=f"用{TITLE}登录").click()
    # Who he is it remembers, and asks once more whether the hotline may know.
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="我的诉求")).to_be_visible(timeout=PATIENCE)


async def _at_the_provider(page: Page) -> None:
    """Its own pages: who he is, and that the hotline may know it."""
    await page.locator("input[name=login]").fill("li.ming")
    await page.locator("input[name=password]").fill("x")
    await page.locator("button[type=submit]").click()
    await page.get_by_role("button", name="Continue").click()
