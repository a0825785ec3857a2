"""Each wrong password for a phone makes the next try for it from there wait for longer.

No switch can be told to hold an answer back, so it refuses meanwhile: this phone, from this network, whatever password
is told. A guess that comes too soon learns nothing, and the right password is not known from a wrong one. A phone that
is registered there, or was last, never waits: no outsider behind the same router shuts it out.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

from cti.base.addresses import network_of
from cti.base.clock import Clock
from cti.telephony.switch.port import SwitchControl, SwitchUnavailable

log = structlog.get_logger(__name__)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

FREE = 2
"""So many wrong passwords cost nothing: people mistype."""
FIRST = 5.0
"""Seconds after the next one; each further one doubles them, up to the length of a block (`Intruders`)."""
FORGOTTEN = 3600.0
"""After so many quiet seconds a count begins anew."""
PAUSE = 2.0
"""Seconds between two looks: each may ask the switch where its phones are, and have it read all of them anew."""
MOST_KNOWN = 1000
"""Pairs of phone and network that are remembered; of more, those that failed longest ago are forgotten."""


class Homes:
    """From which network each phone is registered, or was last."""

    def __init__(self, switch: SwitchControl) -> None:
        self._switch = switch
        self._last: dict[str, Network] = {}

    def came(self, phone: str, network: Network) -> None:
        """A phone registered from there."""
        self._last[phone] = network

    async def now(self) -> Mapping[str, Network]:
        """Of each phone that is known to have one; SwitchUnavailable."""
        asked = {phone: network_of(address) for phone, address in (await self._switch.phone_addresses()).items()}
        return {**self._last, **{phone: network for phone, network in asked.items() if network is not None}}


@dataclass(slots=True)
class _Guesser:
    """A network that failed for one phone: how often, when last, and until when it is refused."""

    failures: int = 0
    last: float = 0.0
    until: float = 0.0


class Guesses:
    """Counts failures by phone and network; calls `changed` when `refused` has become another.

    `trusted` says which networks never wait; `longest` is in seconds.
    """

    def __init__(
        self,
        homes: Homes,
        trusted: Callable[[Network], Awaitable[bool]],
        changed: Callable[[], None],
        longest: float,
        clock: Clock,
    ) -> None:
        self._homes = homes
        self._trusted = trusted
        self._changed = changed
        self._longest = longest
        self._clock = clock
        self._guessers: dict[tuple[str, Network], _Guesser] = {}
        self._judged: set[tuple[str, Network]] = set()
        """Who failed since the last round."""
        self._refused: Mapping[str, frozenset[str]] = {}
        self._rounds: asyncio.Task[None] | None = None
        self._again = False
        self._looked = float("-inf")

    @property
    def refused(self) -> Mapping[str, frozenset[str]]:
        """Phone → networks from which it is refused now."""
        return self._refused

    def failed(self, phone: str, network: Network) -> None:
        """Somebody there told a wrong password for this phone."""
        now, key = self._clock.now(), (phone, network)
        guesser = self._guessers.pop(key, None)
        if guesser is None or now - guesser.last > FORGOTTEN:
            guesser = _Guesser()
        # The last to fail is the last to be forgotten.
        self._guessers[key] = guesser
        if len(self._guessers) > MOST_KNOWN:
            del self._guessers[next(iter(self._guessers))]
        if now < guesser.until:
            return
        guesser.failures, guesser.last = guesser.failures + 1, now
        if guesser.failures > FREE:
            self._judged.add(key)
            self._soon()

    def proved(self, phone: str, network: Network) -> None:
        """This phone registered from there: who knows the password does not guess it."""
        self._judged.discard((phone, network))
        if self._guessers.pop((phone, network), None) is not None and phone in self._refused:
            self._soon()

    def _soon(self) -> None:
        self._again = True
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._again:
            if (pause := self._looked + PAUSE - self._clock.now()) > 0:
                await asyncio.sleep(pause)
            self._again, self._looked = False, self._clock.now()
            await self._judge()
            self._tell()

    async def _judge(self) -> None:
        if not self._judged:
            return
        judged, self._judged = self._judged, set()
        try:
            homes = await self._homes.now()
        except SwitchUnavailable as error:
            # Without knowing who is registered there nobody waits; the next failure asks again.
            log.warning("who guesses passwords is not slowed down", reason=str(error))
            return
        for phone, network in judged:
            guesser = self._guessers.get((phone, network))
            if guesser is None or homes.get(phone) == network or await self._trusted(network):
                continue
            seconds = min(FIRST * 2.0 ** min(guesser.failures - FREE - 1, 20), self._longest)
            guesser.until = self._clock.now() + seconds
            self._clock.call_later(seconds, self._soon)
            log.warning("phone refused after wrong passwords", network=str(network), seconds=seconds)

    def _tell(self) -> None:
        now = self._clock.now()
        found: dict[str, set[str]] = {}
        for (phone, network), guesser in self._guessers.items():
            if guesser.until > now:
                found.setdefault(phone, set()).add(str(network))
        refused = {phone: frozenset(networks) for phone, networks in found.items()}
        if refused != self._refused:
            self._refused = refused
            self._changed()
