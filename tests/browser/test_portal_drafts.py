"""What is typed into a request on a browser that several people use: kept for him, shown to nobody else, sent once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, expect

from cti.store.engine import Store
from tests.workflow.portal.open_portal import CODE, Portal, open_portal

pytestmark = pytest.mark.browser
TEXT = "举报人民路18号夜间违规施工，已经持续三天"
PHONE: ViewportSize = {"width": 390, "height": 844}
LI, WANG = "13800000001", "13800000002"
KEPT = "Object.entries(localStorage).filter(([name]) => !name.startsWith('portal-owner')).map(String).join()"


async def sign_in(page: Page, number: str) -> None:
    await page.get_by_label("手机号码").fill(number)
    await page.get_by_label("我已阅读并同意").check()
    await page.get_by_role("button", name="获取验证码").click()
    await page.get_by_label("短信验证码").fill(CODE)
    await page.get_by_role("button", name="登录").click()


async def begun(portal: Portal, page: Page) -> None:
    """Li has typed something of a report and not sent it."""
    await page.goto(f"{portal.url}/request/new?type=report")
    await sign_in(page, LI)
    await page.get_by_label("诉求内容").fill(TEXT)
    assert TEXT in await page.evaluate(KEPT)


async def test_a_draft_ends_with_sign_out_and_with_another_who_signs_in(sqlite_store: Store, chromium: Browser) -> None:
    async with open_portal(sqlite_store) as portal:
        page = await chromium.new_page(viewport=PHONE)
        await begun(portal, page)
        await page.evaluate("localStorage.setItem('hotline-chat-web', 'token of his chat')")
        await page.get_by_role("button", name="退出").click()
        await expect(page.get_by_role("link", name="登录 / 注册")).to_be_visible()
        assert await page.evaluate(KEPT) == ""
        # His session runs out instead, and somebody else sits down.
        portal.town.clock.advance(timedelta(minutes=2).total_seconds())
        await begun(portal, page)
        await page.evaluate("localStorage.setItem('hotline-chat-web', 'token of his chat')")
        portal.town.clock.advance(timedelta(minutes=31).total_seconds())
        await page.goto(f"{portal.url}/request/new?type=report")
        await sign_in(page, WANG)
        await expect(page.get_by_label("诉求内容")).to_have_value("")
        assert TEXT not in await page.evaluate(KEPT) and "chat" not in await page.evaluate(KEPT)
        await page.close()


async def test_a_session_that_ran_out_keeps_all_and_back_sends_nothing_twice(
    tmp_path: Path, sqlite_store: Store, chromium: Browser
) -> None:
    async with open_portal(sqlite_store) as portal:
        page = await chromium.new_page(viewport=PHONE)
        await begun(portal, page)
        await page.get_by_label("被举报").first.fill("某某施工队")
        await page.get_by_label("您的姓名").fill("李某")
        await page.get_by_label("详细地址").fill("人民路18号")
        Image.new("RGB", (40, 30), (90, 120, 160)).save(photo := tmp_path / "photo.jpg")
        await page.get_by_label("照片或文件").set_input_files(photo)
        await expect(page.get_by_text("photo.jpg：已上传")).to_be_visible()
        portal.town.clock.advance(timedelta(minutes=31).total_seconds())
        await page.get_by_role("button", name="提交").click()
        await expect(page.get_by_text("您填写的内容已保存")).to_be_visible()
        await sign_in(page, LI)
        await expect(page.get_by_text("登录已过期，您已重新登录")).to_be_visible()
        await expect(page.get_by_role("heading", name="填写举报")).to_be_visible()
        for label, value in (("诉求内容", TEXT), ("您的姓名", "李某"), ("详细地址", "人民路18号")):
            await expect(page.get_by_label(label)).to_have_value(value)
        await expect(page.get_by_text("photo.jpg：已上传")).to_be_visible()
        await page.get_by_role("button", name="提交").click()
        number = await page.locator(".receipt").inner_text()
        assert TEXT not in await page.evaluate(KEPT)
        await page.go_back()
        await expect(page.get_by_text("没有重复登记")).to_be_visible()
        await expect(page.locator(".receipt")).to_have_text(number)
        await page.get_by_role("link", name="再提一件新的诉求").click()
        await expect(page.get_by_label("诉求内容")).to_have_value("")
        await page.close()
