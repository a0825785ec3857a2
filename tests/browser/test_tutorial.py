"""The tutorial's module in a console built with it, as its developer has it: from a real call to its page and part."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from softphone.phones.sip_stack import SipStack
from tests.browser.test_desk_and_board import be_ready, open_page, picture
from tests.running_hotline import ROOT, RunningHotline, citizen, skip_greeting, started

pytestmark = pytest.mark.browser
LEFT_OUT = (".git", ".venv", "node_modules", "dist", "__pycache__", "tests", "*.pyc")
TITLE = "锦绣小区路灯不亮"


def a_house_with_it(folder: Path) -> Path:
    """A checkout in which the module is one of `workflow/`, with its console built."""
    house = folder / "house"
    shutil.copytree(ROOT, house, ignore=shutil.ignore_patterns(*LEFT_OUT))
    module = house / "workflow" / "matters"
    shutil.copytree(ROOT / "tests" / "tutorial" / "matters", module, ignore=shutil.ignore_patterns("__pycache__"))
    for file in module.rglob("*.py"):
        file.write_text(file.read_text("utf-8").replace("tests.tutorial.matters", "workflow.matters"), "utf-8")
    (module / "__init__.py").write_text('"""Matters."""\n', "utf-8")
    web = house / "softphone" / "web"
    (web / "node_modules").symlink_to(ROOT / "softphone" / "web" / "node_modules")
    done = subprocess.run(["node_modules/.bin/vite", "build"], cwd=web, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return house


@pytest.fixture(scope="module")
def with_matters() -> Iterator[RunningHotline]:
    """A hotline with the module."""
    with tempfile.TemporaryDirectory(prefix="hotline-tutorial-") as folder:
        yield from started(Path(folder) / "data", root=a_house_with_it(Path(folder)))


async def test_a_matter_of_a_call_has_its_page_and_its_component(
    with_matters: RunningHotline, chromium: Browser
) -> None:
    hotline = with_matters
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as leader:
        desk = await open_page(chromium, hotline, "1001")
        bar, form = desk.get_by_test_id("status-bar"), desk.get_by_test_id("desk-forms")
        await be_ready(desk)
        async with citizen(hotline, stack, "13800000071") as call:
            await skip_greeting(call)
            await desk.get_by_test_id("answer").click(timeout=15_000)
            await expect(bar).to_have_attribute("data-state", "talking", timeout=10_000)
            await desk.get_by_test_id("desk-tab-matter").click(timeout=15_000)
            await desk.get_by_test_id("field-title").fill(TITLE, timeout=10_000)
            await desk.get_by_test_id("field-content").fill("整条街都黑了，老人摔倒")
            await picture(desk, "tutorial-desk")
            await form.get_by_test_id("desk-form-submit").click()
            await expect(desk.get_by_test_id("desk-tab-matter")).to_have_count(0, timeout=15_000)
            await expect(bar).to_have_attribute("data-state", "talking")
            await call.hang_up()
        (made,) = (await leader.ask("GET", "/api/matters"))["items"]
        assert (made["title"], made["caller"], made["state"]) == (TITLE, "13800000071", "new")
        page = await open_page(chromium, hotline, "8001", f"/matters/{made['id']}")
        await page.get_by_role("tab", name="时限").click(timeout=15_000)
        await expect(page.get_by_text("派单后开始计时。")).to_be_visible(timeout=10_000)
        await leader.ask("POST", f"/api/matters/{made['id']}/dispatch", {"lead": "city"})
        await page.reload()
        await page.get_by_role("tab", name="时限").click(timeout=15_000)
        await expect(page.get_by_role("progressbar")).to_be_visible(timeout=10_000)
        await picture(page, "tutorial-page")
