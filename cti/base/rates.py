"""How often somebody may ask: a bucket of tokens for each key, filled at a steady rate."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict

from cti.base.clock import Clock
from cti.base.refusal import TooMany

KEYS = 20_000
HOUSEHOLD = 64
"""The bits of an IPv6 address that one home or phone keeps, which has all addresses behind them (RFC 6177)."""


class Rate:
    """`per_second` requests go on for ever, `burst` at once. The key unused for longest is forgotten."""

    def __init__(self, clock: Clock, per_second: float, burst: float) -> None:
        self._clock = clock
        self._per_second = per_second
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Count a request; TooMany says when the next one may come."""
        now = self._clock.now()
        tokens, at = self._buckets.pop(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - at) * self._per_second)
        granted = tokens >= 1
        self._buckets[key] = (tokens - 1 if granted else tokens, now)
        if len(self._buckets) > KEYS:
            self._buckets.popitem(last=False)
        if not granted:
            raise TooMany("too_fast", "操作过于频繁，请稍后再试", (1 - tokens) / self._per_second)


class AddressRate(Rate):
    """The same for IP addresses: who has 2^64 of them asks no oftener by changing from one to the next."""

    def take(self, key: str) -> None:
        """Count a request of this address."""
        super().take(household_of(key))


def household_of(address: str) -> str:
    """By which an address is counted: IPv6 by its network of 64 bits, IPv4 as it is, also where it stands in IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, HOUSEHOLD), strict=False))
