"""Starts the trends: tickets are put to matters, and rises are looked for."""

from __future__ import annotations

from collections.abc import Callable

from cti.base.calendars import Calendars
from cti.office.messages import Messages
from cti.office.records import Office
from cti.plugins import Host, Teardown
from cti.web.host import Web
from workflow.tickets.desk.alike import AlikeTickets
from workflow.tickets.texts import TicketTexts
from workflow.transcripts.service import Transcripts
from workflow.trends.api import routes
from workflow.trends.gathering import Gathering
from workflow.trends.rises import KIND, Rises
from workflow.trends.said import Said
from workflow.trends.service import Trends


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
    gathering = Gathering(office.store, host.clock, texts, host.need(AlikeTickets))
    host.on_stop(host.need(Web).add(routes(trends, rises, said)))
    gathering.start()
    rises.start()

    async def stop() -> None:
        await gathering.stop()
        await rises.stop()

    return stop
