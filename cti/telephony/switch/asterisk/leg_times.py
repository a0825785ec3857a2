"""When legs talked and when they ended, as Asterisk writes it itself (CEL): true to the moment while no engine looks.

Of a leg that was dialled there is no CDR of its own, and a caller's says of a talk only when it ended. Lines are added
by Asterisk alone, which opens the file for each. They say nothing of who it is.
"""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from pathlib import Path

from cti.telephony.switch.asterisk.appended import Appended
from cti.telephony.switch.port import TalkStretch

EVENTS = ENTER, EXIT, END = "BRIDGE_ENTER", "BRIDGE_EXIT", "CHAN_END"
COLUMNS = ("eventtype", "eventtime", "CHANNEL(uniqueid)")
LARGEST = 1 << 20
"""Bytes of what was read that are kept: what another engine may still ask for was written since this one died."""
REMEMBERED = 20_000


class LegTimes:
    """Reads new lines of the file as they are asked for."""

    def __init__(self, path: Path) -> None:
        self._lines = Appended(path)
        self._talks: dict[str, list[TalkStretch]] = {}
        self._ends: deque[tuple[str, datetime]] = deque()

    def read(self) -> None:
        """Take in what was written since the last reading."""
        for line in self._lines.read().splitlines():
            event, _, rest = line.partition(",")
            when, _, leg = rest.partition(",")
            try:
                at = datetime.fromtimestamp(float(when), UTC)
            except ValueError:
                continue
            self._take(event, leg, at)

    def _take(self, event: str, leg: str, at: datetime) -> None:
        talks = self._talks.setdefault(leg, [])
        if event == ENTER:
            talks.append(TalkStretch(leg, at, None))
        elif event in (EXIT, END) and talks and talks[-1].ended is None:
            talks[-1] = TalkStretch(leg, talks[-1].begun, at)
        if event == END:
            self._ends.append((leg, at))
        if len(self._talks) > REMEMBERED:
            self._talks.pop(next(iter(self._talks)))

    def talks_of(self, leg: str) -> list[TalkStretch]:
        """When the leg was in a bridge, oldest first."""
        return self._talks.get(leg, [])

    def take_ends(self) -> list[tuple[str, datetime]]:
        """The legs that ended since this was asked last, and when."""
        found = list(self._ends)
        self._ends.clear()
        return found

    def done(self) -> None:
        """Remove the file when it has grown large and was read."""
        if self._lines.size > LARGEST:
            self._lines.set_aside()
