"""Starts the plugin."""

from __future__ import annotations

from pathlib import Path

from cti.base.expressions.types import BOOLEAN, NUMBER, TEXT, record
from cti.office.files.service import Files
from cti.office.messages import Messages
from cti.office.processes.room import ProcessRoom
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.plugins import Host
from cti.web.host import Web
from cti.web.public_site import PublicSite
from workflow.portal.menu import Entry, Menu
from workflow.portal.rendering import Pages
from workflow.publishing.api import routes
from workflow.publishing.cases import GoodCases
from workflow.publishing.outside import PublicPublications
from workflow.publishing.pages.news import AT as NEWS_AT
from workflow.publishing.pages.news import TITLE as NEWS
from workflow.publishing.pages.news import NewsPages
from workflow.publishing.pages.surveys import AT as SURVEYS_AT
from workflow.publishing.pages.surveys import TITLE as SURVEYS
from workflow.publishing.pages.surveys import SurveyPages
from workflow.publishing.rules import KIND
from workflow.publishing.service import Publications
from workflow.publishing.showing import Showing
from workflow.publishing.shown import Shown
from workflow.publishing.surveys.answering import Answering
from workflow.publishing.surveys.api import routes as survey_routes
from workflow.publishing.surveys.service import Surveys
from workflow.publishing.telling import Telling, offer
from workflow.tickets.service import Tickets

TEMPLATES = Path(__file__).parent / "templates"
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
    surveys, answering = Surveys(office, f"{SURVEYS_AT}/{{id}}"), Answering(office)
    for told in (surveys, answering):
        host.provide(type(told), told)
    host.on_stop(host.need(Web).add(survey_routes(surveys)))
    _open(host, public, answering)


def _open(host: Host, public: PublicPublications, answering: Answering) -> None:
    """The public's routes and pages, and their entries in the portal's menu."""
    site, menu, pages = host.need(PublicSite), host.need(Menu), host.need(Pages)
    host.on_stop(pages.add_templates("publishing", TEMPLATES))
    news, surveys = NewsPages(public, pages), SurveyPages(answering, pages, host.clock)
    for entry in (Entry(NEWS_AT, NEWS, 30), Entry(SURVEYS_AT, SURVEYS, 40)):
        host.on_stop(menu.add(entry))
    for block in (news.block, surveys.block):
        host.on_stop(menu.add_block(block))
    host.on_stop(menu.add_mapped(news.mapped))
    host.on_stop(site.add([*public.routes(), *news.routes(), *surveys.routes()]))
