"""The day, from the first article to the proof that every act left its trace."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import expect

from softphone.phones.sip_stack import SipStack
from trials.api import Api, signed_in
from trials.browsers import Browsers, opened
from trials.course import Course, Failed
from trials.hands import PATIENCE, Hands
from trials.house import PASSWORD, House
from trials.knowledge import books, making, merging
from trials.knowledge.portal import Citizen, portal
from trials.knowledge.screens import look
from trials.knowledge.talk import QUESTION, Desk
from trials.knowledge.town import AGENT, COUNTY, DEPARTMENT, EDITOR, MANAGER, REVIEWER, fill

TITLE, TEXT, CHANGED = "离职后公积金怎么提取", "凭身份证到公积金中心窗口办理", "也可在网上办理"
OLD, OF_COUNTY = "社保卡补办旧规定", "钟楼区社保窗口在哪里"
QUESTIONS, CORRECTIONS = "/api/knowledge/questions", "/api/knowledge/corrections"
SHORT = timedelta(seconds=20)
"""How long an article is valid that is over by itself."""
TOLD_WITHIN = 30.0
"""Seconds in which somebody is told, or something is over."""


class Day:
    """Everybody's session and screen; who only presses a button now and then shares a browser."""

    def __init__(self, course: Course, people: Mapping[str, Api], browsers: Browsers) -> None:
        self._course, self._people, self._browsers = course, people, browsers
        self.screens: dict[str, Hands] = {}

    async def at(self, login: str) -> Hands:
        """Somebody at his screen."""
        if login not in self.screens:
            self.screens[login] = await self._browsers.shared(login)
        return self.screens[login]

    async def category(self, path: str) -> str:
        """The id of a category."""
        rows = (await self._people["admin"].ask("GET", "/api/knowledge/categories?size=100"))["items"]
        return str(next(one["id"] for one in rows if one["path"] == path))

    async def told(self, login: str, words: str) -> None:
        """Wait until somebody has a message with these words; Failed."""
        try:
            async with asyncio.timeout(TOLD_WITHIN):
                while not any(words in one["title"] for one in await self._inbox(login)):
                    await asyncio.sleep(0.3)
        except TimeoutError:
            raise Failed(f"{login} was not told: {words}") from None

    async def _inbox(self, login: str) -> list[Any]:
        found: list[Any] = (await self._people[login].ask("GET", "/api/inbox?size=50"))["items"]
        return found

    async def make(self) -> str:
        """The article that the day is about."""
        editor, reviewer = await self.at(EDITOR), await self.at(REVIEWER)
        fields = {
            "title": TITLE, "category": "社会保障/公积金", "unit": "市公积金管理中心", "audience": "公众可见",
            "summary": "离职满半年可以全额提取", "contact": "12329",
        }  # fmt: skip
        id = await making.written(editor, fields)
        await making.submitted(editor, id)
        await self.told(REVIEWER, TITLE)
        await making.approved(reviewer, id, picture="approve")
        await making.found(self._people[AGENT], "公积金", id)
        await making.imported(editor)
        return id

    async def others(self) -> tuple[str, str]:
        """An article that will be withdrawn, and one that is over soon; returns their ids."""
        category = await self.category("社会保障/社保卡")
        editor, reviewer = self._people[EDITOR], self._people[REVIEWER]
        common = {"category": category, "body": "<p>持身份证到社保中心二楼补办，收取工本费二十元。</p>"}
        old = await making.published(editor, reviewer, {**common, "title": OLD})
        until = (datetime.now(UTC) + SHORT).isoformat()
        over = await making.published(editor, reviewer, {**common, "title": "社保卡补办限时活动", "valid_until": until})
        await making.found(self._people[AGENT], "社保卡补办旧规定", old)
        return old, over

    async def talk(self, phones: SipStack, house: House, old: str) -> None:
        """The agent's call."""
        hands = await self._browsers.own(AGENT)
        self.screens[AGENT] = hands
        desk = Desk(hands)

        async def withdrawn() -> None:
            await self._people[MANAGER].act(f"{making.ARTICLES}/{old}", "下架", {"reason": "政策调整，不再收费"})

        async with desk.talk(phones, house.sip):
            await desk.find("公积金", TITLE, "found")
            await desk.cite(TITLE, TEXT)
            await desk.ask()
            await desk.read("社保卡", OLD, withdrawn)

    async def answer(self) -> str:
        """The department answers; the agent reads it; it becomes an article. Returns the article's id."""
        asked = (await self._people[DEPARTMENT].ask("GET", QUESTIONS))["items"][0]
        department, page = await self.at(DEPARTMENT), f"/knowledge_questions/{asked['id']}"
        await self.told(DEPARTMENT, QUESTION["title"])
        said = "异地购买自住住房的，可在购房后一年内提取，凭购房合同和异地缴存证明办理。"
        await department.act(page, "回答", {"answer": said}, picture="answer")
        await self.told(AGENT, QUESTION["title"])
        agent = await self.at(AGENT)
        await agent.look(page, "answered")
        await expect(agent.page.get_by_text("购房后一年内").first).to_be_visible(timeout=PATIENCE)
        await department.page.bring_to_front()
        await department.open(page)
        await department.page.get_by_role("button", name="形成知识").click()
        await department.page.locator(".el-message-box .el-button--primary").click()
        await expect(department.page.get_by_text("已形成知识草稿").first).to_be_visible(timeout=PATIENCE)
        id = str((await self._people[DEPARTMENT].ask("GET", f"{QUESTIONS}/{asked['id']}"))["article"])
        await department.look(f"{making.PAGE}/{id}", "article-of-an-answer")
        filed = {"category": "社会保障/公积金"}
        await self._edited(department, id, filed)
        await making.submitted(department, id)
        await making.approved(await self.at(REVIEWER), id)
        await making.found(self._people[AGENT], "异地购房提取", id)
        return id

    async def _edited(self, hands: Hands, id: str, values: Mapping[str, str], typed: str = "") -> None:
        """Somebody changes fields of a draft on its page, and types at the end of its text."""
        page = hands.page
        await page.bring_to_front()
        await hands.open(f"{making.PAGE}/{id}/edit")
        await page.get_by_test_id("form-save").wait_for()
        await hands.fill(page.get_by_test_id(making.FORM), values)
        if typed:
            body = page.locator("[role=textbox].rich-text")
            await body.press("Control+End")
            await body.press_sequentially(typed)
        await page.get_by_test_id("form-save").click()
        await page.wait_for_url(f"**{making.PAGE}/{id}")

    async def corrected(self, citizen: Citizen, id: str) -> None:
        """A citizen finds the article and something missing in it; the department mends it."""
        own = {"title": OF_COUNTY, "audience": "public", "body": "<p>钟楼区政务服务中心一楼三号窗口。</p>"}
        own["category"] = await self.category("社会保障/社保卡")
        made = await making.published(self._people[COUNTY], self._people[REVIEWER], own)
        await making.found(self._people[COUNTY], OF_COUNTY, made)
        await citizen.finds_in_its_county("钟楼区社保窗口", OF_COUNTY)
        await citizen.finds("离职了公积金怎么取", TITLE, TEXT, "article")
        await citizen.corrects("还可以在网上办理，请补充")
        await self.told(REVIEWER, TITLE)
        one = (await self._people[REVIEWER].ask("GET", CORRECTIONS))["items"][0]
        page = f"/knowledge_corrections/{one['id']}"
        reviewer, department = await self.at(REVIEWER), await self.at(DEPARTMENT)
        await reviewer.act(page, "属实，转责任单位修改", {"opinion": "请补充网上渠道"}, picture="correction")
        await self.told(DEPARTMENT, TITLE)
        await department.look(page, "to-mend")
        await department.act(f"{making.PAGE}/{id}", "修改内容")
        await self._edited(department, id, {}, CHANGED)
        await making.submitted(department, id)
        await making.approved(reviewer, id)
        await self._compared(department, id)
        await citizen.finds("离职了公积金怎么取", TITLE, CHANGED, "article-mended")

    async def _compared(self, hands: Hands, id: str) -> None:
        """The editions stand beside each other."""
        await hands.page.bring_to_front()
        await hands.open(f"{making.PAGE}/{id}")
        await hands.page.get_by_role("tab", name="版次").click()
        await expect(hands.page.get_by_test_id("edition")).to_have_count(2, timeout=PATIENCE)
        await hands.page.get_by_test_id("edition").last.click()
        await hands.picture("editions")

    async def times(self, id: str, over: str) -> None:
        """What is over is withdrawn by itself; a policy asks for a confirmation, which the department gives."""
        await self.told(EDITOR, "已下架")
        state = (await self._people[EDITOR].ask("GET", f"{making.ARTICLES}/{over}"))["state"]
        if state != "withdrawn":
            raise Failed(f"an article that is over is {state}")
        manager = await self.at(MANAGER)
        await manager.page.bring_to_front()
        await manager.open("/knowledge_policies")
        await manager.page.get_by_test_id("create").click()
        dialog = manager.page.get_by_role("dialog").last
        await dialog.wait_for()
        await manager.fill(dialog, {"name": "公积金知识每日确认", "every": "1", "remind": "1", "withdraw": "3"})
        await manager.picture("policy")
        await dialog.get_by_test_id("form-save").click()
        await expect(dialog).to_be_hidden(timeout=PATIENCE)
        await self.told(DEPARTMENT, "请确认内容是否仍然有效")
        department = await self.at(DEPARTMENT)
        await department.act(f"{making.PAGE}/{id}", "确认内容有效", picture="confirm")


async def day(course: Course) -> None:
    """All of it; Failed with what went wrong."""
    house = course.house
    async with AsyncExitStack() as stack:
        admin = await stack.enter_async_context(signed_in(house.url, "admin", PASSWORD))
        await fill(admin, PASSWORD)
        people = {"admin": admin}
        for login in (EDITOR, REVIEWER, MANAGER, DEPARTMENT, COUNTY, AGENT):
            people[login] = await stack.enter_async_context(signed_in(house.url, login, PASSWORD))
        browsers = await stack.enter_async_context(opened(house, course.pictures))
        phones = await stack.enter_async_context(SipStack("127.0.0.1", house.carrier))
        site = await stack.enter_async_context(portal(admin, house.public))
        this = Day(course, people, browsers)
        id = await this.make()
        old, over = await this.others()
        course.say("articles are written, approved by another, published and found")
        await this.talk(phones, house, old)
        course.say("a citizen's call: found by three characters, cited by one key, asked, told of a withdrawal")
        answered = await this.answer()
        course.say("the department's answer reached the agent and became an article")
        await this.corrected(Citizen(await browsers.stranger(), site, course.pictures), id)
        course.say("a citizen corrected an article, was thanked, and reads what was mended")
        await this.times(id, over)
        course.say("what is over is withdrawn, what is due is confirmed")
        manager = await this.at(MANAGER)
        of_hotline = await merging.merged(manager, people[MANAGER])
        course.say("a merged hotline's table was taken in twice, and nothing is there twice")
        await merging.published(manager, await this.at(REVIEWER), people[AGENT], of_hotline)
        course.say("what came from it was filed, submitted, approved, withdrawn and shown again, all at once")
        await books.compare(course, people, {"made": id, "old": old, "over": over, "answered": answered})
        course.say("every act left its trace, every chain holds")
        await look(people, this.at, id)
        course.say("every page of each role is kept as a picture")
        if faults := [fault for hands in browsers.people for fault in hands.faults]:
            raise Failed("; ".join(faults))
