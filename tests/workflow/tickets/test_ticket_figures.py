"""The delivered figures of tickets on a lived history, each against a plain SQL count of its own."""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import text

from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.figures.library import FigureLibrary
from cti.office.figures.rights import FIGURES
from cti.office.workshop.owning import Owning
from cti.store.engine import Store
from tests.office import ROOT
from tests.workflow.tickets.ticket_town import EAST, LEADER, REVIEWER, ROADS, VISITOR, WATER, TicketTown, town_on
from workflow.tickets.facts import sources

LIMIT = """
SELECT sum(CASE WHEN d.state = 'ended' AND NOT d.missed THEN 1 ELSE 0 END),
       sum(CASE WHEN d.state = 'ended' OR d.missed THEN 1 ELSE 0 END)
FROM case_deadlines d JOIN tickets t ON t."case" = d.root WHERE d.clock = '{clock}'"""
ARCHIVED = "SELECT {what}, count(*) FROM tickets t WHERE outcome = 'archived'"
PLAIN = {
    "tickets_registered": "SELECT count(*), NULL FROM tickets",
    "tickets_finished": "SELECT count(*), NULL FROM tickets WHERE outcome = 'archived'",
    "direct_answer_rate": ARCHIVED.format(
        what="sum(CASE WHEN (SELECT count(*) FROM ticket_tasks k WHERE k.ticket = t.id) = 0 THEN 1 ELSE 0 END)"
    ),
    "dispatched_on_time": LIMIT.format(clock="review"),
    "signed_on_time": LIMIT.format(clock="sign"),
    "units_on_time": LIMIT.format(clock="handle"),
    "finished_on_time": LIMIT.format(clock="whole"),
    "revisited_on_time": LIMIT.format(clock="revisit"),
    "satisfaction": """SELECT sum(CASE WHEN satisfaction IN ('satisfied', 'basically') THEN 1 ELSE 0 END), count(*)
        FROM tickets WHERE outcome = 'archived' AND satisfaction IN ('satisfied', 'basically', 'unsatisfied')""",
    "returned_rate": """SELECT sum(CASE WHEN outcome = 'returned' THEN 1 ELSE 0 END), count(*) FROM ticket_tasks
        WHERE role <> 'unit' AND outcome IN ('returned', 'replied')""",
    "redone_rate": ARCHIVED.format(
        what='sum(CASE WHEN (SELECT count(*) FROM case_stays s WHERE s.case_id = t."case" '
        "AND s.step IN ('again', 'judged')) > 0 THEN 1 ELSE 0 END)"
    ),
    "reminded_rate": "SELECT sum(CASE WHEN reminders > 0 THEN 1 ELSE 0 END), count(*) FROM tickets",
    "complaints_registered": "SELECT count(*), NULL FROM tickets WHERE type = 'complaint'",
    "tickets_open": "SELECT count(*), NULL FROM tickets WHERE outcome = ''",
    "phone_share": "SELECT sum(CASE WHEN channel = 'phone' THEN 1 ELSE 0 END), count(*) FROM tickets",
    "internet_share": "SELECT sum(CASE WHEN channel = 'web' THEN 1 ELSE 0 END), count(*) FROM tickets",
    "repeat_rate": "SELECT 0, count(*) FROM tickets",
    "solved_rate": """SELECT sum(CASE WHEN solved = 'yes' THEN 1 ELSE 0 END), count(*) FROM tickets
        WHERE outcome = 'archived' AND solved IN ('yes', 'no')""",
    "dispatch_accuracy": """SELECT sum(CASE WHEN k.returned = 0 THEN 1 ELSE 0 END), count(*) FROM tickets t JOIN (
        SELECT ticket, sum(CASE WHEN outcome = 'returned' THEN 1 ELSE 0 END) AS returned FROM ticket_tasks
        GROUP BY ticket) k ON k.ticket = t.id WHERE t.outcome = 'archived'""",
    "unit_tasks_given": "SELECT count(*), NULL FROM ticket_tasks WHERE role <> 'unit'",
    "unit_tasks_done": "SELECT count(*), NULL FROM ticket_tasks WHERE role <> 'unit' AND outcome = 'replied'",
    "unit_tasks_open": "SELECT count(*), NULL FROM ticket_tasks WHERE role <> 'unit' AND outcome = ''",
}


def figures_of(town: TicketTown) -> Figures:
    library = FigureLibrary(None)
    for source in sources(sqlite=town.office.store.is_sqlite):
        library.offer(source)
    library.deliver(ROOT / "workflow" / "tickets" / "figures")
    owning = Owning("city", "320400", FIGURES)
    return Figures(town.office.store, town.clock, library, owning, town.office.services)


async def a_history(town: TicketTown, seed: int, tickets: int) -> None:
    """Tickets that go different ways, some late, some given back, some not satisfied."""
    rng = random.Random(seed)
    for _ in range(tickets):
        made = await town.add(type=rng.choice(["complaint", "help", "enquiry"]))
        if rng.random() < 0.2:
            await town.act(LEADER, made.id, "remind", note="市民再次来电")
        await town.act(LEADER, made.id, "submit")
        await town.wait(rng.choice([600, 3600 * 30]))
        if rng.random() < 0.2:
            await town.act(LEADER, made.id, "close", answer="已经答复市民，问题解决")
        else:
            await town.act(LEADER, made.id, "dispatch", lead="water", assisting=rng.choice([[], ["roads"]]))
            task = await town.task(made.id, "water")
            await town.wait(rng.choice([600, 3600 * 30]))
            if rng.random() < 0.2:
                await town.act(WATER, made.id, "object", task, reason="不属于本单位", ground="三定方案")
                await town.act(REVIEWER, made.id, "uphold", task, reason="属实")
                continue
            await town.replied(made.id, task)
            await town.wait(rng.choice([600, 3600 * 200]))
            await town.act(REVIEWER, made.id, "accept")
        if (await town.get(LEADER, made.id)).stage == "revisit" and rng.random() < 0.8:
            said = rng.choice(["satisfied", "basically", "unsatisfied"])
            await town.act(VISITOR, made.id, "revisit", satisfaction=said, solved=rng.random() < 0.7)
            if (await town.get(LEADER, made.id)).stage == "judged":
                await town.act(LEADER, made.id, "redo", reason="未解决")
                await town.act(WATER, made.id, "reply", task, answer="再次维修后恢复正常供水", contacted=True)
                await town.act(REVIEWER, made.id, "accept")
                await town.act(VISITOR, made.id, "revisit", satisfaction="satisfied")


async def test_each_figure_equals_a_plain_count(store: Store) -> None:
    town = await town_on(store)
    await a_history(town, 7, 14)
    figures = figures_of(town)
    told = 0
    async with store.reading() as session:
        for name, plain in PLAIN.items():
            numerator, denominator = (await session.execute(text(plain))).one()
            found = (await figures.value(LEADER, name, figures.period("this_year"))).total.now
            said = found.numerator, found.denominator
            assert said == (numerator or 0, denominator), name
            told += bool(numerator)
    assert told >= 10, "the history was too quiet to prove anything"
    hours = (await figures.value(LEADER, "handling_hours", "this_year")).total.now.value
    async with store.reading() as session:
        rows = await session.execute(text("SELECT created_at, ended_at FROM tickets WHERE outcome = 'archived'"))
        assert rows.all()
    assert hours is not None
    assert hours > 0


async def test_departments_see_figures_of_their_tasks(sqlite_store: Store) -> None:
    town = await town_on(sqlite_store)
    ticket, task = await town.dispatched("water", assisting=["roads"])
    await town.dispatched("roads")
    figures = figures_of(town)
    await town.act(WATER, ticket, "sign", task)

    async def signed(who: Visitor) -> tuple[Any, Any, Any]:
        found = (await figures.value(who, "signed_on_time", "this_year")).total.now
        return found.numerator, found.denominator, found.pending

    assert await signed(LEADER) == (1, 1, 2)
    assert await signed(WATER) == (1, 1, 0)
    assert await signed(ROADS) == (0, 0, 2)
    assert await signed(EAST) == (0, 0, 0)
    by = await figures.value(LEADER, "signed_on_time", "this_year", ["unit"])
    assert {cell.titles[0]: cell.now.pending for cell in by.cells} == {"水务局": 0, "市政局": 2}
    rows = await figures.rows(ROADS, "signed_on_time", "pending", figures.period("this_year"), {}, 1, 10)
    assert (rows.total, rows.items[0]["unit"], rows.items[0]["title"]) == (2, "市政局", "小区停水")
    assert rows.items[0]["record"] != rows.items[0]["id"]


async def test_numbers_lead_to_as_many_rows(sqlite_store: Store) -> None:
    town = await town_on(sqlite_store)
    await a_history(town, 11, 5)
    figures = figures_of(town)
    period = figures.period("this_year")
    for name in PLAIN:
        found = (await figures.value(LEADER, name, period)).total.now
        for count in figures.file(LEADER, name).head.counts:
            assert (await figures.rows(LEADER, name, count, period, {}, 1, 1)).total == getattr(found, count), name
