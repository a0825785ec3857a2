"""Where a request is, as a point: degrees of WGS 84, as telephones and map programmes have them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cti.base.refusal import Invalid
from workflow.tickets.models import TicketRow

DIGITS = 5
"""A metre: no telephone knows it better."""
PAIR = re.compile(r"([+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?)\s*[,，\s]\s*([+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?)")


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the earth."""

    longitude: float
    latitude: float

    @property
    def pair(self) -> str:
        """Latitude and longitude, as links to map programmes have them (`geo:`, RFC 5870)."""
        return f"{self.latitude:.{DIGITS}f},{self.longitude:.{DIGITS}f}"

    @property
    def roughly(self) -> str:
        """The same to about a kilometre: where something is, and nobody's house."""
        return f"{self.latitude:.2f},{self.longitude:.2f}"

    @property
    def words(self) -> str:
        """As people read it."""
        north, east = ("北纬" if self.latitude >= 0 else "南纬"), ("东经" if self.longitude >= 0 else "西经")
        return f"{north} {abs(self.latitude):.{DIGITS}f}°，{east} {abs(self.longitude):.{DIGITS}f}°"


def point_said(text: str) -> Point | None:
    """Latitude and longitude as somebody wrote them; None for nothing. Invalid.

    Many map programmes have the longitude first: where the first number can be no latitude, it is that.
    """
    if not text.strip():
        return None
    if (found := PAIR.fullmatch(text.strip())) is not None:
        north, east = sorted(map(float, found.groups()), key=lambda one: abs(one) > 90)
        if abs(north) <= 90 and abs(east) <= 180:
            return Point(round(east, DIGITS), round(north, DIGITS))
    raise Invalid("point", "请填纬度和经度两个数，如 31.81124,119.97371", "point")


def point_of(row: TicketRow) -> Point | None:
    """A ticket's, if somebody said it."""
    if row.longitude is None or row.latitude is None:
        return None
    return Point(row.longitude, row.latitude)
