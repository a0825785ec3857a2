"""A flow on the screen: written, checked, tried, published; then a real call walks it and its counts move."""

import pytest
from playwright.async_api import Browser, Page, Route, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import open_page, picture
from tests.running_hotline import Api, RunningHotline, citizen

pytestmark = pytest.mark.browser

WRONG = """\
flow: night
title: 夜间服务
start: welcome
default: bye
nodes:
  welcome:
    note: 问候
    menu: greeting
    keys: {"1": more, "2": byee}
    wait: 30
    timeout: bye
    invalid: bye
  more: {note: 更多, say: goodbye, next: bye}
  bye: {note: 再见, end: served, say: goodbye}
tests:
  - {name: 按2结束, do: press 2, visits: [welcome, bye], ends: served}
"""
RIGHT = WRONG.replace("byee", "bye")


async def write(page: Page, text: str) -> None:
    """Put another text into the editor, as if pasted."""
    await page.locator(".cm-content").click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(text)


async def test_a_flow_from_the_first_word_to_the_first_call(hotline: RunningHotline, chromium: Browser) -> None:
    page = await open_page(chromium, hotline, "admin", "/flows")
    await page.get_by_test_id("file-new").click()
    await page.get_by_test_id("new-file-name").fill("night")
    await page.get_by_test_id("new-file-title").fill("夜间服务")
    await page.get_by_test_id("new-file-make").click()
    await expect(page.get_by_test_id("flow-revision")).to_have_attribute("data-revision", "0")

    # A fault is shown where it is, with what was probably meant; it cannot be published.
    await write(page, WRONG)
    state = page.get_by_test_id("lint-state")
    await expect(state).to_have_attribute("data-errors", "1", timeout=10_000)
    await state.click()
    findings = page.get_by_test_id("findings")
    await expect(findings).to_contain_text("9:")
    await expect(findings).to_contain_text("byee 不存在")
    await expect(findings).to_contain_text('是否想写 "bye"')
    await expect(page.locator(".cm-lintRange-error")).to_have_count(1)
    await picture(page, "flow-fault")
    await page.get_by_test_id("flow-publish").click()
    await expect(page.get_by_test_id("publish-checks")).to_have_attribute("data-state", "refused", timeout=10_000)
    await page.keyboard.press("Escape")
    await write(page, RIGHT)
    await expect(state).to_have_attribute("data-errors", "0", timeout=10_000)
    await page.get_by_test_id("draft-save").click()
    await expect(page.get_by_test_id("flow-draft")).to_contain_text("admin")

    # Who writes no files fills in a form: the text says the same, and one press takes it back.
    await page.get_by_test_id("node-form-open").click()
    await page.get_by_test_id("node-more").locator("button.main").click()
    await page.get_by_test_id("node-field-note").fill("更多服务")
    await page.get_by_test_id("node-field-note").press("Enter")
    await expect(page.get_by_test_id("node-more")).to_contain_text("更多服务", timeout=10_000)
    await page.get_by_test_id("node-undo").click()
    await expect(page.get_by_test_id("node-more")).not_to_contain_text("更多服务", timeout=10_000)
    await picture(page, "flow-form")
    await page.get_by_test_id("node-form-close").click()
    await expect(state).to_have_attribute("data-errors", "0", timeout=10_000)

    # Tried without a telephone: the node is marked in the picture.
    await page.get_by_test_id("try-open").click()
    await page.get_by_test_id("try-begin").click()
    await expect(page.get_by_test_id("try-state")).to_have_attribute("data-outcome", "waiting", timeout=10_000)
    await expect(page.get_by_test_id("node-welcome")).to_have_class("node ask start current visited", timeout=5_000)
    await page.get_by_test_id("try-key-2").click()
    await expect(page.get_by_test_id("try-state")).to_have_attribute("data-outcome", "served")
    await expect(page.get_by_test_id("try-script")).to_have_text("press 2")
    await picture(page, "flow-tried")

    await page.get_by_test_id("flow-publish").click()
    await expect(page.get_by_test_id("publish-tests")).to_contain_text("1 个测试全部通过", timeout=10_000)
    await page.get_by_test_id("publish-message").fill("夜间先播一段说明")
    await page.get_by_test_id("publish-confirm").click()
    await expect(page.get_by_test_id("revision-1")).to_contain_text("夜间先播一段说明", timeout=10_000)
    await expect(page.get_by_test_id("flow-revision")).to_have_attribute("data-revision", "1")

    async with hotline.signed_in("admin") as api, SipStack("127.0.0.1") as stack:
        table = await api.ask("GET", "/api/flow_routing")
        routes = [{"number": ["12345"], "choose": [{"flow": "night"}]}]
        await api.ask("PUT", "/api/flow_routing", {"routes": routes, "seen": table["digest"]})
        try:
            await page.get_by_test_id("flow-tab-graph").click()
            node = page.get_by_test_id("node-welcome")
            await expect(node).to_have_attribute("data-now", "0", timeout=10_000)
            async with citizen(hotline, stack, "13800000077") as call:
                await expect(node).to_have_attribute("data-now", "1", timeout=10_000)
                await picture(page, "flow-live")
                await call.press("1")
                await expect(node).to_have_attribute("data-now", "0", timeout=10_000)
                await expect(node).to_have_attribute("data-entered", "1")
                await expect(page.get_by_test_id("node-more")).to_have_attribute("data-entered", "1")
        finally:
            table = await api.ask("GET", "/api/flow_routing")
            await api.ask("PUT", "/api/flow_routing", {"routes": [], "seen": table["digest"]})
    await page.get_by_test_id("flow-tab-statistics").click()
    await expect(page.get_by_test_id("loss-welcome")).to_contain_text("按 1 1", timeout=10_000)
    await picture(page, "flow-statistics")
    await page.context.close()


async def test_two_people_edit_one_flow(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("admin") as api:
        text = RIGHT.replace("night", "both")
        await api.ask("PUT", "/api/flows/both/draft", {"text": text, "seen": ""})
        page = await open_page(chromium, hotline, "admin", "/flows/both?tab=edit")
        await expect(page.locator(".cm-content")).to_contain_text("flow: both")
        theirs = text.replace("夜间服务", "别人写的")
        saved = await api.ask("PUT", "/api/flows/both/draft", {"text": theirs})
        await write(page, text.replace("夜间服务", "我写的"))
        await page.keyboard.press("Control+s")
        await expect(page.get_by_test_id("conflict-dialog")).to_be_visible(timeout=10_000)
        await expect(page.get_by_test_id("flow-diff")).to_contain_text("别人写的")
        await picture(page, "flow-conflict")
        await page.get_by_test_id("conflict-mine").click()
        await expect(page.get_by_text("草稿已保存")).to_be_visible(timeout=10_000)
        draft = (await api.ask("GET", "/api/flows/both"))["draft"]
        assert "我写的" in draft["text"] and draft["digest"] != saved["draft"]["digest"]
        await page.context.close()


async def test_who_may_only_look_cannot_write(hotline: RunningHotline, chromium: Browser) -> None:
    async def only_look(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        told["person"]["permissions"] = ["flows.read"]
        await route.fulfill(response=answer, json=told)

    page = await open_page(chromium, hotline, "admin")
    await page.route("**/api/session", only_look)
    await page.goto(f"{hotline.url}/flows")
    await expect(page.get_by_test_id("file-hotline")).to_be_visible(timeout=10_000)
    await expect(page.get_by_test_id("file-new")).to_have_count(0)
    await page.goto(f"{hotline.url}/flows/hotline?tab=edit")
    content = page.locator(".cm-content")
    await expect(content).to_contain_text("flow: hotline", timeout=10_000)
    before = await content.inner_text()
    await content.click()
    await page.keyboard.type("x")
    assert await content.inner_text() == before
    for button in ("draft-save", "flow-publish"):
        await expect(page.get_by_test_id(button)).to_have_count(0)
    await page.goto(f"{hotline.url}/flow-routing")
    await expect(page.get_by_test_id("answering-12345")).to_be_visible(timeout=10_000)
    await expect(page.get_by_test_id("route-add")).to_have_count(0)
    await page.context.close()


async def test_who_may_not_look_is_told_so(hotline: RunningHotline, chromium: Browser) -> None:
    page = await open_page(chromium, hotline, "1001", "/flows/hotline")
    await expect(page.locator("main")).to_contain_text("没有权限", timeout=10_000)
    await expect(page.get_by_test_id("menu-flows")).to_have_count(0)
    await page.context.close()


async def test_a_large_flow_is_drawn_whole(hotline: RunningHotline, chromium: Browser) -> None:
    nodes = [f"  n{index}: {{say: greeting, next: n{index + 1}}}" for index in range(60)]
    text = "flow: large\nstart: n0\ndefault: n60\nnodes:\n" + "\n".join([*nodes, "  n60: {end: served}\n"])
    async with hotline.signed_in("admin") as api:
        await api.ask("POST", "/api/flows/large/publish", {"text": text, "message": "大"})
    page = await open_page(chromium, hotline, "admin", "/flows/large")
    await expect(page.get_by_test_id("flow-graph")).to_have_attribute("data-nodes", "61", timeout=10_000)
    await page.get_by_test_id("graph-find").fill("n42")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("node-card")).to_contain_text("n42")
    sight = page.get_by_test_id("graph-minimap").locator(".sight")
    before = await sight.get_attribute("y"), await sight.get_attribute("x")
    await picture(page, "flow-minimap")
    await page.get_by_test_id("graph-minimap").click(position={"x": 6, "y": 6})
    await expect(page.get_by_test_id("node-n0")).to_be_in_viewport()
    assert (await sight.get_attribute("y"), await sight.get_attribute("x")) != before
    await page.context.close()


async def test_a_flow_is_withdrawn_once_nothing_goes_by_it(hotline: RunningHotline, chromium: Browser) -> None:
    async with hotline.signed_in("admin") as api:
        text = RIGHT.replace("flow: night", "flow: retired").replace("夜间服务", "旧导航")
        await api.ask("POST", "/api/flows/retired/publish", {"text": text, "message": "试用"})
        await lead(api, [{"number": ["12345"], "choose": [{"flow": "retired"}]}])
        page = await open_page(chromium, hotline, "admin", "/flows/retired?tab=revisions")
        await withdraw(page)
        await expect(page.get_by_test_id("withdraw-uses")).to_have_text("路由表中的号码 12345", timeout=10_000)
        await picture(page, "flow-still-used")
        await page.get_by_role("button", name="知道了").click()
        await lead(api, [])
        await withdraw(page)
        await expect(page.get_by_test_id("flow-withdrawn")).to_contain_text("改用新导航", timeout=10_000)
        await expect(page.get_by_test_id("flow-revision")).to_have_text("已下架")
        await picture(page, "flow-withdrawn")
        await page.goto(f"{hotline.url}/flows")
        await expect(page.get_by_test_id("file-retired")).to_contain_text("已下架", timeout=10_000)
        await picture(page, "flows-withdrawn")
        await page.goto(f"{hotline.url}/flows/retired?tab=revisions")
        await page.get_by_test_id("roll-back-1").click()
        await page.get_by_placeholder("为什么恢复").fill("再用一季")
        await page.get_by_role("button", name="恢复", exact=True).last.click()
        await expect(page.get_by_test_id("flow-withdrawn")).to_have_count(0, timeout=10_000)
        assert (await api.ask("GET", "/api/flows/retired"))["revision"] == 2
        await page.context.close()


async def lead(api: Api, routes: list[object]) -> None:
    """Have numbers answered so."""
    table = await api.ask("GET", "/api/flow_routing")
    await api.ask("PUT", "/api/flow_routing", {"routes": routes, "seen": table["digest"]})


async def withdraw(page: Page) -> None:
    """Press the button, and say why."""
    await page.get_by_test_id("withdraw").click()
    await page.get_by_placeholder("为什么下架").fill("改用新导航")
    await page.get_by_role("button", name="下架", exact=True).last.click()
