"""Thirty sit an exam at once, one of them at a screen; the engine is killed in the middle, and no answer is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from playwright.async_api import expect

from trials.api import Api, Refused
from trials.course import Failed
from trials.hands import PATIENCE, Hands
from trials.house import House

EXAMS, MINE, ESSAYS = "/api/training/exams", "/api/training/mine", "/api/training/essays"
BACK_WITHIN = 60.0
ESSAY = {
    "kind": "essay", "text": "市民因停水三天未解决，情绪激动，你怎样接待？写出前三句话。", "stars": 4,
    "answer": "先致歉并安抚；再核实地址、时间和已反映的情况；说明将马上办理的事和答复时间。",
}  # fmt: skip
MARKED_WITHIN = 120.0


async def announced(leader: Hands, api: Api, people: list[str]) -> str:
    """The course of this system is loaded at the screen, its paper becomes an exam; returns the exam's id."""
    page = leader.page
    await leader.open("/training_questions")
    await page.get_by_role("button", name="载入座席课程").click()
    confirm = page.locator(".el-message-box .el-button--primary")
    await confirm.click()
    await expect(page.get_by_text("已载入 60 道题").first).to_be_visible(timeout=PATIENCE)
    (course,) = (await api.ask("GET", "/api/training/papers"))["items"]
    category = course["drawn"][0]["category"]
    await api.ask("POST", "/api/training/questions", {**ESSAY, "category": category})
    drawn = [*course["drawn"], {"category": category, "kind": "essay", "stars": "", "count": 1, "points": 20}]
    said = {"title": "座席上岗试卷", "way": "drawn", "drawn": drawn}
    paper = await api.ask("POST", "/api/training/papers", said)
    now = datetime.now(UTC)
    body = {
        "title": "座席上岗考试", "paper": paper["id"], "each": True, "begins_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=2)).isoformat(), "minutes": 60, "people": people, "tells": "at_once",
    }  # fmt: skip
    made = await api.ask("POST", EXAMS, body)
    await leader.act(f"/training_exams/{made['id']}", "发布", picture="exam-announce")
    return str(made["id"])


class Sitter:
    """Somebody who sits it by the routes of his page, sending again what was not taken."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.page: Any = None
        self.kept: dict[int, str] = {}
        """What the house said that it has."""

    async def begin(self, exam: str) -> None:
        """His paper."""
        self.page = await self._again("POST", f"{MINE}/exams/{exam}/begin")

    async def answer(self, places: slice) -> None:
        """Some of his questions, one after the other."""
        for one in self.page["questions"][places]:
            said = {"judge": "对", "essay": "先安抚，再询问时间和地址"}.get(
                one["kind"], "A" if one["kind"] == "single" else "AB"
            )
            path = f"{MINE}/sittings/{self.page['id']}/answers/{one['place']}"
            await self._again("PUT", path, {"said": said})
            self.kept[one["place"]] = said

    async def goes_on(self, exam: str) -> list[int]:
        """He opens the page anew; returns the places whose answers are not as they were taken."""
        self.page = await self._again("POST", f"{MINE}/exams/{exam}/begin")
        there = {one["place"]: one["said"] for one in self.page["questions"]}
        return [place for place, said in self.kept.items() if there[place] != said]

    async def hand_in(self) -> None:
        """The end."""
        await self._again("POST", f"{MINE}/sittings/{self.page['id']}/submit")

    async def _again(self, method: str, path: str, body: Any = None) -> Any:
        """As the page does: until it is taken."""
        async with asyncio.timeout(BACK_WITHIN):
            while True:
                try:
                    return await self._api.ask(method, path, body)
                except (Refused, OSError, aiohttp.ClientError) as error:
                    if isinstance(error, Refused) and not any(f": {status} " in str(error) for status in (502, 503)):
                        raise
                    await asyncio.sleep(0.5)


async def sat(house: House, exam: str, agents: Mapping[str, Api], at_screen: Hands) -> int:
    """All of it, with the engine killed while half of the answers are under way; returns how many answers there are."""
    screen = asyncio.create_task(_at_the_screen(at_screen, exam))
    sitters = [Sitter(api) for login, api in agents.items() if login != at_screen.login]
    await asyncio.gather(*(one.begin(exam) for one in sitters))
    await asyncio.gather(*(one.answer(slice(0, 8)) for one in sitters))
    working = [asyncio.create_task(one.answer(slice(8, 16))) for one in sitters]
    await asyncio.sleep(0.7)
    house.kill_engine()
    await asyncio.gather(*working)
    lost = [place for one in sitters for place in await one.goes_on(exam)]
    if lost:
        raise Failed(f"answers were lost with the engine: {lost}")
    await asyncio.gather(*(one.answer(slice(16, None)) for one in sitters))
    await asyncio.gather(*(one.hand_in() for one in sitters))
    return sum(len(one.kept) for one in sitters) + await screen


async def _at_the_screen(hands: Hands, exam: str) -> int:
    """Answers by click, also while the engine is away: the page says what waits, sends it, and hands in."""
    page = hands.page
    await hands.open("/training_my_exams")
    await page.get_by_test_id(f"my-exam-{exam}").get_by_test_id("sit").click()
    await page.locator(".el-message-box .el-button--primary").click()
    await page.get_by_test_id("sitting").wait_for()
    questions = page.locator("article.question")
    count = await questions.count()
    for at in range(count):
        one = questions.nth(at)
        essay = one.locator("textarea")
        if await essay.count():
            await essay.fill("先安抚市民，再问清时间、地点和诉求")
        else:
            await one.locator("button.option").first.click()
        if at == 3:
            await hands.both("exam-sitting")
        await page.wait_for_timeout(150)
    await expect(page.get_by_test_id("saved")).to_contain_text("全部已保存", timeout=PATIENCE)
    await hands.both("exam-saved")
    await page.get_by_test_id("hand-in").click()
    await page.locator(".el-message-box .el-button--primary").click()
    await expect(page.get_by_test_id("sitting")).to_have_count(0, timeout=PATIENCE)
    return count


async def marked(api: Api, exam: str, markers: Sequence[Api], at_screen: Hands) -> Any:
    """The essays have two marks each, the first of them at the screen; returns the exam."""
    await at_screen.open("/training_marking")
    await at_screen.page.wait_for_load_state("networkidle")
    await at_screen.both("exam-essays")
    async with asyncio.timeout(MARKED_WITHIN):
        await asyncio.gather(*(_marks(one, exam) for one in markers))
    found = await api.ask("GET", f"{EXAMS}/{exam}")
    if found["unmarked"] or found["average"] is None:
        raise Failed(f"the exam is not marked: {found}")
    return found


async def _marks(marker: Api, exam: str) -> None:
    """All that wait for this marker."""
    while one := (await marker.ask("GET", f"{ESSAYS}/next?exam={exam}"))["essay"]:
        await marker.ask("POST", f"{ESSAYS}/{one['sitting']}/{one['place']}", {"points": 15})
