"""What a waiting caller's leg does next: to an agent, into a conference, or the talk is over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from cti.base.call import Call, Talk
from cti.telephony.calls import Calls
from cti.telephony.switch.port import CallSession, LegHungUp
from cti.telephony.switch.waiting import unless_over
from cti.telephony.talk_ending import TalkEnding

LEFT_SECONDS = 10.0
"""However busy the switch is, by then it has told of an agent with whom somebody is left that he is in his session
again, or gone."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the caller's leg does next: `connect` to a leg, `join` the talk a leg is in, wait for an agent to `return`,
    or the talk is `over`."""

    verb: str
    leg: str = ""


class TalkDeciding(TalkEnding):
    """Takes decisions to the callers' sessions, and leads callers into conferences."""

    def __init__(self, calls: Calls) -> None:
        super().__init__(calls)
        self._decisions: dict[str, asyncio.Queue[Decision]] = {}
        self._joining: set[str] = set()
        """Whose callers are in a conference that their agent made, or on their way into it."""

    def decide(self, call: Call, decision: Decision) -> None:
        """Tell the caller's waiting session what to do."""
        if call.talk is not None and call.talk.away in ("consult", "hold"):
            call.talk.away = ""
            self._calls.save(call)
        if decision.verb == "join":
            self._joining.add(call.id)
        self._decisions.setdefault(call.id, asyncio.Queue()).put_nowait(decision)

    def joins(self, call: Call) -> bool:
        """Whether the caller is in a conference that his agent made, or on his way into it."""
        return call.id in self._joining

    def _stayed(self, call: Call) -> None:
        """The agent has left, and somebody stays: a caller who found himself alone on his way into the conference, or
        out of it, goes on with him."""
        if self.joins(call) and call.talk is not None and (decisions := self._decisions.get(call.id)) is not None:
            decisions.put_nowait(Decision("connect", call.talk.leg))

    async def _join(self, call: Call, talk: Talk, session: CallSession, leg: str) -> None:
        try:
            await session.join(leg)
        except LegHungUp:
            if await self._caller_is_gone(session):
                raise
        stays = call.is_alive(talk.leg) and (talk.leg != leg or await self._agent_waits(call, session))
        self._decisions.pop(call.id, None)
        if stays:
            # The agent or the third had left before he was there: he talks with who stays.
            await session.connect(talk.leg)

    async def _agent_waits(self, call: Call, session: CallSession) -> bool:
        """Whether somebody waits for the caller: the agent, in his session again, or whoever stays when he has left.

        His end, and that his dial is over, are told in a moment.
        """
        decisions = self._decisions.setdefault(call.id, asyncio.Queue())
        try:
            async with asyncio.timeout(LEFT_SECONDS):
                return (await unless_over(session, decisions.get())).verb == "connect"
        except TimeoutError:
            return False

    @staticmethod
    async def _caller_is_gone(session: CallSession) -> bool:
        # LegHungUp of `connect` may mean the other leg: it is the caller's only when the session is over.
        await asyncio.sleep(0)
        return asyncio.ensure_future(session.over).done()
