"""What a leg hears and types in its session: prompts, keys, and the end of both at once."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import structlog

from cti.telephony.switch.asterisk.agi import AgiConnection
from cti.telephony.switch.asterisk.agi_protocol import AgiReply
from cti.telephony.switch.asterisk.leg_agi import LegAgi
from cti.telephony.switch.keys import ALL_KEYS, TypedKeys, collect
from cti.telephony.switch.port import Arrival, Collected, Played, SessionOver, SwitchUnavailable

log = structlog.get_logger(__name__)

GAP_SECONDS = 0.15
"""Whatever ends a command does so within this time, a key as well as a stop, unless it came before its beginning."""


class Player(Protocol):
    """What hearing needs of the whole switch."""

    async def stop_playing(self, leg: str) -> None:
        """End what the leg hears."""

    async def stop_listening(self, leg: str) -> None:
        """End the waiting for a key of the leg."""


class Hearing(LegAgi):
    """The verbs `play` and `collect`, and what ends them; see `cti.telephony.switch.port.CallSession`."""

    def __init__(self, connection: AgiConnection, arrival: Arrival, boot: str, player: Player, prompts: Path) -> None:
        super().__init__(connection, arrival, boot)
        self._player = player
        self._prompts = prompts
        self._keys = TypedKeys(arrival.keys)
        self._stopped = False
        self._wanted = ""
        """The keys for which a command under way waits."""
        self._silent = asyncio.Event()
        self._silent.set()
        self._listening = False
        self._commands = self._ended = 0
        self._ending: asyncio.Task[None] | None = None

    async def play(self, prompts: Sequence[str], *, stop_on: str = "") -> Played:
        """One STREAM FILE a piece: a list in one command could not be stopped."""
        self._stopped = False
        self._keys.resume()
        for prompt in prompts:
            if key := self._keys.take(stop_on):
                return Played(digit=key)
            reply = await self._hearing(stop_on, "STREAM FILE", self._file(prompt), stop_on)
            while reply.result_code > 0:
                if key := self._keys.answered(chr(reply.result_code), stop_on):
                    return Played(digit=key)
                if self._stopped:
                    break
                # A key that counted before has cut it short: the caller hears the rest.
                rest = reply.endpos or 0
                reply = await self._hearing(stop_on, "STREAM FILE", self._file(prompt), stop_on, rest)
            if self._stopped:
                break
            if reply.result_code < 0:
                log.error("prompt cannot be played", prompt=prompt, call=self.arrival.call)
        # Keys that may end nothing mean nothing.
        return Played(digit=self._keys.take(stop_on), stopped=self._stopped)

    async def _hearing(self, wanted: str, *command: str | int) -> AgiReply:
        """A command that a wanted key ends."""
        self._wanted = wanted
        self._commands += 1
        self._silent.clear()
        try:
            return await self.command(*command)
        finally:
            self._wanted = ""
            self._silent.set()

    def _file(self, prompt: str) -> str:
        # Tones and music belong to no language.
        folder = self._prompts.parent if prompt.startswith(("tone/", "music/")) else self._prompts
        return f"{folder}/{prompt}"

    async def collect(
        self, prompts: Sequence[str], *, longest: int, terminators: str = "#", first: float = 5.0, between: float = 3.0
    ) -> Collected:
        """Keys typed ahead and during the prompts count; each further key is waited for."""
        return await collect(self, prompts, longest=longest, terminators=terminators, first=first, between=between)

    async def next_key(self, seconds: float) -> str:
        """The next key; empty when none came in time, or on `stop`."""
        deadline = self._loop.time() + seconds
        while not self._stopped:
            left = deadline - self._loop.time()
            if (key := self._keys.take(ALL_KEYS)) or left <= 0:
                return key
            self._listening = True
            try:
                reply = await self._hearing(ALL_KEYS, "WAIT FOR DIGIT", math.ceil(left * 1000))
            finally:
                self._listening = False
            # Also a key that no telephone has, by which the waiting was ended.
            answered = chr(max(reply.result_code, 0))
            if answered in ALL_KEYS and (key := self._keys.answered(answered, ALL_KEYS)):
                return key
        return self._keys.take(ALL_KEYS)

    def forget_keys(self) -> None:
        """Keys typed until now mean nothing."""
        self._keys.forget()

    async def stop(self) -> None:
        """End the prompt under way; a further piece is not begun."""
        self._stopped = True
        await self._end_hearing()

    async def _end_hearing(self) -> None:
        command = self._commands
        while not self._silent.is_set() and command == self._commands:
            if self._listening:
                await self._player.stop_listening(self.arrival.leg)
            else:
                await self._player.stop_playing(self.arrival.leg)
            with suppress(TimeoutError):
                async with asyncio.timeout(GAP_SECONDS):
                    await self._silent.wait()

    def press(self, key: str) -> bool:
        """A key was pressed. Asterisk drops one that comes while no command reads. False: it has counted already."""
        new = self._keys.press(key)
        if self._ended != self._commands and self._keys.has(self._wanted):
            self._ended = self._commands
            self._ending = self._loop.create_task(self._end_command(self._commands))
        return new

    async def _end_command(self, command: int) -> None:
        await asyncio.sleep(GAP_SECONDS)
        if command == self._commands and self._keys.has(self._wanted):
            with suppress(SessionOver, SwitchUnavailable):
                await self._end_hearing()
