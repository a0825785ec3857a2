"""A hotline with agents, recorded talks and inspectors, on virtual time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from acd.service import Acd
from acd.settings.schema import AcdSettings
from cti.base.bus import Bus
from cti.base.call import Call
from cti.base.clock import VirtualClock
from cti.base.events import Event
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.scope import EVERYTHING, Scope
from cti.base.settings import AccountSettings, MessageSettings
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor, system
from cti.office.identity.people import PersonData
from cti.office.identity.service import Identity
from cti.office.jobs.service import Jobs
from cti.office.messages import Messages
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.telephony.queue_titles import QueueTitles
from cti.testing.office import CITY_TOP, cheap_passwords, office_on
from workflow.quality import telling
from workflow.quality.calibrations import Calibrations
from workflow.quality.desk import Desk
from workflow.quality.drawing.candidates import Candidates
from workflow.quality.drawing.service import Drawing
from workflow.quality.keeping import Keeping
from workflow.quality.plans import Plans
from workflow.quality.reviews import Reviews
from workflow.quality.scoring.library import SheetLibrary
from workflow.quality.scoring.room import SHIPPED
from workflow.quality.telling import Telling
from workflow.quality.views import AnswerBody, PlanFields, Scored

AGENTS = {"1001": "city", "1002": "city", "2001": "east"}
INSPECTORS = {"li": "", "wang": "", "zhang": "1002"}
MONDAY = datetime(2026, 3, 8, 22, 30, tzinfo=UTC)
"""The morning of Monday, 9 March, in the house's time zone."""


class Sounds:
    """What outlines say of recordings: silence by recording."""

    def __init__(self) -> None:
        self.silence: dict[str, float] = {}
        self.asked: list[str] = []

    async def of(self, recording: Recording) -> SimpleNamespace:
        self.asked.append(recording.id)
        gap = self.silence.get(recording.id, 1.0)
        return SimpleNamespace(speech=[[(0.0, 1.0)], [(1.0 + gap, 2.0 + gap)]])


class QualityPlace:
    """All services on one store."""

    def __init__(self, store: Store, office: Office, identity: Identity, people: dict[str, str], folder: Path) -> None:
        self.store, self.office, self.identity, self.people = store, office, identity, people
        assert isinstance(office.clock, VirtualClock)
        self.clock = office.clock
        self.told: list[Event] = []
        bus = Bus()
        store.publish = self.told.append
        self.recordings, self.calls, self.sounds = RecordingStore(store), StoredCalls(store), Sounds()
        self.timers, self.jobs = Timers(store, self.clock, bus), Jobs(store, self.clock, bus)
        messages = Messages(store, self.clock, self.timers, MessageSettings())
        telling.offer(messages)
        settings = {
            "queues": {"general": {"title": "综合"}, "far": {}}, "groups": {"day": {"title": "白班"}},
            "agents": {"1001": {"groups": ["day"]}},
        }  # fmt: skip
        self.acd = Acd(self.clock, AcdSettings.model_validate(settings))
        self.sheets = SheetLibrary(folder / "sheets", shipped=[SHIPPED])
        queues, tells = QueueTitles(lambda: {"general": "综合"}), Telling(messages)
        candidates = Candidates(self.recordings, self.calls, self.acd, self.sounds)  # type: ignore[arg-type] # as they speak
        self.candidates = candidates
        self.plans = Plans(self.office, self.sheets, candidates, self.acd, queues, self.jobs)
        keeping = Keeping(self.recordings, self.office.audit)
        self.reviews = Reviews(self.office, self.sheets, self.acd, queues, self.timers, keeping, tells)
        self.timers.register(self.reviews.over)
        self.calibrations = Calibrations(self.office, self.sheets, self.recordings, self.calls, identity.people, tells)
        self.drawing = Drawing(self.office, self.plans, candidates, identity.people, self.jobs, tells, Calendars())
        self.desk = Desk(self.reviews, self.recordings, self.calls, self.sounds)  # type: ignore[arg-type] # the same
        self.journal = Journal.start(store, lambda event: None)

    def visitor(self, name: str, *permissions: str) -> Visitor:
        """Somebody as he signs in: an agent reaches his own, others all of their organisation."""
        number = name if name in AGENTS else INSPECTORS.get(name) or None
        organisation = AGENTS.get(name, "city")
        scope = Scope(organisations=frozenset({organisation}), agent=name) if name in AGENTS else EVERYTHING
        rights = frozenset(permissions or ({"quality.see"} if name in AGENTS else {"*"}))
        return Visitor(
            self.people.get(name, f"01{name}"), name, name, number, organisation, "320400", permissions=rights,
            scope=scope,
        )  # fmt: skip

    async def talked(
        self, agent: str, at: datetime, seconds: float = 120.0, *, queue: str = "general", satisfaction: str = "",
        caller: str = "13800000001",
    ) -> str:  # fmt: skip
        """A recorded talk of an agent; returns the recording."""
        organisation = AGENTS[agent]
        call = Call(
            new_id(), organisation, "320400", "s", "t", Number.parse(caller), Number.parse("12345"), at,
            ended_at=at + timedelta(seconds=seconds), satisfaction=satisfaction,
        )  # fmt: skip
        call.queues = [queue]
        self.journal.save(call)
        await self.journal.flushed()
        recording = new_id()
        await self.recordings.add(
            Recording(recording, call.id, organisation, "320400", agent, "", "x.wav", at, "stored", seconds, 1)
        )
        return recording

    def fields(self, **said: object) -> PlanFields:
        """A plan whose talks Li and Wang score."""
        usual = {"title": "日常", "sheet": "service", "inspectors": [self.people["li"], self.people["wang"]]}
        return PlanFields.model_validate({**usual, **said})

    async def plan(self, **said: object) -> str:
        """One that runs."""
        boss = self.visitor("boss")
        found = await self.plans.create(boss, self.fields(**said))
        await self.plans.step(boss, found.id, "start")
        return found.id

    async def full(self, visitor: Visitor, review: str, **changed: float | None) -> Scored:
        """A sheet with all points but those that are named."""
        beside = await self.desk.of(visitor, review)
        answers = [
            AnswerBody(item=one.item, points=changed.get(one.item, one.points))
            for one in beside.items if not one.fatal
        ]  # fmt: skip
        return Scored(version=beside.review.version, revision=beside.review.revision, answers=answers)


async def place_on(store: Store, folder: Path) -> QualityPlace:
    """A new place: an inspector who is an agent, too, and two who are not."""
    office = await office_on(store, "quality", "recorder")
    assert isinstance(office.clock, VirtualClock)
    office.clock.advance((MONDAY - office.clock.wall()).total_seconds())
    identity = await Identity.open(
        store,
        Bus(),
        office.clock,
        CITY_TOP,
        passwords=cheap_passwords(),
        settings=AccountSettings(second_factor="roles"),
    )
    people: dict[str, str] = {}
    everyone = {**AGENTS, **dict.fromkeys(INSPECTORS, "city")}
    await identity.roles.begin({"supervisor": ["quality.score", "quality.see"]})
    for name, organisation in everyone.items():
        number = name if name in AGENTS else None
        roles = ["agent"] if name in AGENTS else ["supervisor"]
        if name == "1002":
            continue
        data = PersonData(
            login=f"a{name}", name=name, agent_no=INSPECTORS.get(name) or number, organisation=organisation, roles=roles
        )
        person, _ = await identity.people.add_unchecked(system("test"), data, "Pass-word-1")
        people[name] = person.id
    people["1002"] = people["zhang"]
    return QualityPlace(store, office, identity, people, folder)
