"""Starts the ticket desk."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cti.base.expressions.types import BOOLEAN, NUMBER, TEXT, record
from cti.office.figures import Figures
from cti.office.forms.describing import Source
from cti.office.messages import Messages
from cti.office.printing.service import Printing
from cti.office.processes.bulk import ActOnCases
from cti.office.processes.room import ProcessRoom
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.plugins import Host
from cti.telephony.calls import Calls
from cti.web.host import Web
from cti.web.public_site import PublicSite
from workflow.tickets.acting import MANY, Acts
from workflow.tickets.api import BASE, routes
from workflow.tickets.catalogue import Catalogue
from workflow.tickets.categories import Categories
from workflow.tickets.choices import Choices
from workflow.tickets.facts import sources
from workflow.tickets.following import Following
from workflow.tickets.history import History
from workflow.tickets.offering import Offering
from workflow.tickets.progress import Progress
from workflow.tickets.rules import SEE
from workflow.tickets.service import KIND, PRINT, Tickets
from workflow.tickets.settings import TicketSettings
from workflow.tickets.subjects import TicketSubjects
from workflow.tickets.tasks import TASK_KIND, Tasks
from workflow.tickets.telling import Telling, offer
from workflow.tickets.timeline import TicketEvents
from workflow.tickets.titles import Titles
from workflow.tickets.verifying_api import routes as verifying_routes

HERE = Path(__file__).parent
SOURCES = {
    "units": Source(f"{BASE}/options/units"),
    "open_tickets": Source(f"{BASE}/options/open", search=True),
}
"""What fields of forms may let people choose from, besides what the house has."""
RECORD = record(
    {
        **dict.fromkeys(("number", "type", "channel", "place", "registrar", "lacks"), TEXT),
        **dict.fromkeys(("urgent", "confidential", "anonymous", "enterprise", "revisited"), BOOLEAN),
        "reminders": NUMBER,
    }
)
"""What expressions of processes read of a ticket: `Tickets.facts`."""


async def setup(host: Host) -> None:
    """Offer Tickets."""
    office, calls, area = host.need(Office), host.need(Calls), host.settings.house.area
    room, timers = host.need(ProcessRoom), host.need(Timers)
    cases, forms = room.cases, room.forms
    room.reads(KIND, RECORD)
    for name, source in SOURCES.items():
        host.on_stop(forms.offer(name, source))

    titles = Titles(office.store, host.clock)
    tickets = Tickets(office, cases, calls, titles, host.section(TicketSettings), area)
    host.provide(Tickets, tickets)
    messages = host.need(Messages)
    host.on_stop(offer(messages))
    following = Following(cases, host.clock, Telling(messages, cases), tickets.indexed)
    host.on_stop(cases.about(KIND, tickets.facts, following.hear))
    host.on_stop(cases.watching.describe(KIND, TicketSubjects(cases)))
    host.on_stop(office.timelines.add(TicketEvents(tickets, forms), KIND))
    host.on_stop(host.need(Printing).offer(PRINT.kind(Tickets)))
    for facts in sources(sqlite=office.store.is_sqlite):
        host.on_stop(host.need(Figures).offer(facts))
    acts = Acts(tickets, timers)
    host.on_stop(acts.close)
    tickets.many = tuple(ActOnCases(action, title, SEE, cases, acts.act) for action, title in MANY.items())
    categories, catalogue = Categories(office), Catalogue(office, titles)
    offering = Offering(tickets, acts, catalogue, forms)
    history = History(tickets, calls, area)
    tasks = Tasks(tickets)
    office.counted[TASK_KIND] = tasks
    host.on_stop(lambda: office.counted.pop(TASK_KIND))
    own = routes(tickets, acts, offering, tasks, history, categories, catalogue, Choices(tickets))
    host.on_stop(host.need(Web).add([*own, *verifying_routes(office)]))
    site = host.need(PublicSite)
    host.on_stop(site.add(Progress(office.store, host.clock).routes()))
    host.on_stop(await asyncio.to_thread(site.add_files, "progress", HERE / "site"))
