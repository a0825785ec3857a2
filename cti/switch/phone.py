"""A phone that may register with the switch, whichever switch it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that may register: `endpoint` is its name, `web` a browser's (WebRTC), `agent` whose it is.

    `ipv6` is for a phone that registers over IPv6, where the switch's endpoints have media of one family.
    """

    endpoint: str
    secret: str
    agent: str
    web: bool
    ipv6: bool = False

    def __post_init__(self) -> None:
        for value in (self.endpoint, self.secret, self.agent):
            if not value.replace("-", "").replace("_", "").isalnum() or not value.isascii():
                raise ValueError(f"phone {self.endpoint!r}: only letters, digits, - and _ are allowed")
