"""Every page of the knowledge base, as each role sees it in its menu, kept as pictures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from playwright.async_api import ViewportSize, expect

from trials.api import Api
from trials.hands import DESK, PATIENCE, Hands
from trials.knowledge.making import PAGE
from trials.knowledge.town import AGENT, COUNTY, DEPARTMENT, EDITOR, MANAGER, REVIEWER

STATISTICS = "knowledge_statistics"
TALL: ViewportSize = {"width": 1366, "height": 2400}
ROLES = (EDITOR, REVIEWER, DEPARTMENT, COUNTY, AGENT, MANAGER)


async def look(people: Mapping[str, Api], at: Callable[[str], Awaitable[Hands]], article: str) -> None:
    """Open all that the menu offers, and an article as it is made and as it is read."""
    for who in ROLES:
        hands = await at(who)
        await hands.page.bring_to_front()
        menu = await people[who].ask("GET", "/api/screens")
        names = [one["name"] for one in menu["screens"] if one["name"].startswith("knowledge")]
        for name in ("home", *names):
            await hands.look(f"/{name}", name)
        if "knowledge_articles" in names:
            await hands.look(f"{PAGE}/{article}", "article-made")
        await hands.look(f"/knowledge/{article}", "article-read")
        if STATISTICS in names:
            await statistics(hands)


async def statistics(hands: Hands) -> None:
    """All pages of figures, each with all its charts and tables: on a screen that is tall enough."""
    page = hands.page
    await page.set_viewport_size(TALL)
    await hands.open(f"/{STATISTICS}")
    tabs = page.get_by_role("tab")
    await tabs.first.wait_for()
    for name in await tabs.all_inner_texts():
        await tabs.filter(has_text=name).click()
        await expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true", timeout=PATIENCE)
        await expect(page.locator(".el-skeleton")).to_have_count(0, timeout=PATIENCE)
        await hands.picture(f"{STATISTICS}-{name}")
    await page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
