"""The floor of the scripted exchange: its legs, who hears whom, its books and recordings."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cti.base.call import Party
from cti.base.clock import Clock
from cti.base.numbers.number import Number
from cti.telephony.switch.port import LegSnapshot, Side, SwitchEvent, SwitchRecord, TalkStretch
from cti.telephony.switch.scripted_leg import MUSIC, Bridge, Desk, ScriptedLeg, ScriptedLine
from cti.telephony.switch.scripted_phone import ScriptedPhone
from cti.telephony.switch.scripted_recording import ScriptedRecording


class Engine(Protocol):
    """The engine that is connected."""

    def heard(self, event: SwitchEvent) -> None:
        """Told of whatever the exchange does."""

    def take(self, leg: ScriptedLeg) -> None:
        """A leg comes into a session."""

    def hung_up(self, leg: ScriptedLeg) -> None:
        """The leg of a session is gone."""

    def lost(self, leg: ScriptedLeg) -> None:
        """The switch died under the leg of a session."""


class Floor(Desk):
    """Everything that is on the switch, and nothing that moves it."""

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
        self._talks: dict[str, list[TalkStretch]] = {}
        self.lines: list[ScriptedLine] = []
        self.engine: Engine | None = None
        self.boot = 1
        self._patience = patience
        self._prompts = dict(prompts or {})
        self._numbers = itertools.count(1)
        self._turn = 0

    def now(self) -> float:
        """Seconds of the clock."""
        return self.clock.now()

    def seconds_of(self, prompt: str) -> float:
        """How long a prompt takes."""
        return self._prompts.get(prompt, 1.0)

    def snapshots(self) -> tuple[LegSnapshot, ...]:
        """All legs as they are now."""
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
        """When a leg ended (`cti.telephony.calls.SwitchBooks`)."""
        return next((record.ended_at for record in reversed(self.records) if record.leg == leg), None)

    def talks_of(self, leg: str) -> Sequence[TalkStretch]:
        """When a leg was in a talk (`cti.telephony.calls.SwitchBooks`)."""
        return self._talks.get(leg, ())

    def was_in_emergency(self, leg: str) -> bool:
        """Whether the emergency queue had the leg last (`cti.telephony.calls.SwitchBooks`)."""
        return any(record.in_emergency for record in self.records if record.leg == leg)

    def tell(self, event: SwitchEvent) -> None:
        """Tell the engine, if there is one; the history has all."""
        self.history.append(event)
        if self.engine is not None:
            self.engine.heard(event)

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
        """The leg is connected from now on; once is enough."""
        if leg.answered_at is None:
            leg.answered_at = self.clock.wall()

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

    def _bridge(self, bridge: Bridge, *legs: ScriptedLeg) -> None:
        for leg in legs:
            leg.bridge, leg.place, leg.hears = bridge, "talk", ""
            self._talks.setdefault(leg.id, []).append(TalkStretch(leg.id, self.clock.wall(), None))
            bridge.members.append(leg)
        self._note_recordings(bridge)

    def _leave(self, leg: ScriptedLeg) -> Bridge | None:
        """Take a leg out of its talk; the talk must be settled when all have been taken who shall be."""
        bridge, leg.bridge = leg.bridge, None
        if bridge is not None:
            bridge.members.remove(leg)
            self._talks[leg.id][-1] = replace(self._talks[leg.id][-1], ended=self.clock.wall())
            self._note_recordings(bridge)
        if leg.recording is not None:
            leg.recording.change(self.now(), (), (), talking=False)
        return bridge

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
        """End the recording of a leg, if there is one."""
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
