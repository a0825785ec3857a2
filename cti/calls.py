"""The open calls: who they are, who serves their legs, how they begin, come back and end.

A leg's session is served by whoever registered for its party: the flow's conductor for callers, `cti.talk` for
agents. What the switch tells is written into Call and Leg here and told as events; each change is saved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

import structlog

from cti.after_gap import AfterGap, SwitchBooks
from cti.bus import Bus
from cti.call import Call, CallState, CallStep, EndReason, Leg, LegState, Party
from cti.clock import Clock
from cti.events import (
    CallAnswered,
    CallArrived,
    CallDialled,
    CallEnded,
    CallEvent,
    CallResumed,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegStarted,
    SwitchDown,
    SwitchUp,
)
from cti.ids import is_id, new_id
from cti.number_plan import NumberPlan
from cti.switch.port import (
    Arrival,
    CallSession,
    Connected,
    DigitPressed,
    Disconnected,
    LegDialled,
    LegGone,
    LegHungUp,
    LegLeft,
    LegPickedUp,
    LegRang,
    PhoneReachable,
    SwitchControl,
    SwitchEvent,
    SwitchLost,
)
from cti.switch.registrar import Registrar

log = structlog.get_logger(__name__)

NORMAL = 16
"""Q.850: normal clearing."""
UNALLOCATED = 1
"""Q.850: the number called is not ours."""

Server = Callable[[Call, CallSession], Awaitable[None]]
Attendant = Callable[[CallSession], Awaitable[None]]
SwitchListener = Callable[[SwitchEvent], None]


class Conductor(Protocol):
    """Leads a caller through the hotline; offered by the flow room."""

    async def conduct(self, call: Call, session: CallSession) -> None:
        """From where the call stands to its end; raises what the session raises."""


class CallStore(Protocol):
    """Where calls are kept so that another engine can take them up."""

    def save(self, call: Call) -> None:
        """Keep what the call is now; returns at once."""


class Calls:
    """Every open call of this engine."""

    def __init__(
        self,
        switch: SwitchControl,
        registrar: Registrar,
        bus: Bus,
        clock: Clock,
        store: CallStore,
        books: SwitchBooks,
        plan: NumberPlan,
    ) -> None:
        self.switch = switch
        self.registrar = registrar
        self.clock = clock
        self._bus = bus
        self._store = store
        self.after_gap = AfterGap(self, books, plan)
        self._plan = plan
        self._open: dict[str, Call] = {}
        self._by_leg: dict[str, str] = {}
        self._prepared: set[str] = set()
        self._dialling: set[str] = set()
        self._sessions: dict[str, CallSession] = {}
        self._servers: dict[Party, Server] = {}
        self._attendants: dict[str, Attendant] = {}
        self._listeners: list[SwitchListener] = []
        self._on_digit: dict[str, Callable[[str], None]] = {}
        self._closers: list[Callable[[Call, EndReason], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    # ── who is here ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def open(self) -> Sequence[Call]:
        """All open calls, oldest first."""
        return tuple(self._open.values())

    def find(self, call: str) -> Call | None:
        """An open call by its id."""
        return self._open.get(call)

    def of_leg(self, leg: str) -> Call | None:
        """The open call that a leg belongs to."""
        return self._open.get(self._by_leg.get(leg, ""))

    def of_agent(self, agent: str) -> Call | None:
        """The open call that an agent talks in, or is being offered."""
        for call in self._open.values():
            if call.talk is not None and call.talk.agent == agent:
                return call
        return None

    def has_session(self, leg: str) -> bool:
        """Whether a leg is in a session of this engine."""
        return leg in self._sessions

    def serve(self, party: Party, server: Server) -> None:
        """`server` gets the sessions of this party's legs from now on."""
        self._servers[party] = server

    def attend(self, key: str, server: Attendant) -> Callable[[], None]:
        """Sessions of legs that were originated for `key`, and are no visit of a citizen, go to `server`.

        Returns the undo. When `server` returns or fails, the leg is hung up.
        """
        self._attendants[key] = server

        def unattend() -> None:
            self._attendants.pop(key, None)

        return unattend

    def listen(self, listener: SwitchListener) -> Callable[[], None]:
        """Hear what the switch tells, after calls and legs know it; returns the unsubscribe function."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def listen_digits(self, leg: str, listener: Callable[[str], None]) -> Callable[[], None]:
        """Hear the keys that this leg presses, one listener at a time; returns the unsubscribe function."""
        self._on_digit[leg] = listener

        def unlisten() -> None:
            if self._on_digit.get(leg) is listener:
                del self._on_digit[leg]

        return unlisten

    def before_end(self, closer: Callable[[Call, EndReason], None]) -> None:
        """Call `closer` when a call is about to end, for what must end before it."""
        self._closers.append(closer)

    # ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────

    def tell(self, kind: type[CallEvent], call: Call, /, **details: object) -> None:
        """Publish an event of `call`."""
        self._bus.publish(
            kind(at=self.clock.wall(), call=call.id, organisation=call.organisation, region=call.region, **details)
        )

    def save(self, call: Call) -> None:
        """Keep the call as it is now."""
        if call.id not in self._prepared:
            self._store.save(call)

    def step(self, call: Call, step: CallStep) -> None:
        """Move the call and keep it; raises IllegalStep."""
        call.step(step)
        self.save(call)

    # ── calls that we make ───────────────────────────────────────────────────────────────────────────────────────

    def is_in_the_making(self, call: Call) -> bool:
        """Whether its citizen is not dialled yet, or is being dialled: what becomes of it is told by the dial."""
        return call.id in self._prepared or call.id in self._dialling

    def prepare(self, call: Call) -> None:
        """An outgoing call whose citizen is not dialled yet: its legs find it, the books do not have it."""
        self._open[call.id] = call
        self._prepared.add(call.id)

    def dialling(self, call: Call) -> None:
        """The citizen is about to be dialled: from here on the call stands in the books."""
        if call.id in self._prepared:
            self._prepared.discard(call.id)
            agent = call.talk.agent if call.talk else ""
            self.tell(CallDialled, call, caller=call.caller, called=call.called, trunk=call.trunk, agent=agent)
        self._dialling.add(call.id)
        self._store.save(call)

    def reached(self, call: Call) -> None:
        """The citizen answered; if he is gone by now without a session, the call is over."""
        self._dialling.discard(call.id)
        leg = call.legs.get(call.caller_leg)
        if leg is not None and leg.state is LegState.ENDED and leg.id not in self._sessions:
            self.caller_gone(call)

    def not_reached(self, call: Call) -> None:
        """The outgoing call came to nothing; one that was only prepared leaves no trace but its legs' events."""
        if call.id not in self._prepared:
            self.end(call, EndReason.NOT_REACHED)
            return
        self._prepared.discard(call.id)
        self._open.pop(call.id, None)
        self._end_legs(call, NORMAL)

    def background(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run `work` beside what goes on; a failure is logged."""
        task = asyncio.get_running_loop().create_task(self._guard(work, name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guard(self, work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await work
        except Exception:
            log.exception("background work failed", work=name)

    async def answer(self, call: Call, session: CallSession) -> None:
        """Answer the caller, once."""
        await session.answer()
        if call.state is CallState.ARRIVED:
            call.answered_at = self.clock.wall()
            self.step(call, CallStep.ANSWER)
            self.tell(CallAnswered, call)

    def end(self, call: Call, reason: EndReason, at: datetime | None = None) -> None:
        """The visit is over; does nothing when it was."""
        if call.is_over:
            return
        for closer in self._closers:
            closer(call, reason)
        call.step(CallStep.END)
        call.reason = reason
        call.ended_at = at or self.clock.wall()
        self._open.pop(call.id, None)
        self._dialling.discard(call.id)
        self._end_legs(call, 0 if reason is EndReason.SWITCH_LOST else NORMAL)
        seconds = max((call.ended_at - call.arrived_at).total_seconds(), 0.0)
        self.tell(CallEnded, call, reason=reason.value, seconds=seconds, answered=call.answered_at is not None)
        self._store.save(call)

    def _end_legs(self, call: Call, cause: int) -> None:
        for leg in call.legs.values():
            self._by_leg.pop(leg.id, None)
            if leg.state is not LegState.ENDED:
                leg.become(LegState.ENDED)
                # The switch tells it after the call has ended, or never.
                self.tell(LegEnded, call, leg=leg.id, cause=cause)

    def enter(self, call: Call) -> None:
        """A call is open; it is told as arrived."""
        self._open[call.id] = call
        self.tell(CallArrived, call, caller=call.caller, called=call.called, trunk=call.trunk, leg=call.caller_leg)

    def restore(self, calls: Iterable[Call]) -> None:
        """Take up calls that another engine left open; what became of them is known when the switch is asked."""
        for call in calls:
            self._open[call.id] = call
            for leg in call.legs.values():
                if leg.state is not LegState.ENDED:
                    self._by_leg[leg.id] = call.id

    # ── sessions ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def on_session(self, session: CallSession) -> None:
        """Serve a leg until its session is over."""
        arrival = session.arrival
        call = self._open.get(arrival.call)
        if call is None and arrival.party is Party.CALLER:
            call = self._arrive(arrival)
            if call is None:
                await session.hang_up(UNALLOCATED)
                return
        if call is None and (attendant := self._attendants.get(arrival.call)) is not None:
            await self._attend(attendant, session)
            return
        if call is None:
            server = self._servers.get(Party.OUTSIDE) if not arrival.call else None
            if server is None:
                log.info("leg without a call", leg=arrival.leg, party=arrival.party, call=arrival.call)
                await session.hang_up()
            return
        structlog.contextvars.bind_contextvars(call=call.id)
        if call.outgoing and arrival.party is Party.CALLER:
            self._dialling.discard(call.id)
            self.dialled_leg(call, arrival.leg, call.trunk)
        self._sessions[arrival.leg] = session
        try:
            await self._serve(call, session)
        finally:
            if self._sessions.get(arrival.leg) is session:
                del self._sessions[arrival.leg]
                self._left_and_gone(call, arrival.leg)

    async def _attend(self, attendant: Attendant, session: CallSession) -> None:
        try:
            await attendant(session)
        except (LegHungUp, LegLeft):
            return
        except Exception:
            log.exception("session failed", leg=session.arrival.leg, key=session.arrival.call)
        await session.hang_up()

    def _left_and_gone(self, call: Call, leg: str) -> None:
        """The caller hung up after one session let go of him and before another came: nobody else ends the call."""
        found = call.legs.get(leg)
        if leg == call.caller_leg and found is not None and found.state is LegState.ENDED and not call.is_over:
            self.caller_gone(call)

    def _arrive(self, arrival: Arrival) -> Call | None:
        entry = self._plan.find(arrival.called)
        if entry is None:
            log.warning("call to a number that is not ours", called=arrival.called.raw, trunk=arrival.trunk)
            return None
        call = Call(
            # An id on the leg that nobody knows: its books are lost, the citizen is not.
            id=arrival.call if is_id(arrival.call) else new_id(),
            organisation=entry.organisation,
            region=entry.region,
            switch=self.switch.name,
            trunk=arrival.trunk,
            caller=arrival.caller,
            called=arrival.called,
            arrived_at=self.clock.wall(),
        )
        call.caller_leg = arrival.leg
        self.enter(call)
        # The leg is named after its trunk: the caller's number stands in one place, encrypted.
        self.add_leg(call, Leg(arrival.leg, Party.CALLER, arrival.trunk))
        if arrival.answered:
            call.answered_at = self.clock.wall()
            call.step(CallStep.ANSWER)
        self._store.save(call)
        return call

    async def _serve(self, call: Call, session: CallSession) -> None:
        arrival = session.arrival
        is_caller = arrival.leg == call.caller_leg
        server = self._servers.get(Party.CALLER if is_caller else arrival.party)
        try:
            if call.outgoing and call.state is CallState.ARRIVED:
                pass  # Its legs were marked when they were dialled, and this is where it begins.
            elif arrival.call:
                self.tell(CallResumed, call, leg=arrival.leg, where=call.state.value)
            else:
                await session.claim(call.id, arrival.party)
            if server is None:
                raise LookupError(f"nobody serves {arrival.party}")
            await server(call, session)
        except LegLeft:
            return
        except SwitchLost:
            if is_caller:
                self.end(call, EndReason.SWITCH_LOST)
            return
        except LegHungUp:
            if is_caller:
                self.caller_gone(call)
            return
        except Exception:
            log.exception("session failed", leg=arrival.leg, party=arrival.party)
            await (session.give_up() if is_caller else session.hang_up())
            return
        await session.hang_up()
        if is_caller:
            self.end(call, EndReason.COMPLETED)

    def caller_gone(self, call: Call, at: datetime | None = None) -> None:
        """The caller hung up, at `at` if that is known."""
        if call.outgoing and call.answered_at is None:
            self.end(call, EndReason.NOT_REACHED, at)
            return
        waited = call.state is CallState.QUEUED
        self.end(call, EndReason.ABANDONED if waited else EndReason.CALLER_HUNG_UP, at)

    # ── what the switch tells ────────────────────────────────────────────────────────────────────────────────────

    def on_event(self, event: SwitchEvent) -> None:
        """Write what happened into calls and legs, then tell the listeners."""
        match event:
            case LegDialled(call=call_id) if call := self._open.get(call_id):
                if call.outgoing and event.party is Party.CALLER:
                    self.dialled_leg(call, event.leg, event.address)
                else:
                    self.add_leg(call, Leg(event.leg, event.party, event.address, agent=event.agent))
            case LegRang() if found := self._leg(event.leg, LegState.RINGING):
                self.tell(LegRinging, found[0], leg=event.leg)
            case LegPickedUp() if found := self._leg(event.leg, LegState.UP):
                self.tell(LegAnswered, found[0], leg=event.leg)
                self.save(found[0])
            case LegGone():
                self.leg_gone(event)
                return
            case PhoneReachable():
                self.registrar.change(event.endpoint, event.reachable)
            case Connected():
                self.registrar.resync(event.phones)
                self.after_gap.resync(event)
                self._bus.publish(SwitchUp(at=self.clock.wall(), switch=self.switch.name, legs=len(event.legs)))
            case Disconnected():
                self._bus.publish(SwitchDown(at=self.clock.wall(), switch=self.switch.name, reason=event.reason))
            case DigitPressed() if listener := self._on_digit.get(event.leg):
                listener(event.digit)
        self._relay(event)

    def _relay(self, event: SwitchEvent) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                log.exception("switch listener failed", event_type=type(event).__name__)

    def dialled_leg(self, call: Call, leg: str, address: str) -> None:
        """The citizen's leg of an outgoing call, told by its dial or by its session, whichever is first."""
        if leg not in call.legs:
            call.caller_leg = leg
            self.add_leg(call, Leg(leg, Party.CALLER, address))
            self.save(call)

    def add_leg(self, call: Call, leg: Leg) -> None:
        """The call has a leg more."""
        call.legs[leg.id] = leg
        self._by_leg[leg.id] = call.id
        self.tell(LegStarted, call, leg=leg.id, party=leg.party.value, address=leg.address)

    def _leg(self, leg: str, state: LegState) -> tuple[Call, Leg] | None:
        call = self.of_leg(leg)
        if call is None or call.legs[leg].state in (state, LegState.ENDED, LegState.UP):
            return None
        call.legs[leg].become(state)
        return call, call.legs[leg]

    def leg_gone(self, event: LegGone) -> None:
        """A leg has ended, and with the caller's leg the call."""
        call = self.of_leg(event.leg)
        if call is None:
            return
        leg = call.legs[event.leg]
        self._by_leg.pop(event.leg, None)
        if leg.state is not LegState.ENDED:
            leg.become(LegState.ENDED)
            self.tell(LegEnded, call, leg=event.leg, cause=event.cause)
        self._relay(event)
        # A caller in a session is told by the session; one who talks without us is only seen here.
        # Why a citizen was not reached is told by the dial.
        if event.leg == call.caller_leg and event.leg not in self._sessions and call.id not in self._dialling:
            self.caller_gone(call)
