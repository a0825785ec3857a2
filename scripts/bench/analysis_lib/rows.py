"""Years of a hotline, written in bulk: tickets with departments' tasks and time limits, and calls."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import and_, case, func, insert, or_, select, update

from bench.analysis_lib.copies import KEYS, copy
from bench.filling import without_indexes
from cti.base.ids import new_id
from cti.office.identity.models import OrganisationRow
from cti.office.processes.models import CaseDeadlineRow
from cti.store.columns import Base, placed
from cti.store.engine import Store
from cti.store.models import CallRow
from workflow.tickets.models import TicketCategoryRow, TicketRow, TicketTaskRow

BATCH = 5_000
MANY = 500_000
YEAR_DAYS, WEEK_DAYS = 365, 7
CHARACTERS = 19
"""Of a ticket's number."""
REGION = "320400"
PLACES = ("320402", "320404", "320411", "320412", "320413", "320481")
TYPES = ("enquiry",) * 4 + ("help",) * 7 + ("complaint",) * 5 + ("report", "suggestion", "praise")
CHANNELS = ("phone",) * 12 + ("wechat",) * 3 + ("app", "app", "web", "chat", "transferred")
UNITS = (
    "城市管理局", "住房和城乡建设局", "公安局", "人力资源和社会保障局", "教育局", "卫生健康委员会", "交通运输局",
    "生态环境局",
    "市场监督管理局", "水利局", "自然资源和规划局", "民政局", "文化广电和旅游局", "应急管理局", "税务局", "医疗保障局",
    "供电公司", "自来水公司", "燃气公司", "公交集团",
)  # fmt: skip
TOPICS = {
    "城市管理": ("占道经营", "违章建筑", "噪声扰民", "垃圾清运", "路灯照明"),
    "住房保障": ("物业服务", "房屋质量", "供暖", "公积金", "不动产登记"),
    "交通出行": ("违停", "公交线路", "道路破损", "信号灯"),
    "社会保障": ("养老金", "医保报销", "工伤认定", "失业补助"),
    "消费维权": ("预付卡退费", "虚假宣传", "食品安全"),
    "教育": ("学区划分", "校外培训", "校园安全"),
    "公用事业": ("停水", "停电", "燃气", "通信网络"),
}
CATEGORIES = {
    f"c{place}": path for place, path in enumerate(f"{head}/{name}" for head, names in TOPICS.items() for name in names)
}
"""By their ids, each below its heading."""
CLOCKS = {"review": ("派审", 4, 0.97), "sign": ("签收", 24, 0.95), "handle": ("办理", 120, 0.92),
          "whole": ("办结", 160, 0.93), "revisit": ("回访", 190, 0.9)}  # fmt: skip
"""Title, hours and the share that is kept, by clock."""
BY_HOUR = (1, 1, 1, 1, 1, 1, 2, 5, 12, 16, 15, 11, 8, 10, 13, 13, 12, 9, 7, 6, 5, 4, 3, 2)
AGENTS = tuple(str(1001 + place) for place in range(60))
Row = dict[str, Any]
Some = Sequence[tuple[type[Base], Row]]


async def fill(store: Store, tickets: int, calls: int, until: datetime, years: float, *, many: int = MANY) -> None:
    """Write them: the oldest first, evenly over the years, more by day than by night.

    Of `many` a week is made up, and copied by the database for each week after it: with its sealed columns a row takes
    the engine a thousand times what it takes the database to copy it.
    """
    dice = random.Random(1)  # noqa: S311 # the same at each run
    weeks = int(years * YEAR_DAYS // WEEK_DAYS) if tickets >= many else 1
    begin = until - timedelta(days=WEEK_DAYS * weeks if weeks > 1 else years * YEAR_DAYS)
    end = begin + (until - begin) / weeks
    async with store.writing() as session:
        await session.execute(insert(OrganisationRow), [_unit(place) for place in range(len(UNITS))])
        await session.execute(
            insert(TicketCategoryRow), [_category(id, path, until) for id, path in CATEGORIES.items()]
        )
    async with without_indexes(store, [one.__tablename__ for one in KEYS]):
        requests = _requests(dice, round(tickets / weeks), begin, end)
        for made in (requests, _calls(dice, round(calls / weeks), begin, end)):
            while some := list(islice(made, BATCH)):
                await write(store, some)
        await copy(store, weeks, WEEK_DAYS)
        await let_run(store, until, begin - timedelta(days=1))


async def write(store: Store, some: Some) -> None:
    """Write rows of tables."""
    async with store.writing() as session:
        for table in KEYS:
            if rows := [row for kind, row in some if kind is table]:
                await session.execute(insert(table), rows)


async def let_run(store: Store, now: datetime, since: datetime) -> None:
    """Let what began since then and ends after `now` run: rows are made as they are in the end."""
    ticket, task, limit = TicketRow, TicketTaskRow, CaseDeadlineRow
    last = func.substr(ticket.number, CHARACTERS - 1)
    running = select(ticket.case).where(ticket.ended_at.is_(None))
    begun = or_(*(
        and_(limit.clock == clock, limit.due_at >= now - timedelta(hours=hours))
        for clock, (_, hours, _) in CLOCKS.items()
    ))  # fmt: skip
    async with store.writing() as session:
        await session.execute(
            update(ticket).where(ticket.ended_at >= now, ticket.created_at >= since).values(
                ended_at=None, satisfaction="", solved="", outcome="", updated_at=now,
                stage=case((ticket.lead != "", "handling"), else_="review"),
                card=case((last < "05", "red"), (last < "12", "yellow"), else_="green"),
            )
        )  # fmt: skip
        await session.execute(
            update(task)
            .where(task.ended_at >= now, task.begun_at >= since)
            .values(ended_at=None, outcome="", stage="handle")
        )
        await session.execute(
            update(limit).where(limit.due_at >= now, limit.started_at >= since, limit.missed).values(missed=False)
        )
        await session.execute(
            update(limit)
            .where(begun, limit.started_at >= since, limit.root.in_(running))
            .values(state="running", ended_at=None)
        )


def _unit(place: int) -> Row:
    return {"name": f"unit{place}", "title": UNITS[place], "region": PLACES[place % len(PLACES)], "parent": "city",
            "agent_numbers": "", "version": 1}  # fmt: skip


def _category(id: str, path: str, at: datetime) -> Row:
    return {
        "id": id, "organisation": "city", "region": REGION, "version": 1, "created_by": "", "created_at": at,
        "updated_at": at, "name": path.rsplit("/", maxsplit=1)[-1], "path": path, "parent": None, "place": 1,
        "initials": "", "line": f"/{id}/", "off": False,
    }  # fmt: skip


def _moment(dice: random.Random, begin: datetime, until: datetime, part: float) -> datetime:
    """About so far between the two, at an hour at which people call."""
    day = (begin + (until - begin) * part).replace(minute=0, second=0, microsecond=0)
    hour = dice.choices(range(24), BY_HOUR)[0]
    # Business time is eight hours ahead.
    found = day.replace(hour=(hour - 8) % 24) + timedelta(seconds=dice.randrange(3600))
    return found if found < until else until - timedelta(seconds=dice.randrange(3600))


def _requests(dice: random.Random, count: int, begin: datetime, until: datetime) -> Iterator[tuple[type[Base], Row]]:
    for place in range(count):
        yield from request(dice, place, _moment(dice, begin, until, place / count))


def request(dice: random.Random, place: int, at: datetime) -> Some:
    """A ticket that was registered at that moment, with its department's task and its time limits, as all are in the
    end; `place` makes its number."""
    id, case, number = new_id(), new_id(), f"139{place % 400_000:08}"
    ended = at + timedelta(hours=dice.lognormvariate(4, 0.8))
    unit = f"unit{min(int(dice.expovariate(1 / 5)), len(UNITS) - 1)}" if dice.random() < 0.62 else ""
    said = dice.choices(("satisfied", "basically", "unsatisfied", "unreached"), (70, 12, 8, 10))[0]
    category = f"c{min(int(dice.expovariate(1 / 7)), len(CATEGORIES) - 1)}"
    agent = dice.choice(AGENTS)
    ticket = {
        "id": id, "organisation": "city", "region": REGION, "version": 1, "created_by": agent, "created_at": at,
        "updated_at": ended, "number": f"B{place:0{CHARACTERS - 1}}", "title": "诉求", "content": "内容",
        "type": dice.choice(TYPES), "urgent": dice.random() < 0.05, "confidential": False, "anonymous": False,
        "enterprise": dice.random() < 0.07, "answer_by": "phone", "channel": dice.choice(CHANNELS), "call": "",
        "citizen": "", "caller_name": "李建国", "caller_gender": "", "contact": placed(TicketRow.contact, number, id),
        "contact_index": number, "contact_last_four": number, "place": dice.choice(PLACES), "address": "朝阳路18号",
        "category": category, "registrar": agent, "registrar_name": agent, "tags": [], "tag_note": "", "case": case,
        "process": "standard", "step": "", "stage": "archived", "person": "", "lead": unit, "card": "green",
        "due_at": None, "answer": "", "citations": [], "satisfaction": said,
        "solved": "" if said == "unreached" else dice.choices(("yes", "no"), (88, 12))[0],
        "reminders": int(dice.random() < 0.08), "outcome": "archived", "ended_at": ended,
    }  # fmt: skip
    found: list[tuple[type[Base], Row]] = [(TicketRow, ticket)]
    task = new_id()
    if unit:
        region = PLACES[int(unit[4:]) % len(PLACES)]
        outcome = dice.choices(("replied", "returned"), (96, 4))[0]
        found.append((TicketTaskRow, {
            "case": task, "ticket": id, "parent": case, "role": "lead", "step": "", "stage": outcome,
            "person": "", "pending": "", "card": "green", "due_at": None, "outcome": outcome,
            "begun_at": at + timedelta(hours=1), "ended_at": ended, "organisation": unit,
            "region": region, "sent_back": False,
        }))  # fmt: skip
    for clock, (title, hours, kept) in CLOCKS.items():
        if clock in ("sign", "handle") and not unit:
            continue
        due = at + timedelta(hours=hours)
        holder = unit if clock in ("sign", "handle") else "city"
        found.append((CaseDeadlineRow, {
            "case_id": task if clock in ("sign", "handle") else case, "clock": clock, "root": case, "holder": holder,
            "title": title, "state": "ended", "started_at": at, "warn_at": None, "due_at": due,
            "warned": False, "missed": dice.random() > kept, "ended_at": due, "organisation": holder,
            "region": PLACES[int(unit[4:]) % len(PLACES)] if holder != "city" else REGION,
        }))  # fmt: skip
    return found


def _calls(dice: random.Random, count: int, begin: datetime, until: datetime) -> Iterator[tuple[type[Base], Row]]:
    for place in range(count):
        yield CallRow, _call(dice, place, _moment(dice, begin, until, place / count))


def _call(dice: random.Random, place: int, at: datetime) -> Row:
    id, number = new_id(), f"138{place % 900_000:08}"
    asked = dice.random() < 0.9
    talked = asked and dice.random() < 0.96
    wait = dice.expovariate(1 / 7) if asked else 0.0
    talk = dice.lognormvariate(5, 0.6) if talked else 0.0
    ended = at + timedelta(seconds=20 + wait + talk)
    return {
        "id": id, "organisation": "city", "region": REGION, "switch": "switch-1", "trunk": "carrier",
        "caller": placed(CallRow.caller, number, id), "caller_kind": "mobile", "caller_index": number,
        "caller_last_four": number[-4:], "called": "12345", "state": "ended", "arrived_at": at,
        "answered_at": at if talked else None, "ended_at": ended,
        "reason": "completed" if talked else "abandoned" if asked else "caller_hung_up",
        "queue": dice.choice(("general", "general", "enterprise")) if asked else "",
        "agents": [dice.choice(AGENTS)] if talked else [], "recordings": [], "wait_seconds": wait, "talk_seconds": talk,
        "satisfaction": dice.choices(("", "1", "2", "3", "4"), (50, 35, 10, 3, 2))[0] if talked else "", "score": None,
        "outgoing": False, "data": placed(CallRow.data, "{}", id),
    }  # fmt: skip
