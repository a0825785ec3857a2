"""Starts learning: hears what bots are told, keeps it, and offers what can be made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from cti.base.numbers.number import Number
from cti.base.refusal import NotFound
from cti.base.visitor import system
from cti.office.figures import Figures
from cti.office.records import Office
from cti.office.records.gathering import Gathering
from cti.office.reports.delivery import deliver
from cti.office.reports.service import Reports
from cti.plugins import Host, Teardown
from cti.web.host import Web
from ivr.conversation.port import Facts
from ivr.reach.lookups import Lookups
from ivr.reach.surroundings import Surroundings
from ivr.reach.turns import FlowTold
from ivr.service import FlowService
from ivr.workshop.library import FlowLibrary
from workflow.knowledge.asking.questions import Questions
from workflow.learning.api import routes
from workflow.learning.asking import Asking
from workflow.learning.changes import FlowChanges
from workflow.learning.facts import FlowTitles, sources
from workflow.learning.groups import BotTurns, TurnGroups
from workflow.learning.intake import Intake
from workflow.learning.settings import LearningSettings
from workflow.learning.titles import Titles

log = structlog.get_logger(__name__)

ANSWERS = "knowledge.answer"
NEAR = 0.25
"""How much of a question must stand in an article that is called near."""
DAY = 24 * 3600.0
BY = system("机器人学习")


async def setup(host: Host) -> Teardown:
    """Offer TurnGroups and FlowChanges."""
    office, library, flows = host.need(Office), host.need(FlowLibrary), host.need(FlowService)
    settings, lookups = host.section(LearningSettings), host.need(Lookups)
    titles = Titles(library)
    turns, groups = BotTurns(office, titles), TurnGroups(office, titles)
    changes = FlowChanges(office, groups, flows, library, titles)
    asking, intake = Asking(groups, flows, titles), Intake(office, library)
    host.provide(TurnGroups, groups)
    host.provide(FlowChanges, changes)

    async def write(told: Sequence[FlowTold]) -> None:
        grown = await intake.take(told)
        for id in grown:
            await near_article(groups, lookups, id)
        if grown:
            await groups.changed(grown)

    async def forget() -> None:
        while True:
            await intake.forget(settings.keep_days)
            await asyncio.sleep(DAY)

    gathering = Gathering("turns of bots", write)
    host.on_stop(host.need(Surroundings).turns.listen(gathering.add))

    def knows(questions: Questions) -> Callable[[], None]:
        return asking.with_knowledge(questions)

    host.when(Questions, knows)
    for source in sources(turns, FlowTitles(library)):
        host.on_stop(host.need(Figures).offer(source))
    await deliver(host.need(Reports), Path(__file__).parent)
    host.on_stop(host.need(Web).add(routes(turns, groups, changes, asking)))
    host.task(forget(), "let go of old turns of bots")
    return gathering.flushed


async def near_article(groups: TurnGroups, lookups: Lookups, id: str) -> None:
    """Note which article is nearest to a group that has none yet, if there is a knowledge base."""
    service = lookups.get(ANSWERS)
    if service is None:
        return
    try:
        found = await groups.get(BY, id)
    except NotFound:
        # It was answered after all in the same moment, and went.
        return
    if found.article:
        return
    nobody = Number.parse("")
    facts = Facts(found.id, "chat", found.organisation, found.region, nobody, nobody)
    try:
        answer = await service.answer(service.arguments(words=found.said, least=NEAR), facts)
    except Exception:
        log.exception("no article is looked for", group=id)
        return
    if answer is not None:
        await groups.found_article(id, answer.model_dump()["title"])
