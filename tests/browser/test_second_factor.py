"""One's own second factor on the page of one's settings: turned on by an app, renewed, turned off again."""

import time

import pytest
from playwright.async_api import Browser, Page, expect

from cti.office.identity.signing_in import totp
from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import PASSWORD, RunningHotline, hire

pytestmark = pytest.mark.browser


def code(secret: str) -> str:
    return totp.code_at(secret, totp.step_of(time.time()))


async def recovery_codes(page: Page) -> list[str]:
    shown = page.get_by_test_id("recovery-codes")
    await shown.wait_for()
    found = (await shown.inner_text()).split()
    await page.get_by_test_id("factor-done").click()
    return found


async def test_it_is_turned_on_renewed_and_turned_off(hotline: RunningHotline, chromium: Browser) -> None:
    await hire(hotline, ["1095"])
    page = await open_page(chromium, hotline, "1095", "/me")
    await page.get_by_test_id("factor-password").fill(PASSWORD)
    await page.get_by_test_id("factor-begin").click()
    secret = await page.locator(".second-factor code").inner_text()
    await picture(page, "factor-begin")
    await page.get_by_test_id("factor-code").fill(code(secret))
    await page.get_by_test_id("factor-confirm").click()
    first = await recovery_codes(page)
    assert len(first) == 10
    state = page.get_by_test_id("factor-on")
    await expect(state).to_contain_text("剩余恢复码 10 个")
    await picture(page, "factor-on")

    await page.get_by_test_id("factor-renew").click()
    await page.get_by_test_id("field-code").fill(first[0])
    await page.get_by_test_id("form-save").click()
    second = await recovery_codes(page)
    assert len(second) == 10 and not set(second) & set(first)

    await page.get_by_test_id("factor-off").click()
    await page.get_by_test_id("field-password").fill(PASSWORD)
    await page.get_by_test_id("field-code").fill(first[1])
    await page.get_by_test_id("form-save").click()
    await expect(page.locator(".el-form-item.is-error")).to_contain_text("不正确")
    await picture(page, "factor-off")
    await page.get_by_test_id("field-code").fill(second[0])
    await page.get_by_test_id("form-save").click()
    await page.get_by_test_id("factor-begin").wait_for()
