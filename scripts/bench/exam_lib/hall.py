"""The house of an exam: its services on a database, before and after an engine's death."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select

from bench.database import opened
from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.settings import AccountSettings, MessageSettings
from cti.base.visitor import Visitor
from cti.office.files.service import Files
from cti.office.identity.models import PersonRow
from cti.office.identity.service import Identity
from cti.office.messages import Messages
from cti.office.records.office import Office
from cti.office.timers.service import Timers
from cti.office.tree.views import TreeFields
from cti.store.engine import Store
from cti.testing.office import BOSS, CITY_TOP, cheap_passwords, office_on
from workflow.training import telling
from workflow.training.bank.categories import Categories
from workflow.training.bank.editions import Editions
from workflow.training.bank.questions import Questions
from workflow.training.bank.views import QuestionFields
from workflow.training.exams.exams import Exams
from workflow.training.exams.marking import Marking
from workflow.training.exams.models import ExamRow
from workflow.training.exams.papers import Papers
from workflow.training.exams.sitting import Sitting
from workflow.training.exams.views import ExamFields, PaperFields

MAY = frozenset({"training.learn"})


class Hall:
    """Services of training on a store."""

    def __init__(self, store: Store, office: Office) -> None:
        self.store, self.office = store, office
        self.timers = Timers(store, office.clock, Bus())
        messages = Messages(store, office.clock, self.timers, MessageSettings())
        telling.offer(messages)
        self.bank = Questions(office)
        self.papers = Papers(office, self.bank)
        self.exams = Exams(office, self.papers, self.timers, telling.Telling(messages))
        self.sitting = Sitting(office, self.exams, Marking(Editions()), self.timers)
        for kind in self.sitting.timers():
            self.timers.register(kind)
        self.exam = ""

    async def over(self) -> None:
        """The exam's hour is over, and what is due goes off."""
        assert isinstance(self.office.clock, VirtualClock)
        self.office.clock.advance(3600)


async def fresh(url: str | None, folder: Path, people: int, questions: int) -> Hall:
    """With an exam that so many are to sit."""
    store = await opened(url, folder)
    hall = Hall(store, await office_on(store, "training"))
    category = await Categories(hall.office).create(BOSS, TreeFields(name="题库"))
    said = {"category": category.id, "kind": "single", "option_a": "甲", "option_b": "乙", "answer": "B"}
    for at in range(questions):
        await hall.bank.create(BOSS, QuestionFields.model_validate({**said, "text": f"第 {at} 题的题干"}))
    drawn = [{"kind": "single", "count": questions, "points": 2}]
    paper = await hall.papers.create(BOSS, PaperFields.model_validate({"title": "大考", "drawn": drawn}))
    now = hall.office.clock.wall()
    rows = [
        {"id": one.person, "login": one.login, "name": one.name, "organisation": "city", "roles": ["agent"],
         "auto_answer": False, "password_hash": "-", "created_at": now, "version": 1}
        for one in visitors(people)
    ]  # fmt: skip
    async with store.writing() as session:
        await session.execute(insert(PersonRow), rows)
    exam = {
        "title": "大考", "paper": paper.id, "begins_at": now, "ends_at": now + timedelta(hours=1), "roles": ["agent"],
    }  # fmt: skip
    hall.exam = (await hall.exams.create(BOSS, ExamFields.model_validate(exam))).id
    await hall.exams.step(BOSS, hall.exam, "announce")
    return hall


async def again(url: str | None, folder: Path) -> Hall:
    """The next engine, on what the last one left."""
    store, clock = await opened(url, folder), VirtualClock()
    settings = AccountSettings(second_factor="roles")
    identity = await Identity.open(store, Bus(), clock, CITY_TOP, passwords=cheap_passwords(), settings=settings)
    identity.close()
    office = Office(store, clock, identity.audit, "city", "320400", identity.lookups)
    office.foundations[Files] = Files(store, clock)
    hall = Hall(store, office)
    async with store.reading() as session:
        hall.exam = str(await session.scalar(select(ExamRow.id)))
    return hall


def visitors(people: int) -> list[Visitor]:
    """Who sits it."""
    ids = [f"P{at:05}" for at in range(people)]
    return [Visitor(id, id, id, None, "city", "320400", permissions=MAY) for id in ids]
