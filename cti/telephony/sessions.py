"""Sessions of legs: each is served by whoever registered for its party until it is over.

The flow's conductor serves callers, `cti.telephony.talk` and what stands beside it serve agents. A caller's first
session opens his call; one that is over and gave him to nobody ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import structlog

from cti.base.call import Call, CallState, CallStep, EndReason, Leg, LegState, Party
from cti.base.events import CallerRecognised, CallRefused, CallResumed
from cti.base.ids import is_id, new_id
from cti.base.numbers.number_plan import NumberPlan
from cti.telephony.doorway import CITIZEN, LISTED, PLACE, VIP, Doorway
from cti.telephony.switch.port import Arrival, CallSession, LegHungUp, LegLeft, SwitchLost

if TYPE_CHECKING:
    from cti.telephony.calls import Calls

log = structlog.get_logger(__name__)

UNALLOCATED = 1
"""Q.850: the number called is not ours."""
REJECTED = 21
"""Q.850: call rejected."""

Server = Callable[[Call, CallSession], Awaitable[None]]
Attendant = Callable[[CallSession], Awaitable[None]]


class Sessions:
    """All sessions of this engine."""

    def __init__(self, calls: Calls, plan: NumberPlan) -> None:
        self._calls = calls
        self._plan = plan
        self._running: dict[str, CallSession] = {}
        self._servers: dict[Party, Server] = {}
        self._attendants: dict[str, Attendant] = {}
        self._awaited: dict[str, asyncio.Event] = {}
        self.doorway = Doorway()

    def has(self, leg: str) -> bool:
        """Whether a leg is in a session of this engine."""
        return leg in self._running

    async def arrived(self, leg: str, within: float) -> bool:
        """Wait until a leg is in a session of this engine, for `within` seconds at most; whether it is."""
        if not self.has(leg):
            awaited = self._awaited.setdefault(leg, asyncio.Event())
            try:
                async with asyncio.timeout(within):
                    await awaited.wait()
            except TimeoutError:
                pass
            finally:
                self._awaited.pop(leg, None)
        return self.has(leg)

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

    async def run(self, session: CallSession) -> None:
        """Serve a leg until its session is over."""
        arrival = session.arrival
        call = self._calls.find(arrival.call)
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
                # A phone that dials by itself hears that it may not, not that nobody is there.
                await session.hang_up(REJECTED)
            return
        structlog.contextvars.bind_contextvars(call=call.id)
        if call.outgoing and arrival.party is Party.CALLER:
            self._calls.came_in(call, arrival.leg)
        self._running[arrival.leg] = session
        if (awaited := self._awaited.get(arrival.leg)) is not None:
            awaited.set()
        try:
            await self._serve(call, session)
        finally:
            if self._running.get(arrival.leg) is session:
                del self._running[arrival.leg]
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
            self._calls.caller_gone(call)

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
            switch=self._calls.switch.name,
            trunk=arrival.trunk,
            caller=arrival.caller,
            called=arrival.called,
            arrived_at=arrival.since or self._calls.clock.wall(),
        )
        call.caller_leg = arrival.leg
        self._calls.enter(call)
        # The leg is named after its trunk: the caller's number stands in one place, encrypted.
        self._calls.add_leg(call, Leg(arrival.leg, Party.CALLER, arrival.trunk))
        if arrival.answered:
            # The dialplan answers at once when no engine does.
            call.answered_at = call.arrived_at
            call.step(CallStep.ANSWER)
        self._calls.save(call)
        return call

    async def _serve(self, call: Call, session: CallSession) -> None:
        arrival = session.arrival
        is_caller = arrival.leg == call.caller_leg
        leg = call.legs.get(arrival.leg)
        if leg is None and arrival.call and not is_caller:
            leg = self._calls.switch_events.came_first(call, arrival)
        # What it was dialled as is on the switch; a colleague who took the caller over is an agent by now.
        party = arrival.party if leg is None else leg.party
        server = self._servers.get(Party.CALLER if is_caller else party)
        try:
            if call.outgoing and call.state is CallState.ARRIVED:
                pass  # Its legs were marked when they were dialled, and this is where it begins.
            elif arrival.call:
                self._calls.tell(CallResumed, call, leg=arrival.leg, where=call.state.value)
            else:
                await session.claim(call.id, arrival.party)
                if is_caller and not arrival.answered and not await self._is_let_in(call, session):
                    return
            if server is None:
                raise LookupError(f"nobody serves {party}")
            await server(call, session)
        except LegLeft:
            return
        except SwitchLost:
            if is_caller:
                self._calls.end(call, EndReason.SWITCH_LOST, self._calls.after_gap.lost_at)
            return
        except LegHungUp:
            if is_caller:
                self._calls.caller_gone(call)
            return
        except Exception:
            log.exception("session failed", leg=arrival.leg, party=arrival.party)
            await (session.give_up() if is_caller else session.hang_up())
            return
        await session.hang_up()
        if is_caller:
            self._calls.end(call, EndReason.COMPLETED)

    async def _is_let_in(self, call: Call, session: CallSession) -> bool:
        welcome = await self.doorway.receive(call)
        facts = welcome.facts
        if facts:
            call.progress[PLACE] = facts
            known = facts.get(CITIZEN, ""), bool(facts.get(VIP)), bool(facts.get(LISTED))
            self._calls.tell(CallerRecognised, call, citizen=known[0], vip=known[1], listed=known[2])
            self._calls.save(call)
        if welcome.refused:
            self._calls.tell(CallRefused, call, reason=welcome.refused)
            await session.hang_up(REJECTED)
            self._calls.end(call, EndReason.REJECTED)
        return not welcome.refused
