"""A citizen on the public site who has shown that a telephone number is his."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cti.base.numbers.number import Number


@dataclass(frozen=True, slots=True)
class Citizen:
    """Who asks a route of the public site that is for citizens: no visitor, without permission or scope.

    `session` is the id of his session, `number` the mobile to which a code was sent. Numbers are sold again: what is
    older than `held_since` is perhaps somebody else's, and None says that this is not asked.
    """

    session: str
    number: Number
    held_since: datetime | None = None
    is_probe: bool = False
    """Nobody at all, but the house itself that tries whether its site works: nothing of what he does stays."""
