"""The open calls: who they are, how they begin, change, come back and end.

Each change is told as an event and saved. Who serves their legs is in `sessions`, what the switch tells of them comes
by `switch_events`, and what became of them while no engine ran is found by `after_gap`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

import structlog

from cti.base.bus import Bus
from cti.base.call import Call, CallState, CallStep, EndReason, Leg, LegState, Party
from cti.base.clock import Clock
from cti.base.events import (
    AgentEngaged,
    AgentReleased,
    CallAnswered,
    CallArrived,
    CallDialled,
    CallEnded,
    CallEvent,
    LegEnded,
    LegStarted,
)
from cti.base.numbers.number_plan import NumberPlan
from cti.telephony.after_gap import AfterGap, SwitchBooks
from cti.telephony.engagement import BESIDE, UNTOLD, Change, Engagements
from cti.telephony.measured import MeasuredLegs
from cti.telephony.sessions import Sessions
from cti.telephony.switch.port import (
    CallSession,
    SwitchControl,
)
from cti.telephony.switch.registrar import Registrar
from cti.telephony.switch_events import SwitchEvents

log = structlog.get_logger(__name__)

NORMAL = 16
"""Q.850: normal clearing."""


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
        last_alive: datetime | None = None,
    ) -> None:
        self.switch = switch
        self.registrar = registrar
        self.clock = clock
        self._bus = bus
        self._store = store
        self.books = books
        self.engagements = Engagements(clock)
        self.engagements.listen(self._tell_engagement)
        self.sessions = Sessions(self, plan)
        self.measured = MeasuredLegs(self)
        self.switch_events = SwitchEvents(self, bus)
        self.after_gap = AfterGap(self, books, plan, last_alive)
        self._open: dict[str, Call] = {}
        self._by_leg: dict[str, str] = {}
        self._prepared: set[str] = set()
        self._dialling: set[str] = set()
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
        """The open call in which an agent has a part, be it that he was asked to join or listens in."""
        found = self.engagements.in_call(agent)
        return self._open.get(found.work) if found is not None else None

    def led_by(self, agent: str) -> Call | None:
        """The open call whose talk is this agent's, or is being offered to him."""
        call = self.of_agent(agent)
        return call if call is not None and call.talk is not None and call.talk.agent == agent else None

    def before_end(self, closer: Callable[[Call, EndReason], None]) -> None:
        """Call `closer` when a call is about to end, for what must end before it.

        One that nobody saw end has its `ended_at` by then.
        """
        self._closers.append(closer)

    # ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────

    def tell(self, kind: type[CallEvent], call: Call, /, at: datetime | None = None, **details: object) -> None:
        """Publish an event of `call`, of now or of a time when nobody looked."""
        self._bus.publish(
            kind(
                at=at or self.clock.wall(), call=call.id, organisation=call.organisation, region=call.region, **details
            )
        )

    def save(self, call: Call) -> None:
        """Keep the call as it is now, and tell who has another part in it."""
        self.engagements.look(call)
        self._keep(call)

    def _keep(self, call: Call) -> None:
        # With the events told of it: another engine tells what it does not find here once more.
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

    def is_dialled(self, call: Call) -> bool:
        """Whether its citizen is being dialled."""
        return call.id in self._dialling

    def prepare(self, call: Call) -> None:
        """An outgoing call whose citizen is not dialled yet: its legs find it, the books do not have it."""
        self._open[call.id] = call
        self._prepared.add(call.id)

    def dialling(self, call: Call) -> None:
        """The citizen is about to be dialled: from here on the call stands in the books."""
        if call.id in self._prepared:
            self._prepared.discard(call.id)
            agent = call.talk.agent if call.talk else ""
            self.tell(
                CallDialled,
                call,
                caller=call.caller,
                called=call.called,
                trunk=call.trunk,
                agent=agent,
                follows=call.follows,
            )
        self._dialling.add(call.id)
        self._store.save(call)

    def came_in(self, call: Call, leg: str) -> None:
        """The citizen whom an outgoing call dials came in with a session of his own."""
        self._dialling.discard(call.id)
        self.dialled_leg(call, leg, call.trunk)

    def reached(self, call: Call) -> None:
        """The citizen answered; if he is gone by now without a session, the call is over."""
        self._dialling.discard(call.id)
        leg = call.legs.get(call.caller_leg)
        if leg is not None and leg.state is LegState.ENDED and not self.sessions.has(leg.id):
            self.caller_gone(call)

    def not_reached(self, call: Call) -> None:
        """The outgoing call came to nothing; one that was only prepared leaves no trace but its legs' events."""
        if call.id not in self._prepared:
            self.end(call, EndReason.NOT_REACHED)
            return
        self._prepared.discard(call.id)
        self._open.pop(call.id, None)
        self._end_legs(call, NORMAL)
        call.talk = None
        self.engagements.look(call)

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
        """The visit is over, since `at` if nobody saw it end; does nothing when it was."""
        if call.is_over:
            return
        if at is not None:
            call.ended_at = at = min(max(at, call.arrived_at), self.clock.wall())
        for closer in self._closers:
            closer(call, reason)
        call.step(CallStep.END)
        call.reason = reason
        call.ended_at = call.ended_at or self.clock.wall()
        self._open.pop(call.id, None)
        self._dialling.discard(call.id)
        self.engagements.look(call)
        self._end_legs(call, 0 if reason is EndReason.SWITCH_LOST else NORMAL, at)
        seconds = max((call.ended_at - call.arrived_at).total_seconds(), 0.0)
        self.tell(
            CallEnded, call, call.ended_at, reason=reason.value, seconds=seconds, answered=call.answered_at is not None
        )
        self._store.save(call)

    def _end_legs(self, call: Call, cause: int, at: datetime | None = None) -> None:
        for leg in call.legs.values():
            # The switch tells it after the call has ended, or never.
            self.end_leg(call, leg, cause, at)

    def end_leg(self, call: Call, leg: Leg, cause: int, at: datetime | None = None) -> None:
        """A leg is over; told once."""
        self._by_leg.pop(leg.id, None)
        if leg.state is not LegState.ENDED:
            leg.become(LegState.ENDED)
            self.measured.ended(call, leg)
            self.tell(LegEnded, call, at, leg=leg.id, cause=cause)
            self._keep(call)
            if leg.party in BESIDE:
                self.engagements.look(call)

    def enter(self, call: Call) -> None:
        """A call is open; it is told as arrived."""
        self._open[call.id] = call
        about = {"caller": call.caller, "called": call.called, "trunk": call.trunk, "leg": call.caller_leg}
        self.tell(CallArrived, call, call.arrived_at, **about)

    def restore(self, calls: Iterable[Call]) -> None:
        """Take up calls that another engine left open; what became of them is known when the switch is asked."""
        for call in calls:
            self._open[call.id] = call
            self.engagements.look(call)
            for leg in call.legs.values():
                if leg.state is not LegState.ENDED:
                    self._by_leg[leg.id] = call.id

    def caller_gone(self, call: Call, at: datetime | None = None) -> None:
        """The caller hung up, at `at` if that is known."""
        if call.outgoing and call.answered_at is None:
            self.end(call, EndReason.NOT_REACHED, at)
            return
        waited = call.state is CallState.QUEUED
        self.end(call, EndReason.ABANDONED if waited else EndReason.CALLER_HUNG_UP, at)

    def dialled_leg(self, call: Call, leg: str, address: str) -> None:
        """The citizen's leg of an outgoing call, told by its dial or by its session, whichever is first."""
        if leg not in call.legs:
            call.caller_leg = leg
            self.add_leg(call, Leg(leg, Party.CALLER, address))
            self.save(call)

    def add_leg(self, call: Call, leg: Leg) -> None:
        """The call has a leg more."""
        leg.unasked = leg.party is Party.AGENT and call.talk is None
        call.legs[leg.id] = leg
        self._by_leg[leg.id] = call.id
        self.tell(LegStarted, call, leg=leg.id, party=leg.party.value, address=leg.address)
        self._keep(call)
        if leg.party in BESIDE:
            self.engagements.look(call)

    def _tell_engagement(self, call: Call, change: Change) -> None:
        now, had = change.now, change.before.role if change.before is not None else None
        if now.role in UNTOLD and (had is None or had in UNTOLD):
            return
        if change.after is None:
            self.tell(AgentReleased, call, agent=now.agent, role=now.role.value)
        elif had is not now.role:
            self.tell(AgentEngaged, call, agent=now.agent, role=now.role.value, other=now.other)
