"""A supervisor switches automatic dispatch on; a sure ticket goes by itself, says why, and one click takes it back."""

import hashlib
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime

import msgspec
import pytest
from playwright.async_api import Browser, expect

from cti.base.ids import new_id
from tests.browser.test_desk_and_board import open_page, picture
from tests.browser.test_dispatch_desk import registered, save
from tests.running_hotline import PASSWORD, Api, RunningHotline
from tests.workflow.assistant.test_dispatching import LINES, figures
from workflow.assistant.dispatching.views import RULE
from workflow.assistant.filing import FOLDER
from workflow.assistant.learning.worker import work

pytestmark = pytest.mark.browser
SLOW = 20_000


def put_model(hotline: RunningHotline) -> None:
    """A model of departments that was tried on 400 tickets, as training leaves it."""
    model, _ = work(LINES, None)
    file, id, now = model.to_bytes(), new_id(), datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    folder = hotline.data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{id}.npz").write_bytes(file)
    row = {
        "id": id, "organisation": "city", "region": "320400", "created_by": "", "created_at": now, "updated_at": now,
        "version": 1, "purpose": "department", "number": 1, "state": "in_use", "why": "", "until": now,
        "tickets": 400, "repeated": 0, "first": 0.9, "figures": msgspec.json.encode(figures().model_dump()).decode(),
        "seconds": 1.0, "megabytes": 100.0, "digest": hashlib.sha256(file).hexdigest(),
    }  # fmt: skip
    with closing(sqlite3.connect(hotline.data / "hotline.db", timeout=20)) as database, database:
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        database.execute(f"INSERT INTO assistant_models ({names}) VALUES ({marks})", row)


@asynccontextmanager
async def undone(hotline: RunningHotline, admin: Api) -> AsyncIterator[None]:
    """Other stories send tickets to their reviewers: none of them shall be dispatched by itself."""
    try:
        yield
    finally:
        rule = await admin.ask("GET", RULE)
        off = {"is_on": False, "threshold": rule["threshold"], "share": rule["share"], "version": rule["version"]}
        await admin.ask("PUT", RULE, off)
        with closing(sqlite3.connect(hotline.data / "hotline.db", timeout=20)) as database, database:
            database.execute("DELETE FROM assistant_models WHERE purpose = 'department'")


async def test_a_sure_ticket_goes_by_itself_and_one_click_takes_it_back(
    hotline: RunningHotline, chromium: Browser
) -> None:
    async with hotline.signed_in("admin") as admin, hotline.signed_in("1001") as agent, undone(hotline, admin):
        unit = {"name": "water", "title": "市供水集团", "region": "320400", "parent": "city"}
        await admin.ask("POST", "/api/organisations", unit)
        clerk = {"login": "mains", "name": "水务经办", "organisation": "water", "roles": ["department"]}
        boss = {"login": "leads", "name": "值班长", "organisation": "city", "roles": ["supervisor", "reviewer"]}
        for account in (clerk, boss):
            await admin.ask("POST", "/api/people", {**account, "password": PASSWORD, "change": False})
        page = await open_page(chromium, hotline, "leads", "/assistant_dispatches")
        note = page.get_by_test_id("list-note")
        await expect(note).to_contain_text("还没有在用的主办单位模型", timeout=SLOW)
        await picture(page, "dispatches-refused")
        put_model(hotline)
        await page.get_by_test_id("action-set").click(timeout=SLOW)
        dialog = page.get_by_role("dialog").last
        await dialog.get_by_test_id("field-is_on").click(timeout=SLOW)
        await dialog.get_by_test_id("field-share").locator("input").fill("100")
        await picture(page, "dispatches-rule")
        await save(page)
        await expect(note).to_contain_text("自动派单已启用", timeout=SLOW)

        ticket = await registered(agent, "小区自来水管爆裂停水")
        await page.goto(f"{hotline.url}/tickets/{ticket}")
        await expect(page.get_by_test_id("mark-step")).to_contain_text("部门办理", timeout=SLOW)
        await page.get_by_role("tab", name="动态").click(timeout=SLOW)
        await expect(page.get_by_text("自动派给市供水集团")).to_be_visible(timeout=SLOW)
        await picture(page, "dispatched-by-itself")
        undo = page.get_by_role("button", name="撤回智能派单")
        if not await undo.count():
            await page.get_by_test_id("action-more").first.click(timeout=SLOW)
            undo = page.get_by_role("menuitem", name="撤回智能派单")
        await undo.first.click(timeout=SLOW)
        await expect(page.get_by_test_id("mark-step")).to_contain_text("派审", timeout=SLOW)
        await page.get_by_role("button", name=re.compile("^交办部门")).first.click(timeout=SLOW)
        await expect(page.get_by_test_id("proposed-lead").first).to_contain_text("市供水集团", timeout=SLOW)
        await picture(page, "dispatch-proposed")
        await page.goto(f"{hotline.url}/assistant_dispatches")
        await expect(page.get_by_test_id("list").get_by_text("派错").first).to_be_visible(timeout=SLOW)
