"""Some thousand people sit an exam at once; all answers are there afterwards, each once."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from bench.database import opened
from bench.exam_lib.options import arguments
from bench.office_lib.lists import database
from cti.base.bus import Bus
from cti.base.settings import MessageSettings
from cti.base.visitor import Visitor
from cti.office.identity.models import PersonRow
from cti.office.messages import Messages
from cti.office.timers.service import Timers
from cti.office.tree.views import TreeFields
from cti.testing.office import BOSS, office_on
from workflow.training import telling
from workflow.training.bank.categories import Categories
from workflow.training.bank.editions import Editions
from workflow.training.bank.questions import Questions
from workflow.training.bank.views import QuestionFields
from workflow.training.exams.exams import Exams
from workflow.training.exams.marking import Marking
from workflow.training.exams.models import AnswerRow, SittingRow
from workflow.training.exams.papers import Papers
from workflow.training.exams.sitting import Sitting
from workflow.training.exams.views import ExamFields, PaperFields

AT_ONCE = 50
"""Requests under way together, as a host has them."""


async def _each(what: str, works: list[Any]) -> None:
    """Do all, some at once, and print what one costs."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(work: Any) -> None:
        async with gate:
            await work()

    cpu, begun = time.process_time(), time.monotonic()
    await asyncio.gather(*(one(work) for work in works))
    spent, wall = time.process_time() - cpu, time.monotonic() - begun
    print(f"{what:<28} {len(works):>6} × {spent / len(works) * 1000:6.2f} ms CPU, all in {wall:6.1f} s")


async def run(url: str | None, folder: Path, people: int, questions: int, answers: int) -> None:
    """On one database."""
    store = await opened(url, folder)
    office = await office_on(store, "training")
    timers = Timers(store, office.clock, Bus())
    messages = Messages(store, office.clock, timers, MessageSettings())
    telling.offer(messages)
    bank = Questions(office)
    papers = Papers(office, bank)
    exams = Exams(office, papers, timers, telling.Telling(messages))
    sitting = Sitting(office, exams, Marking(Editions()), timers)
    for kind in sitting.timers():
        timers.register(kind)
    category = await Categories(office).create(BOSS, TreeFields(name="题库"))
    said = {"category": category.id, "kind": "single", "option_a": "甲", "option_b": "乙", "answer": "B"}
    for at in range(questions):
        await bank.create(BOSS, QuestionFields.model_validate({**said, "text": f"第 {at} 题的题干"}))
    drawn = [{"kind": "single", "count": questions, "points": 2}]
    paper = await papers.create(BOSS, PaperFields.model_validate({"title": "大考", "drawn": drawn}))
    now, ids = office.clock.wall(), [f"P{at:05}" for at in range(people)]
    rows = [
        {"id": id, "login": id, "name": id, "organisation": "city", "roles": ["agent"], "auto_answer": False,
         "password_hash": "-", "created_at": now, "version": 1}
        for id in ids
    ]  # fmt: skip
    async with store.writing() as session:
        await session.execute(insert(PersonRow), rows)
    exam = {
        "title": "大考", "paper": paper.id, "begins_at": now, "ends_at": now + timedelta(hours=1), "roles": ["agent"],
    }  # fmt: skip
    made = await exams.create(BOSS, ExamFields.model_validate(exam))
    await exams.step(BOSS, made.id, "announce")
    may = frozenset({"training.learn"})
    visitors = [Visitor(id, id, id, None, "city", "320400", permissions=may) for id in ids]
    pages: dict[str, str] = {}

    async def begin(who: Visitor) -> None:
        pages[who.person] = (await sitting.begin(who, made.id)).id

    async def save(who: Visitor, place: int) -> None:
        await sitting.save(who, pages[who.person], place, "B")

    await _each("begun", [lambda who=who: begin(who) for who in visitors])
    saves = [lambda who=who, at=at: save(who, at) for at in range(1, answers + 1) for who in visitors]
    await _each("answers saved", saves)
    office.clock.advance(3600)  # type: ignore[attr-defined] # the virtual clock of the kit
    cpu = time.process_time()
    for _ in range(people // 100 + 2):
        await timers._work()
    spent = time.process_time() - cpu
    async with store.reading() as session:
        kept = await session.scalar(select(func.count()).select_from(AnswerRow))
        marked = await session.scalar(select(func.count()).where(SittingRow.state == "marked"))
    print(f"{'ended and marked':<28} {people:>6} × {spent / people * 1000:6.2f} ms CPU")
    print(f"answers there: {kept} of {people * answers}, marked: {marked} of {people}")
    await store.close()


def main() -> None:
    """The database that is asked for."""
    options = arguments(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder, database(options.postgresql) as url:
        asyncio.run(run(url, Path(folder), options.people, options.questions, options.answers))


if __name__ == "__main__":
    main()
