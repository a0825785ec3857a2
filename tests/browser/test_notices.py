"""A citizen turns on, at his telephone, that he is told of news; it is shown while the site is closed."""

from __future__ import annotations

import json
from typing import cast

import pytest
from playwright.async_api import Browser, expect

from cti.base.settings import MessageSettings
from cti.office.messages.citizens import CitizenMessages
from cti.office.messages.push.citizens import CitizenPush
from cti.office.messages.push.sealing import packed
from cti.store.engine import Store
from tests.browser.test_portal import PHONE, looked_at
from tests.cti.office.messages.test_push import open_pushed_on
from tests.workflow.portal.open_portal import CODE, open_portal

pytestmark = pytest.mark.browser
SERVICE = """
(() => {
  let made = null
  const of = (said) => ({
    endpoint: said.endpoint, options: { applicationServerKey: said.own },
    toJSON: () => ({ endpoint: said.endpoint, keys: { p256dh: said.key, auth: said.secret } }),
    unsubscribe: async () => { made = null; localStorage.setItem("ended", "yes"); return true },
  })
  const plain = (text) => atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = (text) => Uint8Array.from(plain(text), (one) => one.charCodeAt(0)).buffer
  PushManager.prototype.getSubscription = async () => made
  PushManager.prototype.subscribe = async (asked) => made = of({ ...SAID, own: bytes(asked.applicationServerKey) })
})()
"""
"""A browser here has no push service behind it: this is one, with the keys of the test's own."""


async def test_he_turns_it_on_is_told_and_turns_it_off(sqlite_store: Store, chromium: Browser) -> None:
    async with open_portal(sqlite_store) as portal, open_pushed_on(portal.town.office) as pushed:
        settings = type("Settings", (), {"settings": MessageSettings()})()
        push = CitizenPush(sqlite_store, pushed.clock, pushed.devices, pushed.pushes, cast("CitizenMessages", settings))
        portal.pages.notices.take(push)
        phone = pushed.phone
        said = {"endpoint": phone.endpoint, "key": phone.key, "secret": packed(phone.secret)}
        context = await chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
        await context.add_init_script(SERVICE.replace("SAID", json.dumps(said)))
        await context.grant_permissions(["notifications"])
        page = await context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(f"{portal.url}/enter?next=/mine/messages")
        await page.get_by_label("手机号码").fill("13800000001")
        await page.get_by_label("我已阅读并同意").check()
        await page.get_by_role("button", name="获取验证码").click()
        await page.get_by_label("短信验证码").fill(CODE)
        await page.get_by_role("button", name="登录").click()
        await page.get_by_role("button", name="开启提醒").click()
        await expect(page.get_by_text("已开启：诉求有新进展时会在这台设备上提醒您")).to_be_visible()
        await looked_at(page, "portal-notices")
        await page.get_by_role("button", name="关闭提醒").click()
        await expect(page.get_by_text("已关闭")).to_be_visible()
        assert (
            await page.evaluate("fetch('/mine/notices').then((answer) => answer.json()).then((found) => found.devices)")
            == 0
        )
        # What comes is shown by the site's worker, whose page need not be open.
        shown = await page.evaluate(
            """async () => {
              const worker = await navigator.serviceWorker.getRegistration('/portal/')
              return [worker.active.scriptURL, worker.scope]
            }"""
        )
        assert shown == [f"{portal.url}/portal/told.js", f"{portal.url}/portal/"]
        cdp = await context.new_cdp_session(page)
        registration = []
        cdp.on("ServiceWorker.workerRegistrationUpdated", lambda told: registration.extend(told["registrations"]))
        await cdp.send("ServiceWorker.enable")
        for _ in range(100):
            if registration:
                break
            await page.wait_for_timeout(50)
        await cdp.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": portal.url, "registrationId": registration[0]["registrationId"],
             "data": json.dumps({"title": "您的诉求有新进展", "link": "/mine/messages", "tag": "1"})},
        )  # fmt: skip
        titles = """async () => {
          const worker = await navigator.serviceWorker.getRegistration('/portal/')
          return (await worker.getNotifications()).map((one) => [one.title, one.body, one.data])
        }"""
        for _ in range(100):
            if found := await page.evaluate(titles):
                break
            await page.wait_for_timeout(50)
        assert found == [["您的诉求有新进展", "", "/mine/messages"]]
        await page.evaluate("localStorage.removeItem('ended')")
        await page.get_by_role("button", name="开启提醒").click()
        await expect(page.get_by_text("已开启：")).to_be_visible()
        await page.get_by_role("button", name="退出").click()
        await expect(page.get_by_text("您已退出登录")).to_be_visible()
        assert await page.evaluate("localStorage.getItem('ended')") == "yes", "others may use this device"
        assert faults == []
        await context.close()
