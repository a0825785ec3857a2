"""A phone that may register with the switch, whichever switch it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

REALM = "hotline"
"""Both switches ask for the password of this realm (RFC 3261 22.1)."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """From where phones may not register or call now; networks are written as `203.0.113.9/32`.

    `networks`: network from which no phone may → the endpoints that still may. `phones`: endpoint → networks from which
    this one alone may not.
    """

    networks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    phones: Mapping[str, frozenset[str]] = field(default_factory=dict)


NOBODY_BLOCKED = Blocked()


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that may register: `endpoint` is its name, `web` a browser's (WebRTC), `agent` whose it is.

    `ipv6` is for a phone that registers over IPv6, where the switch's endpoints have media of one family.
    """

    endpoint: str
    secret: str = field(repr=False)
    agent: str
    web: bool
    ipv6: bool = False

    def __post_init__(self) -> None:
        for value in (self.endpoint, self.secret, self.agent):
            if not value.replace("-", "").replace("_", "").isalnum() or not value.isascii():
                raise ValueError(f"phone {self.endpoint!r}: only letters, digits, - and _ are allowed")

    @property
    def digest(self) -> str:
        """What the switch knows instead of the password, see `digest_of`."""
        return digest_of(self.endpoint, self.secret)


def refused_from(endpoint: str, blocked: Blocked) -> tuple[str, ...]:
    """The networks from which this phone is refused, in order."""
    from_all = {network for network, spared in blocked.networks.items() if endpoint not in spared}
    return tuple(sorted(from_all | blocked.phones.get(endpoint, frozenset())))


def digest_of(endpoint: str, secret: str) -> str:
    """HA1 of RFC 2617 3.2.2.2: enough to register as this phone in our realm, and for nothing else.

    MD5 is what SIP phones speak; the secrets are random, so nobody finds one from its digest.
    """
    return hashlib.md5(f"{endpoint}:{REALM}:{secret}".encode(), usedforsecurity=False).hexdigest()
