"""Tables full of tickets, written in bulk: five years of them, a fifth open, with tasks, texts to find and timers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert

from bench.filling import without_indexes
from cti.base.ids import new_id
from cti.office.search.models import SearchEntry
from cti.office.search.service import mark
from cti.office.search.tokens import text_tokens
from cti.store.columns import placed
from cti.store.engine import Store
from workflow.tickets.models import TicketRow, TicketTaskRow
from workflow.tickets.service import KIND

YEARS, BATCH = 5, 5_000
TEXTS = 50_000
"""So many texts differ: making them would take longer than writing them."""
OPEN_SHARE = 0.2
AGENTS, UNITS = 200, 300
STAGES = ("review", "handling", "handling", "handling", "result", "revisit")
TYPES = ("enquiry", "help", "complaint", "report", "suggestion", "praise")
CHANNELS = ("phone", "phone", "phone", "web", "wechat")
WORDS = [chr(0x4E00 + one) + chr(0x5000 + one) for one in range(2_000)]
"""Words of two characters: those in front are in many texts, those behind in few."""
RARE, COMMON = WORDS[1_000], WORDS[0]


async def fill(store: Store, rows: int, until: datetime) -> None:
    """Write them, the oldest first."""
    made = _rows(random.Random(1), rows, until)  # noqa: S311 # the same at each run
    tables = [one.__tablename__ for one in (TicketRow, SearchEntry, TicketTaskRow)]
    async with without_indexes(store, tables):
        while batch := list(islice(made, BATCH)):
            async with store.writing() as session:
                await session.execute(insert(TicketRow), [ticket for ticket, _, _ in batch])
                await session.execute(insert(SearchEntry), [entry for _, _, entry in batch])
                if tasks := [task for _, task, _ in batch if task]:
                    await session.execute(insert(TicketTaskRow), tasks)


def _rows(dice: random.Random, rows: int, until: datetime) -> Iterator[tuple[dict[str, Any], dict[str, Any], Any]]:
    step = timedelta(days=365 * YEARS) / rows
    texts = [_text(dice) for _ in range(min(rows, TEXTS))]
    for place in range(rows):
        at = until - step * (rows - place)
        is_open = place >= rows * (1 - OPEN_SHARE)
        title, content, tokens = dice.choice(texts)
        ticket = {**_ticket(dice, place, at, is_open=is_open), "title": title, "content": content}
        task = _task(dice, ticket) if ticket["lead"] else {}
        yield ticket, task, _entry(ticket, place, tokens)


def _text(dice: random.Random) -> tuple[str, str, str]:
    """A title, a content, and the words by which they are found."""
    words = [WORDS[int(dice.expovariate(1 / 250)) % len(WORDS)] for _ in range(40)]
    if dice.random() < 0.6:
        words[0] = COMMON
    title, content = "".join(words[:8]), "".join(words[8:])
    return title, content, " ".join(text_tokens(title) + text_tokens(content))


def _ticket(dice: random.Random, place: int, at: datetime, *, is_open: bool) -> dict[str, Any]:
    stage = dice.choice(STAGES) if is_open else "archived"
    id, number = new_id(), f"139{place % 400_000:08}"
    agent = f"agent{dice.randrange(AGENTS)}"
    given = stage in ("handling", "result", "revisit") or (not is_open and dice.random() < 0.6)
    return {
        "id": id, "organisation": "city", "region": "320400", "version": 1, "created_by": agent, "created_at": at,
        "updated_at": at + timedelta(hours=3), "number": f"B{place:018}", "type": dice.choice(TYPES),
        "urgent": dice.random() < 0.05,
        "confidential": False, "anonymous": False, "enterprise": False, "answer_by": "phone",
        "channel": dice.choice(CHANNELS), "call": "", "citizen": "", "caller_name": "李建国", "caller_gender": "",
        "contact": placed(TicketRow.contact, number, id), "contact_index": number, "contact_last_four": number,
        "place": "320404", "address": "朝阳路18号", "category": f"c{dice.randrange(400)}", "registrar": agent,
        "registrar_name": agent, "tags": [], "tag_note": "", "case": "", "process": "standard", "step": stage,
        "stage": stage, "person": agent if dice.random() < 0.1 else "",
        "lead": f"unit{int(dice.expovariate(1 / 60)) % UNITS}" if given else "",
        "card": dice.choices(("green", "yellow", "red"), (90, 6, 4))[0] if is_open else "green",
        "due_at": at + timedelta(days=dice.randrange(1, 400)) if is_open else None,
        "answer": "" if is_open else "已办理", "citations": [], "satisfaction": "", "reminders": 0,
        "outcome": "" if is_open else "archived", "ended_at": None if is_open else at + timedelta(days=4),
    }  # fmt: skip


def _task(dice: random.Random, ticket: dict[str, Any]) -> dict[str, Any]:
    is_open = ticket["stage"] == "handling"
    stage = dice.choice(("sign", "handle", "handle")) if is_open else "replied"
    return {
        "case": new_id(), "ticket": ticket["id"], "parent": "", "role": "lead", "step": stage, "stage": stage,
        "person": "", "pending": "", "card": ticket["card"], "due_at": ticket["due_at"],
        "outcome": "" if is_open else "replied", "begun_at": ticket["created_at"],
        "ended_at": None if is_open else ticket["created_at"], "organisation": ticket["lead"], "region": "320400",
    }  # fmt: skip


def _entry(ticket: dict[str, Any], place: int, tokens: str) -> dict[str, Any]:
    marks = [mark("k", KIND), mark("o", "city"), mark("r", "320400")]
    moment = (ticket["created_at"] - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) << 20
    return {
        "id": moment | (place & 0xFFFFF), "kind": KIND, "record": ticket["id"], "part": 0, "organisation": "city",
        "region": "320400", "tokens": " ".join([*marks, tokens]),
    }  # fmt: skip
