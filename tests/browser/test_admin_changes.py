"""An admin changes what the house goes by, on screen: a form, a process and the calendar."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.test_desk_and_board import open_page, picture
from tests.browser.test_flows import write
from tests.browser.test_workshop import made
from tests.running_hotline import RunningHotline

pytestmark = pytest.mark.browser
STANDS = """\
() => {
  const editor = document.querySelector('.cm-content')
  return (editor.cmTile ?? editor.cmView).view.state.doc.toString()
}
"""
"""The whole text of the editor: only what is seen of it stands in the page."""


async def faulty_then(page: Page, wrong: str, right: str) -> None:
    """A fault is shown where it is and cannot be published; then the text is as it is meant."""
    state = page.get_by_test_id("lint-state")
    await write(page, wrong)
    await expect(state).not_to_have_attribute("data-errors", "0", timeout=10_000)
    await expect(page.locator(".cm-lintRange-error").first).to_be_visible(timeout=10_000)
    await write(page, right)
    await expect(state).to_have_attribute("data-errors", "0", timeout=10_000)


async def published(page: Page, message: str) -> None:
    """The text is a revision, for a reason."""
    await page.get_by_test_id("flow-publish").click()
    await page.get_by_test_id("publish-message").fill(message)
    await page.get_by_test_id("publish-confirm").click()
    await expect(page.get_by_test_id("revision-1")).to_contain_text(message, timeout=10_000)


async def test_an_admin_changes_a_form_and_a_process(hotline: RunningHotline, chromium: Browser) -> None:
    page = await open_page(chromium, hotline, "admin", "/forms")
    await made(page, hotline, "forms", "asked", "征求意见")
    text = str(await page.evaluate(STANDS))
    await faulty_then(page, text.replace("title:", "titel:", 1), text.replace("征求意见", "征求意见表", 1))
    await page.get_by_test_id("preview-check").click()
    await expect(page.get_by_test_id("preview-said")).not_to_be_empty()
    await picture(page, "changed-form")
    await published(page, "改名")

    await made(page, hotline, "processes", "walked", "办理")
    text = str(await page.evaluate(STANDS))
    await faulty_then(page, text.replace("steps:", "stepps:", 1), text)
    await page.get_by_test_id("play-open").click()
    await page.get_by_test_id("play-begin").click()
    offer = page.locator("[data-test^='offer-']").first
    await expect(offer).to_be_visible(timeout=10_000)
    await picture(page, "changed-process")
    await published(page, "第一版")
    await page.context.close()


async def test_an_admin_changes_the_calendar(hotline: RunningHotline, chromium: Browser) -> None:
    page = await open_page(chromium, hotline, "admin", "/flow-calendars")
    await page.get_by_test_id("calendar-office").click()
    day = page.locator("[data-day='2026-12-15']")
    await expect(day).not_to_have_class("holiday", timeout=10_000)
    await page.get_by_test_id("calendars-edit").click()
    await page.locator(".cm-content").wait_for()
    before = str(await page.evaluate(STANDS))
    line = "  - {name: 市庆日, first: 2026-12-15, last: 2026-12-1}\n"
    await write(page, before.rstrip() + "\n" + line)
    await expect(page.locator(".cm-lintRange-error").first).to_be_visible(timeout=10_000)
    await expect(page.get_by_test_id("calendars-save")).to_be_disabled()
    await picture(page, "calendar-fault")
    await write(page, before.rstrip() + "\n" + line.replace("12-1}", "12-15}"))
    await expect(page.get_by_test_id("calendars-save")).to_be_enabled(timeout=10_000)
    await page.get_by_test_id("calendars-save").click()
    await expect(page.get_by_text("日历已保存，立即生效")).to_be_visible(timeout=10_000)
    await page.get_by_test_id("calendar-office").click()
    await expect(page.get_by_test_id("holidays")).to_contain_text("市庆日")
    await expect(day).to_have_text("15休")
    await picture(page, "calendar-changed")
    async with hotline.signed_in("admin") as api:
        book = await api.ask("GET", "/api/flow_calendars")
        await api.ask("PUT", "/api/flow_calendars", {"text": before, "seen": book["digest"]})
    await page.context.close()
