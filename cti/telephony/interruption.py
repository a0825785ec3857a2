"""An agent's phone, browser or network is lost in the middle of a talk: the citizen hears why, waits on hold for him,
and talks on when his phone rings again; if it does not within the grace, he goes to the front of his queue.

What is under way stands in the call (`talk.away == "return"`, until `talk.return_by`): another engine goes on with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import structlog

from cti.base.bus import Bus
from cti.base.call import Call, Leg, LegState, Talk
from cti.base.events import PhoneChanged, TalkInterrupted
from cti.telephony.calls import Calls
from cti.telephony.engagement import guests
from cti.telephony.switch.address import WEB
from cti.telephony.switch.port import CallSession, Connected, DialResult, LegHungUp, SwitchEvent, SwitchUnavailable
from cti.telephony.switch.waiting import unless_over
from cti.telephony.talk import GRACE_SECONDS, Talks
from cti.telephony.talk_books import INTERRUPTED
from cti.telephony.talk_deciding import Decision
from cti.telephony.talk_ending import TalkEnd

log = structlog.get_logger(__name__)

LOST_SECONDS = 6.0
"""A page whose connection only stumbled has registered again within this time; the sound went on meanwhile."""
FRESH_SECONDS = 6.0
"""How long a phone is waited for that is about to register anew, before another one of his is rung."""
AGAIN_SECONDS = 1.0
PROMPT = "agent_lost"
"""How the address of a browser's leg ends. The legs of telephones without sound are ended by the switch itself."""


class Interruptions:
    """Interrupts talks, and brings citizen and agent together again."""

    def __init__(self, calls: Calls, talks: Talks, bus: Bus) -> None:
        self._calls = calls
        self._talks = talks
        self._phones: dict[str, asyncio.Event] = {}
        self._anew: dict[str, float] = {}
        self._given_up: set[str] = set()
        self.prompts: Callable[[Call], Sequence[str]] = lambda call: (PROMPT,)
        """What the citizen hears, as prompts in his language."""
        talks.interruptions = self
        bus.subscribe(PhoneChanged, self._phone_changed)
        calls.switch_events.listen(self._on_event)

    # ── the sound is gone ────────────────────────────────────────────────────────────────────────────────────────

    async def interrupt(self, call: Call, reason: str, *, anew: bool = False) -> None:
        """The citizen waits for the agent, whose leg ends; in a conference he goes on with who stays.

        `anew`: a phone of the agent is about to register again, and is waited for. LookupError: `not_talking`;
        SwitchUnavailable: nothing has changed.
        """
        if not self._calls.switch.is_up:
            raise SwitchUnavailable("the control connection is gone")
        if call.talk is not None and call.talk.away == "return":
            if not anew:
                # He is back, and asks to be rung.
                self._anew.pop(call.id, None)
                self._wake(call.talk.agent)
            return
        talk = self._talks.talking(call)
        if talk.conference or guests(call, up=True):
            await self._talks.end_legs(call, talk.leg)
            return
        away, leg = talk.away, talk.leg
        others = [one.id for one in call.legs.values() if one.agent == talk.consulted and one.id != call.caller_leg]
        if anew:
            self._anew[call.id] = self._calls.clock.now() + FRESH_SECONDS
        self._set_aside(call, talk, reason)
        try:
            if not away:
                await self._calls.switch.pull(call.caller_leg, leg)
        except LegHungUp:
            # One of them was gone: the citizen's session goes on by itself, or has ended.
            log.info("a party had left already", call=call.id)
        except SwitchUnavailable as error:
            log.warning("not interrupted by us", call=call.id, reason=str(error))
        if away in ("consult", "hold"):
            self._talks.decide(call, Decision("return"))
        await self._talks.end_legs(call, leg, *(others if away == "consult" else ()))

    def cut(self, call: Call, talk: Talk) -> None:
        """The agent's leg was cut off and the citizen's session goes on: let it wait."""
        self._set_aside(call, talk, "phone_lost")

    def _set_aside(self, call: Call, talk: Talk, reason: str) -> None:
        """From here on it is another talk that is to come about: what was talked is booked."""
        log.warning("talk interrupted", agent=talk.agent, call=call.id, reason=reason)
        until = self._calls.clock.wall() + timedelta(seconds=GRACE_SECONDS)
        began = talk.began_at or talk.answered_at
        waiting = Talk(talk.agent, talk.queue, away="return", return_by=until, began_at=began)
        call.progress[INTERRUPTED] = talk.agent
        self._talks.books.replace(call, talk, waiting, ended_by=reason)
        self._calls.tell(TalkInterrupted, call, agent=talk.agent, reason=reason)

    # ── the citizen waits ────────────────────────────────────────────────────────────────────────────────────────

    async def come_back(self, call: Call, session: CallSession) -> TalkEnd:
        """In the citizen's session: the talk with the agent who came back, to its end, or the way to the queue."""
        talk = call.talk
        assert talk is not None and talk.return_by is not None
        agent, queue, until = talk.agent, talk.queue, talk.return_by
        phone = self._phones.setdefault(agent, asyncio.Event())
        try:
            await self._talks.complete_recording(session)
            await session.play(self.prompts(call))
            await session.wait()
            while call.id not in self._given_up and (left := (until - self._calls.clock.wall()).total_seconds()) > 0:
                addresses = self._calls.registrar.addresses(agent)
                anew = self._anew.get(call.id, 0.0) - self._calls.clock.now()
                if addresses and anew <= 0:
                    end = await self._talks.dial(
                        call, session, addresses, agent=agent, queue=queue, ring_seconds=left, return_by=until,
                        answer_after=self._calls.registrar.answer_after(agent, queue),
                    )  # fmt: skip
                    if end.result is DialResult.ANSWERED:
                        return end
                    if end.result is DialResult.REJECTED:
                        break
                    # His phone may be on its way from one page to another.
                    await session.wait()
                    await self._until(session, phone, AGAIN_SECONDS)
                else:
                    await self._until(session, phone, min(left, anew if addresses else left))
        finally:
            self._anew.pop(call.id, None)
            self._given_up.discard(call.id)
            if self._phones.get(agent) is phone:
                del self._phones[agent]
        log.info("the agent did not come back", agent=agent, call=call.id)
        self._talks.books.forget(call)
        queue = queue or (call.queues[-1] if call.queues else "")
        return TalkEnd(DialResult.ANSWERED, then=f"queue:{queue}" if queue else "")

    async def _until(self, session: CallSession, phone: asyncio.Event, seconds: float) -> None:
        phone.clear()
        await unless_over(session, _within(phone.wait(), seconds))

    def give_up(self, call: Call) -> None:
        """The agent does not come back: the citizen goes on at once."""
        if call.talk is not None and call.talk.away == "return":
            # He is free at once; the citizen may still be in a flow of his.
            agent, call.talk.agent = call.talk.agent, ""
            self._given_up.add(call.id)
            self._calls.save(call)
            self._wake(agent)

    def _wake(self, agent: str) -> None:
        if agent in self._phones:
            self._phones[agent].set()

    # ── phones come and go ───────────────────────────────────────────────────────────────────────────────────────

    def _phone_changed(self, event: PhoneChanged) -> None:
        if event.addresses:
            call = self._calls.led_by(event.agent)
            if call is not None:
                self._anew.pop(call.id, None)
            self._wake(event.agent)
        self._look(event.agent)

    def _look(self, agent: str) -> None:
        call = self._calls.of_agent(agent)
        if call is None or call.talk is None:
            return
        is_rung = call.talk.agent == agent and call.talk.answered_at is None and call.talk.away in ("", "dial")
        if is_rung and not self._calls.registrar.addresses(agent):
            self._calls.background(self._talks.unreachable(call), "stop ringing a phone that is gone")
        elif self._lost_legs(call, agent):
            self._calls.clock.call_later(LOST_SECONDS, partial(self._look_again, agent, call.id))

    def _lost_legs(self, call: Call, agent: str) -> list[Leg]:
        reachable, legs = self._calls.registrar.is_reachable, call.legs.values()
        up = [leg for leg in legs if leg.agent == agent and leg.state is LegState.UP and leg.address.endswith(WEB)]
        return [leg for leg in up if not reachable(leg.address)]

    def _look_again(self, agent: str, id: str) -> None:
        call = self._calls.find(id)
        if call is None or call.talk is None or not self._calls.switch.is_up:
            # When the switch can be asked again, all phones are looked at.
            return
        legs = self._lost_legs(call, agent)
        if call.talk.agent == agent and call.talk.leg in {leg.id for leg in legs}:
            self._calls.background(self.interrupt(call, "phone_lost"), "interrupt a talk whose phone is lost")
        elif legs:
            # Who was asked, confers or listens in: the others go on without him.
            self._calls.background(self._talks.end_legs(call, *(leg.id for leg in legs)), "end a lost phone's leg")

    def _on_event(self, event: SwitchEvent) -> None:
        if isinstance(event, Connected):
            # While nobody looked a phone may have gone, of which nothing is told now.
            for part in self._calls.engagements.in_calls():
                self._look(part.agent)


async def _within(work: object, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await work  # type: ignore[misc] # an awaitable
    except TimeoutError:
        return
