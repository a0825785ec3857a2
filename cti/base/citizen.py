"""A citizen on the public site who has shown that a telephone number is his."""

from __future__ import annotations

from dataclasses import dataclass

from cti.base.number import Number


@dataclass(frozen=True, slots=True)
class Citizen:
    """Who asks a route of the public site that is for citizens: no visitor, without permission or scope.

    `session` is the id of his session, `number` the mobile to which a code was sent.
    """

    session: str
    number: Number
