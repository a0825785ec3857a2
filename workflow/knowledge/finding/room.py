"""Finding in a running house: the index follows what is published, rankings are files, flows and bots may ask."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from cti.office.files.keeping import alarms_of
from cti.office.jobs.service import Jobs
from cti.office.records import Office
from cti.office.timers.schedule import Schedule
from cti.office.workshop.owning import Owning
from cti.office.workshop.service import Workshop
from cti.office.workshop.watching import watch
from cti.plugins import Host
from cti.web.host import Web
from ivr.reach.lookups import Lookups
from workflow.knowledge.categories import Categories, Industries, LifeEvents
from workflow.knowledge.events import ArticlePublished, ArticleWithdrawn
from workflow.knowledge.finding import lookup
from workflow.knowledge.finding.apart import Apart
from workflow.knowledge.finding.api import RIGHTS, RankingsApi, routes
from workflow.knowledge.finding.articles import PublishedArticles
from workflow.knowledge.finding.asked import AskedQuestions
from workflow.knowledge.finding.boards import HotBoards
from workflow.knowledge.finding.keeper import Keeper
from workflow.knowledge.finding.kept import JudgedQuestions, SynonymGroups
from workflow.knowledge.finding.meant import Meant
from workflow.knowledge.finding.misheard import Misheard
from workflow.knowledge.finding.ranking import FILES, RankingFile, RankingLibrary
from workflow.knowledge.finding.service import Finding
from workflow.knowledge.finding.trying import Trying
from workflow.knowledge.settings import KnowledgeSettings
from workflow.knowledge.types import Types

SHIPPED = Path(__file__).parents[1] / FILES
INDEX = Path("knowledge", "index")
"""The index in the state directory. It is made of the tables, and stands in no backup."""
ALARM, HOT = "knowledge_index", "knowledge_hot"
LEARN_SECONDS = 600.0
"""So often heat, hot questions and words for corrections are counted anew; and what is too old is forgotten."""


async def begin(host: Host, types: Types, trees: Sequence[Categories | Industries | LifeEvents]) -> Finding:
    """Offer Finding, which is to be stopped with the plugin. In `trees` articles are filed."""
    office, settings = host.need(Office), host.section(KnowledgeSettings)
    articles = PublishedArticles(office.store, types)
    keeper = Keeper(host.data / INDEX, articles, Apart(host.data))
    alarm = alarms_of(host.bus, host.clock)
    keeper.on_trouble = lambda trouble: alarm(ALARM, trouble and f"知识库索引未能更新，按原来的索引检索：{trouble}")
    rankings = await asyncio.to_thread(RankingLibrary, host.data / FILES, shipped=[SHIPPED])
    asked = AskedQuestions(office.store, host.clock)
    meant = Meant(host.data, settings.meaning)
    host.on_stop(meant.close)
    finding = Finding(office, keeper, articles, types, rankings, asked, meant.questions)
    synonyms, judged = SynonymGroups(office), JudgedQuestions(office)

    async def take_synonyms(_: object = None) -> None:
        keeper.take_synonyms(await synonyms.groups())

    await take_synonyms()
    await keeper.start()
    keeper.take_vectors(meant.vectors)
    meant.on_near = keeper.take_near
    await take_synonyms()
    host.on_stop(synonyms.on_change(take_synonyms))

    async def follow(nodes: Sequence[str]) -> None:
        keeper.changed(await articles.moved(nodes))

    await articles.moved()
    for tree in trees:
        host.on_stop(tree.on_change(follow))
    host.listen(ArticlePublished, lambda event: keeper.changed([event.record]))
    host.listen(ArticlePublished, lambda event: meant.changed([event.record]))
    host.listen(ArticleWithdrawn, lambda event: keeper.changed([event.record]))

    jobs = host.need(Jobs)
    boards = HotBoards(office.store, host.clock, asked, jobs, office.region, settings.hot_days)
    host.on_stop(jobs.register(boards.kind))
    schedule = host.need(Schedule)
    await schedule.every(HOT, "热点知识榜单", settings.hot_at, boards.make)
    host.on_stop(lambda: schedule.stop(HOT))
    host.provide(HotBoards, boards)

    desk: Workshop[RankingFile] = Workshop(
        rankings, host.clock, office.store, office.audit, Owning(office.organisation, office.region, RIGHTS)
    )
    trying = Trying(office.store, finding, judged, desk)
    host.on_stop(host.need(Web).add([*routes(finding, boards, synonyms, judged), *RankingsApi(desk, trying).routes()]))
    host.task(watch(rankings, RIGHTS.title, host.bus, host.clock), "watch rankings")
    host.task(_learn(host, finding), "learn what people look for")
    host.task(meant.run(), "encode what articles mean")
    found = lookup.service(finding, Misheard(office.store, keeper))
    host.when(Lookups, lambda lookups: lookups.offer(found))
    host.provide(Finding, finding)
    return finding


async def _learn(host: Host, finding: Finding) -> None:
    while True:
        await finding.learn()
        await finding.asked.sweep()
        await asyncio.sleep(LEARN_SECONDS)
