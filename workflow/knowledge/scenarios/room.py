"""Scenarios in a running house: what changes is known at once, by the desk and by the index."""

from __future__ import annotations

from collections.abc import Sequence

from cti.office.records import Office
from cti.plugins import Host
from cti.web.host import Web
from workflow.knowledge.events import ArticlePublished, ArticleWithdrawn
from workflow.knowledge.finding.service import Finding
from workflow.knowledge.scenarios.api import routes
from workflow.knowledge.scenarios.service import LinkMany, ScenarioLinks, Scenarios, stamp, touched
from workflow.knowledge.scenarios.spotting import Spotting
from workflow.knowledge.service import Articles


def begin(host: Host, articles: Articles, finding: Finding) -> Spotting:
    """Offer Spotting, and let articles be linked in bulk."""
    office = host.need(Office)
    scenarios, links = Scenarios(office), ScenarioLinks(office)
    spotting = Spotting(office, scenarios, links, finding.asked)
    following = Following(office, links, finding, spotting)
    host.on_stop(scenarios.on_change(following.scenarios))
    host.on_stop(links.on_change(following.links))
    host.listen(ArticlePublished, spotting.forget)
    host.listen(ArticleWithdrawn, spotting.forget)
    articles.many = (*articles.many, LinkMany(scenarios, links))
    host.on_stop(host.need(Web).add(routes(office, scenarios, links, spotting)))
    host.provide(Spotting, spotting)
    return spotting


class Following:
    """Lets articles be found by their scenarios as these are now."""

    def __init__(self, office: Office, links: ScenarioLinks, finding: Finding, spotting: Spotting) -> None:
        self._office, self._links, self._finding, self._spotting = office, links, finding, spotting

    async def scenarios(self, ids: Sequence[str]) -> None:
        """Scenarios were moved, merged, switched off or on, or are known by something else."""
        async with self._office.store.reading() as session:
            articles = await touched(session, ids)
        await self._changed(articles)

    async def links(self, ids: Sequence[str]) -> None:
        """Articles were linked, or are no more."""
        async with self._office.store.reading() as session:
            articles = await self._links.articles_of(session, ids)
        await self._changed(articles)

    async def _changed(self, articles: Sequence[str]) -> None:
        self._spotting.forget()
        if articles:
            async with self._office.store.writing() as session:
                await stamp(session, articles, self._office.clock.wall())
            self._finding.keeper.changed(articles)
