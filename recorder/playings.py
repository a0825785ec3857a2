"""Who plays a recording now: the requests of one playing are one entry of the audit, each playing again is another.

A player asks for parts of a file (RFC 9110 14.2). Parts after the first belong to the playing that began, as long as it
may last, and as long as all parts together are no more than the file: whoever fetches it a second time is noted again.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from cti.base.clock import Clock

SPARE_SECONDS = 60.0
"""Pauses and slow lines: how much longer than the recording one playing may last."""
KNOWN = 10_000


@dataclass(slots=True)
class _Playing:
    until: float
    left: int


class Playings:
    """Remembers those that go on, by person and recording."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[tuple[str, str], _Playing] = {}

    def begins(self, person: str, recording: str, part: slice, size: int, seconds: float) -> bool:
        """Whether a request for a part of a file of so many bytes and seconds begins a playing."""
        now, key = self._clock.now(), (person, recording)
        begin, end, _ = part.indices(size)
        playing = self._known.get(key)
        if begin and playing is not None and playing.until >= now and playing.left >= end - begin:
            playing.left -= end - begin
            return False
        if len(self._known) >= KNOWN:
            self._known = {one: other for one, other in self._known.items() if other.until >= now}
        self._known[key] = _Playing(now + seconds + SPARE_SECONDS, size if not begin else size - (end - begin))
        return True


def part_of(request: web.Request) -> slice:
    """The part that is asked for; all of it where that cannot be read."""
    try:
        return request.http_range
    except ValueError:
        return slice(0, None, 1)
