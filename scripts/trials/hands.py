"""Somebody at a browser: opens pages, fills in forms, presses buttons, by what stands on the screen."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, Response, expect

from trials.api import Values

DESK, PHONE, LARGE = (1366, 768), (390, 844), (1920, 1080)
"""Screens that people sit at, in pixels."""

PATIENCE = 60_000
"""Milliseconds that a screen may take on a busy machine."""


class Hands:
    """A person who has signed in."""

    def __init__(self, page: Page, url: str, login: str, pictures: Path, *, small: bool) -> None:
        self.page, self.login = page, login
        self.faults: list[str] = []
        """What nobody should see at a screen: errors of the page, answers that refuse what was offered, overflow."""
        self._url, self._pictures, self._size = url, pictures, "phone" if small else "desk"

    @classmethod
    async def sign_in(
        cls, browser: Browser, url: str, login: str, password: str, pictures: Path, *, small: bool = False
    ) -> Hands:
        """Open a browser of his own and sign in; `small`: on a telephone's screen."""
        width, height = PHONE if small else DESK
        context = await browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai",
            permissions=["microphone"],
        )  # fmt: skip
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{url}/")
        await page.get_by_test_id("login").fill(login)
        await page.get_by_test_id("password").fill(password)
        await page.get_by_test_id("sign-in").click()
        await page.get_by_test_id("user-menu").wait_for()
        hands = cls(page, url, login, pictures, small=small)
        page.on("pageerror", lambda error: hands.faults.append(f"{login} at {page.url}: {error}"))
        page.on("response", hands.answered)
        return hands

    def answered(self, answer: Response) -> None:
        """A page asks only for what its reader may have."""
        # Forms beside a call ask for what is not there yet, and who gave a ticket away sees it no more.
        if answer.status >= 400 and answer.status != 404:
            self.faults.append(
                f"{self.login} at {self.page.url}: {answer.status} for {answer.request.method} {answer.url}"
            )

    async def open(self, path: str) -> None:
        """Go to a page."""
        await self.page.goto(self._url + path)

    async def picture(self, name: str) -> None:
        """Keep what is on the screen."""
        await self.page.wait_for_timeout(400)
        await self.page.screenshot(path=str(self._pictures / f"{self.login}-{self._size}-{name}.png"))

    async def both(self, name: str) -> None:
        """Keep what is on the screen, at the desk's size and on a large one."""
        for (width, height), size in ((LARGE, f"{name}-1920"), (DESK, name)):
            await self.page.set_viewport_size({"width": width, "height": height})
            await self.picture(size)
            over = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                self.faults.append(f"{self.login} at {self.page.url}: {over} px wider than a screen of {width}")

    async def look(self, path: str, name: str) -> None:
        """Open a page, and keep what it shows when it has all of it."""
        await self.open(path)
        await self.page.wait_for_load_state("networkidle")
        await self.picture(name)
        over = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            self.faults.append(f"{self.login} at {path}: {over} px wider than the screen")

    async def act(self, path: str, title: str, values: Values | None = None, *, picture: str = "") -> None:
        """Press a button of a record's page, also one behind “…”, fill in what it asks, and send it."""
        await self.page.bring_to_front()
        await self.open(path)
        await self.page.get_by_test_id("record-title").wait_for()
        button = self.page.get_by_role("button", name=re.compile(f"^{title}"))
        more = self.page.get_by_test_id("action-more")
        await button.or_(more).first.wait_for()
        if await button.count():
            await button.first.click()
        else:
            await more.first.click()
            await self.page.get_by_role("menuitem", name=re.compile(f"^{title}")).first.click()
        dialog = self.page.get_by_role("dialog").last
        await dialog.wait_for()
        await self.fill(dialog, values or {})
        if picture:
            await self.picture(picture)
        save = dialog.get_by_test_id("form-save")
        await (save if await save.count() else dialog.locator(".el-button--primary, .el-button--danger").last).click()
        await expect(dialog).to_be_hidden(timeout=PATIENCE)

    async def fill(self, form: Locator, values: Values) -> None:
        """Fill in fields of a form as they are shown."""
        for key, value in values.items():
            await self._fill(form.get_by_test_id(f"field-{key}"), value)

    async def _fill(self, field: Locator, value: str | bool) -> None:
        await field.wait_for()
        if isinstance(value, bool):
            if await field.locator("input").is_checked() != value:
                await field.click()
        elif await field.evaluate("it => ['INPUT', 'TEXTAREA'].includes(it.tagName)"):
            await field.fill(value)
        elif await field.evaluate("it => it.classList.contains('el-input-number')"):
            await field.locator("input").fill(value)
            await field.locator("input").press("Tab")
        elif await field.locator("input[type=radio]").count():
            await field.get_by_text(value, exact=True).click()
        else:
            await self._choose(field, value)

    async def _choose(self, field: Locator, words: str) -> None:
        """From a list or a tree, by what somebody types."""
        last = words.rpartition("/")[2]
        if last in await field.inner_text():
            return
        await field.click()
        typed = field.locator("input").first
        if await typed.is_editable():
            await typed.fill(last)
        offered = self.page.locator(".el-select-dropdown__item:visible").filter(has_text=last)
        await offered.first.click()
