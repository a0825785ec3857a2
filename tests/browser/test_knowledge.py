"""An editor writes, a reviewer publishes, an agent finds it in a talk, takes it, and is told when it is withdrawn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, Route, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import be_ready, open_page, picture
from tests.browser.test_desk_forms import nobody_ready
from tests.running_hotline import ROOT, Api, RunningHotline, citizen, hire, skip_greeting
from workflow.knowledge.outside.components import tag_of

pytestmark = pytest.mark.browser
AGENT = "1016"
TITLE, TEXT = "离职后公积金怎么提取", "职工与单位解除劳动关系满半年，凭身份证到公积金中心办理。"


async def test_from_the_editor_to_the_agent_in_a_talk(hotline: RunningHotline, chromium: Browser) -> None:
    await hire(hotline, [AGENT])
    async with (
        hotline.signed_in("8001") as editor, hotline.signed_in("admin") as admin, hotline.signed_in(AGENT) as agent,
    ):  # fmt: skip
        made = await admin.ask("POST", "/api/knowledge/categories", {"name": "社会保障"})
        page = await open_page(chromium, hotline, "8001", "/knowledge_articles")
        await page.get_by_test_id("create").click()
        await page.wait_for_url("**/knowledge_articles/new")
        await page.get_by_test_id("field-title").fill(TITLE)
        await page.get_by_test_id("field-summary").fill("离职半年后可以全额提取")
        body = page.locator("[role=textbox].rich-text")
        await body.click()
        await body.press_sequentially(TEXT)
        await picture(page, "knowledge-form")
        await page.get_by_test_id("form-save").click()
        await page.wait_for_url("**/knowledge_articles/01*")
        id = page.url.rsplit("/", 1)[1]
        await expect(page.get_by_test_id("action-submit")).to_be_disabled()
        article = await editor.ask("GET", f"/api/knowledge/articles/{id}")
        keys = ("type", "title", "unit", "audience", "summary", "body", "keywords", "questions", "contact", "version")
        filled = {key: article[key] for key in keys}
        await editor.ask(
            "PUT", f"/api/knowledge/articles/{id}", {**filled, "audience": "public", "category": made["id"]}
        )
        await page.reload()
        await page.get_by_test_id("action-submit").click()
        await page.locator(".el-message-box__btns .el-button--primary").click()
        await expect(page.locator("body")).to_contain_text("待审核", timeout=10_000)
        await picture(page, "knowledge-draft")

        review = await open_page(chromium, hotline, "admin", f"/knowledge_articles/{id}")
        await review.get_by_test_id("action-approve").click(timeout=15_000)
        await review.get_by_test_id("field-opinion").fill("同意上架")
        await picture(review, "knowledge-approve")
        await review.get_by_test_id("form-save").click()
        async with asyncio.timeout(10):
            while not (await agent.ask("GET", "/api/knowledge/published?search=公积金"))["items"]:
                await asyncio.sleep(0.2)
        await review.goto(f"{hotline.url}/knowledge/{id}")
        await expect(review.get_by_test_id("article-keep")).to_be_visible(timeout=15_000)
        await expect(review.get_by_test_id("article-path")).to_contain_text("社会保障")
        await on_paper(review)
        await expect(review.get_by_text("最近确认")).to_be_visible()
        await picture(review, "knowledge-article")
        await seen_in_another_system(hotline, chromium, admin)

        async with SipStack("127.0.0.1") as stack:
            await nobody_ready(editor)
            desk = await open_page(chromium, hotline, AGENT)
            bar = desk.get_by_test_id("status-bar")
            await be_ready(desk)
            async with citizen(hotline, stack, "13800000071") as call:
                await skip_greeting(call)
                await desk.get_by_test_id("answer").click(timeout=15_000)
                await expect(bar).to_have_attribute("data-state", "talking", timeout=10_000)
                card = desk.get_by_test_id("slot-desk_knowledge")
                await card.get_by_test_id("knowledge-words").fill("身份证")
                row = card.get_by_test_id("knowledge-row").filter(has_text=TITLE)
                await expect(row).to_be_visible(timeout=10_000)
                await picture(desk, "knowledge-desk")
                await row.click()
                await expect(card.get_by_test_id("knowledge-text")).to_contain_text("公积金中心")
                await card.get_by_test_id("helped-no").click()
                await card.get_by_test_id("helped-content").fill("没写要不要复印件")
                await card.get_by_test_id("helped-content").press("Enter")
                await expect(card.get_by_test_id("helped-told")).to_contain_text("已作为纠错提交", timeout=10_000)
                (judged,) = (await admin.ask("GET", f"/api/knowledge/helpful?search={article['number']}"))["items"]
                assert (judged["helped"], judged["unhelped"], judged["said"]) == (0, 2, 1)
                await card.get_by_test_id("knowledge-cite").click()
                await expect(card.get_by_test_id("knowledge-cite")).to_contain_text("已选用")
                await picture(desk, "knowledge-read")
                offered = await agent.ask("GET", "/api/options/citations?search=")
                assert [one["title"] for one in offered][:1] == [f"《{TITLE}》（第1版）"]
                await admin.ask("POST", f"/api/knowledge/articles/{id}/acts/withdraw", {"reason": "政策调整"})
                await expect(card.get_by_test_id("knowledge-gone")).to_be_visible(timeout=10_000)
                await picture(desk, "knowledge-gone")
                await call.hang_up()


async def seen_in_another_system(hotline: RunningHotline, chromium: Browser, admin: Api) -> None:
    """A plain page of somebody else with the one tag finds what the agent finds."""
    async with other_site() as (site, page):
        made = await admin.ask("POST", "/api/knowledge/components", {"name": "门户网站", "sites": [site]})
        public = f"http://127.0.0.1:{hotline.ports['public']}"
        tag = f'<script src="{public}/knowledge/component.js" data-key="{made["key"]}"></script>'
        page["text"] = f"<h1>县政府</h1>{tag}"
        portal = await chromium.new_page()
        await portal.goto(site)
        frame = portal.frame_locator("iframe")
        await frame.get_by_role("textbox").fill("公积金 身份证")
        await frame.get_by_role("button", name="查询").click()
        await picture(portal, "knowledge-component-found")
        await frame.get_by_test_id("found").filter(has_text=TITLE).click(timeout=10_000)
        await expect(frame.locator("article")).to_contain_text("公积金中心")
        await frame.get_by_test_id("unhelped").click()
        await expect(frame.get_by_test_id("unhelped")).to_have_attribute("aria-pressed", "true", timeout=10_000)
        await expect(frame.locator("textarea")).to_be_focused()
        await picture(portal, "knowledge-component")
        await portal.close()


LONG = "".join(f"<h2>第{n}章</h2><p>凭身份证办理，工本费20元。</p>" for n in "一二三四")


async def on_paper(page: Page) -> None:
    """The article and whose it is are printed, and nothing of the console around them."""
    await page.emulate_media(media="print")
    await expect(page.get_by_text("责任单位")).to_be_visible()
    for around in (page.locator("nav").first, page.get_by_test_id("article-print"), page.get_by_text("使用情况")):
        await expect(around).to_be_hidden()
    await page.emulate_media(media="screen")
    await expect(page.get_by_test_id("article-print")).to_be_visible()


async def test_a_long_article_has_its_contents_and_its_editions_show_what_changed(
    hotline: RunningHotline, chromium: Browser
) -> None:
    """At a desk, and on a telephone, where what is found stands before what narrows it."""
    async with hotline.signed_in("8001") as editor, hotline.signed_in("admin") as admin:
        made = await admin.ask("POST", "/api/knowledge/categories", {"name": "户政"})
        said = {"title": "户口簿补办规定全文", "body": LONG, "category": made["id"]}
        id = (await editor.ask("POST", "/api/knowledge/articles", said))["id"]
        acts = f"/api/knowledge/articles/{id}/acts"
        await editor.ask("POST", f"{acts}/submit", {})
        await admin.ask("POST", f"{acts}/approve", {})
        await editor.ask("POST", f"{acts}/change", {})
        now = await editor.ask("GET", f"/api/knowledge/articles/{id}")
        keys = ("type", "title", "unit", "audience", "category", "version")
        body = {**{key: now[key] for key in keys}, "body": LONG.replace("20", "25")}
        await editor.ask("PUT", f"/api/knowledge/articles/{id}", body)
        page = await open_page(chromium, hotline, "8001", f"/knowledge/{id}")
        contents = page.get_by_test_id("article-contents")
        await expect(contents.get_by_role("listitem")).to_have_text([f"第{n}章" for n in "一二三四"])
        await contents.get_by_text("第四章").click()
        await picture(page, "knowledge-contents")
        await page.goto(f"{hotline.url}/knowledge_articles/{id}")
        await page.get_by_role("tab", name="版次").click()
        await expect(page.get_by_test_id("edition-change")).to_have_text(["20"] * 4 + ["25"] * 4, timeout=15_000)
        await picture(page, "knowledge-editions")
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.goto(f"{hotline.url}/knowledge_search?words=户口簿补办")
        await page.get_by_test_id("knowledge-found").first.wait_for()
        await expect(page.get_by_test_id("facet-category").first).to_be_hidden()
        await picture(page, "knowledge-phone")
        await page.get_by_test_id("knowledge-narrow").click()
        await expect(page.get_by_test_id("facet-category").first).to_be_visible()


async def test_the_page_tells_that_the_index_is_made_anew_and_that_it_cannot_be(
    hotline: RunningHotline, chromium: Browser
) -> None:
    """What the server says of its index, as `test_keeper` has it say so, is seen by who searches."""
    index = {"building": True, "why": "索引丢失，正在重建", "done": 120, "total": 900, "trouble": ""}

    async def told(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json={**await answer.json(), "index": index})

    page = await open_page(chromium, hotline, "8001")
    await page.route("**/api/knowledge/search?*", told)
    await page.goto(f"{hotline.url}/knowledge_search?words=公积金")
    await expect(page.get_by_test_id("knowledge-building")).to_contain_text("正在重建（120 / 900）", timeout=15_000)
    await picture(page, "knowledge-building")
    index |= {"building": False, "trouble": "磁盘已满"}
    await expect(page.get_by_test_id("knowledge-trouble")).to_contain_text("磁盘已满", timeout=15_000)
    await expect(page.get_by_test_id("knowledge-building")).to_be_hidden()


STRICT = "default-src 'none'; script-src {public}; frame-src {public}; style-src 'unsafe-inline'"
"""What a careful portal lets its page load."""


async def test_the_component_tells_a_wrong_key_and_a_site_that_may_not_show_it(
    hotline: RunningHotline, chromium: Browser
) -> None:
    """By the one tag in a page of another origin that has a strict policy of its own."""
    public = f"http://127.0.0.1:{hotline.ports['public']}"
    tag = f'<h1>县政府</h1><script src="{public}/knowledge/component.js" data-key="%s"></script>'
    async with other_site(STRICT.format(public=public)) as (site, page), hotline.signed_in("admin") as admin:
        ours = await admin.ask("POST", "/api/knowledge/components", {"name": "县政府", "sites": [site]})
        theirs = await admin.ask("POST", "/api/knowledge/components", {"name": "别处", "sites": ["https://a.cn"]})
        portal = await chromium.new_page()
        faults: list[str] = []
        portal.on("pageerror", lambda error: faults.append(str(error)))
        page["text"] = tag % ours["key"]
        await portal.goto(site)
        await expect(portal.frame_locator("iframe").get_by_role("textbox")).to_be_visible(timeout=15_000)
        page["text"] = tag % "no-such-key"
        await portal.goto(site)
        await expect(portal.frame_locator("iframe").get_by_role("status")).to_contain_text("接入密钥不对")
        await picture(portal, "knowledge-component-wrong-key")
        page["text"] = tag % theirs["key"]
        async with portal.expect_console_message(lambda one: "可以嵌入的网站" in one.text) as warned:
            await portal.goto(site)
        assert site in (await warned.value).text
        await expect(portal.get_by_role("status")).to_contain_text("暂时不能使用")
        await expect(portal.locator("iframe")).to_be_hidden()
        await picture(portal, "knowledge-component-not-allowed")
        await portal.close()
        assert faults == []


@asynccontextmanager
async def other_site(policy: str = "") -> AsyncIterator[tuple[str, dict[str, str]]]:
    """A site that is not the hotline's: its address, and what its page says under `text`."""
    page = {"text": ""}

    async def tell(request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": policy} if policy else {}
        return web.Response(text=f"<!doctype html>{page['text']}", content_type="text/html", headers=headers)

    app = web.Application()
    app.router.add_get("/", tell)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", page
    finally:
        await runner.cleanup()


async def test_a_page_with_the_component_says_when_the_hotline_is_dead(chromium: Browser) -> None:
    """The loader was had a moment ago; then the engine hangs: it takes what comes and answers nothing."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"component.js" in head:
            text = (ROOT / "workflow/knowledge/site/component.js").read_bytes()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nContent-Length: %d\r\n\r\n" % len(text))
            writer.write(text)
        await asyncio.sleep(60)

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    public = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        async with other_site() as (site, page):
            page["text"] = f'<h1>县政府</h1><script src="{public}/knowledge/component.js" data-key="x"></script>'
            portal = await chromium.new_page()
            await portal.clock.install()
            await portal.goto(site, wait_until="commit")
            await portal.locator("iframe").wait_for()
            await portal.clock.run_for(16_000)
            await expect(portal.get_by_role("status")).to_contain_text("暂时不能使用")
            await expect(portal.locator("iframe")).to_be_hidden()
            await picture(portal, "knowledge-component-dead")
            await portal.goto("about:blank")
            gone = tag_of("x").replace("https://公众网站地址", "http://127.0.0.1:9")
            await portal.set_content(f"<body><h1>县政府</h1>{gone}</body>")
            await expect(portal.locator("body")).to_contain_text("请拨打 12345")
            await portal.close()
    finally:
        server.close()
