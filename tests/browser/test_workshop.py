"""Files of the workshop in a real browser: each kind on the same page, with what stands beside its text."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser


async def made(page: Page, hotline: RunningHotline, kind: str, name: str, title: str) -> None:
    """A new file as the console begins it."""
    await page.goto(f"{hotline.url}/{kind}")
    await page.get_by_test_id("file-new").click()
    await page.get_by_test_id("new-file-name").fill(name)
    await page.get_by_test_id("new-file-title").fill(title)
    await page.get_by_test_id("new-file-make").click()
    await expect(page.locator(".cm-content")).to_contain_text(name, timeout=10_000)


async def test_a_mapping_is_made_tried_and_published(hotline: RunningHotline, chromium: Browser) -> None:
    page = await open_page(chromium, hotline, "admin", "/mappings")
    await expect(page.get_by_text("还没有字段对照")).to_be_visible(timeout=10_000)
    await made(page, hotline, "mappings", "event_result", "事件办理结果")
    gives = page.get_by_test_id("mapping-gives")
    await expect(gives).to_contain_text("市水务局答复：已修复", timeout=10_000)
    await page.get_by_test_id("mapping-example").click()
    ours = '"state": "new", "unit": "市城管局", "answer": "在办"'
    await page.get_by_test_id("mapping-given").fill(f'{{"external": "E2", {ours}}}')
    await expect(gives).to_contain_text("市城管局答复：在办")
    await page.get_by_test_id("mapping-given").fill(f"{{{ours}}}")
    await expect(page.get_by_test_id("mapping-fails")).to_contain_text("eventId")
    await picture(page, "mapping")
    await page.get_by_test_id("flow-publish").click()
    await expect(page.get_by_test_id("publish-tests")).to_contain_text("1 个测试全部通过", timeout=10_000)
    await page.get_by_test_id("publish-message").fill("第一版")
    await page.get_by_test_id("publish-confirm").click()
    await expect(page.get_by_test_id("revision-1")).to_contain_text("第一版", timeout=10_000)
    await page.goto(f"{hotline.url}/mappings")
    await expect(page.get_by_test_id("file-event_result")).to_contain_text("事件办理结果")
    await picture(page, "mappings")
    await page.context.close()


async def test_each_kind_shows_what_its_text_comes_to(hotline: RunningHotline, chromium: Browser) -> None:
    page = await open_page(chromium, hotline, "admin", "/figures")
    for kind, beside, words in (
        ("figures", "试算", "可用的数据项"),
        ("printouts", "样张", "可用的内容"),
        ("forms", "预览", "未联系"),
        ("processes", "试走", "登记到办结"),
    ):
        await made(page, hotline, kind, "tried", "试一试")
        await expect(page.locator("#main")).to_contain_text(beside, timeout=10_000)
        await expect(page.locator("#main")).to_contain_text(words, timeout=20_000)
        await picture(page, f"workshop-{kind}")
        await page.get_by_test_id("flow-tab-revisions").click()
        await expect(page.get_by_text("还没有发布过")).to_be_visible(timeout=10_000)
        await page.goto(f"{hotline.url}/{kind}")
        await expect(page.get_by_test_id("file-tried")).to_contain_text("草稿", timeout=10_000)
        await picture(page, f"files-{kind}")
    await page.context.close()
