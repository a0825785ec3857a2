"""Trunks: which carriers' lines can take a call out now, in which order, and with which caller number.

Emergency numbers always have a route: if no trunk is marked for them or healthy, every trunk is tried. The switch knows
the limits too, and holds them against an engine that has begun anew and does not know what its trunks carry.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.numbers.number import Number, NumberKind
from cti.base.settings import TrunkSettings
from cti.telephony.switch.address import TrunkAddress


@dataclass(slots=True)
class _Trunk:
    settings: TrunkSettings
    reachable: bool = True
    busy: int = 0
    recent: deque[float] = field(default_factory=deque)


@dataclass(frozen=True, slots=True)
class TrunkState:
    """A trunk now: whether it answers, how many of our calls it carries, and how many it may."""

    reachable: bool
    busy: int
    channels: int


class Trunks:
    """Every trunk's limits and health."""

    def __init__(self, trunks: Mapping[str, TrunkSettings], bus: Bus, clock: Clock) -> None:
        self._trunks = {name: _Trunk(settings) for name, settings in trunks.items()}
        self._bus = bus
        self._clock = clock

    def replace(self, trunks: Mapping[str, TrunkSettings]) -> None:
        """These are the trunks from now on; one that stays keeps its health and the calls that it carries."""
        for name in self._trunks.keys() - trunks.keys():
            self.change(name, True)
        known = self._trunks
        self._trunks = {}
        for name, settings in trunks.items():
            found = known.get(name) or _Trunk(settings)
            found.settings = settings
            self._trunks[name] = found

    @property
    def names(self) -> tuple[str, ...]:
        """All trunks that there are."""
        return tuple(self._trunks)

    def state(self, trunk: str) -> TrunkState | None:
        """How it is now; None for one that there is not."""
        found = self._trunks.get(trunk)
        return None if found is None else TrunkState(found.reachable, found.busy, found.settings.channels)

    def room(self, trunk: str) -> int:
        """How many calls more it can carry now; 0 for one that is dead."""
        found = self._trunks.get(trunk)
        return max(found.settings.channels - found.busy, 0) if found is not None and found.reachable else 0

    def senders(self) -> frozenset[str]:
        """Addresses, networks and names of all carriers."""
        return frozenset(peer for trunk in self._trunks.values() for peer in trunk.settings.senders)

    def reserve(self, trunk: str) -> bool:
        """Take a channel for a call of one's own, ended by `ended`; False when there is none."""
        found = self._trunks.get(trunk)
        if found is None or not self._has_room(found):
            return False
        self.began(trunk)
        return True

    def routes(self, number: Number) -> list[TrunkAddress]:
        """Where to dial `number`, best first; empty when nobody may take it now. ValueError: cannot be dialled."""
        if not _is_outside(number):
            raise ValueError(f"{number.kind} numbers cannot be dialled outside")
        found = sorted(
            ((name, trunk) for name, trunk in self._trunks.items() if trunk.settings.host),
            key=lambda item: (item[1].settings.order, item[0]),
        )
        usable = [(name, trunk) for name, trunk in found if trunk.reachable and self._has_room(trunk)]
        if number.is_emergency:
            marked = [(name, trunk) for name, trunk in usable if trunk.settings.emergency]
            usable = marked or usable or found
        urgent = number.is_emergency
        return [TrunkAddress(name, trunk.settings.prefix + number.national, urgent) for name, trunk in usable]

    def serves(self, number: Number) -> bool:
        """Whether there is a trunk for such numbers at all, be it dead or full now."""
        return _is_outside(number) and any(trunk.settings.host for trunk in self._trunks.values())

    def caller_id(self, trunk: str, organisation: str, wanted: str = "") -> str | None:
        """The number that an organisation shows on a trunk, or None for the trunk's own.

        The `wanted` one if the trunk lets it show that, else its usual one.
        """
        settings = self._trunks[trunk].settings
        if wanted and wanted in settings.more_caller_ids.get(organisation, ()):
            return wanted
        return settings.caller_ids.get(organisation)

    def permitted(self, organisation: str) -> list[str]:
        """All numbers that an organisation may show on some trunk, its usual ones first."""
        found: dict[str, None] = {}
        settings = [one.settings for one in self._trunks.values() if one.settings.host]
        found |= {one.caller_ids[organisation]: None for one in settings if organisation in one.caller_ids}
        found |= {number: None for one in settings for number in one.more_caller_ids.get(organisation, ())}
        return list(found)

    def began(self, trunk: str) -> None:
        """A call goes out by this trunk."""
        found = self._trunks.get(trunk)
        if found is not None:
            found.busy += 1
            found.recent.append(self._clock.now())

    def ended(self, trunk: str) -> None:
        """Such a call is over."""
        found = self._trunks.get(trunk)
        if found is not None:
            found.busy = max(found.busy - 1, 0)

    def change(self, trunk: str, reachable: bool) -> None:
        """The trunk answers OPTIONS, or no longer."""
        found = self._trunks.get(trunk)
        if found is None or found.reachable == reachable:
            return
        found.reachable = reachable
        name = f"trunk_down.{trunk}"
        if reachable:
            self._bus.publish(AlarmCleared(at=self._clock.wall(), name=name))
        else:
            self._bus.publish(AlarmRaised(at=self._clock.wall(), name=name, text=f"中继 {trunk} 无应答"))

    def _has_room(self, trunk: _Trunk) -> bool:
        now = self._clock.now()
        while trunk.recent and now - trunk.recent[0] >= 1.0:
            trunk.recent.popleft()
        return trunk.busy < trunk.settings.channels and len(trunk.recent) < trunk.settings.per_second


def _is_outside(number: Number) -> bool:
    return number.kind not in (NumberKind.ANONYMOUS, NumberKind.MALFORMED, NumberKind.EXTENSION)
