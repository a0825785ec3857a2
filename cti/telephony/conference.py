"""More people in a talk: a colleague or a number outside is dialled beside it, and is with the others when he answers.

Citizen and agent go on talking meanwhile. When the agent leaves, the talk is the next one's who is in it; whoever is
dropped or hangs up leaves the others together. Who is in stands in the call's legs: another engine goes on with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import structlog

from cti.base.bus import Bus
from cti.base.call import Call, EndReason, Party
from cti.base.events import GuestNotReached, TalkEnded
from cti.base.numbers.number import Number, told_target
from cti.telephony.calls import Calls
from cti.telephony.engagement import GUESTS, guests
from cti.telephony.switch.address import Address
from cti.telephony.switch.port import CallSession, DialResult, LegPickedUp, SwitchEvent, SwitchUnavailable
from cti.telephony.talk import Talks

log = structlog.get_logger(__name__)

MOST = 8
"""How many may be together, the citizen and the agent among them."""
RING_SECONDS = 30.0
SETTLE_SECONDS = 0.5
"""By then it stands whose talk it is after somebody left."""
MISSED = "guest"
"""Where a call's progress has who was invited last and did not come."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Who was invited last and did not come (an agent's number, or digits), and why."""

    number: str
    result: DialResult


class Conferences:
    """Invites people into talks, and lets them go."""

    def __init__(self, calls: Calls, talks: Talks, bus: Bus) -> None:
        self._calls = calls
        self._talks = talks
        self._dialling: dict[str, set[str]] = {}
        """Who is being dialled for a call, also before there is a leg."""
        calls.sessions.serve(Party.GUEST, self._serve)
        calls.sessions.serve(Party.OUTSIDE_GUEST, self._serve)
        calls.before_end(self._let_go)
        calls.switch_events.listen(self._on_event)
        bus.subscribe(TalkEnded, self._talk_ended)

    def invite(
        self, call: Call, target: str, address: Address, *, outside: bool = False, shown: Number | None = None
    ) -> None:
        """Dial an agent's or an `outside` number into the talk; what comes of it is told. `shown` is what the other
        side sees, by default the agent's number.

        LookupError: `not_talking`, `away`, `full`, `there`, `oneself`, or `engaged` for an agent on the telephone.
        """
        talk = self._talks.talking(call)
        if talk.away:
            raise LookupError("away")
        if self.count(call) >= MOST:
            raise LookupError("full")
        if target in self._guests(call) or talk.consulted == target:
            raise LookupError("there")
        if not outside:
            if talk.agent == target:
                raise LookupError("oneself")
            if self._calls.engagements.on_the_phone(target) is not None:
                raise LookupError("engaged")
        call.progress.pop(MISSED, None)
        self._calls.save(call)
        self._dialling.setdefault(call.id, set()).add(target)
        party = Party.OUTSIDE_GUEST if outside else Party.GUEST
        shown = shown or Number.extension(talk.agent)
        self._calls.background(self._dial(call, talk.agent, target, party, address, shown), f"invite {party}")

    def count(self, call: Call) -> int:
        """How many are in the talk, or are rung for it: the citizen, the agent, whom he consulted, and guests."""
        talk = call.talk
        asked = talk is not None and talk.conference
        return 2 + asked + len(self._guests(call))

    def _guests(self, call: Call) -> set[str]:
        return {leg.agent for leg in guests(call)} | self._dialling.get(call.id, set())

    @staticmethod
    def missed(call: Call) -> Missed | None:
        """Who was invited last and did not come."""
        found = call.progress.get(MISSED)
        return Missed(found["number"], DialResult(found["result"])) if found else None

    async def put_out(self, call: Call, leg: str) -> None:
        """One who was invited leaves the others, or is rung no longer. LookupError: `no_conference`."""
        if not any(one.id == leg for one in guests(call)):
            raise LookupError("no_conference")
        await self._talks.end_legs(call, leg)

    async def leave(self, call: Call, agent: str) -> bool:
        """Who was invited leaves, and the agent whose talk it is leaves those who are in: False when neither is so."""
        talk, mine = call.talk, [leg.id for leg in guests(call) if leg.agent == agent and leg.party is Party.GUEST]
        if not mine and talk is not None and talk.agent == agent and guests(call, up=True):
            mine = [talk.leg]
        await self._talks.end_legs(call, *mine)
        return bool(mine)

    # ── what comes of it ─────────────────────────────────────────────────────────────────────────────────────────

    async def _dial(self, call: Call, by: str, target: str, party: Party, address: Address, shown: Number) -> None:
        try:
            after = self._calls.registrar.answer_after(target) if party is Party.GUEST else None
            result = await self._calls.switch.originate(
                address, call=call.id, party=party, agent=target, caller=shown, timeout=RING_SECONDS, answer_after=after
            )
        except SwitchUnavailable as error:
            log.warning("guest not dialled", call=call.id, reason=str(error))
            result = DialResult.FAILED
        finally:
            self._dialling[call.id].discard(target)
            if not self._dialling[call.id]:
                del self._dialling[call.id]
        talk = call.talk
        if result is DialResult.ANSWERED or call.is_over or talk is None or talk.agent != by:
            return
        call.progress[MISSED] = {"number": target, "result": result.value}
        self._calls.save(call)
        told = told_target(f"outside:{target}") if party is Party.OUTSIDE_GUEST else target
        self._calls.tell(GuestNotReached, call, agent=by, target=told, result=result.value)

    async def _serve(self, call: Call, session: CallSession) -> None:
        """He has answered: into the talk. What else comes in here is left over from one, and ends."""
        talk = call.talk
        if talk is None or talk.answered_at is None or talk.away:
            return
        await session.join(call.caller_leg)

    def _on_event(self, event: SwitchEvent) -> None:
        call = self._calls.of_leg(event.leg) if isinstance(event, LegPickedUp) else None
        if call is not None and isinstance(event, LegPickedUp) and call.legs[event.leg].party in GUESTS:
            # Only now are they more than two.
            self._calls.save(call)

    def _talk_ended(self, event: TalkEnded) -> None:
        self._calls.clock.call_later(SETTLE_SECONDS, partial(self._look, event.call))

    def _look(self, id: str) -> None:
        """Who was rung for a talk that is over is rung no longer."""
        call = self._calls.find(id)
        if call is not None and (call.talk is None or call.talk.answered_at is None):
            self._calls.background(self._talks.end_legs(call, *(leg.id for leg in guests(call))), "let guests go")

    def _let_go(self, call: Call, _: EndReason) -> None:
        for leg in guests(call):
            self._calls.background(self._end(leg.id), "let a guest go")

    async def _end(self, leg: str) -> None:
        try:
            await self._calls.switch.hang_up(leg)
        except SwitchUnavailable as error:
            log.warning("leg not ended", leg=leg, reason=str(error))
