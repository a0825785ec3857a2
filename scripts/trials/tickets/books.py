"""The morning by the books: every call has what it came to, every ticket its end, and nothing was changed by hand."""

from __future__ import annotations

import asyncio
from typing import Any

from trials.api import Api
from trials.course import Course, Failed
from trials.tickets.requests import ANSWERED, CALLS, REGISTERED, REMINDING, REVISITS

HOTLINE = "12345"
PATIENCE = 30.0
"""Seconds in which the last call's story is complete."""
CHECKS = (("tickets", "verify"), ("audit", "verify"))
"""Commands that find what was forged, and end with 1 when they do."""


async def tickets(admin: Api) -> dict[str, Any]:
    """All tickets by their titles."""
    return {one["title"]: one for one in (await admin.ask("GET", "/api/tickets?size=100"))["items"]}


async def compare(course: Course, admin: Api) -> None:
    """Failed with all that does not fit."""
    wrong = [*await _calls(admin), *_tickets(await tickets(admin)), *await _outcomes(admin)]
    for words in CHECKS:
        done = await asyncio.to_thread(course.house.command, *words)
        if done.returncode:
            wrong.append(f"hotline {' '.join(words)}: {done.stdout}{done.stderr}")
    if wrong:
        raise Failed("; ".join(wrong))


async def _calls(admin: Api) -> list[str]:
    """Twenty calls of citizens, each ended."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = (await admin.ask("GET", "/api/calls?size=100"))["items"]
            if all(one["ended_at"] for one in found):
                break
            await asyncio.sleep(0.5)
    wanted = {one.number for one in REGISTERED} | set(ANSWERED)
    came = [one for one in found if one["called"] == HOTLINE]
    wrong = [] if len(came) == CALLS else [f"{len(came)} calls in the books instead of {CALLS}"]
    missing = wanted - {one["caller"] for one in came}
    return wrong + [f"no call of {number}" for number in sorted(missing)]


def _tickets(there: dict[str, Any]) -> list[str]:
    """Twelve tickets, each from a call and archived; one was reminded of, one handled again."""
    wrong = [f"no ticket: {one.title}" for one in REGISTERED if one.title not in there]
    wrong += [f"{len(there)} tickets instead of {len(REGISTERED)}"] if len(there) != len(REGISTERED) else []
    for title, one in there.items():
        if one["outcome"] != "archived":
            wrong.append(f"not archived: {title} ({one['step']})")
        if not one["call"]:
            wrong.append(f"from no call: {title}")
    if there[REMINDING.title]["reminders"] != 1:
        wrong.append("the reminder was not counted")
    return wrong


async def _outcomes(admin: Api) -> list[str]:
    """Each talk came to a ticket, to an addition to one, or to a reason; who asks by keys talks with nobody."""
    silent = (await admin.ask("GET", "/api/outcomes?how=none&size=100"))["items"]
    wrong = [f"a talk of {one['agent_name']} with {one['number']} came to nothing" for one in silent]
    wanted = {
        "ticket": len(REGISTERED),
        "reason": len(ANSWERED),
        "addition": 1,
        "handling": REVISITS,
    }
    for how, count in wanted.items():
        found = (await admin.ask("GET", f"/api/outcomes?how={how}"))["total"]
        if found != count:
            wrong.append(f"{found} talks came to a {how} instead of {count}")
    return wrong
