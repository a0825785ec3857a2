"""A fake switch: legs, bridges, telephones and an emergency queue in memory, on an asyncio loop (virtual or not).

It lives on when its engine (`cti.telephony.switch.scripted.ScriptedSwitch`) stops, as a real switch does: talks go on,
callers hear music and come back into a session of the next engine, or after `patience` seconds
go to the emergency queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from cti.base.call import Party
from cti.base.numbers.number import Number
from cti.telephony.switch.address import Address
from cti.telephony.switch.keys import MOST_KEYS
from cti.telephony.switch.port import (
    Dialled,
    DialRequest,
    DialResult,
    DigitPressed,
    HoldChanged,
    LegPickedUp,
    LegTransferred,
    PhoneReachable,
)
from cti.telephony.switch.scripted_leg import MUSIC, Bridge, Doing, ScriptedLeg, ScriptedLine
from cti.telephony.switch.scripted_lives import Lives
from cti.telephony.switch.scripted_phone import ScriptedPhone
from cti.telephony.switch.scripted_ringing import Ringing


class ScriptedExchange(Lives):
    """The switch itself. `prompts` gives the seconds of prompts, others take one second."""

    # ── people ────────────────────────────────────────────────────────────────────────────────────────────────

    def add_phone(self, phone: ScriptedPhone) -> ScriptedPhone:
        """A telephone that can be dialled under its address."""
        self.phones[phone.address] = phone
        return phone

    def register(self, address: str, registered: bool = True) -> None:
        """A telephone comes or goes."""
        self.phones[address].registered = registered
        self.tell(PhoneReachable(address, registered))

    def call(
        self,
        caller: str,
        called: str,
        *,
        name: str = "",
        trunk: str = "carrier",
        keys: Mapping[float, str] | None = None,
        hang_up_after: float | None = None,
        voice: float = 0.0,
    ) -> ScriptedLine:
        """A citizen calls. `keys` are pressed so many seconds later; `hang_up_after` seconds he puts down."""
        numbers = Number.parse(caller), Number.parse(called)
        leg = self.new_leg(name or caller, Party.CALLER, trunk, *numbers, voice)
        leg.trunk = trunk
        self._script(leg.line, keys or {}, hang_up_after)
        self.enter(leg)
        return leg.line

    def call_from(self, address: str, called: str) -> ScriptedLine:
        """A telephone of the house calls."""
        phone = self.phones[address]
        leg = self.new_leg(
            phone.name, Party.AGENT, address, Number.parse(phone.name), Number.parse(called), phone.voice
        )
        leg.agent = phone.name
        phone.lines.append(leg.line)
        self.enter(leg)
        return leg.line

    def _script(self, line: ScriptedLine, keys: Mapping[float, str], hang_up_after: float | None) -> None:
        for seconds, pressed in keys.items():
            self.clock.call_later(seconds, partial(line.press, pressed))
        if hang_up_after is not None:
            self.clock.call_later(hang_up_after, line.hang_up)

    # ── talks ─────────────────────────────────────────────────────────────────────────────────────────────────

    def dial(self, leg: ScriptedLeg, request: DialRequest) -> asyncio.Future[Dialled]:
        """Dial for a leg, talk to the end."""
        done: asyncio.Future[Dialled] = asyncio.get_running_loop().create_future()
        outcome = Dialled(DialResult.FAILED)
        began = 0.0

        def answered(other: ScriptedLeg) -> None:
            nonlocal outcome, began
            began, outcome = self.now(), Dialled(DialResult.ANSWERED)
            self.answer(leg)
            other.dialplan = request.stays
            self._bridge(Bridge(), leg, other)

        def failed(result: DialResult) -> None:
            nonlocal outcome
            outcome = Dialled(result)
            leg.hears = ""
            self._released(leg)

        def result() -> Dialled:
            talked = outcome.result is DialResult.ANSWERED
            return Dialled(outcome.result, self.now() - began) if talked else outcome

        leg.hears, leg.place = MUSIC, "talk"
        doing = Doing(done, result)
        leg.doing = doing
        ringing = Ringing(
            self,
            [self.phones.get(str(address)) for address in request.addresses],
            by=leg,
            call=leg.call,
            party=request.party,
            agent=request.agent,
            caller=request.caller or leg.caller,
            timeout=request.timeout,
            answer_after=request.answer_after,
            answered=answered,
            failed=failed,
        )
        doing.stop = ringing.stop
        return done

    def connect(self, leg: ScriptedLeg, other: ScriptedLeg) -> asyncio.Future[float]:
        """Talk with a leg, taken from wherever it is."""
        began = self.now()
        done: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        left = self._take(other)
        leg.doing = Doing(done, lambda: self.now() - began)
        self._bridge(Bridge(), leg, other)
        self._settle(left)
        return done

    def join(self, leg: ScriptedLeg, other: ScriptedLeg) -> asyncio.Future[None]:
        """Enter a talk; over at once when there is none."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if other.bridge is None:
            done.set_result(None)
            return done
        leg.doing = Doing(done, lambda: None)
        self._bridge(other.bridge, leg)
        return done

    def spy(self, leg: ScriptedLeg, other: ScriptedLeg, whispers: bool) -> asyncio.Future[None]:
        """Hear a talk until the leg spied on is gone."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        leg.doing = Doing(done, lambda: None)
        leg.spying_on, leg.whispers, leg.place = other, whispers, "talk"
        return done

    def pull(self, legs: Sequence[ScriptedLeg]) -> None:
        """Bring legs into sessions of their own."""
        left = [self._take(leg) for leg in legs]
        for leg in legs:
            leg.hears = ""
            self.enter(leg)
        for bridge in left:
            self._settle(bridge)

    def originate(
        self,
        address: Address,
        *,
        call: str,
        party: Party,
        agent: str,
        caller: Number,
        timeout: float,
        answer_after: float | None,
    ) -> asyncio.Future[DialResult]:
        """Dial a phone into a session."""
        done: asyncio.Future[DialResult] = asyncio.get_running_loop().create_future()

        def over(result: DialResult) -> None:
            if not done.done():
                done.set_result(result)

        def answered(leg: ScriptedLeg) -> None:
            over(DialResult.ANSWERED)
            self.enter(leg)

        Ringing(
            self,
            [self.phones.get(str(address))],
            by=None,
            call=call,
            party=party,
            agent=agent,
            caller=caller,
            timeout=timeout,
            answer_after=answer_after,
            answered=answered,
            failed=over,
        )
        return done

    # ── what people do at their telephones ────────────────────────────────────────────────────────────────────

    def picked_up(self, leg: ScriptedLeg) -> None:
        """A ringing phone was picked up."""
        if leg.on_answer is None:
            return
        leg.cancel_timer()
        self.answer(leg)
        self.tell(LegPickedUp(leg.id))
        leg.on_answer()

    def pressed(self, leg: ScriptedLeg, digit: str) -> None:
        """A key was pressed."""
        self.tell(DigitPressed(leg.id, digit))
        if leg.stream is not None:
            leg.stream.key(digit)
        elif leg.session is not None:
            leg.session.key(digit)
        elif leg.place == "retry":
            leg.typed = (leg.typed + digit)[:MOST_KEYS]

    def held(self, leg: ScriptedLeg, held: bool) -> None:
        """The phone put the others on hold or took them back."""
        if not leg.gone and leg.holds != held:
            leg.holds = held
            self.tell(HoldChanged(leg.id, held))
            if leg.bridge is not None:
                self._note_recordings(leg.bridge)

    def refer(self, leg: ScriptedLeg, target: str) -> None:
        """The other party comes into a session with its target, the phone's leg ends."""
        others = [other for other in leg.bridge.members if other is not leg] if leg.bridge else []
        if len(others) != 1:
            return
        other = others[0]
        self.tell(LegTransferred(leg=other.id, by=leg.id, target=target))
        other.target = target
        self._take(other)
        self.enter(other)
        self._leave(leg)
        self.end(leg)

    def replace(self, leg: ScriptedLeg, other: ScriptedLeg) -> None:
        """The far ends of two legs of a phone talk with each other, both legs end."""
        if leg.bridge is None or other.bridge is None:
            return
        mine = next(found for found in leg.bridge.members if found is not leg)
        theirs = next(found for found in other.bridge.members if found is not other)
        self.tell(LegTransferred(leg=mine.id, by=leg.id, to_leg=theirs.id))
        bridge = leg.bridge
        self._leave(theirs)
        self._bridge(bridge, theirs)
        self._leave(leg)
        self.end(leg)
        self._leave(other)
        self.end(other)

    # ── bad luck ──────────────────────────────────────────────────────────────────────────────────────────────

    def restart(self) -> None:
        """The switch dies and is there again: every leg vanishes, nobody is told."""
        self.boot += 1
        engine, self.engine = self.engine, None
        for leg in list(self.legs.values()):
            if leg.doing is not None:
                leg.doing.stop()
            if engine is not None and leg.session is not None:
                engine.lost(leg)
            leg.gone, leg.bridge, leg.doing = True, None, None
            leg.cancel_timer()
            self._stop_recording(leg)
            if leg.stream is not None:
                leg.stream.end()
        self.legs.clear()
        self.engine = engine
