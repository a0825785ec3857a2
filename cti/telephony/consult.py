"""Consultations: the agent talks with somebody else while the caller waits, then hands over, confers or returns.

Both legs of the talk are pulled into sessions of their own; the agent's dials. Every state of it stands in
`call.talk`, and the dial itself runs on the switch, so another engine can go on at any moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from cti.base.call import Call, LegState, Party, Talk
from cti.base.events import CallTransferred
from cti.base.numbers.number import Number, told_target
from cti.telephony.calls import Calls
from cti.telephony.handover import Handover
from cti.telephony.switch.address import Address
from cti.telephony.switch.port import (
    CallSession,
    DialRequest,
    LegGone,
    LegHungUp,
    LegPickedUp,
    SwitchEvent,
    SwitchUnavailable,
)
from cti.telephony.talk import Talks
from cti.telephony.talk_deciding import Decision

log = structlog.get_logger(__name__)

RING_SECONDS = 30.0


class Consultations:
    """What agents ask for while they consult, and what their pulled legs do."""

    def __init__(self, calls: Calls, talks: Talks, handover: Handover) -> None:
        self._calls = calls
        self._talks = talks
        self._handover = handover
        self._wanted: dict[str, tuple[tuple[Address, ...], Number | None]] = {}
        calls.sessions.serve(Party.AGENT, self._serve_agent)
        calls.sessions.serve(Party.CONSULTED, self._serve_consulted)
        calls.switch_events.listen(self._on_event)

    async def consult(
        self,
        call: Call,
        target: str,
        addresses: Sequence[Address],
        *,
        outside: bool = False,
        shown: Number | None = None,
    ) -> None:
        """Put the caller on hold and dial `target` (an agent's or an `outside` number) from the agent's leg.

        `shown` is what the other side sees, by default the agent's number. From now on an agent who is asked is
        engaged. LookupError: `oneself`, `engaged`, or see `Handover.parting`.
        """
        talk = self._handover.parting(call)
        if not outside:
            self._handover.can_take(call, target)
        held = talk.away == "hold"
        talk.away, talk.consulted, talk.consulted_outside, talk.consulted_leg = "consult", target, outside, ""
        self._wanted[call.id] = tuple(addresses), shown
        if not held:
            await self._handover.pull_apart(call, talk)
        else:
            await self._from_hold(call, talk)

    async def _from_hold(self, call: Call, talk: Talk) -> None:
        """The caller waits already: the agent's leg alone comes into a session that dials."""
        self._calls.save(call)
        try:
            await self._calls.switch.pull(talk.leg)
        except (LegHungUp, SwitchUnavailable) as error:
            self._wanted.pop(call.id, None)
            talk.away, talk.consulted, talk.consulted_outside = "hold", "", False
            self._calls.save(call)
            if isinstance(error, LegHungUp):
                raise LookupError("not_talking") from error
            raise

    async def complete(self, call: Call) -> None:
        """Hand the caller to the consulted party; the agent is free."""
        self._hand_over(call, self._consulting(call))

    async def cancel(self, call: Call) -> None:
        """Drop the consulted party and go back to the caller."""
        talk = self._talks.talking(call)
        if talk.away != "consult":
            raise LookupError("not_consulting")
        self._wanted.pop(call.id, None)
        if consulted := self._consulted(call):
            # The agent's own dial ends with them, and brings him back.
            await self._talks.end_legs(call, *consulted)
            return
        try:
            # The switch has not told of the dialled leg yet: the dial ends when the agent's leg is taken out of it.
            await self._calls.switch.pull(talk.leg)
        except LegHungUp:
            log.info("agent gone while cancelling", call=call.id)

    async def conference(self, call: Call) -> None:
        """Bring the caller into the talk with the consulted party."""
        talk = self._consulting(call)
        talk.conference = True
        self._talks.decide(call, Decision("join", talk.leg))

    async def put_out(self, call: Call) -> None:
        """The agent goes on with the caller alone: the third leaves the conference. LookupError: `no_conference`."""
        talk = self._talks.talking(call)
        if not talk.conference:
            raise LookupError("no_conference")
        await self._talks.end_legs(call, talk.consulted_leg)

    async def leave(self, call: Call, agent: str) -> None:
        """Who was asked, or is in a conference, leaves; who stays with the caller owns the talk.

        LookupError `no_conference` for who talks with him alone.
        """
        talk = call.talk
        if talk is not None and talk.agent == agent and talk.conference:
            await self._talks.end_legs(call, talk.leg)
        elif talk is not None and talk.consulted == agent and not talk.consulted_outside:
            await self._talks.end_legs(call, *self._consulted(call))
        else:
            raise LookupError("no_conference")

    @staticmethod
    def _consulted(call: Call) -> list[str]:
        legs = call.legs.values()
        return [leg.id for leg in legs if leg.party is Party.CONSULTED and leg.state is not LegState.ENDED]

    def _consulting(self, call: Call) -> Talk:
        talk = self._talks.talking(call)
        if talk.away != "consult" or not call.is_alive(talk.consulted_leg):
            raise LookupError("not_consulting")
        return talk

    def _hand_over(self, call: Call, talk: Talk, at: datetime | None = None) -> None:
        leg = talk.consulted_leg
        target = told_target(f"outside:{talk.consulted}") if talk.consulted_outside else talk.consulted
        self._calls.tell(CallTransferred, call, at, agent=talk.agent, target=target, kind="attended")
        agent = "" if talk.consulted_outside else talk.consulted
        self._talks.books.change_agent(call, talk, agent, leg, "transfer", at)
        self._talks.decide(call, Decision("connect", leg))

    # ── the agent's leg ──────────────────────────────────────────────────────────────────────────────────────────

    async def _serve_agent(self, call: Call, session: CallSession) -> None:
        """An agent's leg was pulled out of the talk, or is left over from one and ends here."""
        talk = call.talk
        if session.arrival.party is Party.CONSULTED and (talk is None or not talk.away):
            await self._serve_consulted(call, session)
            return
        if talk is not None and talk.away == "dial" and not talk.leg:
            # The first of his phones that was picked up: he waits for the citizen.
            talk.leg = session.arrival.leg
            self._calls.save(call)
        if talk is None or session.arrival.leg != talk.leg or not talk.away:
            return
        if talk.away == "consult":
            addresses, shown = self._wanted.pop(call.id, ((), None))
            if talk.consulted and not talk.consulted_leg and addresses:
                after = None if talk.consulted_outside else self._calls.registrar.answer_after(talk.consulted)
                await session.dial(
                    DialRequest(
                        addresses, RING_SECONDS, Party.CONSULTED, talk.consulted, after, stays=True, caller=shown
                    )
                )
            # A conference may be over before the caller was in it.
            alone = not talk.away and talk.leg == session.arrival.leg and self._talks.joins(call)
            if call.talk is not talk or not (talk.away == "consult" or alone):
                return
            # Nobody answered, the other has gone, or an engine died in between: back to the caller.
            talk.consulted, talk.consulted_leg, talk.consulted_outside = "", "", False
            self._talks.decide(call, Decision("connect", talk.leg))
        await session.wait()
        raise await session.over

    async def _serve_consulted(self, call: Call, session: CallSession) -> None:
        """The agent has left: the caller's leg takes this one, unless the talk is over too."""
        if call.talk is None or session.arrival.leg not in (call.talk.leg, call.talk.consulted_leg):
            return
        await session.wait()
        raise await session.over

    def _on_event(self, event: SwitchEvent) -> None:
        match event:
            case LegPickedUp() if (call := self._calls.of_leg(event.leg)) and call.talk is not None:
                if call.legs[event.leg].party is Party.CONSULTED:
                    call.talk.consulted_leg = event.leg
                    self._calls.save(call)
            case LegGone() if (call := self._calls.find(event.call)) and call.talk is not None:
                parted = call.talk.away in ("consult", "hold") or self._talks.joins(call)
                if event.leg == call.talk.leg and parted:
                    self._agent_gone(call, call.talk, event.at)

    def _agent_gone(self, call: Call, talk: Talk, at: datetime | None) -> None:
        consulted = call.legs.get(talk.consulted_leg)
        if consulted is not None and consulted.state is not LegState.ENDED:
            # Hanging up with the other party on the line hands the caller over, as on any desk phone.
            self._hand_over(call, talk, at)
        else:
            self._talks.decide(call, Decision("over"))
