"""Pauses of a recording while something is said that nobody is to hear again: a card's number, a witness's name.

Several may want it at once, each for a reason of its own; it goes on when none is left, or when the last one's time is
over: nobody's forgotten pause costs the rest of the talk. The reasons are kept with the call, for the next engine.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from cti.base.bus import Bus
from cti.base.call import Call
from cti.base.clock import Timer
from cti.base.events import RecordingPaused, RecordingResumed, TalkEnded
from cti.telephony.calls import Calls
from cti.telephony.switch.port import SwitchUnavailable

PAUSES = "pauses"
"""Where a call keeps in its progress which recording is paused, and the reasons, each with the time until which it
counts."""
LONGEST_SECONDS = 300.0


def reasons_of(call: Call) -> list[str]:
    """Why the recording of a call is paused now, the oldest first; empty when it goes on."""
    return list(_until(call))


def _until(call: Call) -> dict[str, str]:
    found: dict[str, str] = call.progress.get(PAUSES, {}).get("until", {})
    return found


class Pauses:
    """Pauses recordings and lets them go on."""

    def __init__(self, calls: Calls, bus: Bus) -> None:
        self._calls = calls
        self._timers: dict[tuple[str, str], Timer] = {}
        self._turn = asyncio.Lock()
        bus.subscribe(TalkEnded, self._talk_ended)

    def restore(self) -> None:
        """Take up the pauses of calls that another engine had."""
        for call in self._calls.open:
            for reason, until in _until(call).items():
                left = datetime.fromisoformat(until) - self._calls.clock.wall()
                self._end_after(call, reason, left / timedelta(seconds=1))

    async def pause(self, call: Call, reason: str, *, by: str = "", seconds: float = LONGEST_SECONDS) -> None:
        """Write silence from now on, for `seconds` at most; asked again for the same reason, for so long from now.

        LookupError `not_recording`; SwitchUnavailable: then it goes on.
        """
        async with self._turn:
            talk = call.talk
            if talk is None or talk.answered_at is None or not talk.recording:
                raise LookupError("not_recording")
            seconds, first = min(seconds, LONGEST_SECONDS), not reasons_of(call)
            if first:
                await self._calls.switch.pause_recording(call.caller_leg, True)
            kept = call.progress.setdefault(PAUSES, {"recording": talk.recording, "until": {}})
            kept["until"][reason] = (self._calls.clock.wall() + timedelta(seconds=seconds)).isoformat()
            self._calls.save(call)
            self._end_after(call, reason, seconds)
            if first:
                self._calls.tell(RecordingPaused, call, recording=talk.recording, reason=reason, by=by)

    async def resume(self, call: Call, reason: str, *, by: str = "") -> None:
        """This reason is over. SwitchUnavailable: it stays paused, and can be asked for again."""
        async with self._turn:
            reasons = reasons_of(call)
            if reason not in reasons:
                return
            recording, last = call.progress[PAUSES]["recording"], reasons == [reason]
            if last:
                await self._calls.switch.pause_recording(call.caller_leg, False)
            self._forget(call, reason)
            self._calls.save(call)
            if last:
                self._calls.tell(RecordingResumed, call, recording=recording, by=by)

    def _end_after(self, call: Call, reason: str, seconds: float) -> None:
        self._stop(call.id, reason)
        timer = self._calls.clock.call_later(
            seconds, lambda: self._calls.background(self._over(call, reason), "resume")
        )
        self._timers[call.id, reason] = timer

    async def _over(self, call: Call, reason: str) -> None:
        try:
            await self.resume(call, reason)
        except SwitchUnavailable:
            self._end_after(call, reason, 1.0)

    def _talk_ended(self, event: TalkEnded) -> None:
        call = self._calls.find(event.call)
        if call is None or PAUSES not in call.progress:
            return
        # Handed over it goes on in the same recording, and so does its pause.
        if call.talk is None or call.talk.recording != call.progress[PAUSES]["recording"]:
            for reason in reasons_of(call):
                self._forget(call, reason)
            self._calls.save(call)

    def _forget(self, call: Call, reason: str) -> None:
        self._stop(call.id, reason)
        if PAUSES in call.progress:
            call.progress[PAUSES]["until"].pop(reason, None)
            if not call.progress[PAUSES]["until"]:
                del call.progress[PAUSES]

    def _stop(self, call: str, reason: str) -> None:
        if (timer := self._timers.pop((call, reason), None)) is not None:
            timer.cancel()
