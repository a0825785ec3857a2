"""Statistics in a running house."""

from __future__ import annotations

from cti.office.figures import Figures
from cti.office.records import Office
from cti.plugins import Host
from cti.web.host import Web
from workflow.knowledge.asking.corrections import Corrections
from workflow.knowledge.asking.questions import Questions
from workflow.knowledge.service import Articles
from workflow.knowledge.statistics.api import routes
from workflow.knowledge.statistics.facts import sources
from workflow.knowledge.statistics.service import KnowledgeStatistics
from workflow.knowledge.statistics.visits import Visits


def begin(host: Host, articles: Articles, questions: Questions, corrections: Corrections) -> Visits:
    """Offer KnowledgeStatistics and what can be counted; returns who notes visits."""
    office, figures = host.need(Office), host.need(Figures)
    for source in sources(articles, questions, corrections):
        host.on_stop(figures.offer(source))
    statistics = KnowledgeStatistics(office, figures, articles)
    host.on_stop(host.need(Web).add(routes(statistics)))
    host.provide(KnowledgeStatistics, statistics)
    return Visits(office.store, host.clock)
