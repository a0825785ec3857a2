"""The switch's own CDR file: what became of legs while no engine looked.

Lines are added by Asterisk alone; the reader remembers how far it has read and never changes the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cti.switch.asterisk.configuration import CDR_COLUMNS
from cti.switch.asterisk.dialplan import EMERGENCY_CONTEXT
from cti.switch.port import SwitchRecord


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a file was read: `inode` tells whether it is still the same."""

    inode: int
    offset: int


class CdrFile:
    """Reads new records of the file as they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = _Place(0, 0)

    @property
    def place(self) -> dict[str, int]:
        """How far was read, to be kept."""
        return {"inode": self._place.inode, "offset": self._place.offset}

    def begin_at(self, place: dict[str, int]) -> None:
        """Go on where another engine stopped."""
        self._place = _Place(int(place.get("inode", 0)), int(place.get("offset", 0)))

    def read(self) -> list[SwitchRecord]:
        """Whole lines written since the last reading; a rotated file begins anew."""
        try:
            with self._path.open("rb") as file:
                status = self._path.stat()
                same = status.st_ino == self._place.inode and status.st_size >= self._place.offset
                offset = self._place.offset if same else 0
                file.seek(offset)
                data = file.read()
        except FileNotFoundError:
            return []
        whole = data.rfind(b"\n") + 1
        self._place = _Place(status.st_ino, offset + whole)
        return list(parse(data[:whole].decode("utf-8", "replace")))


def parse(text: str) -> Iterator[SwitchRecord]:
    """The records of CSV text; lines that are none are passed over."""
    for row in csv.reader(text.splitlines()):
        if len(row) != len(CDR_COLUMNS):
            continue
        fields = dict(zip(CDR_COLUMNS, row, strict=True))
        started = _time(fields["start"])
        if started is None:
            continue
        yield SwitchRecord(
            leg=fields["uniqueid"],
            first_leg=fields["linkedid"],
            caller=fields["src"],
            called=fields["accountcode"] or fields["dst"],
            started_at=started,
            answered_at=_time(fields["answer"]),
            ended_at=_time(fields["end"]),
            disposition=fields["disposition"],
            in_emergency=fields["dcontext"] == EMERGENCY_CONTEXT,
            other=fields["dstchannel"],
            fields=fields,
            by_trunk=bool(fields["accountcode"]),
        )


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC) if float(text) > 0 else None
    except ValueError:
        return None
