"""A question that a department does not answer in time gets a card of the supervision, which the answer lifts."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cti.office.processes.room import ProcessRoom
from cti.store.engine import Store
from cti.testing.tables import migrated
from tests.workflow.knowledge.knowledge_town import AGENT, FOLDER, WATER, KnowledgeTown
from tests.workflow.supervision.supervised_town import FOLDER as SUPERVISION
from tests.workflow.supervision.supervised_town import INSPECTOR
from workflow.knowledge.asking.questions import QUESTION
from workflow.knowledge.asking.subjects import CaseSubjects
from workflow.knowledge.asking.views import QuestionFields
from workflow.supervision.cards import Cards
from workflow.supervision.giving import Giving
from workflow.supervision.points import Points
from workflow.supervision.telling import Telling, offer
from workflow.supervision.views import CardView


class Watched(KnowledgeTown):
    """The town of the knowledge base, its clocks watched by the supervision."""

    cards: Cards

    async def watch(self) -> None:
        await migrated(self.office.store, [FOLDER, SUPERVISION])
        offer(self.messages)
        room = cast("ProcessRoom", SimpleNamespace(cases=self.cases, processes=SimpleNamespace(files={})))
        points = Points(self.office, room)
        telling = Telling(self.messages, self.timers, self.clock, points)
        self.cards = Cards(self.office, self.cases, telling)
        watching = self.cases.watching
        watching.describe(QUESTION, CaseSubjects(self.questions))
        watching.use(points.marks)
        watching.listen(Giving(self.cases, self.clock, points, telling).hear)

    async def found(self) -> list[CardView]:
        return (await self.cards.find(INSPECTOR, cast("Any", self.cards.query)())).items


@pytest.fixture
async def town(store: Store) -> Watched:
    town = await Watched.on(store)
    await town.watch()
    return town


async def test_a_question_that_nobody_answers_in_time_has_a_card_until_it_is(town: Watched) -> None:
    asked = QuestionFields.model_validate({"title": "阶梯水价怎么算", "unit": "water"})
    made = await town.questions.create(AGENT, asked)
    assert await town.found() == []
    await town.wait(timedelta(days=5))
    red, *_ = await town.found()
    assert (red.colour, red.unit, red.part, red.record, red.lifted_at) == ("red", "water", "department", made.id, None)
    assert (red.name, red.clock_title) == (f"{made.number} 阶梯水价怎么算", "知识回答时限")
    await town.questions.act(WATER, made.id, "answer", {"answer": "第一阶梯每吨三元二角"})
    red, *_ = await town.found()
    assert (red.lifted_why, red.lifted_at) == ("已办理", town.clock.wall())
