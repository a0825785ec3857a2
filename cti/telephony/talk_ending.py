"""How talks end when it is asked for: the agent's leg, a dial that rings, a phone that gives no sign of life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import structlog

from cti.base.call import Call, LegState, Talk
from cti.telephony.calls import Calls
from cti.telephony.engagement import guests
from cti.telephony.switch.port import CallSession, DialResult, SwitchUnavailable
from cti.telephony.talk_books import TalkBooks

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TalkEnd:
    """How it ended. `then` is where the agent sent the caller (`queue:x`, `agent:1002`, `flow:x`, `outside:…`).

    `away` is true when the agent waits for the caller to come back from that flow (`Talks.back`).
    """

    result: DialResult
    seconds: float = 0.0
    then: str = ""
    away: bool = False


class Interrupting(Protocol):
    """What becomes of a talk whose agent has lost his phone (`cti.telephony.interruption`)."""

    def cut(self, call: Call, talk: Talk) -> None:
        """The agent's leg was cut off: the caller waits for him."""

    async def come_back(self, call: Call, session: CallSession) -> TalkEnd:
        """The caller waits; returns when a talk with the agent who came back is over, or he did not."""

    def give_up(self, call: Call) -> None:
        """The agent is waited for no longer."""


class TalkEnding:
    """Ends talks and what belongs to them."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._verdicts: dict[str, DialResult] = {}
        """What a dial that we stopped came to."""
        self.books = TalkBooks(calls)
        self.interruptions: Interrupting | None = None

    async def hang_up(self, call: Call, by: str = "agent") -> None:
        """End the agent's part; the caller's visit goes on (survey)."""
        talk = call.talk
        if talk is not None and talk.away == "return" and self.interruptions is not None:
            self.interruptions.give_up(call)
        elif talk is not None:
            if talk.return_by is not None:
                # He is rung again, and does not want to.
                self._verdicts[call.id] = DialResult.REJECTED
            await self.end_agent(call, talk, by)

    async def cancel_dial(self, call: Call) -> None:
        """Stop dialling; a talk that has begun goes on."""
        if call.talk is not None and call.talk.answered_at is None:
            self._verdicts[call.id] = DialResult.CANCELLED
            await self._stop_dialling(call, call.talk)

    async def unreachable(self, call: Call) -> None:
        """No phone of the agent can ring any more while he is rung: stop, it is not his fault."""
        talk = call.talk
        if talk is not None and talk.answered_at is None:
            if not talk.away:
                self._verdicts[call.id] = DialResult.UNREACHABLE
            await self._stop_dialling(call, talk)

    async def end_agent(self, call: Call, talk: Talk, by: str) -> None:
        """End the agent's leg, or stop dialling it; `by` is who ended the talk."""
        self.books.ended_by[call.id] = by
        if talk.conference or (talk.leg and guests(call, up=True)):
            # Who stays with the citizen owns the talk.
            await self.end_legs(call, talk.leg)
        elif talk.leg:
            await self.end_legs(call, talk.leg, talk.consulted_leg)
        else:
            await self._stop_dialling(call, talk)

    def talking(self, call: Call) -> Talk:
        """The talk under way; LookupError when there is none."""
        if call.talk is None or call.talk.answered_at is None:
            raise LookupError("not_talking")
        return call.talk

    async def end_legs(self, call: Call, *legs: str) -> None:
        """Hang up those of the legs that exist."""
        for leg in legs:
            if leg and call.is_alive(leg):
                try:
                    await self._calls.switch.hang_up(leg)
                except SwitchUnavailable as error:
                    log.warning("leg not ended", leg=leg, reason=str(error))

    def _dialling(self, call: Call, talk: Talk) -> list[str]:
        if talk.answered_at is not None or talk.leg:
            return []
        return [leg.id for leg in call.legs.values() if talk.owns(leg) and call.is_alive(leg.id)]

    async def _stop_dialling(self, call: Call, talk: Talk) -> None:
        await self.end_legs(call, *self._dialling(call, talk))

    def _no_sign_of_life(self, call: Call, talk: Talk) -> None:
        if call.talk is not talk or talk.answered_at is not None:
            return
        silent = [leg for leg in self._dialling(call, talk) if call.legs[leg].state is LegState.STARTED]
        if silent and len(silent) == len(self._dialling(call, talk)):
            log.warning("phone gives no sign of life", agent=talk.agent)
            self._verdicts[call.id] = DialResult.UNREACHABLE
            self._calls.background(self.end_legs(call, *silent), "end silent legs")
