"""The editors: a notice, a good case that a person has checked, a questionnaire; and citizens who read and answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

import aiohttp
from playwright.async_api import Page, expect

from trials.api import Api
from trials.channels.seeing import Seen
from trials.course import Failed
from trials.hands import PATIENCE, Hands

NOTICE, CASE, SURVEY = "国庆期间热线照常服务", "典型案例", "热线服务满意度调查"
PUBLICATIONS, SURVEYS = "/api/publishing/publications", "/api/publishing/surveys"
QUESTIONS: tuple[dict[str, object], ...] = (
    {"title": "您对接听的话务员满意吗？", "kind": "scale"},
    {"title": "您的诉求解决了吗？", "kind": "single", "options": ["已解决", "部分解决", "没有解决"]},
    {"title": "没有解决的原因是什么？", "kind": "text", "required": False, "after": 2, "chosen": "没有解决"},
)
ANONYMOUS = 12
"""Who answer without scripts, beside the citizen at his browser."""


class Editors:
    """Who writes at the screen, and who approves."""

    def __init__(self, writer: Hands, checker: Hands, api: Api) -> None:
        self._writer, self._checker, self._api = writer, checker, api

    async def notice(self) -> str:
        """Written at the screen, approved by another; returns its id."""
        page = self._writer.page
        await self._writer.open("/publications")
        await page.get_by_test_id("create").click()
        await page.get_by_test_id("form-save").wait_for()
        form = page.get_by_test_id(re.compile("form-(create|edit)"))
        await self._writer.fill(form, {"section": "通知公告", "matter": "服务变动", "title": NOTICE})
        await page.locator(".ProseMirror").click()
        await page.keyboard.type("国庆假期，12345 热线 24 小时照常受理，请市民放心拨打。")
        await self._writer.picture("notice-form")
        await page.get_by_test_id("form-save").click()
        await page.get_by_text(NOTICE).first.wait_for()
        id = await self._id_of(PUBLICATIONS, NOTICE)
        await self._approved(id, "notice")
        return id

    async def case(self, ticket: str, hidden: Mapping[str, str]) -> str:
        """Made of the citizen's own ticket: nothing of `hidden` is left, and a person says that he has looked."""
        page = self._writer.page
        await self._writer.look("/publishing_cases", "good-tickets")
        row = page.get_by_role("row").filter(has_text=ticket)
        await row.get_by_role("button", name="采编为典型案例").click()
        await self._confirmed(page)
        await page.wait_for_url("**/publications/*")
        id = page.url.partition("/publications/")[2].partition("?")[0]
        made = await self._api.ask("GET", f"{PUBLICATIONS}/{id}")
        if told := [what for what, words in hidden.items() if words in made["title"] + made["body"]]:
            raise Failed(f"the case tells {told}: {made['body']}")
        await page.get_by_role("tab", name="个人信息核对").click()
        await self._writer.picture("case-doubts")
        # Until a person has said that he has looked, it cannot be submitted.
        await expect(page.get_by_role("button", name="提交审核").first).to_be_disabled(timeout=PATIENCE)
        await self._writer.act(f"/publications/{id}", "核对个人信息")
        await self._approved(id, "case")
        return id

    async def _approved(self, id: str, picture: str) -> None:
        await self._writer.act(f"/publications/{id}", "提交审核")
        await self._checker.act(f"/publications/{id}", "审核通过", picture=f"{picture}-approve")

    async def questionnaire(self) -> str:
        """Built row by row at the screen, with a question for those alone whose request was not solved."""
        page = self._writer.page
        await self._writer.open("/surveys")
        await page.get_by_test_id("create").click()
        await page.get_by_test_id("field-title").wait_for()
        await page.get_by_test_id("field-title").fill(SURVEY)
        for at, one in enumerate(QUESTIONS):
            await page.get_by_test_id("add-questions").click()
            await self._question(page, at, one)
        await self._writer.picture("survey-form")
        await page.get_by_test_id("form-save").click()
        await page.get_by_text(SURVEY).first.wait_for()
        id = await self._id_of(SURVEYS, SURVEY)
        await self._writer.act(f"/surveys/{id}", "发布")
        return id

    @staticmethod
    async def _question(page: Page, at: int, one: Mapping[str, object]) -> None:
        row = page.get_by_test_id(f"row-questions-{at}")
        await row.get_by_label("题目").fill(str(one["title"]))
        kinds = {"single": "单选", "scale": "打分", "text": "文字"}
        await row.locator(".el-select").first.click()
        await page.get_by_role("option", name=kinds[str(one["kind"])]).last.click()
        options = one.get("options")
        for option in options if isinstance(options, list) else ():
            field = row.locator("label", has_text=re.compile("^选项")).locator("input").first
            await field.press_sequentially(option)
            # The list below it is filtered a moment later, and Enter takes what it offers then.
            await page.wait_for_timeout(600)
            await field.press("Enter")
            await expect(row).to_contain_text(option, timeout=PATIENCE)
        if "required" in one:
            await row.locator(".el-switch, .el-checkbox").first.click()
        if "after" in one:
            for title in ("after", "chosen"):
                words = {"after": "仅当第几题", "chosen": "选了"}[title]
                await row.locator("label", has_text=words).locator("input").first.fill(str(one[title]))

    async def results(self, id: str) -> None:
        """Charts of what was answered, and the spreadsheet."""
        page = self._writer.page
        await self._writer.open(f"/surveys/{id}")
        await page.get_by_role("tab", name="结果").click()
        await expect(page.get_by_test_id("result-1")).to_contain_text("平均", timeout=PATIENCE)
        counts = await self._api.ask("GET", f"{SURVEYS}/{id}/results?size=100")
        answered = [one["answered"] for one in counts["items"]]
        if answered[:2] != [ANONYMOUS + 1] * 2 or answered[2] != ANONYMOUS // 3:
            raise Failed(f"the questionnaire counts {answered}")
        await self._writer.picture("survey-results")
        async with page.expect_download() as taking:
            await page.get_by_role("button", name="导出答卷").click()
        if not (await (await taking.value).path()).read_bytes().startswith(b"PK"):
            raise Failed("the answers are no spreadsheet")

    async def _confirmed(self, page: Page) -> None:
        box = page.locator(".el-message-box")
        await box.locator(".el-button--primary").click()
        await expect(box).to_be_hidden(timeout=PATIENCE)

    async def _id_of(self, path: str, title: str) -> str:
        rows = (await self._api.ask("GET", f"{path}?size=100"))["items"]
        return str(next(one["id"] for one in rows if one["title"] == title))


async def read(seen: Seen, site: str, publications: Mapping[str, str], survey: str) -> None:
    """A citizen reads what was published, and answers the questionnaire as the logic asks."""
    page = seen.page
    for title, id in publications.items():
        await page.goto(f"{site}/news/{id}")
        await expect(page.locator("article h1")).to_be_visible(timeout=PATIENCE)
        await seen.looked_at(title)
    async with aiohttp.ClientSession() as http, http.get(f"{site}/sitemap.xml") as answer:
        mapped = await answer.text()
    if missing := [title for title, id in publications.items() if f"/news/{id}<" not in mapped]:
        raise Failed(f"search engines are not told of {missing}")
    await page.goto(f"{site}/news")
    await seen.looked_at("news")
    await page.goto(f"{site}/surveys/{survey}")
    await page.get_by_role("button", name="提交").click()
    await expect(page.get_by_role("alert").first).to_be_visible(timeout=PATIENCE)
    await seen.looked_at("survey-wrong")
    await page.get_by_label("4 分").check()
    await page.get_by_label("已解决", exact=True).check()
    await page.get_by_role("button", name="提交").click()
    await expect(page.get_by_text("感谢参与")).to_be_visible(timeout=PATIENCE)
    await seen.looked_at("survey-done")


async def answered(site: str, survey: str) -> None:
    """Others answer by browsers without scripts: a third of them is not content, and is asked why."""

    async def one(at: int) -> None:
        async with aiohttp.ClientSession(headers={"Accept": "text/html"}) as http:
            async with http.get(f"{site}/surveys/{survey}") as answer:
                seen = re.search(r'name="seen" value="([^"]*)"', await answer.text())
            assert seen is not None
            unsolved = at % 3 == 0
            said = {"seen": seen[1], "q1": str(1 + at % 5), "q2": "没有解决" if unsolved else "已解决"}
            for _ in range(2 if unsolved else 1):
                async with http.post(f"{site}/surveys/{survey}", data=said) as answer:
                    text = await answer.text()
                found = re.search(r'name="seen" value="([^"]*)"', text)
                said |= {"q3": "还在等答复", "seen": found[1] if found else ""}
            if "感谢参与" not in text:
                raise Failed(f"an answer is not taken: {text[:500]}")

    await asyncio.gather(*(one(at) for at in range(ANONYMOUS)))
