"""Starts the supervision: cards follow every time limit of the house from now on."""

from __future__ import annotations

from cti.base.expressions.types import BOOLEAN, NUMBER, TEXT, record
from cti.office.figures import Figures
from cti.office.messages import Messages
from cti.office.processes.room import ProcessRoom
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.plugins import Host
from cti.web.host import Web
from workflow.supervision.api import routes
from workflow.supervision.cards import Cards
from workflow.supervision.facts import card_facts, manual_facts
from workflow.supervision.giving import Giving
from workflow.supervision.manual import Supervisions, SupervisionSubjects
from workflow.supervision.points import Points
from workflow.supervision.telling import KIND, Telling, offer
from workflow.tickets.service import Tickets

RECORD = record({"number": TEXT, "unit": TEXT, "days": NUMBER, "urgent": BOOLEAN})
"""What expressions of processes read of a supervision by hand: `Supervisions.facts`."""


async def setup(host: Host) -> None:
    """Offer Points, Cards and Supervisions."""
    office, room = host.need(Office), host.need(ProcessRoom)
    cases, watching, messages = room.cases, room.cases.watching, host.need(Messages)
    room.reads(KIND, RECORD)
    host.on_stop(offer(messages))
    points = Points(office, room)
    await points.read()
    telling = Telling(messages, host.need(Timers), host.clock, points)
    host.on_stop(telling.close)
    cards = Cards(office, cases, telling)
    manual = Supervisions(office, cases, host.need(Tickets), room.forms, telling)
    for service in (points, cards, manual):
        host.provide(type(service), service)
    host.on_stop(cases.about(KIND, manual.facts, manual.hear))
    host.on_stop(watching.describe(KIND, SupervisionSubjects()))
    host.on_stop(watching.use(points.marks))
    host.on_stop(watching.listen(Giving(cases, host.clock, points, telling).hear))
    for facts in (card_facts(cards), manual_facts(manual)):
        host.on_stop(host.need(Figures).offer(facts))
    host.on_stop(host.need(Web).add(routes(points, cards, manual)))
