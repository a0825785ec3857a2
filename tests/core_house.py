"""The core put together on any switch: calls, talks, consultations, supervision, and a simple way to serve a caller."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from cti.base.bus import Bus
from cti.base.call import Call, CallState, CallStep, Party, Talk
from cti.base.clock import Clock, LoopClock
from cti.base.events import CallArrived, CallEnded, Event, LegEnded, LegStarted, SwitchUp, TalkEnded, TalkStarted
from cti.base.numbers.number_plan import NumberPlan
from cti.base.settings import CalledNumber
from cti.telephony.after_gap import SwitchBooks
from cti.telephony.calls import Calls
from cti.telephony.conference import Conferences
from cti.telephony.consult import Consultations
from cti.telephony.handover import Handover
from cti.telephony.interruption import Interruptions
from cti.telephony.supervise import Supervision
from cti.telephony.switch.port import CallSession, SwitchControl, TalkStretch
from cti.telephony.switch.registrar import RegisteredPhone, Registrar
from cti.telephony.talk import Talks
from cti.telephony.talk_ending import TalkEnd

E = TypeVar("E", bound=Event)


class Shelf:
    """A store of calls that keeps them as they are, and counts."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.saved = 0

    def save(self, call: Call) -> None:
        self.calls[call.id] = call
        self.saved += 1


class LateShelf(Shelf):
    """A store of calls and events that keeps what was at its last commit, as the journal does; `die` forgets what came
    after."""

    LINGER = 0.15

    def __init__(self) -> None:
        super().__init__()
        self.story: list[Event] = []
        self._open: dict[str, Call] = {}
        self._told: list[Event] = []
        self._timer: asyncio.TimerHandle | None = None
        self._dead = False

    def save(self, call: Call) -> None:
        """Keep it at the next commit; what a dead engine says is not heard."""
        if self._dead:
            return
        self._open[call.id] = call
        self.saved += 1
        self._soon()

    def append(self, event: Event) -> None:
        """Keep it at the next commit, as calls."""
        if not self._dead:
            self._told.append(event)
            self._soon()

    def _soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self.LINGER, self.commit)

    def commit(self) -> None:
        """Write down what was saved."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self.calls.update(deepcopy(self._open))
        self._open.clear()
        self.story += self._told
        self._told.clear()

    def die(self) -> None:
        """The engine is killed: what was not committed is gone."""
        self._open.clear()
        self._told.clear()
        self.commit()
        self._dead = True

    def live(self) -> None:
        """Another engine has it, with calls of its own."""
        self._dead = False
        self.calls = deepcopy(self.calls)


class NoBooks:
    """The switch's records of a switch that keeps none."""

    def end_of(self, leg: str) -> datetime | None:
        return None

    def talks_of(self, leg: str) -> Sequence[TalkStretch]:
        return ()

    def was_in_emergency(self, leg: str) -> bool:
        return False


class FolderPlan:
    """Records every talk into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self.forgotten: list[str] = []

    def begin(self, call: Call, talk: Talk) -> tuple[str, Path]:
        self._count += 1
        name = f"{call.id}-{self._count}"
        return name, self._folder / f"{name}.raw"

    def length(self, recording: str) -> float:
        return 0.0

    def forget(self, recording: str) -> None:
        self.forgotten.append(recording)


class CoreHouse:
    """One engine's core. A caller is answered, dialled to `first_agent`, sent where agents send him, and surveyed.

    `phones` maps an agent to the endpoint of his phone.
    """

    def __init__(
        self,
        switch: SwitchControl,
        phones: dict[str, str],
        *,
        shelf: Shelf | None = None,
        books: SwitchBooks | None = None,
        first_agent: str = "1001",
        ring_seconds: float = 10.0,
        survey: str = "notice",
        last_alive: datetime | None = None,
    ) -> None:
        self.clock: Clock = LoopClock()
        self.bus = Bus()
        self.story: list[Event] = []
        self.bus.subscribe(Event, self.story.append)
        self.shelf = shelf or Shelf()
        self.registrar = Registrar(self.bus, self.clock)
        self.registrar.provision(RegisteredPhone(endpoint, agent, "city") for agent, endpoint in phones.items())
        plan = NumberPlan({"12345": CalledNumber(flow="hotline")})
        books = books or NoBooks()
        self.calls = Calls(switch, self.registrar, self.bus, self.clock, self.shelf, books, plan, last_alive)
        self.talks = Talks(self.calls)
        self.handover = Handover(self.calls, self.talks)
        self.consultations = Consultations(self.calls, self.talks, self.handover)
        self.interruptions = Interruptions(self.calls, self.talks, self.bus)
        self.conferences = Conferences(self.calls, self.talks, self.bus)
        self.supervision = Supervision(self.calls, self.talks)
        self.switch = switch
        self.ends: list[TalkEnd] = []
        self.surveyed: list[str] = []
        self.requeued: list[str] = []
        self._first_agent = first_agent
        self._ring_seconds = ring_seconds
        self._survey = survey
        self.calls.sessions.serve(Party.CALLER, self.conduct)

    async def __aenter__(self) -> CoreHouse:
        self.calls.restore([call for call in self.shelf.calls.values() if not call.is_over])
        await self.switch.start(self.calls.sessions.run, self.calls.switch_events.hear)
        await self.told(SwitchUp)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.switch.stop()

    async def conduct(self, call: Call, session: CallSession) -> None:
        """A caller's way, also when he comes back to it."""
        await self.calls.answer(call, session)
        if call.talk is not None:
            end = await self.talks.resume(call, session)
        elif call.talks or session.arrival.target:
            end = TalkEnd(self.ends[-1].result) if self.ends else None
            if session.arrival.target:
                end = await self._dial(call, session, session.arrival.target)
        else:
            await session.wait()
            end = await self._first(call, session)
        while end is not None:
            self.ends.append(end)
            kind, _, name = end.then.partition(":")
            if end.away:
                await session.play([name])
                end = await self.talks.back(call, session)
            elif kind in ("agent", "number"):
                end = await self._dial(call, session, name)
            elif kind == "queue":
                self.requeued.append(call.id)
                end = await self._again(call, session, name)
            else:
                break
        self.surveyed.append(call.id)
        await session.play([self._survey])

    async def _first(self, call: Call, session: CallSession) -> TalkEnd:
        if call.state is CallState.IN_FLOW:
            self.calls.step(call, CallStep.QUEUE)
        return await self._dial(call, session, self._first_agent)

    async def _again(self, call: Call, session: CallSession, queue: str) -> TalkEnd:
        return await self._dial(call, session, self._first_agent)

    async def _dial(self, call: Call, session: CallSession, agent: str) -> TalkEnd:
        addresses = self.registrar.addresses(agent)
        return await self.talks.dial(
            call, session, addresses, agent=agent, queue="general", ring_seconds=self._ring_seconds
        )

    # ── what a story looks at ────────────────────────────────────────────────────────────────────────────────────

    async def told(self, kind: type[E], timeout: float = 8.0, **like: object) -> E:
        """The first event of this kind with these fields, which may have been before; TimeoutError."""
        async with asyncio.timeout(timeout):
            while True:
                for event in self.all(kind):
                    if all(getattr(event, key) == value for key, value in like.items()):
                        return event
                await asyncio.sleep(0.01)

    def all(self, kind: type[E]) -> list[E]:
        """Every event of this kind so far."""
        return [event for event in self.story if isinstance(event, kind)]

    async def phones_there(self, *agents: str) -> None:
        """Wait until the agents' phones are registered."""
        await self.until(lambda: all(self.registrar.addresses(agent) for agent in agents))

    async def until(self, condition: Callable[[], bool], timeout: float = 8.0) -> None:
        """Wait until something is so; TimeoutError."""
        async with asyncio.timeout(timeout):
            while not condition():
                await asyncio.sleep(0.01)

    @property
    def call(self) -> Call:
        """The only open call."""
        (call,) = self.calls.open
        return call

    async def finish(self) -> None:
        """Wait until a call has ended and none is open, then check that the story is whole."""
        await self.until(lambda: bool(self.all(CallEnded)) and not self.calls.open, 15)
        check_story(self.story)


def check_story(story: Iterable[Event]) -> None:
    """What must be so when nobody calls any more: everything that began ended, once, and nothing came after."""
    talking: dict[str, TalkStarted] = {}
    legs: dict[str, str] = {}
    ended: set[str] = set()
    seen: set[str] = set()
    talked: dict[str, float] = {}
    arrived: dict[str, datetime] = {}
    for event in story:
        match event:
            case CallArrived():
                arrived[event.call] = event.at
            case TalkStarted():
                assert event.call not in talking, f"two talks at once: {event}"
                assert event.at >= arrived.get(event.call, event.at), f"a talk before its call: {event}"
                talking[event.call] = event
            case TalkEnded():
                begun = talking.pop(event.call, None)
                assert begun is not None and begun.agent == event.agent, f"a talk ends that had not begun: {event}"
                apart = event.at - begun.at - timedelta(seconds=event.seconds)
                assert abs(apart.total_seconds()) < 0.05, f"{event} began at {begun.at}"
                talked[event.call] = talked.get(event.call, 0.0) + event.seconds
            case LegStarted():
                assert event.leg not in seen, f"a leg twice: {event}"
                seen.add(event.leg)
                legs[event.leg] = event.call
            case LegEnded():
                assert legs.pop(event.leg, None) == event.call, f"a leg ends that had not begun: {event}"
            case CallEnded():
                assert event.call not in ended, f"a call ends twice: {event}"
                assert event.call not in talking, f"a call ends while it talks: {event}"
                assert talked.get(event.call, 0.0) <= event.seconds + 1e-6, f"longer talked than called: {event}"
                ended.add(event.call)
    assert not talking, f"talks without end: {talking}"
    assert not legs, f"legs without end: {legs}"
