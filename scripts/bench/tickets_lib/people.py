"""Tickets by scripted people, through the services and SQLite, each to its archive; then they are verified.

A third of a year's mix: most are answered at once or by a department; some want more time, are objected to, sent back
or handled again.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.tickets_lib.desk import AGENT, REVIEWER, WATER, Desk, opened_desk
from bench.tickets_lib.town import FORM
from workflow.tickets.models import TicketRow
from workflow.tickets.verifying.checks import Verifying
from workflow.tickets.views import TicketFields

APART = 600.0
"""Seconds between two registrations, so that nobody ends many in a short time."""
LEADER = replace(AGENT, person="leader", login="leader", permissions=AGENT.permissions | {"tickets.lead"})
CALLER = replace(AGENT, person="caller", login="caller")
PEOPLE = {"agent": AGENT, "reviewer": REVIEWER, "water": WATER, "caller": CALLER, "leader": LEADER}
Act = tuple[str, str, dict[str, Any]]
"""Who does what, and what he fills in besides what everybody does."""

HANDLED: tuple[Act, ...] = (("water", "reply", {}), ("reviewer", "accept", {}))
CONTENT: tuple[Act, ...] = (("caller", "revisit", {"satisfaction": "satisfied"}),)
GIVEN: tuple[Act, ...] = (
    ("agent", "submit", {}), ("reviewer", "dispatch", {"lead": "water"}), ("water", "sign", {}),
)  # fmt: skip
MORE_TIME: tuple[Act, ...] = (("water", "ask_extension", {}), ("reviewer", "grant_extension", {}))
OBJECTED: tuple[Act, ...] = (("water", "object", {}), ("reviewer", "overrule", {}))
AGAIN: tuple[Act, ...] = (("caller", "revisit", {"satisfaction": "unsatisfied"}), ("leader", "redo", {}))
STORIES: tuple[tuple[int, str, tuple[Act, ...]], ...] = (
    (40, "enquiry", (("agent", "answer", {}),)),
    (8, "help", (("agent", "submit", {}), ("reviewer", "close", {}), *CONTENT)),
    (35, "complaint", (*GIVEN, *HANDLED, *CONTENT)),
    (6, "complaint", (*GIVEN, *MORE_TIME, *HANDLED, *CONTENT)),
    (4, "complaint", (*GIVEN, *OBJECTED, *HANDLED, *CONTENT)),
    (4, "complaint", (*GIVEN, ("water", "reply", {}), ("reviewer", "send_back", {}), *HANDLED, *CONTENT)),
    (3, "complaint", (*GIVEN, *HANDLED, *AGAIN, *HANDLED, *CONTENT)),
)
"""How often of a hundred, the type of request, and what is done."""
AT_THE_TASK = frozenset({"sign", "reply", "ask_extension", "grant_extension", "object", "overrule"})


async def _story(desk: Desk, number: int, kind: str, acts: tuple[Act, ...], spent: Counter[str]) -> None:
    begun = time.process_time()
    said = {
        "title": f"小区停水{number}", "content": "家中停水两天", "type": kind, "channel": "web",
        "contact": f"138{number:08}",
    }  # fmt: skip
    ticket = (await desk.tickets.create(AGENT, TicketFields.model_validate(said))).id
    spent["register"] += _microseconds(begun)
    task = ""
    for who, action, form in acts:
        begun = time.process_time()
        at = task if action in AT_THE_TASK else ""
        await desk.acts.act(PEOPLE[who], ticket, action, {**FORM, "other_way": "短信", **form}, at)
        spent[action] += _microseconds(begun)
        if action == "dispatch":
            task = await desk.task(ticket)


def _microseconds(since: float) -> int:
    return int((time.process_time() - since) * 1_000_000)


async def _bench(count: int, data: Path) -> None:
    chance, spent, done = random.Random(1), Counter[str](), Counter[str]()  # noqa: S311 # the same at each run
    async with opened_desk(None, data) as desk:
        begun, used = time.monotonic(), time.process_time()
        weights = [one for one, _, _ in STORIES]
        for number in range(count):
            _, kind, acts = chance.choices(STORIES, weights)[0]
            await _story(desk, number, kind, acts, spent)
            done.update(["register", *(action for _, action, _ in acts)])
            desk.clock.advance(APART)
        clock, cpu = time.monotonic() - begun, time.process_time() - used
        print(
            f"{count:,} tickets, {done.total():,} acts by scripted people on SQLite: {clock:.0f} s, CPU {cpu:.0f} s, "
            f"{cpu / count * 1000:.1f} ms a ticket (aim: 20,000 in 900 s)"
        )
        for action, whole in spent.most_common():
            print(f"  {action:<16} {done[action]:>8,}   {whole / done[action] / 1000:6.1f} ms of CPU each")
        await _verify(desk, count)


async def _verify(desk: Desk, count: int) -> None:
    """Every ticket is archived, and nothing is found that does not fit, but that nobody telephones here."""
    async with desk.office.store.reading() as session:
        archived = await session.scalar(
            select(func.count()).select_from(TicketRow).where(TicketRow.outcome == "archived")
        )
    begun = time.process_time()
    verifying = Verifying(desk.office.store, desk.office.audit)
    found = [one async for one in verifying.all() if one.sort != "revisit"]
    print(
        f"  archived: {archived:,} of {count:,}; verified in {time.process_time() - begun:.0f} s of CPU: {len(found)}"
    )
    if archived != count or found:
        raise AssertionError(f"not as it should be: {found[:3]}")


def by_people(count: int) -> None:
    """So many tickets, in a scratch folder."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        asyncio.run(_bench(count, Path(folder)))
