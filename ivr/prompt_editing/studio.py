"""Record by phone: the hotline calls, the person reads after the tone, hears it, and keeps it or reads again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from cti.base.call import Party
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.telephony.switch.address import Address
from cti.telephony.switch.port import CallSession, DialResult, LegHungUp, SwitchControl, SwitchUnavailable
from cti.telephony.switch.registrar import Registrar
from cti.telephony.ways_out import WaysOut
from ivr.prompt_editing.takes import Take, TakeFailed, Work
from ivr.prompts.bounds import LONGEST

log = structlog.get_logger(__name__)

RING_SECONDS = 30.0
SESSION_SECONDS = 10.0
CHOOSE_SECONDS = 12.0
TRIES = 5
SHORTEST = 0.6
"""Seconds below which nothing was said."""
WAV_HEADER = 44
_FAILURES = {DialResult.BUSY: "busy", DialResult.UNREACHABLE: "unreachable"}


class Legs(Protocol):
    """Who takes the sessions of legs that are no visit of a citizen; `cti.telephony.sessions.Sessions` does."""

    def attend(self, key: str, server: Callable[[CallSession], Awaitable[None]]) -> Callable[[], None]:
        """Sessions of legs originated for `key` go to `server`; returns the undo."""


@dataclass(frozen=True, slots=True)
class Called:
    """Whom to call: an address, the agent whose phone it is, and what a number outside is shown."""

    address: Address
    agent: str = ""
    shown: Number | None = None


class Studio:
    """`folder` lies below the switch's prompts, so that it can play there what it recorded as `takes/…`."""

    def __init__(
        self, switch: SwitchControl, legs: Legs, registrar: Registrar, ways: WaysOut, folder: Path, shown: Number
    ) -> None:
        self._switch = switch
        self._legs = legs
        self._registrar = registrar
        self._ways = ways
        self._folder = folder
        self._shown = shown

    def clear(self) -> None:
        """Remove what another engine left."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.glob("*.wav"):
            path.unlink(missing_ok=True)

    def has_phone(self, visitor: Visitor) -> bool:
        """Whether a phone of the visitor's own can be called now."""
        return visitor.agent_no is not None and bool(self._registrar.addresses(visitor.agent_no))

    def address(self, visitor: Visitor, number: str = "") -> Called:
        """The phone to call: one's own, or `number` outside; raises TakeFailed."""
        if not number:
            found = self._registrar.addresses(visitor.agent_no) if visitor.agent_no is not None else ()
            if not found:
                raise TakeFailed("unreachable")
            return Called(found[0], visitor.agent_no or "")
        parsed = self._ways.number(number)
        if parsed.is_emergency:
            raise TakeFailed("bad_number")
        try:
            way = self._ways.find(parsed, who=visitor, organisation=visitor.organisation)[0]
        except Conflict:
            raise TakeFailed("no_route") from None
        except (Invalid, NotAllowed):
            raise TakeFailed("bad_number") from None
        return Called(way.address, shown=way.shown)

    def recording(self, called: Called) -> Work:
        """The work of a take: call, record, and return the WAV that the person kept."""

        async def work(take: Take) -> Path:
            visit = _Visit(self._folder, take)
            unattend = self._legs.attend(take.id, visit.attend)
            try:
                result = await self._switch.originate(
                    called.address,
                    call=take.id,
                    party=Party.AGENT,
                    agent=called.agent,
                    caller=self._shown if called.shown is None else called.shown,
                    timeout=RING_SECONDS,
                    answer_after=self._registrar.answer_after(called.agent),
                )
                if result is not DialResult.ANSWERED:
                    raise TakeFailed(_FAILURES.get(result, "no_answer"), result.value)
                try:
                    async with asyncio.timeout(SESSION_SECONDS):
                        await visit.begun.wait()
                except TimeoutError:
                    raise TakeFailed("switch", "the phone was answered, its session never came") from None
                return await visit.kept
            except SwitchUnavailable as error:
                raise TakeFailed("switch", str(error)) from None
            finally:
                unattend()
                visit.over()

        return work


class _Visit:
    """One call to a person who records."""

    def __init__(self, folder: Path, take: Take) -> None:
        self._folder = folder
        self._take = take
        self._tries = 0
        self.begun = asyncio.Event()
        self.kept: asyncio.Future[Path] = asyncio.get_running_loop().create_future()
        self.kept.add_done_callback(lambda one: one.cancelled() or one.exception())

    def over(self) -> None:
        """Remove what was recorded and not kept."""
        self.kept.cancel()
        kept = None if self.kept.cancelled() or self.kept.exception() else self.kept.result()
        for number in range(1, self._tries + 1):
            path = self._path(number)
            if path != kept:
                path.unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        return self._folder / f"{self._take.id.lower()}_{number}.wav"

    async def attend(self, session: CallSession) -> None:
        """The person's phone was answered."""
        self.begun.set()
        try:
            self._keep(await self._record(session))
            await session.play(["studio/kept"])
        except LegHungUp:
            # Many hang up when they have said it: they still decide on the screen whether to keep it.
            self._keep(self._path(self._tries) if self._tries else None)
            raise
        except Exception as error:
            if not self.kept.done():
                self.kept.set_exception(TakeFailed("switch", f"{type(error).__name__}: {error}"))
            raise

    async def _record(self, session: CallSession) -> Path | None:
        await session.answer()
        self._take.step = "recording"
        await session.play(["studio/intro"])
        while self._tries < TRIES:
            self._tries += 1
            path = self._path(self._tries)
            self._take.step = "recording"
            await session.record_message(path, longest=LONGEST, stop_on="#")
            if _seconds(path) < SHORTEST:
                await session.play(["studio/empty"])
                continue
            self._take.step = "choosing"
            while True:
                playback = [f"takes/{path.stem}", "studio/choose"]
                chosen = await session.collect(playback, longest=1, terminators="", first=CHOOSE_SECONDS)
                if chosen.digits != "3":
                    break
            if chosen.digits == "2":
                await session.play(["studio/again"])
                continue
            # Who presses nothing keeps it: the screen asks once more.
            return path
        return None

    def _keep(self, path: Path | None) -> None:
        if self.kept.done():
            return
        if path is None or _seconds(path) < SHORTEST:
            self.kept.set_exception(TakeFailed("hung_up"))
        else:
            self.kept.set_result(path)


def _seconds(path: Path) -> float:
    """How long a message of the switch lasts (8 kHz, 16 bits)."""
    try:
        return max(path.stat().st_size - WAV_HEADER, 0) / 16_000
    except OSError:
        return 0.0
