"""Training on a real database with the house's own timers, on a clock that only a test moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.settings import MessageSettings
from cti.base.visitor import Visitor
from cti.office.identity.models import PersonRow
from cti.office.messages import Messages
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.office.tree.views import TreeFields
from cti.store.engine import Store
from tests.office import BOSS, office_on
from workflow.training import telling
from workflow.training.bank.categories import Categories
from workflow.training.bank.editions import Editions
from workflow.training.bank.questions import Questions
from workflow.training.bank.views import QuestionFields
from workflow.training.courses.courses import Courses, Enrolments
from workflow.training.courses.finishing import Certificates, Finishing
from workflow.training.courses.learning import Learning
from workflow.training.courses.materials import Materials, Studies
from workflow.training.courses.reminding import Reminding
from workflow.training.exams.appeals import Appeals
from workflow.training.exams.essay_marking import EssayMarking
from workflow.training.exams.exams import Exams
from workflow.training.exams.marking import Marking
from workflow.training.exams.models import SittingRow
from workflow.training.exams.papers import Papers
from workflow.training.exams.results import Results
from workflow.training.exams.sitting import Sitting
from workflow.training.exams.sitting_views import SittingPage
from workflow.training.exams.sittings import Sittings
from workflow.training.exams.views import ExamFields, ExamView, PaperFields
from workflow.training.practice.service import Practice
from workflow.training.statistics.service import Statistics


@dataclass
class TrainingPlace:
    """All of it. `die` is an engine's death with the next one on the same database."""

    office: Office
    clock: VirtualClock
    categories: Categories
    questions: Questions
    papers: Papers
    messages: Messages
    timers: Timers

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """An engine on what the last one left in the database."""
        tells = telling.Telling(self.messages)
        marking = Marking(Editions())
        self.exams = Exams(self.office, self.papers, self.timers, tells)
        self.sitting = Sitting(self.office, self.exams, marking, self.timers)
        self.sittings = Sittings(self.office)
        self.results, self.essays = Results(self.exams, marking), EssayMarking(self.exams, marking)
        self.appeals = Appeals(self.office, marking, tells)
        self.practice = Practice(self.office)
        self.sitting.listeners.append(self.practice.heard)
        self.materials, self.studies = Materials(self.office), Studies(self.office)
        self.courses, self.enrolments = Courses(self.office, tells), Enrolments(self.office)
        self.certificates, self.learning = Certificates(self.office), Learning(self.materials)
        self.finishing = Finishing(self.office, self.certificates, self.learning, tells)
        self.statistics = Statistics(self.office)
        self.reminding = Reminding(self.finishing, tells)
        self._undo = [self.timers.register(kind) for kind in self.sitting.timers()]

    def die(self) -> None:
        """The engine is gone with all that it knew; the next one begins."""
        for undo in self._undo:
            undo()
        self.start()

    async def later(self, seconds: float) -> None:
        """Time passes, and what is due goes off."""
        self.clock.advance(seconds)
        await self.timers._work()

    async def person(self, name: str, organisation: str = "city", *roles: str) -> Visitor:
        """Somebody with an account, who may learn."""
        now = self.clock.wall()
        id = f"01{name}"
        row: dict[str, Any] = {
            "id": id, "login": name, "name": name, "organisation": organisation, "roles": list(roles or ("agent",)),
        }  # fmt: skip
        async with self.office.store.writing() as session:
            if await session.scalar(select(PersonRow.id).where(PersonRow.id == id)) is None:
                session.add(PersonRow(password_hash="-", auto_answer=False, created_at=now, **row))
        return Visitor(
            id, name, name, None, organisation, "320400", roles=tuple(roles), permissions=frozenset({"training.learn"})
        )

    async def bank(self, count: int = 6, category: str = "派单") -> list[str]:
        """A category with so many single choices; B is right everywhere."""
        node = await self.categories.create(BOSS, TreeFields(name=category))
        made = []
        for at in range(count):
            said = {
                "category": node.id,
                "kind": "single",
                "text": f"{category}第{at}题",
                "answer": "B",
                "stars": at % 5 + 1,
            }
            body = QuestionFields.model_validate({**said, "option_a": "甲", "option_b": "乙", "option_c": "丙"})
            made.append((await self.questions.create(BOSS, body)).id)
        return made

    async def essay(self) -> str:
        """A question that people mark."""
        node = await self.categories.create(BOSS, TreeFields(name="主观题"))
        said = {
            "category": node.id,
            "kind": "essay",
            "text": "怎样安抚情绪激动的市民？",
            "answer": "倾听、共情、给出时限",
        }
        return (await self.questions.create(BOSS, QuestionFields.model_validate(said))).id

    async def exam(self, questions: Sequence[str], people: Sequence[Visitor], **more: Any) -> ExamView:
        """An exam of these questions, two points each, announced to these people; it begins now and lasts two hours."""
        picked = [{"question": one, "points": 2} for one in questions]
        paper = await self.papers.create(
            BOSS, PaperFields.model_validate({"title": f"试卷{len(picked)}", "way": "picked", "picked": picked})
        )
        return await self.announced(paper.id, people, **more)

    async def announced(self, paper: str, people: Sequence[Visitor], **more: Any) -> ExamView:
        """An exam of a paper."""
        now = self.clock.wall()
        said = {
            "title": "月考", "paper": paper, "begins_at": now, "ends_at": now + timedelta(hours=2), "minutes": 30,
            "people": [one.person for one in people],
        }  # fmt: skip
        made = await self.exams.create(BOSS, ExamFields.model_validate({**said, **more}))
        return await self.exams.step(BOSS, made.id, "announce")

    async def answer(self, who: Visitor, page: SittingPage, *said: str) -> None:
        """Answer from the first place on."""
        for place, one in enumerate(said, 1):
            await self.sitting.save(who, page.id, place, one)

    async def row(self, id: str) -> SittingRow:
        """A sitting as it is stored."""
        async with self.office.store.reading() as session:
            return await session.get_one(SittingRow, id)


async def place_on(store: Store) -> TrainingPlace:
    """A place on this database."""
    office = await office_on(store, "training")
    clock: Any = office.clock
    timers = Timers(store, clock, Bus())
    messages = Messages(store, clock, timers, MessageSettings())
    telling.offer(messages)
    questions = Questions(office)
    return TrainingPlace(office, clock, Categories(office), questions, Papers(office, questions), messages, timers)
