"""Where a request is, as a point: degrees of WGS 84, as telephones and map programmes have them."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.tickets.models import TicketRow

DIGITS = 5
"""A metre: no telephone knows it better."""


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
    def words(self) -> str:
        """As people read it."""
        north, east = ("北纬" if self.latitude >= 0 else "南纬"), ("东经" if self.longitude >= 0 else "西经")
        return f"{north} {abs(self.latitude):.{DIGITS}f}°，{east} {abs(self.longitude):.{DIGITS}f}°"


def point_of(row: TicketRow) -> Point | None:
    """A ticket's, if the citizen gave one."""
    if row.longitude is None or row.latitude is None:
        return None
    return Point(row.longitude, row.latitude)
