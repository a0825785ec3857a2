"""A call goes by the knowledge base: the agent's answer cites an article, what is missing the department writes down.

A citizen finds both by the component of another system.
"""

import asyncio
import re
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import be_ready, open_page, picture
from tests.browser.test_desk_forms import nobody_ready
from tests.browser.test_tickets import press
from tests.running_hotline import PASSWORD, Api, RunningHotline, citizen, hire, skip_greeting

pytestmark = pytest.mark.browser
AGENT, CLERK, UNIT = "1018", "fundclerk", "市住房公积金中心"
TITLE, TEXT = "职工退休后公积金销户提取", "凭退休证到公积金中心窗口办理，当日到账。"
ASKED, ANSWER = "出境定居能不能销户提取公积金", "出境定居的，凭户籍注销证明办理销户提取。"
ARTICLES, QUESTIONS = "/api/knowledge/articles", "/api/knowledge/questions"


async def begin(admin: Api, editor: Api) -> tuple[str, str]:
    """A department with its clerk, a category of tickets, and an article; returns its id and its category."""
    await admin.ask("POST", "/api/organisations", {"name": "fund", "title": UNIT, "region": "320400", "parent": "city"})
    clerk = {"login": CLERK, "name": "许静", "organisation": "fund", "roles": ["department"], "agent_no": None}
    await admin.ask("POST", "/api/people", {**clerk, "password": PASSWORD, "change": False})
    await admin.ask("POST", "/api/tickets/categories", {"name": "公积金销户"})
    category = (await admin.ask("POST", "/api/knowledge/categories", {"name": "公积金销户"}))["id"]
    said = {"title": TITLE, "body": f"<p>{TEXT}</p>", "category": category, "audience": "public"}
    id = (await editor.ask("POST", ARTICLES, said))["id"]
    await editor.ask("POST", f"{ARTICLES}/{id}/acts/submit", {})
    await admin.ask("POST", f"{ARTICLES}/{id}/acts/approve", {})
    return str(id), str(category)


async def choose(page: Page, field: Locator, words: str) -> None:
    """From buttons, or from a list by what somebody types."""
    await field.wait_for()
    if await field.locator("input[type=radio]").count():
        await field.get_by_text(words, exact=True).click()
        return
    await field.click()
    typed = field.locator("input").first
    if await typed.is_editable():
        await typed.fill(words)
    await page.locator(".el-select-dropdown__item:visible").filter(has_text=words).first.click()


async def first(url: str, key: str, words: str, title: str) -> None:
    """Wait until a citizen's words find this article first in another system."""
    async with aiohttp.ClientSession() as http, asyncio.timeout(10):
        while True:
            async with http.get(f"{url}/knowledge/api/{key}/search", params={"words": words}) as answer:
                found: list[Any] = (await answer.json())["items"]
            if ["".join(piece["text"] for piece in one["title"]) for one in found][:1] == [title]:
                return
            await asyncio.sleep(0.2)


async def test_an_article_is_cited_into_the_ticket_of_a_call_and_a_department_writes_what_is_missing(
    hotline: RunningHotline, chromium: Browser
) -> None:
    await hire(hotline, [AGENT])
    async with (
        hotline.signed_in("8001") as editor, hotline.signed_in("admin") as admin, hotline.signed_in(AGENT) as agent,
        SipStack("127.0.0.1") as stack,
    ):  # fmt: skip
        id, category = await begin(admin, editor)
        await nobody_ready(editor)
        desk = await open_page(chromium, hotline, AGENT)
        form, card = desk.get_by_test_id("desk-forms"), desk.get_by_test_id("slot-desk_knowledge")
        await be_ready(desk)
        async with citizen(hotline, stack, "13800000073") as call:
            await skip_greeting(call)
            await desk.get_by_test_id("answer").click(timeout=15_000)
            await expect(desk.get_by_test_id("status-bar")).to_have_attribute("data-state", "talking")
            await form.get_by_test_id("field-title").fill("退休后公积金怎么取出来", timeout=15_000)
            await form.get_by_test_id("field-content").fill("市民已退休，问公积金怎么全部取出")
            for key, words in (("type", "咨询"), ("category", "公积金销户"), ("then", "直接答复")):
                await choose(desk, form.get_by_test_id(f"field-{key}"), words)
            await card.get_by_test_id("knowledge-words").fill("销户提")
            await expect(card.get_by_test_id("knowledge-row").first).to_contain_text(TITLE)
            await card.get_by_test_id("knowledge-words").press("Control+Enter")
            await expect(form.get_by_test_id("field-then_citations")).to_contain_text(f"《{TITLE}》")
            await expect(form.get_by_test_id("field-then_answer")).to_have_value(re.compile(TEXT))
            await picture(desk, "knowledge-cited")
            await desk.get_by_test_id("desk-form-submit").click()
            await expect(desk.get_by_test_id("slot-caller_tickets")).to_contain_text("退休后公积金", timeout=15_000)
            if await (back := card.get_by_test_id("knowledge-back")).count():
                await back.click()
            await card.get_by_test_id("knowledge-words").fill("出境定居销户")
            await card.get_by_test_id("knowledge-ask").click()
            dialog = desk.get_by_role("dialog").last
            await dialog.get_by_test_id("field-title").fill(ASKED)
            await dialog.get_by_test_id("field-content").fill("知识库里没有写明")
            await choose(desk, dialog.get_by_test_id("field-unit"), UNIT)
            await picture(desk, "knowledge-asked")
            await dialog.get_by_test_id("form-save").click()
            await expect(dialog).to_be_hidden()
            await call.hang_up()
        (ticket,) = [one for one in (await agent.ask("GET", "/api/tickets"))["items"] if "退休后" in one["title"]]
        assert TEXT in (await agent.ask("GET", f"/api/tickets/{ticket['id']}"))["answer"]
        beside = await agent.ask("GET", f"/api/knowledge/published/{id}/beside")
        assert beside["citations"] == 1

        written = await answered(hotline, chromium, agent)
        now = await admin.ask("GET", f"{ARTICLES}/{written}")
        keys = ("type", "title", "unit", "body", "version")
        body = {**{key: now[key] for key in keys}, "category": category, "audience": "public"}
        await admin.ask("PUT", f"{ARTICLES}/{written}", body)
        async with hotline.signed_in(CLERK) as clerk:
            await clerk.ask("POST", f"{ARTICLES}/{written}/acts/submit", {})
        await admin.ask("POST", f"{ARTICLES}/{written}/acts/approve", {})
        component = await admin.ask("POST", "/api/knowledge/components", {"name": "中心网站", "sites": []})
        public = f"http://127.0.0.1:{hotline.ports['public']}"
        await first(public, component["key"], "退休后公积金怎么取出来", TITLE)
        await first(public, component["key"], "出国定居公积金可以取吗", now["title"])


async def answered(hotline: RunningHotline, chromium: Browser, agent: Api) -> str:
    """The clerk answers at his screen, and makes an article of it; the agent reads the answer. Returns its id."""
    async with hotline.signed_in(CLERK) as clerk:
        (asked,) = (await clerk.ask("GET", QUESTIONS))["items"]
        page = await open_page(chromium, hotline, CLERK, f"/knowledge_questions/{asked['id']}")
        dialog = await press(page, "回答")
        await dialog.get_by_test_id("field-answer").fill(ANSWER)
        await dialog.get_by_test_id("form-save").click()
        await expect(dialog).to_be_hidden()
        assert (await agent.ask("GET", f"{QUESTIONS}/{asked['id']}"))["answer"] == ANSWER
        async with asyncio.timeout(15):
            while not any(ASKED in one["title"] for one in (await agent.ask("GET", "/api/inbox?size=50"))["items"]):
                await asyncio.sleep(0.3)
        await page.get_by_role("button", name="形成知识").click()
        await page.locator(".el-message-box .el-button--primary").click()
        await expect(page.get_by_text("已形成知识草稿").first).to_be_visible()
        await picture(page, "knowledge-answered")
        return str((await clerk.ask("GET", f"{QUESTIONS}/{asked['id']}"))["article"])
