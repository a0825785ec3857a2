"""Calls that we make: an agent's phone and a citizen's are dialled, in either order, and brought together.

The citizen's leg is the call's caller, so that all that can happen to a caller can happen to him: talk, transfer,
survey, an engine's death. An agent who is rung first waits in a session with music (`talk.away == "dial"`); so does
somebody of ours at a telephone outside, whose leg is an agent's without a number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from cti.base.call import FOLLOWS, Call, EndReason, LegState, Party, Talk
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Refusal
from cti.telephony.calls import Calls
from cti.telephony.switch.address import Address
from cti.telephony.switch.port import (
    Connected,
    DialResult,
    LegDialled,
    LegGone,
    LegRang,
    SwitchEvent,
    SwitchUnavailable,
)
from cti.telephony.talk import Talks
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import HOUSE, Dialler, WayOut, WaysOut

log = structlog.get_logger(__name__)

OUTGOING_FLOW = "outgoing_flow"
"""Where an outgoing call that is no callback says in its progress which flow leads whom it reaches."""
OUTGOING_ARGUMENTS = "outgoing_arguments"
"""Where it says what that flow is given: plain values by the names of its arguments."""
MAY_WAIT = "may_wait"
"""Where it says that whom it reaches may wait for an agent: nobody of ours began the call, it is the house's own."""
SHOW = "show"
"""Where it says which number of its organisation the citizen is to be shown, if not the usual one."""
ELSEWHERE = frozenset({DialResult.UNREACHABLE, DialResult.FAILED})
"""The trunk's failures, not the citizen's: the next trunk is tried."""


class Outgoing:
    """Dials for calls that are ours; whoever wants one goes through it step by step.

    `flushed` returns when what was written down cannot be lost any more: no citizen is dialled before.
    """

    def __init__(
        self,
        calls: Calls,
        talks: Talks,
        trunks: Trunks,
        ways: WaysOut,
        flushed: Callable[[], Awaitable[None]],
    ) -> None:
        self._flushed = flushed
        self._calls = calls
        self._talks = talks
        self._trunks = trunks
        self._ways = ways
        self._rang: dict[str, Callable[[], object]] = {}
        self._stopped: set[str] = set()
        self._left: set[str] = set()
        self._on_trunk: dict[str, str] = {}
        """By which trunk the citizen of a call is dialled, or talks; below, the one of ours who is outside."""
        self._own_trunk: dict[str, str] = {}
        calls.switch_events.listen(self._on_event)
        calls.before_end(self._release)

    def ways(self, number: Number, who: Dialler = HOUSE, organisation: str = "", show: str = "") -> list[WayOut]:
        """The ways to this number now; empty when there is none, it cannot be dialled, or `who` may not."""
        try:
            return self._ways.find(number, who=who, organisation=organisation, show=show)
        except Refusal:
            return []

    def can_dial(self, number: Number, who: Dialler = HOUSE) -> bool:
        """Whether `who` may, and there is a trunk for such numbers at all, be it dead or full now."""
        return self._ways.can_dial(who, number)

    def need_two_ways(self, own: Number, citizen: Number, who: Dialler, organisation: str) -> None:
        """Refuse what cannot be: a call by `own`, a number outside at which one of ours waits, to a citizen.

        Raises what `WaysOut.find` raises; Conflict when the lines outside have no room for both.
        """
        found = [self._ways.find(one, who=who, organisation=organisation) for one in (own, citizen)]
        trunks = {way.address.trunk for ways in found for way in ways}
        if sum(self._trunks.room(trunk) for trunk in trunks) < len(found):
            raise Conflict("lines_full", "外线已满，请稍后再拨")

    def begin(
        self,
        id: str,
        citizen: Number,
        *,
        organisation: str,
        region: str,
        queue: str = "",
        flow: str = "",
        arguments: Mapping[str, Any] | None = None,
        show: str = "",
        follows: str = "",
        may_wait: bool = False,
    ) -> Call:
        """A call that stands in no book before its citizen is dialled; end it with `over`.

        Whom it reaches is led by `flow`, which is given `arguments` (the ticket that he is asked about); without one
        by that of callbacks. He is shown the number `show`, where the organisation may show it, else its usual one.
        `follows` is the call that broke off and is gone on with. `may_wait`: see `MAY_WAIT`.
        """
        call = Call(
            id=id,
            organisation=organisation,
            region=region,
            switch=self._calls.switch.name,
            trunk="",
            caller=citizen,
            called=Number.parse(""),
            arrived_at=self._calls.clock.wall(),
            outgoing=True,
        )
        if queue:
            call.queues.append(queue)
        if flow:
            call.progress[OUTGOING_FLOW] = flow
        if arguments:
            call.progress[OUTGOING_ARGUMENTS] = dict(arguments)
        if show:
            call.progress[SHOW] = show
        if follows:
            call.progress[FOLLOWS] = follows
        if may_wait:
            call.progress[MAY_WAIT] = True
        self._calls.prepare(call)
        return call

    # ── the agent ────────────────────────────────────────────────────────────────────────────────────────────────

    async def ring_agent(
        self, call: Call, agent: str, seconds: float, *, queue: str = "", on_ringing: Callable[[], object]
    ) -> DialResult:
        """Ring all phones of the agent; ANSWERED: he waits for the citizen."""
        registrar, auto = self._calls.registrar, self._calls.registrar.answer_after(agent, queue)
        call.talk = Talk(agent, queue, offered_at=self._calls.clock.wall(), away="dial")
        self._calls.save(call)
        self._rang[call.id] = on_ringing
        dials = [
            asyncio.ensure_future(self._originate(call, address, Party.AGENT, agent, call.caller, seconds, auto))
            for address in registrar.addresses(agent)
        ]
        result = DialResult.UNREACHABLE
        try:
            for dial in asyncio.as_completed(dials):
                result = await dial
                if result is DialResult.ANSWERED:
                    break
        finally:
            del self._rang[call.id]
        await self._talks.end_legs(call, *(leg.id for leg in call.legs.values() if leg.state is not LegState.UP))
        await asyncio.gather(*dials)
        if result is not DialResult.ANSWERED and not registrar.addresses(agent):
            # His phone went away while it rang: that is no refusal of his.
            return DialResult.UNREACHABLE
        return result

    async def ring_outside(
        self, call: Call, own: Number, seconds: float, who: Dialler, *, on_ringing: Callable[[], object]
    ) -> DialResult:
        """Ring one of ours at a telephone outside, who is shown the house's number; ANSWERED: he waits for the citizen.

        He has no part in the matching, and is nobody's agent: the talk is booked for no agent number.
        """
        call.talk = Talk("", offered_at=self._calls.clock.wall(), away="dial")
        self._calls.save(call)
        rang = asyncio.Event()

        def ringing() -> None:
            rang.set()
            on_ringing()

        self._rang[call.id] = ringing
        result = DialResult.UNREACHABLE
        try:
            for way in self.ways(own, who, call.organisation):
                trunk = self._own_trunk[call.id] = way.address.trunk
                self._trunks.began(trunk)
                result = await self._originate(call, way.address, Party.AGENT, "", way.shown, seconds, None)
                if result is DialResult.ANSWERED:
                    return result
                self._trunks.ended(self._own_trunk.pop(call.id, ""))
                log.info("own telephone not reached", call=call.id, trunk=trunk, result=result.value)
                if result not in ELSEWHERE or rang.is_set() or call.id in self._stopped or not self._calls.switch.is_up:
                    break
        finally:
            del self._rang[call.id]
        return DialResult.CANCELLED if call.id in self._stopped else result

    def agent_left(self, call: Call) -> bool:
        """Whether the agent who waited for the citizen has put down."""
        here = any(leg.party is Party.AGENT and leg.state is not LegState.ENDED for leg in call.legs.values())
        return call.id in self._left or not here

    # ── the citizen ──────────────────────────────────────────────────────────────────────────────────────────────

    async def dial_citizen(self, call: Call, seconds: float, who: Dialler = HOUSE) -> DialResult:
        """Dial by the first trunk that can; ANSWERED: his session takes it from here. Nobody is rung twice."""
        result = DialResult.UNREACHABLE
        for way in self.ways(call.caller, who, call.organisation, str(call.progress.get(SHOW, ""))):
            route, shown = way.address, way.shown
            call.trunk, call.called = route.trunk, shown
            self._calls.dialling(call)
            # Whatever dies from here on, the next engine knows the call, and whose it is.
            await self._flushed()
            if call.talk is not None and self.agent_left(call):
                return DialResult.CANCELLED
            self._on_trunk[call.id] = route.trunk
            self._trunks.began(route.trunk)
            rang = call.caller_leg
            result = await self._originate(call, route, Party.CALLER, "", shown, seconds, None)
            if result is DialResult.ANSWERED:
                self._calls.reached(call)
                return result
            self._release(call)
            log.info("citizen not reached", call=call.id, trunk=route.trunk, result=result.value)
            leg = call.legs.get(call.caller_leg) if call.caller_leg != rang else None
            was_rung = leg is not None and leg.rang
            if result not in ELSEWHERE or was_rung or call.id in self._stopped or not self._calls.switch.is_up:
                break
        return result

    async def _originate(
        self, call: Call, address: Address, party: Party, agent: str, shown: Number, seconds: float, auto: float | None
    ) -> DialResult:
        if call.id in self._stopped:
            return DialResult.CANCELLED
        try:
            return await self._calls.switch.originate(
                address, call=call.id, party=party, agent=agent, caller=shown, timeout=seconds, answer_after=auto
            )
        except SwitchUnavailable as error:
            log.warning("not dialled", call=call.id, reason=str(error))
            return DialResult.FAILED

    # ── its end ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def stop(self, call: Call) -> None:
        """Hang up whatever was dialled, also what the switch has not told of yet."""
        self._stopped.add(call.id)
        await self._talks.end_legs(call, *list(call.legs))

    def is_stopped(self, call: Call) -> bool:
        """Whether somebody hung up what was being dialled."""
        return call.id in self._stopped

    def over(self, call: Call) -> None:
        """The call came to nothing."""
        self._calls.not_reached(call)
        self._forget(call)

    def _release(self, call: Call, reason: EndReason | None = None) -> None:
        trunk = self._on_trunk.pop(call.id, None)
        if trunk is not None:
            self._trunks.ended(trunk)
        if reason is not None:
            self._forget(call)

    def _forget(self, call: Call) -> None:
        self._stopped.discard(call.id)
        self._left.discard(call.id)
        self._trunks.ended(self._own_trunk.pop(call.id, ""))

    # ── what the switch tells ────────────────────────────────────────────────────────────────────────────────────

    def _on_event(self, event: SwitchEvent) -> None:
        match event:
            case LegDialled() if event.call in self._stopped:
                self._calls.background(self._calls.switch.hang_up(event.leg), "stop dialling")
            case LegRang() if (call := self._calls.of_leg(event.leg)) and call.id in self._rang:
                self._rang[call.id]()
            case LegGone() if (call := self._calls.find(event.call)) and call.talk is not None:
                if call.talk.away == "dial" and event.leg == call.talk.leg:
                    self._agent_gone(call)
            case Connected():
                self._let_go_strays(event)

    def _agent_gone(self, call: Call) -> None:
        self._left.add(call.id)
        citizen = call.legs.get(call.caller_leg)
        if citizen is not None and citizen.state is not LegState.UP:
            self._calls.background(self._talks.end_legs(call, call.caller_leg), "stop ringing the citizen")

    def _let_go_strays(self, event: Connected) -> None:
        """Phones of agents that another engine was ringing for a call that it took with it."""
        for leg in event.legs:
            if leg.party is Party.AGENT and not leg.answered and leg.call and self._calls.find(leg.call) is None:
                self._calls.background(self._calls.switch.hang_up(leg.leg), "let a stray phone fall silent")
