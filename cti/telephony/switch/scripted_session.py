"""A leg's session on the scripted exchange: the verbs of `CallSession`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cti.base.call import Party
from cti.telephony.switch.keys import ALL_KEYS, TypedKeys, collect
from cti.telephony.switch.port import (
    Arrival,
    Collected,
    Dialled,
    DialRequest,
    LegHungUp,
    LegLeft,
    Played,
    SessionOver,
    SpyMode,
)
from cti.telephony.switch.scripted_audio import ScriptedStream
from cti.telephony.switch.scripted_leg import MUSIC, ScriptedLeg
from cti.telephony.switch.scripted_recording import write_message

if TYPE_CHECKING:
    from cti.telephony.switch.scripted_exchange import ScriptedExchange

SILENCE_SECONDS = 5.0
_STOPPED = "stopped"


class ScriptedSession:
    """One leg while it is not talking; see `cti.telephony.switch.port.CallSession`."""

    def __init__(self, exchange: ScriptedExchange, leg: ScriptedLeg) -> None:
        self.leg = leg
        self.arrival = Arrival(
            leg=leg.id,
            call=leg.call,
            party=leg.party,
            caller=leg.caller,
            called=leg.called,
            trunk=leg.trunk,
            agent=leg.agent,
            address=leg.address,
            target=leg.target,
            answered=leg.answered,
            since=leg.started_at,
            keys=leg.typed,
        )
        self._exchange = exchange
        self._loop = asyncio.get_running_loop()
        self._over: asyncio.Future[SessionOver] = self._loop.create_future()
        self._pause: asyncio.Future[str] | None = None
        self._wanted = ""
        self._stopped = False
        self._keys = TypedKeys(self.arrival.keys)

    @property
    def over(self) -> asyncio.Future[SessionOver]:
        """Done when the session is over, with the reason."""
        return asyncio.shield(self._over)

    @property
    def is_over(self) -> bool:
        """Whether the leg has left it, or is gone."""
        return self._over.done()

    def end(self, reason: SessionOver) -> None:
        """The verbs in flight raise `reason`."""
        if not self._over.done():
            self._over.set_result(reason)

    def key(self, digit: str) -> None:
        """The party pressed a key."""
        if self._pause is not None and not self._pause.done() and digit in self._wanted:
            self._pause.set_result(digit)
        else:
            self._keys.press(digit)

    # ── verbs ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def claim(self, call: str, party: Party, agent: str = "") -> None:
        """Say which call the leg belongs to, and as whom."""
        await self._begin()
        self.leg.call, self.leg.party = call, party

    async def answer(self) -> None:
        """Answer the caller: from now on his call costs."""
        await self._begin()
        self._exchange.answer(self.leg)

    async def play(self, prompts: Sequence[str], *, stop_on: str = "") -> Played:
        """Each prompt takes its time."""
        # Before anything is waited for: a stop may come meanwhile.
        self._stopped = False
        await self._begin()
        self._keys.resume()
        try:
            for prompt in prompts:
                if key := self._keys.take(stop_on):
                    return Played(digit=key)
                if self._stopped:
                    break
                self.leg.hears = prompt
                found = await self._listen(self._exchange.seconds_of(prompt), stop_on)
                if found == _STOPPED:
                    break
                if found:
                    return Played(digit=found)
        finally:
            self.leg.hears = ""
        # Keys that may end nothing mean nothing.
        return Played(digit=self._keys.take(stop_on), stopped=self._stopped)

    async def collect(
        self, prompts: Sequence[str], *, longest: int, terminators: str = "#", first: float = 5.0, between: float = 3.0
    ) -> Collected:
        """Keys typed ahead and during the prompts count; each further key is waited for."""
        return await collect(self, prompts, longest=longest, terminators=terminators, first=first, between=between)

    async def next_key(self, seconds: float) -> str:
        """The next key; empty when none came in time, or on `stop`."""
        if (key := self._keys.take(ALL_KEYS)) or self._stopped:
            return key
        found = await self._listen(seconds, ALL_KEYS)
        return "" if found == _STOPPED else found

    def forget_keys(self) -> None:
        """Keys typed until now mean nothing."""
        self._keys.forget()

    async def stop(self) -> None:
        """End the prompt or the waiting for a key under way."""
        self._stopped = True
        if self._pause is not None and not self._pause.done():
            self._pause.set_result(_STOPPED)

    async def wait(self) -> None:
        """Music until the next verb."""
        await self._begin()
        self._keys.pause()
        self.leg.hears = MUSIC

    async def dial(self, request: DialRequest) -> Dialled:
        """Dial somebody, and return when the talk with him is over or he was not reached."""
        await self._begin()
        self._keys.pause()
        dialled: Dialled = await self._until(self._exchange.dial(self.leg, request))
        return dialled

    async def connect(self, leg: str) -> float:
        """Talk with a leg that exists."""
        await self._begin()
        self._keys.pause()
        seconds: float = await self._until(self._exchange.connect(self.leg, self._other(leg)))
        return seconds

    async def join(self, leg: str) -> None:
        """Enter the talk of another leg, and return when it is over."""
        await self._begin()
        self._keys.pause()
        await self._until(self._exchange.join(self.leg, self._other(leg)))

    async def spy(self, leg: str, mode: SpyMode) -> None:
        """Hear the talk of another leg, perhaps whisper, and return when it is over."""
        await self._begin()
        self._keys.pause()
        self._exchange.answer(self.leg)
        await self._until(self._exchange.spy(self.leg, self._other(leg), mode is SpyMode.WHISPER))

    async def record(self, path: Path) -> None:
        """Write the talks of this leg."""
        await self._begin()
        self._exchange.record(self.leg, path)

    async def stop_recording(self) -> None:
        """What was said is in the file."""
        hears = self.leg.hears
        await self._begin()
        self.leg.hears = hears
        self._exchange.stop_recording(self.leg)

    async def record_message(self, path: Path, *, longest: float, stop_on: str = "#") -> float:
        """Until a key, 5 s of silence or `longest`."""
        await self._begin()
        self._keys.pause()
        began = now = self._exchange.now()
        while True:
            silent_at = max(began, self.leg.line.speaks_until) + SILENCE_SECONDS
            end = min(silent_at, began + longest)
            if end <= now:
                break
            if await self._listen(end - now, stop_on):
                break
            now = self._exchange.now()
        seconds = self._exchange.now() - began
        if self._exchange.writes_recordings:
            write_message(path, self.leg.line.voice, seconds)
        return seconds

    async def stream(self) -> ScriptedStream:
        """Sound both ways, as the exchange plays it."""
        await self._begin()
        self._keys.pause()
        self._exchange.answer(self.leg)

        async def closed() -> None:
            self.leg.stream = None
            await self._begin()

        self.leg.stream = ScriptedStream(self.leg, self._exchange.clock, closed)
        return self.leg.stream

    async def hang_up(self, cause: int = 16) -> None:
        """End the leg."""
        if not self.is_over:
            self._exchange.end(self.leg, cause)

    async def give_up(self) -> None:
        """Hand the leg to the emergency queue."""
        await self._begin()
        self.end(LegLeft())
        self._exchange.give_up(self.leg)

    # ── waiting ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _begin(self) -> None:
        # As on a real switch, no verb is done before others have had their turn.
        await asyncio.sleep(0)
        if self.leg.gone:
            # As on a real switch, there is no verb for a leg that is gone, be it told or not.
            await self._over
        if self._over.done():
            raise self._over.result()
        self.leg.hears = ""

    def _other(self, leg: str) -> ScriptedLeg:
        found = self._exchange.legs.get(leg)
        if found is None:
            raise LegHungUp(f"leg {leg} is gone")
        return found

    async def _until(self, work: asyncio.Future[Any]) -> Any:
        await asyncio.wait((work, self._over), return_when=asyncio.FIRST_COMPLETED)
        if self._over.done():
            raise self._over.result()
        return work.result()

    async def _listen(self, seconds: float, wanted: str) -> str:
        """A key of `wanted`, `_STOPPED`, or empty after so many seconds."""
        pause: asyncio.Future[str] = self._loop.create_future()
        self._pause, self._wanted = pause, wanted
        timer = self._exchange.clock.call_later(seconds, lambda: None if pause.done() else pause.set_result(""))
        try:
            found: str = await self._until(pause)
            return found
        finally:
            timer.cancel()
            self._pause = None
