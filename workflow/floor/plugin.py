"""Starts the floor: hands, messages, rules and their alarms."""

from __future__ import annotations

from pathlib import Path

from acd.group_titles import GroupTitles
from acd.reports.archive import Archive
from acd.service import Acd
from acd.settings.owners import owners_of
from cti.base.events import (
    AgentStateChanged,
    AlarmCleared,
    AlarmRaised,
    Event,
    PersonChanged,
    QueueChanged,
    SupervisorJoined,
)
from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.identity.people import People
from cti.office.identity.service import Identity
from cti.office.messages import Messages
from cti.office.records import Office
from cti.office.reports.delivery import deliver
from cti.office.reports.service import Reports
from cti.plugins import Host, Teardown
from cti.store.calls import StoredCalls
from cti.store.journal.journal import Journal
from cti.telephony.calls import Calls
from cti.telephony.queue_titles import QueueTitles
from cti.telephony.trunks import Trunks
from cti.web.host import Web
from workflow.floor.alarms import FloorAlarms, Standing
from workflow.floor.api import routes
from workflow.floor.books.days import AgentDays
from workflow.floor.books.facts import sources
from workflow.floor.books.gathering import Books
from workflow.floor.hands import Hands, leads, shown
from workflow.floor.models import HandRow
from workflow.floor.notes import Notes
from workflow.floor.readings import Readings
from workflow.floor.rules import Rules
from workflow.floor.topics import FLOOR, LEAD, OWN_HAND, FloorSnapshot, OwnHand


async def setup(host: Host) -> Teardown:
    """Offer Hands, Notes, Rules and FloorAlarms, and follow events."""
    office, acd, calls, web = host.need(Office), host.need(Acd), host.need(Calls), host.need(Web)
    people, messages, house = host.need(Identity).people, host.need(Messages), host.settings.house.organisation
    names: dict[str, str] = {}

    async def load_names() -> None:
        names.update({one.agent_no: one.name for one in await people.agents()})

    def hand_told(row: HandRow) -> None:
        FLOOR.tell(web.hub, f"hand:{row.agent}", {"hand": shown(row)}, about=row.organisation)
        OWN_HAND.tell(web.hub, "own_hand", hands.own_of(row.agent), person=row.agent, about=row.agent)
        alarms.soon()

    def alarm_told(one: Standing) -> None:
        FLOOR.tell(web.hub, f"alarm:{one.id}", {"alarm": one.shown()}, about=one.organisation)

    def own_hand(visitor: Visitor) -> OwnHand:
        return hands.own(visitor)

    def snapshot(visitor: Visitor) -> FloorSnapshot:
        return {"hands": hands.within(visitor), "alarms": alarms.within(visitor)}

    hands = Hands(office, people, acd, calls.engagements, messages, hand_told)
    rules = Rules(
        office,
        lambda: {
            name: (one.title or name, owners_of(acd.settings, name, house)) for name, one in acd.settings.queues.items()
        },
    )
    readings = Readings(acd, host.need(Trunks), house, lambda agent: names.get(agent, ""), hands.since)
    alarms = FloorAlarms(office, rules, readings, messages, alarm_told)
    notes = Notes(office, people, acd, messages)
    for kind, one in ((Hands, hands), (Rules, rules), (FloorAlarms, alarms), (Notes, notes)):
        host.provide(kind, one)
    await load_names()
    await hands.load()
    await rules.deliver()
    host.live(FLOOR, snapshot, lambda visitor, key, whose: leads(visitor.reach(LEAD), whose))
    host.live(OWN_HAND, own_hand, lambda visitor, key, agent: visitor.agent_no == agent)
    host.on_stop(web.add(routes(hands, notes, rules, alarms)))

    def joined(event: SupervisorJoined) -> None:
        if event.agent in hands.up:
            host.task(hands.joined(event.agent, event.supervisor), "a hand is answered")

    def state(event: AgentStateChanged) -> None:
        alarms.soon()
        if event.state == "signed_out" and event.agent in hands.up:
            host.task(hands.left(event.agent), "a hand goes down")

    def person(event: PersonChanged) -> None:
        host.task(load_names(), "names of agents")

    def changed(event: Event) -> None:
        alarms.soon()

    host.listen(SupervisorJoined, joined)
    host.listen(AgentStateChanged, state)
    host.listen(PersonChanged, person)
    host.listen(QueueChanged, changed)
    host.listen(AlarmRaised, changed)
    host.listen(AlarmCleared, changed)
    await _books(host, office, people, acd)
    await alarms.start()
    return alarms.stop


async def _books(host: Host, office: Office, people: People, acd: Acd) -> None:
    """What is over becomes rows that figures count."""
    calls, journal = host.need(StoredCalls), host.need(Journal)
    books = Books(office, people, acd, calls, journal)
    await books.begin()
    host.on_stop(journal.on_stored(books.stored))
    host.task(books.run(), "write down talks and waits")
    days = AgentDays(office, people, acd, Archive(acd.statistics, office.store))
    host.provide(AgentDays, days)
    host.task(days.run(), "write down agents' days")
    for facts in sources(host.need(QueueTitles), GroupTitles(acd)):
        host.on_stop(host.need(Figures).offer(facts))
    await deliver(host.need(Reports), Path(__file__).parent)
