"""Starts the revisits: plans are called by, results come into tickets, flows ask and tell."""

from __future__ import annotations

from pathlib import Path

from acd.service import Acd
from cti.base.bus import Unsubscribe
from cti.base.http.topics import Nothing
from cti.base.times.calendars import Calendars
from cti.office.messages import Messages
from cti.office.messages.citizens import CitizenMessages
from cti.office.records import Office
from cti.plugins import Host
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.calls import Calls
from cti.telephony.lines_left import LinesLeft
from cti.telephony.outgoing import Outgoing
from cti.telephony.spared import Spared
from cti.telephony.trunks import Trunks
from cti.telephony.unexpected_dials import UnexpectedDials
from cti.telephony.ways_out import WaysOut
from cti.web.host import Web
from cti.web.public_site import PublicSite
from ivr.reach.lookups import Lookups
from ivr.telephone.minutes import Minutes, SaidLine, said_in
from ivr.telephone.taking_over import TakingOver
from ivr.workshop.library import FlowLibrary
from ivr.workshop.uses import FlowUses
from workflow.portal.rendering import Pages
from workflow.revisit.api import routes
from workflow.revisit.calling import Calling, Over
from workflow.revisit.intake import Intake
from workflow.revisit.link_pages import LinkPages
from workflow.revisit.links import Links, offer
from workflow.revisit.live import Live
from workflow.revisit.plans import Plans
from workflow.revisit.results import Results
from workflow.revisit.service import Revisits
from workflow.revisit.settings import RevisitSettings
from workflow.revisit.spoken import services
from workflow.revisit.strategies import Strategies
from workflow.revisit.telephone import Telephone
from workflow.revisit.topics import LIVE
from workflow.tickets.calls.revisiting import Revisiting
from workflow.tickets.service import Tickets

TEMPLATES = Path(__file__).parent / "templates"


async def setup(host: Host) -> None:
    """Offer Revisits and Plans, and call by what runs."""
    office, calls, stored, ways = host.need(Office), host.need(Calls), host.need(StoredCalls), host.need(WaysOut)
    calendars, acd, flows = host.need(Calendars), host.need(Acd), host.need(FlowLibrary)

    def titles() -> dict[str, str]:
        return {name: flow.head.title or name for name, flow in flows.flows.items()}

    async def said(call: str) -> list[SaidLine]:
        found = calls.find(call) or await stored.load(call)
        return said_in(found) if found is not None else []

    def awaited(number: str) -> bool:
        talks = any(call.caller.digits == number for call in calls.open)
        return talks or acd.callbacks.owed_to(number) is not None

    strategies = Strategies(office, calendars, ways.permitted)
    plans = Plans(office, strategies, host.need(Revisiting), titles)
    host.on_stop(host.need(FlowUses).add(plans.led_by))
    revisits = Revisits(office, plans, host.need(Revisiting), host.settings.house.area)
    results, intake = Results(revisits, said), Intake(plans, revisits)
    lines = LinesLeft(host.need(Trunks), calls)
    dials = UnexpectedDials(host.need(Spared), ways, calendars, awaited)
    telephone = Telephone(calls, host.need(Outgoing))
    links = Links(revisits, results, host.need(CitizenMessages), next(iter(host.settings.house.public.names), ""))
    results.send_link = links.send
    host.on_stop(offer(host.need(Messages)))
    host.when(Pages, lambda pages: _open(host, links, pages))
    calling = Calling(revisits, strategies, intake, results, dials, telephone, lines.now, calls.background)

    def use(settings: RevisitSettings) -> None:
        calling.settings = results.settings = links.settings = settings
        calling.look()

    live = Live(revisits, calls, acd, host.need(TakingOver))
    tell = host.live(LIVE, lambda visitor: Nothing(), lambda visitor, key, about: True)
    host.on_stop(host.need(Minutes).follow(lambda call: tell("", {"new": True})))
    host.on_stop(revisits.on_change(lambda ids: tell("", {"new": True})))

    use(host.section(RevisitSettings, use))
    host.provide(Revisits, revisits)
    host.provide(Plans, plans)
    for service in services(revisits, results):
        host.on_stop(host.need(Lookups).offer(service))
    for records in (plans, strategies):
        host.on_stop(records.on_change(lambda ids: calling.look()))
    host.on_stop(host.need(Tickets).on_change(calling.tickets_changed))
    over = Over(stored, host.need(Journal), results, host.need(Store))
    await over.begin()
    await over.take_up()
    host.on_stop(host.need(Journal).on_stored(over.stored))
    host.task(over.run(), "follow the ends of revisits' calls")
    host.task(calling.run(), "call for revisits")
    host.on_stop(host.need(Web).add(routes(revisits, plans, strategies, calendars, live)))


def _open(host: Host, links: Links, pages: Pages) -> Unsubscribe:
    """The page of a link, while the public site's frame is there."""
    undo = pages.add_templates("revisit", TEMPLATES)
    close = host.need(PublicSite).add(LinkPages(links, pages, host.clock).routes())

    def end() -> None:
        close()
        undo()

    return end
