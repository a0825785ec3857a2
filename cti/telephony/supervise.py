"""Supervision of a talk: listen, whisper, barge in, intercept, forced hang-up (监听 密语 强插 拦截 强拆).

The supervisor's own phone is rung; its leg comes in a session that joins or spies. The switch carries it from there,
so an engine's death does not end it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from cti.base.call import Call, LegState, Party
from cti.base.events import SupervisorJoined
from cti.base.numbers.number import Number
from cti.telephony.calls import Calls
from cti.telephony.engagement import Role, supervises
from cti.telephony.switch.port import CallSession, DialResult, LegHungUp, SpyMode
from cti.telephony.talk import Talks

RING_SECONDS = 20.0
WISH_SECONDS = 3.0
JOIN_SECONDS = 0.3
"""A leg has entered the talk by then: only now may the intercepted one leave, or the talk would end."""


class Mode(StrEnum):
    """How a supervisor takes part."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    INTERCEPT = "intercept"


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a supervisor's leg is to do when it comes in its session; `done` says whether there was a talk to be in."""

    agent: str
    mode: Mode
    done: asyncio.Future[bool]


class Supervision:
    """Brings supervisors into talks."""

    def __init__(self, calls: Calls, talks: Talks) -> None:
        self._calls = calls
        self._talks = talks
        self._wishes: dict[str, _Wish] = {}
        calls.sessions.serve(Party.SUPERVISOR, self._serve)

    async def join(self, agent: str, supervisor: str, mode: Mode, *, auto_answer: bool = True) -> DialResult:
        """Ring the supervisor's phone and join the agent's talk; one who is in it takes part by another mode at once.

        LookupError: `not_talking`, also when the talk was over, or another's, before the phone was picked up; `apart`
        while agent and citizen do not hear each other; `no_phone`, `oneself`, or `engaged` for who is on the telephone
        otherwise.
        """
        call = self._talk_of(agent)
        if agent == supervisor:
            raise LookupError("oneself")
        if call.talk is not None and call.talk.away:
            raise LookupError("apart")
        part = self._calls.engagements.on_the_phone(supervisor)
        if part is not None and part.work == call.id and part.role is Role.SUPERVISING:
            return await self._change(call, supervisor, agent, mode)
        if part is not None:
            raise LookupError("engaged")
        addresses = self._calls.registrar.addresses(supervisor)
        if not addresses:
            raise LookupError("no_phone")
        wish = self._wish(supervisor, agent, mode)
        try:
            result = await self._calls.switch.originate(
                addresses[0],
                call=call.id,
                party=Party.SUPERVISOR,
                agent=supervisor,
                caller=Number.extension(agent),
                timeout=RING_SECONDS,
                answer_after=0.0 if auto_answer else None,
            )
        finally:
            # Its session takes the wish within a moment, or never.
            self._calls.clock.call_later(WISH_SECONDS, partial(self._forget, supervisor, wish))
        return await self._taken(wish) if result is DialResult.ANSWERED else result

    async def _change(self, call: Call, supervisor: str, agent: str, mode: Mode) -> DialResult:
        """The leg comes into a session anew, where it does what is wanted now."""
        found = [leg for leg in call.legs.values() if supervises(leg) and leg.agent == supervisor]
        if not found or found[0].state is not LegState.UP:
            raise LookupError("engaged")
        if found[0].mode == mode.value:
            return DialResult.ANSWERED
        wish = self._wish(supervisor, agent, mode)
        try:
            await self._calls.switch.pull(found[0].id)
        except LegHungUp:
            raise LookupError("not_talking") from None
        finally:
            self._calls.clock.call_later(WISH_SECONDS, partial(self._forget, supervisor, wish))
        return await self._taken(wish)

    def _wish(self, supervisor: str, agent: str, mode: Mode) -> _Wish:
        wish = self._wishes[supervisor] = _Wish(agent, mode, asyncio.get_running_loop().create_future())
        return wish

    @staticmethod
    async def _taken(wish: _Wish) -> DialResult:
        if not await wish.done:
            raise LookupError("not_talking")
        return DialResult.ANSWERED

    async def hang_up(self, agent: str) -> None:
        """End the agent's part of the talk; the caller's visit goes on."""
        await self._talks.hang_up(self._talk_of(agent), by="supervisor")

    async def leave(self, supervisor: str) -> None:
        """End what the supervisor listens to."""
        for call in self._calls.open:
            for leg in list(call.legs.values()):
                if leg.party is Party.SUPERVISOR and leg.agent == supervisor:
                    await self._talks.end_legs(call, leg.id)

    def _talk_of(self, agent: str) -> Call:
        call = self._calls.led_by(agent)
        if call is None or call.talk is None or call.talk.answered_at is None:
            raise LookupError("not_talking")
        return call

    def _forget(self, supervisor: str, wish: _Wish) -> None:
        """Nobody waits for it any more; a later wish of his stays."""
        if self._wishes.get(supervisor) is wish:
            del self._wishes[supervisor]
        _say(wish, False)

    async def _serve(self, call: Call, session: CallSession) -> None:
        supervisor = session.arrival.agent
        wish = self._wishes.pop(supervisor, None)
        talk = call.talk
        if wish is None or talk is None or talk.agent != wish.agent or talk.answered_at is None or talk.away:
            # Nothing to take part in: also when the talk was over, or apart, before the phone was picked up.
            if wish is not None:
                _say(wish, False)
            return
        if (leg := call.legs.get(session.arrival.leg)) is not None:
            leg.mode = wish.mode.value
            self._calls.save(call)
        self._calls.tell(SupervisorJoined, call, agent=wish.agent, supervisor=supervisor, mode=wish.mode.value)
        _say(wish, True)
        match wish.mode:
            case Mode.LISTEN:
                await session.spy(talk.leg, SpyMode.LISTEN)
            case Mode.WHISPER:
                await session.spy(talk.leg, SpyMode.WHISPER)
            case Mode.BARGE:
                await session.join(call.caller_leg)
            case Mode.INTERCEPT:
                first = talk.leg
                self._talks.books.change_agent(call, talk, supervisor, session.arrival.leg, "supervisor")
                self._calls.background(self._drop(call, first), "drop intercepted agent")
                await session.join(call.caller_leg)

    async def _drop(self, call: Call, leg: str) -> None:
        await asyncio.sleep(JOIN_SECONDS)
        await self._talks.end_legs(call, leg)


def _say(wish: _Wish, took_part: bool) -> None:
    if not wish.done.done():
        wish.done.set_result(took_part)
