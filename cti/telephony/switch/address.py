"""Where a leg can be dialled: made only from checked parts, so that no text ever enters a dial string."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cti.base.numbers.number import Number

ALWAYS = "-always"
"""Ends the name of a trunk's second way out on the switch, one that is not asked for signs of life (OPTIONS).

Which trunk is dialled is the engine's choice: of 110, also one that is thought dead. The switch, which hears of a
trunk's return up to 30 s late, would refuse it.
"""

URGENT = "-urgent"
"""Ends the name of a third one, where the switch counts calls and limits none."""

WEB = "-web"
"""Ends the endpoint of a browser's phone."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_DIGITS = re.compile(r"\+?[0-9]{2,20}")


@dataclass(frozen=True, slots=True)
class PhoneAddress:
    """A phone that registers with the switch under the name `endpoint`."""

    endpoint: str

    @property
    def is_web(self) -> bool:
        """Whether it is a browser's."""
        return self.endpoint.endswith(WEB)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.endpoint):
            raise ValueError(f"not an endpoint's name: {self.endpoint!r}")

    def __str__(self) -> str:
        return self.endpoint


@dataclass(frozen=True, slots=True)
class TrunkAddress:
    """A number outside, `digits` in the trunk's own format, by the trunk named `trunk`.

    An `urgent` call, one to 110, goes out beyond the trunk's limits too.
    """

    trunk: str
    digits: str
    urgent: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.trunk):
            raise ValueError(f"not a trunk's name: {self.trunk!r}")
        if not _DIGITS.fullmatch(self.digits):
            raise ValueError(f"not a number to dial: {self.digits!r}")

    @classmethod
    def to(cls, trunk: str, number: Number) -> TrunkAddress:
        """The address of `number` by `trunk`, in national format; ValueError when it cannot be dialled."""
        return cls(trunk, number.national)

    def __str__(self) -> str:
        return f"{self.digits}@{self.trunk}"


Address = PhoneAddress | TrunkAddress
