"""Whoever guesses phones' passwords is slowed down (`guesses.py`), then refused for a time, and an alarm tells it.

What is refused is an address for those phones that are not registered there, and were not last: no outsider shuts out a
phone that people work with, be he behind the same router. Counts are per network (`network_of`) on the monotonic clock.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog

from cti.base.addresses import is_name, network_of
from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.settings import SwitchSettings
from cti.telephony.guesses import Guesses, Homes, Network
from cti.telephony.switch.phone import Blocked
from cti.telephony.switch.port import PhoneReachable, PhoneRefused, SwitchControl, SwitchEvent, SwitchUnavailable

log = structlog.get_logger(__name__)

ALARM = "switch.intruder"
LONGEST = 86400.0
"""Seconds of the longest refusal; whoever was quiet for so long begins anew."""
MOST_BLOCKED = 200
"""The switch reads all of them for each phone; of more, those that are refused for longest stay."""
MOST_KNOWN = 10_000
"""Networks that are remembered; of more, those that failed longest ago are forgotten."""


@dataclass(slots=True)
class _Stranger:
    """A network that failed: when it did lately, how often it was refused, and until when its past counts."""

    failures: deque[float] = field(default_factory=deque)
    blocks: int = 0
    remembered: float = 0.0


class Intruders:
    """Counts what `hear` is told; `block` has the switch refuse, `trusted` names who never is (address, network, name).

    Blocked networks are kept in memory: an engine that starts begins with none.
    """

    def __init__(
        self,
        settings: SwitchSettings,
        switch: SwitchControl,
        block: Callable[[Blocked], None],
        trusted: Callable[[], Iterable[str]],
        bus: Bus,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._block = block
        self._trusted = trusted
        self._bus = bus
        self._clock = clock
        self._homes = Homes(switch)
        self._guesses = Guesses(
            self._homes, self._is_trusted, lambda: self._block(self.blocked), settings.register_block, clock
        )
        self._strangers: dict[Network, _Stranger] = {}
        self._spared: dict[Network, frozenset[str]] = {}
        self._until: dict[Network, float] = {}
        self._judging: dict[Network, asyncio.Task[None]] = {}

    @property
    def blocked(self) -> Blocked:
        """Who is refused now."""
        return Blocked({str(network): spared for network, spared in self._spared.items()}, self._guesses.refused)

    def hear(self, event: SwitchEvent) -> None:
        """Count a failure; with one too many the network is judged."""
        if isinstance(event, PhoneReachable) and (network := network_of(event.address)) is not None:
            self._homes.came(event.endpoint, network)
            self._guesses.proved(event.endpoint, network)
        if not isinstance(event, PhoneRefused) or (network := network_of(event.address)) is None:
            return
        if network in self._spared or network in self._judging:
            return
        self._guesses.failed(event.endpoint, network)
        now = self._clock.now()
        stranger = self._stranger(network, now)
        stranger.failures.append(now)
        while now - stranger.failures[0] >= self._settings.register_within:
            stranger.failures.popleft()
        if len(stranger.failures) >= self._settings.register_tries:
            judging = asyncio.get_running_loop().create_task(self._judge(network, stranger))
            self._judging[network] = judging
            judging.add_done_callback(lambda _: self._judging.pop(network, None))

    def _stranger(self, network: Network, now: float) -> _Stranger:
        found = self._strangers.pop(network, None)
        if found is None:
            found = _Stranger()
        elif found.remembered < now:
            found.blocks = 0
        # The last to fail is the last to be forgotten.
        self._strangers[network] = found
        if len(self._strangers) > MOST_KNOWN:
            del self._strangers[next(iter(self._strangers))]
        return found

    async def _judge(self, network: Network, stranger: _Stranger) -> None:
        stranger.failures.clear()
        if await self._is_trusted(network):
            return
        try:
            homes = await self._homes.now()
        except SwitchUnavailable as error:
            # Without knowing who is registered there nobody is refused; the next failures ask again.
            log.warning("who guesses passwords is not refused", network=str(network), reason=str(error))
            return
        spared = frozenset(phone for phone, home in homes.items() if home == network)
        seconds = min(self._settings.register_block * 2.0**stranger.blocks, LONGEST)
        stranger.blocks = min(stranger.blocks + 1, 20)
        until = self._clock.now() + seconds
        stranger.remembered = until + LONGEST
        self._spared[network], self._until[network] = spared, until
        if len(self._spared) > MOST_BLOCKED:
            self._forget(min(self._until, key=lambda one: self._until[one]))
        log.warning("phones refused", network=str(network), seconds=seconds, spared=len(spared))
        self._clock.call_later(seconds, lambda: self._end(network, until))
        self._tell()

    async def _is_trusted(self, network: Network) -> bool:
        for one in {*self._settings.trusted, *self._trusted()}:
            found = await _addresses(one) if is_name(one) else [one]
            for address in found:
                if _overlap(ipaddress.ip_network(address, strict=False), network):
                    return True
        return False

    def _end(self, network: Network, until: float) -> None:
        if self._until.get(network) == until:
            self._forget(network)
            self._tell()

    def _forget(self, network: Network) -> None:
        del self._spared[network], self._until[network]

    def _tell(self) -> None:
        self._block(self.blocked)
        at = self._clock.wall()
        if not self._spared:
            self._bus.publish(AlarmCleared(at=at, name=ALARM))
            return
        text = f"有人猜测话机密码，已暂时拒绝 {len(self._spared)} 个地址的话机注册和呼叫"
        self._bus.publish(AlarmRaised(at=at, name=ALARM, text=text))


def _overlap(one: Network, other: Network) -> bool:
    if isinstance(one, ipaddress.IPv4Network):
        return isinstance(other, ipaddress.IPv4Network) and one.overlaps(other)
    return isinstance(other, ipaddress.IPv6Network) and one.overlaps(other)


async def _addresses(name: str) -> list[str]:
    """Those of a machine's name; none when nobody knows it now."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, None)
    except OSError:
        return []
    return [str(info[4][0]) for info in found]
