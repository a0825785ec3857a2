"""Starts the plugin."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cti.base.citizen import Citizen
from cti.base.expressions.types import BOOLEAN, NUMBER, TEXT, record
from cti.base.http.routes import Exchange
from cti.office.files.service import Files
from cti.office.messages import Messages
from cti.office.processes.room import ProcessRoom
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.plugins import Host
from cti.web.host import Web
from cti.web.public_site import PublicSite
from workflow.publishing.api import routes
from workflow.publishing.cases import GoodCases
from workflow.publishing.outside import PublicPublications
from workflow.publishing.rules import KIND
from workflow.publishing.service import Publications
from workflow.publishing.showing import Showing
from workflow.publishing.shown import Shown
from workflow.publishing.surveys.answering import Answering
from workflow.publishing.surveys.api import routes as survey_routes
from workflow.publishing.surveys.outside import AT as SURVEY_AT
from workflow.publishing.surveys.outside import SurveyPages
from workflow.publishing.surveys.service import Surveys
from workflow.publishing.telling import Telling, offer
from workflow.tickets.service import Tickets

SITE = Path(__file__).parent / "site"
FILES = "publishing-site"
"""Where the pages' own files are on the public site."""
RECORD = record({"number": TEXT, "edition": NUMBER, "state": TEXT, "missing": TEXT, "valid": BOOLEAN, "section": TEXT})
"""What expressions of processes read of a publication: `Publications.facts`."""


async def setup(host: Host) -> None:
    """Offer Publications, Shown and PublicPublications."""
    office, room, messages = host.need(Office), host.need(ProcessRoom), host.need(Messages)
    room.reads(KIND, RECORD)
    host.on_stop(offer(messages))
    showing = Showing(office, host.need(Timers))
    host.on_stop(showing.close)
    publications, shown = Publications(office, room.cases, showing, Telling(messages)), Shown(office, showing)
    host.on_stop(room.cases.about(KIND, publications.facts, publications.hear))
    held = host.need(Files).held
    held.append(shown.holds)
    host.on_stop(lambda: held.remove(shown.holds))
    cases = GoodCases(publications)
    host.when(Tickets, cases.use)
    public = PublicPublications(office, shown)
    for service in (publications, shown, public):
        host.provide(type(service), service)
    host.on_stop(host.need(Web).add(routes(publications, shown, cases)))
    site = host.need(PublicSite)
    host.on_stop(site.add(public.routes()))

    async def citizen(exchange: Exchange) -> Citizen | None:
        return await site.sessions.citizen(exchange.token, exchange.browser) if site.sessions is not None else None

    surveys, answering = Surveys(office, SURVEY_AT), Answering(office)
    for told in (surveys, answering):
        host.provide(type(told), told)
    host.on_stop(host.need(Web).add(survey_routes(surveys)))
    host.on_stop(site.add(SurveyPages(answering, citizen, host.clock).routes()))
    host.on_stop(await asyncio.to_thread(site.add_files, FILES, SITE))
