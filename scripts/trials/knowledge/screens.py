"""Every page of the knowledge base, as each role sees it in its menu, kept as pictures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from trials.api import Api
from trials.hands import Hands
from trials.knowledge.making import PAGE
from trials.knowledge.town import AGENT, COUNTY, DEPARTMENT, EDITOR, MANAGER, REVIEWER

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
