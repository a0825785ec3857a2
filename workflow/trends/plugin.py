"""Starts the trends: tickets are put to matters, and rises are looked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from cti.base.times.calendars import Calendars
from cti.office.figures import Figures
from cti.office.messages import Messages
from cti.office.records import Office
from cti.office.reports.delivery import deliver
from cti.office.reports.service import Reports
from cti.plugins import Host, Teardown
from cti.web.host import Web
from workflow.assistant.gists import Gists
from workflow.tickets.desk.alike import AlikeTickets
from workflow.tickets.texts import TicketTexts
from workflow.transcripts.finished import FinishedTalks
from workflow.transcripts.service import Transcripts
from workflow.trends.api import routes, topic_routes
from workflow.trends.gathering import Gathering
from workflow.trends.rises import KIND, Rises
from workflow.trends.said import Said
from workflow.trends.service import Trends
from workflow.trends.talks.facts import topics_source
from workflow.trends.talks.gathering import TalkGathering
from workflow.trends.talks.service import TalkTopics


async def setup(host: Host) -> Teardown:
    """Offer Trends, Rises and Said."""
    office, messages, texts = host.need(Office), host.need(Messages), host.need(TicketTexts)
    messages.templates.add_kind(KIND, "热点发现")
    office.audit.kinds.setdefault("trend_matter", "热点事项")
    office.audit.kinds.setdefault("trend_rise", "诉求突增")
    trends, said = Trends(office), Said(office)
    rises = Rises(office, messages, host.need(Calendars), texts.categories)
    for service in (trends, rises, said):
        host.provide(type(service), service)

    def heard(transcripts: Transcripts) -> Callable[[], None]:
        said.transcripts = transcripts

        def gone() -> None:
            said.transcripts = None

        return gone

    host.when(Transcripts, heard)
    topics = TalkTopics(office)
    host.provide(TalkTopics, topics)
    host.on_stop(host.need(Web).add(topic_routes(topics)))
    host.on_stop(host.need(Figures).offer(topics_source()))
    await deliver(host.need(Reports), Path(__file__).parent)
    talking = TalkGathering(office.store, host.clock)

    def read_talks(talks: FinishedTalks) -> Callable[[], None]:
        talking.talks = talks
        return partial(setattr, talking, "talks", None)

    def understand(gists: Gists) -> Callable[[], None]:
        talking.use(gists)
        return partial(talking.use, None)

    host.when(FinishedTalks, read_talks)
    host.when(Gists, understand)
    gathering = Gathering(office.store, host.clock, texts, host.need(AlikeTickets))
    host.on_stop(host.need(Web).add(routes(trends, rises, said)))
    gathering.start()
    rises.start()
    talking.start()

    async def stop() -> None:
        await gathering.stop()
        await rises.stop()
        await talking.stop()

    return stop
