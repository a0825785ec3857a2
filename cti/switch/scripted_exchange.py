"""A fake switch: legs, bridges, telephones and an emergency queue in memory, on an asyncio loop (virtual or not).

It lives on when its engine (`cti.switch.scripted.ScriptedSwitch`) stops, as a real switch does: talks go on, callers
hear music and come back into a session of the next engine, or after `patience` seconds go to the emergency queue.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from cti.call import Party
from cti.clock import Clock
from cti.number import Number
from cti.switch.address import Address
from cti.switch.port import (
    Dialled,
    DialRequest,
    DialResult,
    DigitPressed,
    HoldChanged,
    LegGone,
    LegHungUp,
    LegLeft,
    LegPickedUp,
    LegSnapshot,
    LegTransferred,
    PhoneReachable,
    Side,
    SwitchEvent,
    SwitchRecord,
)
from cti.switch.scripted_leg import MUSIC, Bridge, Doing, ScriptedLeg, ScriptedLine
from cti.switch.scripted_phone import ScriptedPhone
from cti.switch.scripted_recording import ScriptedRecording
from cti.switch.scripted_ringing import Ringing

RETRY_SECONDS = 1.0
"""A leg without an engine looks for one so often."""
EMERGENCY_RING_SECONDS = 20.0
EMERGENCY_PAUSE = 2.0


class Engine(Protocol):
    """The engine that is connected."""

    def heard(self, event: SwitchEvent) -> None:
        """Something happened."""

    def take(self, leg: ScriptedLeg) -> None:
        """A leg comes into a session."""

    def hung_up(self, leg: ScriptedLeg) -> None:
        """The leg of a session is gone."""


class ScriptedExchange:
    """The switch itself. `prompts` gives the seconds of prompts, others take one second."""

    def __init__(
        self,
        clock: Clock,
        *,
        patience: float = 60.0,
        prompts: Mapping[str, float] | None = None,
        writes_recordings: bool = True,
    ) -> None:
        self.clock = clock
        self.writes_recordings = writes_recordings
        self.legs: dict[str, ScriptedLeg] = {}
        self.phones: dict[str, ScriptedPhone] = {}
        self.history: list[SwitchEvent] = []
        self.records: list[SwitchRecord] = []
        self.lines: list[ScriptedLine] = []
        self.engine: Engine | None = None
        self.boot = 1
        self._patience = patience
        self._prompts = dict(prompts or {})
        self._numbers = itertools.count(1)
        self._turn = 0

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────

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

    # ── what is ──────────────────────────────────────────────────────────────────────────────────────────────────

    def now(self) -> float:
        """Seconds of the clock."""
        return self.clock.now()

    def seconds_of(self, prompt: str) -> float:
        """How long a prompt takes."""
        return self._prompts.get(prompt, 1.0)

    def snapshots(self) -> tuple[LegSnapshot, ...]:
        """Every leg."""
        return tuple(self._snapshot(leg) for leg in self.legs.values())

    def _snapshot(self, leg: ScriptedLeg) -> LegSnapshot:
        others = [other for other in leg.bridge.members if other is not leg] if leg.bridge else []
        return LegSnapshot(
            leg=leg.id,
            call=leg.call,
            party=leg.party,
            agent=leg.agent,
            address=leg.address,
            answered=leg.answered,
            peer=others[0].id if others else "",
            place=leg.place,
        )

    def heard_by(self, leg: ScriptedLeg) -> frozenset[str]:
        """What the party of a leg hears."""
        if leg.gone or not leg.answered or leg.holds or Side.HEARS in leg.muted:
            return frozenset()
        if leg.stream is not None:
            return frozenset({"stream"}) if leg.stream.is_heard else frozenset()
        if leg.hears:
            return frozenset({leg.hears})
        if leg.spying_on is not None:
            target = leg.spying_on
            return self._voices_in(target, leg) | frozenset({target.name} if target.bridge else ())
        whispering = {spy.name for spy in self.legs.values() if spy.spying_on is leg and spy.whispers}
        return self._voices_in(leg, leg) | whispering

    @staticmethod
    def _voices_in(leg: ScriptedLeg, ear: ScriptedLeg) -> frozenset[str]:
        others = [other for other in leg.bridge.members if other not in (leg, ear)] if leg.bridge else []
        return frozenset(MUSIC if other.holds else other.name for other in others if Side.SAYS not in other.muted)

    def end_of(self, leg: str) -> datetime | None:
        """When a leg ended (`cti.calls.SwitchBooks`)."""
        return next((record.ended_at for record in reversed(self.records) if record.leg == leg), None)

    def was_in_emergency(self, leg: str) -> bool:
        """Whether the emergency queue had the leg last (`cti.calls.SwitchBooks`)."""
        return any(record.in_emergency for record in self.records if record.leg == leg)

    def tell(self, event: SwitchEvent) -> None:
        """Tell the engine, if there is one; the history has all."""
        self.history.append(event)
        if self.engine is not None:
            self.engine.heard(event)

    # ── legs come and go ─────────────────────────────────────────────────────────────────────────────────────────

    def new_leg(
        self, name: str, party: Party, address: str, caller: Number, called: Number, voice: float
    ) -> ScriptedLeg:
        """A leg that does nothing yet."""
        leg = ScriptedLeg(
            f"leg-{next(self._numbers)}", party, address, caller, called, name, self.clock.wall(), since=self.now()
        )
        leg.line = ScriptedLine(self, leg, voice)
        self.legs[leg.id] = leg
        self.lines.append(leg.line)
        return leg

    def answer(self, leg: ScriptedLeg) -> None:
        """Connect a leg."""
        if leg.answered_at is None:
            leg.answered_at = self.clock.wall()

    def enter(self, leg: ScriptedLeg) -> None:
        """Bring a leg into a session, of this engine or of the next."""
        leg.dialplan, leg.place, leg.since = True, "retry", self.now()
        leg.cancel_timer()
        leg.timer = self.clock.call_later(0, partial(self._try, leg))

    def leave_session(self, leg: ScriptedLeg) -> None:
        """The engine let go of a leg that is neither gone nor talking: it looks for an engine again."""
        leg.session = None
        if leg.gone or leg.doing is not None:
            return
        leg.place, leg.since, leg.hears = "retry", self.now(), MUSIC
        self.answer(leg)
        leg.cancel_timer()
        leg.timer = self.clock.call_later(RETRY_SECONDS, partial(self._try, leg))

    def _try(self, leg: ScriptedLeg) -> None:
        leg.timer = None
        if leg.gone or leg.place != "retry":
            return
        if self.engine is not None:
            leg.place, leg.hears = "session", ""
            self.engine.take(leg)
            return
        self.answer(leg)
        if self.now() - leg.since >= self._patience:
            self.give_up(leg)
            return
        leg.hears = MUSIC
        leg.timer = self.clock.call_later(RETRY_SECONDS, partial(self._try, leg))

    def end(self, leg: ScriptedLeg, cause: int = 16) -> None:
        """A leg is over."""
        if leg.gone:
            return
        leg.gone = True
        del self.legs[leg.id]
        leg.cancel_timer()
        leg.line.cause = cause
        bridge = self._leave(leg)
        self._stop_recording(leg)
        if leg.stream is not None:
            leg.stream.end()
        self._write_record(leg, bridge)
        if leg.doing is not None:
            leg.doing.stop()
        if self.engine is not None and leg.session is not None:
            self.engine.hung_up(leg)
        self.tell(LegGone(leg.id, leg.call, cause))
        if leg.on_failure is not None:
            leg.on_failure(cause)
        self._settle(bridge)
        for spy in [other for other in self.legs.values() if other.spying_on is leg]:
            self._released(spy)

    def _write_record(self, leg: ScriptedLeg, bridge: Bridge | None) -> None:
        if leg.party is not Party.CALLER:
            return
        others = [other for other in bridge.members if other is not leg] if bridge else []
        self.records.append(
            SwitchRecord(
                leg=leg.id,
                first_leg=leg.id,
                caller=leg.caller.national,
                called=leg.called.national,
                started_at=leg.started_at,
                answered_at=leg.answered_at,
                ended_at=self.clock.wall(),
                disposition="ANSWERED" if leg.answered else "NO ANSWER",
                in_emergency=leg.was_in_emergency,
                other=others[0].address if others else "",
                fields={},
            )
        )

    # ── talks ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _bridge(self, bridge: Bridge, *legs: ScriptedLeg) -> None:
        for leg in legs:
            leg.bridge, leg.place, leg.hears = bridge, "talk", ""
            bridge.members.append(leg)
        self._note_recordings(bridge)

    def _leave(self, leg: ScriptedLeg) -> Bridge | None:
        """Take a leg out of its talk; the talk must be settled when all have been taken who shall be."""
        bridge, leg.bridge = leg.bridge, None
        if bridge is not None:
            bridge.members.remove(leg)
            self._note_recordings(bridge)
        if leg.recording is not None:
            leg.recording.change(self.now(), (), (), talking=False)
        return bridge

    def _settle(self, bridge: Bridge | None) -> None:
        """Nobody talks alone."""
        if bridge is not None and len(bridge.members) == 1:
            last = bridge.members[0]
            self._leave(last)
            self._released(last)

    def _released(self, leg: ScriptedLeg) -> None:
        """What the switch did for the leg is over: its session goes on, or it looks for one, or it ends."""
        leg.spying_on = None
        doing, leg.doing = leg.doing, None
        if doing is not None and not doing.done.done():
            doing.done.set_result(doing.outcome())
        if leg.gone:
            return
        if leg.session is not None:
            leg.place = "session"
        elif leg.dialplan:
            self.enter(leg)
        else:
            self.end(leg)

    def _take(self, leg: ScriptedLeg) -> Bridge | None:
        """Take a leg from whatever it does; its session sees `LegLeft`."""
        leg.cancel_timer()
        session, leg.session = leg.session, None
        if session is not None:
            session.end(LegLeft())
        doing, leg.doing = leg.doing, None
        leg.spying_on = None
        if doing is not None:
            doing.stop()
        return self._leave(leg)

    def dial(self, leg: ScriptedLeg, request: DialRequest) -> asyncio.Future[Dialled]:
        """Dial for a leg, talk to the end."""
        done: asyncio.Future[Dialled] = asyncio.get_running_loop().create_future()
        outcome = Dialled(DialResult.FAILED)
        began = 0.0

        def answered(other: ScriptedLeg) -> None:
            nonlocal outcome, began
            began, outcome = self.now(), Dialled(DialResult.ANSWERED)
            self.answer(leg)
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
            caller=leg.caller,
            timeout=request.timeout,
            auto_answer=request.auto_answer,
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
        auto_answer: bool,
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
            auto_answer=auto_answer,
            answered=answered,
            failed=over,
        )
        return done

    # ── the emergency queue ──────────────────────────────────────────────────────────────────────────────────────

    def give_up(self, leg: ScriptedLeg) -> None:
        """A caller goes to the emergency queue, any other leg ends."""
        leg.session = None
        if leg.party is not Party.CALLER:
            self.end(leg)
            return
        self.answer(leg)
        leg.dialplan, leg.place, leg.hears, leg.was_in_emergency = False, "emergency", MUSIC, True
        self._ring_emergency(leg)

    def _ring_emergency(self, leg: ScriptedLeg) -> None:
        leg.timer = None
        if leg.gone or leg.place != "emergency":
            return
        free = [phone for phone in self.phones.values() if phone.is_free]
        if not free:
            leg.timer = self.clock.call_later(EMERGENCY_PAUSE, partial(self._ring_emergency, leg))
            return
        self._turn += 1

        def answered(other: ScriptedLeg) -> None:
            self._bridge(Bridge(), leg, other)

        def failed(_: DialResult) -> None:
            leg.doing = None
            leg.timer = self.clock.call_later(EMERGENCY_PAUSE, partial(self._ring_emergency, leg))

        ringing = Ringing(
            self,
            [free[self._turn % len(free)]],
            by=leg,
            call=leg.call,
            party=Party.AGENT,
            agent="",
            caller=leg.caller,
            timeout=EMERGENCY_RING_SECONDS,
            auto_answer=False,
            answered=answered,
            failed=failed,
        )
        leg.doing = Doing(asyncio.get_running_loop().create_future(), lambda: None, ringing.stop)

    # ── what people do at their telephones ───────────────────────────────────────────────────────────────────────

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

    # ── recordings ───────────────────────────────────────────────────────────────────────────────────────────────

    def record(self, leg: ScriptedLeg, path: Path) -> None:
        """Write the talks of a leg from now on."""
        leg.recording = ScriptedRecording(path if self.writes_recordings else None)

    def pause_recording(self, leg: ScriptedLeg, paused: bool) -> None:
        """Silence in both channels."""
        if leg.recording is not None:
            leg.recording.paused = paused
            if leg.bridge is not None:
                self._note_recordings(leg.bridge)

    def stop_recording(self, leg: ScriptedLeg) -> None:
        """End it."""
        self._stop_recording(leg)

    def _stop_recording(self, leg: ScriptedLeg) -> None:
        if leg.recording is not None:
            leg.recording.change(self.now(), (), (), talking=False)
            leg.recording = None

    def _note_recordings(self, bridge: Bridge) -> None:
        talking = len(bridge.members) > 1
        for leg in bridge.members:
            if leg.recording is not None:
                says = () if Side.SAYS in leg.muted else (leg.line.voice,)
                others = tuple(
                    other.line.voice for other in bridge.members if other is not leg and Side.SAYS not in other.muted
                )
                leg.recording.change(self.now(), says, others, talking)

    # ── bad luck ─────────────────────────────────────────────────────────────────────────────────────────────────

    def restart(self) -> None:
        """The switch dies and is there again: every leg vanishes, nobody is told."""
        self.boot += 1
        engine, self.engine = self.engine, None
        for leg in list(self.legs.values()):
            if leg.doing is not None:
                leg.doing.stop()
            if leg.session is not None:
                leg.session.end(LegHungUp())
            leg.gone, leg.bridge, leg.doing = True, None, None
            leg.cancel_timer()
            self._stop_recording(leg)
            if leg.stream is not None:
                leg.stream.end()
        self.legs.clear()
        self.engine = engine
