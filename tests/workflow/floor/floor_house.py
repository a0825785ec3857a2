"""A floor with agents of the city, of the east and of the west, on virtual time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from acd.service import Acd
from acd.settings.owners import owners_of
from acd.settings.schema import AcdSettings
from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.scope import EVERYTHING, Scope
from cti.base.settings import AccountSettings, MessageSettings, TrunkSettings
from cti.base.visitor import Visitor, system
from cti.office.identity.people import PersonData
from cti.office.identity.service import Identity
from cti.office.messages import Messages
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.store.engine import Store
from cti.telephony.engagement import Engagements
from cti.telephony.trunks import Trunks
from cti.testing.office import CITY_TOP, cheap_passwords, office_on
from workflow.floor.alarms import FloorAlarms, Standing
from workflow.floor.hands import Hands
from workflow.floor.models import HandRow
from workflow.floor.notes import Notes
from workflow.floor.readings import Readings
from workflow.floor.rules import Rules

AGENTS = {"1001": "city", "2001": "east", "2002": "east", "3001": "west", "4001": "village"}
QUEUES = {"general": {}, "of_east": {"organisations": ["east"]}}


@dataclass
class Floor:
    """Everything that the plugin starts."""

    office: Office
    acd: Acd
    engagements: Engagements
    trunks: Trunks
    messages: Messages
    hands: Hands
    notes: Notes
    rules: Rules
    alarms: FloorAlarms
    people: dict[str, str]
    identity: Identity
    told: list[HandRow | Standing] = field(default_factory=list)

    def agent(self, number: str, *permissions: str) -> Visitor:
        """Somebody who works as an agent, and reaches but himself."""
        organisation = AGENTS[number]
        scope = Scope(organisations=frozenset({organisation}), agent=number)
        rights = frozenset(permissions or {"agent.work"})
        return Visitor(
            self.people[number], number, f"座席{number}", number, organisation, "320400", permissions=rights,
            scope=scope,
        )  # fmt: skip


def clock_of(floor: Floor) -> VirtualClock:
    """The clock that a test moves."""
    clock = floor.office.clock
    assert isinstance(clock, VirtualClock)
    return clock


def leader(organisation: str, *permissions: str, below: tuple[str, ...] = ()) -> Visitor:
    """Who leads an organisation and those below it; the city's reaches all."""
    scope = EVERYTHING if organisation == "city" else Scope(organisations=frozenset({organisation, *below}))
    rights = frozenset(permissions or {"floor.lead", "floor.message", "floor.rules"})
    return Visitor(
        f"01{organisation}", organisation, f"班长{organisation}", None, organisation, "320400", permissions=rights,
        scope=scope,
    )  # fmt: skip


async def floor_on(store: Store) -> Floor:
    """A new floor on a store; all agents are signed in."""
    office = await office_on(store, "floor")
    clock = office.clock
    identity = await Identity.open(
        store, Bus(), clock, CITY_TOP, passwords=cheap_passwords(), settings=AccountSettings(second_factor="roles")
    )
    people: dict[str, str] = {}
    for number, organisation in AGENTS.items():
        data = PersonData(
            login=f"a{number}", name=f"座席{number}", agent_no=number, organisation=organisation, roles=["agent"]
        )
        person, _ = await identity.people.add_unchecked(system("test"), data, "Pass-word-1")
        people[number] = person.id
    acd = Acd(clock, AcdSettings.model_validate({"queues": QUEUES}))
    acd.owner_of = lambda agent: AGENTS.get(agent, "")
    messages = Messages(store, clock, Timers(store, clock, Bus()), MessageSettings())
    engagements = Engagements(clock)
    trunks = Trunks({"carrier": TrunkSettings()}, Bus(), clock)
    told: list[HandRow | Standing] = []
    hands = Hands(office, identity.people, acd, engagements, messages, told.append)
    queues = acd.settings.queues
    rules = Rules(office, lambda: {name: (name, owners_of(acd.settings, name, "city")) for name in queues})
    readings = Readings(acd, trunks, "city", lambda agent: f"座席{agent}", hands.since)
    alarms = FloorAlarms(office, rules, readings, messages, lambda one: told.append(replace(one)))
    notes = Notes(office, identity.people, acd, messages)
    for number in AGENTS:
        acd.sign_in(number)
    return Floor(
        office, acd, engagements, trunks, messages, hands, notes, rules, alarms, people, identity, told
    )  # fmt: skip
