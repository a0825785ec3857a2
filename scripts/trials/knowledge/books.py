"""The day by the books: what happened to each article stands in the notices, and nothing was changed by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from trials.api import Api
from trials.course import Course, Failed
from trials.knowledge.talk import TICKET
from trials.knowledge.town import AGENT, MANAGER

TRAIL = {
    "made": ["published", "changed", "confirmed"],
    "old": ["published", "withdrawn"],
    "over": ["published", "expired"],
    "answered": ["published"],
}
"""What the maintenance notices tell of each article, in order."""


async def compare(course: Course, people: Mapping[str, Api], articles: Mapping[str, str]) -> None:
    """Failed with all that does not fit."""
    wrong = [*await _trails(people[MANAGER], articles), *await _cited(people[AGENT], articles["made"])]
    wrong += await _asked(people[MANAGER])
    done = await asyncio.to_thread(course.house.command, "audit", "verify")
    if done.returncode:
        wrong.append(f"hotline audit verify: {done.stdout}{done.stderr}")
    if wrong:
        raise Failed("; ".join(wrong))


async def _trails(manager: Api, articles: Mapping[str, str]) -> list[str]:
    notices = (await manager.ask("GET", "/api/knowledge/notices?size=100"))["items"]
    found: dict[str, list[str]] = {}
    for one in sorted(notices, key=lambda one: (one["created_at"], one["id"])):
        found.setdefault(str(one["article"]), []).append(str(one["what"]))
    return [
        f"the notices of {name} tell {found.get(id)} instead of {TRAIL[name]}"
        for name, id in articles.items() if found.get(id) != TRAIL[name]
    ]  # fmt: skip


async def _cited(agent: Api, article: str) -> list[str]:
    """The ticket's answer names the article with its edition, and the article who cites it."""
    tickets = {one["title"]: one for one in (await agent.ask("GET", "/api/tickets?size=50"))["items"]}
    ticket = tickets.get(TICKET["title"])
    if ticket is None:
        return ["the ticket of the call is not there"]
    wrong = [] if any("第1版" in one for one in ticket["citations"]) else [f"the ticket cites {ticket['citations']}"]
    beside: Any = await agent.ask("GET", f"/api/knowledge/published/{article}/beside")
    return wrong + ([] if beside["citations"] == 1 else [f"the article was cited {beside['citations']} times"])


async def _asked(manager: Api) -> list[str]:
    """The question is answered and an article, the correction is mended."""
    (question,) = (await manager.ask("GET", "/api/knowledge/questions"))["items"]
    (correction,) = (await manager.ask("GET", "/api/knowledge/corrections"))["items"]
    wrong = [] if question["stage"] == "answered" and question["article"] else [f"the question is {question['stage']}"]
    return wrong + ([] if correction["stage"] == "mended" else [f"the correction is {correction['stage']}"])
