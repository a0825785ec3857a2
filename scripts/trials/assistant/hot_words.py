"""Hot words at the screen, and what they do to the next talk."""

from __future__ import annotations

import asyncio

from playwright.async_api import Locator, expect

from softphone.phones.sip_stack import SipStack
from trials.api import Api
from trials.assistant.talk import NEXT_CALLER, say
from trials.assistant.words_said import PLACE, PLACE_NAME
from trials.assistant.words_shown import Shown
from trials.course import Course, Failed
from trials.hands import PATIENCE, Hands
from trials.seat import calling, ready

PAGE = "/hot_words"
WRONG = "沁园雅居"
"""As somebody first writes it."""
MANY = "窨井盖 60\n不动产登记\nwifi\n窨井盖"
MISHEARD = "我住在清房亚院"


class HotWords:
    """The page, with its keeper at it."""

    def __init__(self, course: Course, leader: Hands, api: Api) -> None:
        self._course, self._leader, self._page, self._api = course, leader, leader.page, api

    async def _dialog(self, action: str) -> Locator:
        await self._page.get_by_test_id(f"action-{action}").first.click()
        dialog = self._page.get_by_role("dialog").last
        await dialog.wait_for()
        return dialog

    async def _row(self, word: str) -> Locator:
        row = self._page.locator("tbody tr").filter(has_text=word).first
        await row.wait_for()
        return row

    async def kept(self) -> None:
        """Added, changed, many at once of which some are refused with their line, tried. Failed."""
        page = self._page
        await page.bring_to_front()
        await self._leader.look(PAGE, "hot-words-none")
        await page.get_by_test_id("create").click()
        form = page.get_by_test_id("form-create")
        await self._leader.fill(form, {"word": WRONG, "note": "新小区"})
        await form.get_by_test_id("form-save").click()
        await expect(form).to_be_hidden(timeout=PATIENCE)
        await (await self._row(WRONG)).get_by_test_id("action-edit").click()
        form = page.get_by_test_id("form-edit")
        await self._leader.fill(form, {"word": PLACE_NAME, "weight": "80"})
        await self._leader.picture("hot-word-changed")
        await form.get_by_test_id("form-save").click()
        await expect(form).to_be_hidden(timeout=PATIENCE)
        await self._row(PLACE_NAME)
        dialog = await self._dialog("add_many")
        await dialog.get_by_test_id("field-words").fill(MANY)
        await dialog.get_by_test_id("form-save").click()
        told = page.get_by_text("已添加 2 个热词")
        await expect(told.first).to_be_visible(timeout=PATIENCE)
        await expect(page.get_by_text("第 3 行").first).to_be_visible(timeout=PATIENCE)
        await self._leader.picture("hot-words-many")
        await self._leader.look(PAGE, "hot-words")
        await self.tried(PLACE_NAME)
        words = {one["word"]: one["weight"] for one in (await self._api.ask("GET", "/api/hot_words"))["items"]}
        if words != {PLACE_NAME: 80, "窨井盖": 60, "不动产登记": words.get("不动产登记")}:
            raise Failed(f"the hot words are {words}")
        self._course.say("hot words: added, changed, many at once with two lines refused, tried")

    async def known(self) -> None:
        """A name that tickets' addresses have is expected without being a hot word."""
        await self._page.bring_to_front()
        await self._leader.open(PAGE)
        await self.tried("锦绣花园", "我住在景秀花园")
        self._course.say("a name of tickets' addresses needs no hot word")

    async def tried(self, becomes: str, misheard: str = MISHEARD) -> None:
        """What would become of a text that was misheard."""
        dialog = await self._dialog("try")
        await dialog.get_by_test_id("field-text").fill(misheard)
        await dialog.get_by_test_id("form-save").click()
        await expect(self._page.get_by_text(becomes).last).to_be_visible(timeout=PATIENCE)
        await self._leader.picture(f"hot-words-tried-{becomes}")
        await self._leader.open(PAGE)

    async def removed(self) -> None:
        """Taken away, it changes nothing any more."""
        await self._leader.open(PAGE)
        await (await self._row(PLACE_NAME)).get_by_test_id("action-remove").click()
        await self._page.locator(".el-message-box").get_by_role("button", name="删除").click()
        await expect(self._page.locator("tbody tr").filter(has_text=PLACE_NAME)).to_have_count(0, timeout=PATIENCE)
        await self.tried("没有需要修正的词")
        self._course.say("a hot word that is removed changes nothing any more")


async def misheard(course: Course, phones: SipStack, desk: Hands) -> None:
    """A talk with a name that nobody knows. Failed when it was not misheard."""
    line = await _heard(course, phones, desk, "hot-word-before")
    if PLACE_NAME in line:
        raise Failed(f"{PLACE_NAME} is heard without being a hot word: the trial proves nothing")
    course.say(f"without the hot word: “{line}”")


async def understood(course: Course, phones: SipStack, desk: Hands) -> None:
    """The next talk has it, and shows how it was heard. Failed."""
    line = await _heard(course, phones, desk, "hot-word-after")
    if PLACE_NAME not in line:
        raise Failed(f"{PLACE_NAME} is a hot word, and is heard as {line}")
    mark = desk.page.get_by_test_id("slot-desk_transcript").locator("mark").first
    await expect(mark).to_have_text(PLACE_NAME, timeout=PATIENCE)
    course.say(f"with it: “{line}”, {await mark.get_attribute('title')}")


async def _heard(course: Course, phones: SipStack, desk: Hands, picture: str) -> str:
    await ready(desk)
    async with calling(phones, course.house.sip, NEXT_CALLER, desk) as call:
        shown = Shown(desk.page.get_by_test_id("slot-desk_transcript"), "the agent's desk")
        await say(call, PLACE)
        await shown.until("电梯坏了", "his words are not there")
        await asyncio.sleep(1)
        await desk.picture(picture)
        return "".join(await shown.texts("caller"))
