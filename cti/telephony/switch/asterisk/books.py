"""The switch's own CDR file: what became of legs while no engine looked.

Lines are added by Asterisk alone, which opens the file for each; personal values in them are sealed by it. The reader
remembers how far it has read; what is kept elsewhere is set aside, so that Asterisk begins a new file, and removed.
"""

from __future__ import annotations

import base64
import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from cti.telephony.switch.asterisk.appended import Appended
from cti.telephony.switch.asterisk.configuration import CDR_COLUMNS, PERSONAL_COLUMNS, SEALED
from cti.telephony.switch.asterisk.dialplan import EMERGENCY_CONTEXT
from cti.telephony.switch.asterisk.leg_times import LegTimes
from cti.telephony.switch.port import SwitchRecord, TalkStretch

SETTLED = timedelta(seconds=0.5)
"""A leg's records are written within that of its end."""
SHORTEST = timedelta(seconds=0.3)
REMEMBERED = 5_000


class CdrFile:
    """Reads new records of the file as they are asked for."""

    def __init__(self, path: Path, key: str = "") -> None:
        self._lines = Appended(path)
        self._key = key

    @property
    def place(self) -> dict[str, int]:
        """How far was read, to be kept."""
        return self._lines.place

    def begin_at(self, place: dict[str, int]) -> None:
        """Go on where another engine stopped."""
        self._lines.begin_at(place)

    def read(self) -> list[SwitchRecord]:
        """Whole lines written since the last reading; a rotated file begins anew."""
        return list(parse(self._lines.read(), self._key))

    def done(self) -> None:
        """Remove what was read, but for the lines that came meanwhile."""
        self._lines.set_aside()


class AsteriskBooks:
    """The CDR file, and beside it when legs talked and ended.

    A caller's CDR ends with his last talk: what came after it, the survey, has a record of its own here.
    """

    def __init__(self, cdrs: CdrFile, times: LegTimes) -> None:
        self._cdrs = cdrs
        self._times = times
        self._last: dict[str, SwitchRecord] = {}
        self._ends: dict[str, datetime] = {}

    @property
    def place(self) -> dict[str, int]:
        """How far was read, to be kept."""
        return self._cdrs.place

    def begin_at(self, place: dict[str, int]) -> None:
        """Go on where another engine stopped."""
        self._cdrs.begin_at(place)

    def read(self) -> list[SwitchRecord]:
        """Whole records written since the last reading."""
        self._times.read()
        found = self._cdrs.read()
        self._last |= {record.leg: record for record in found}
        self._ends |= dict(self._times.take_ends())
        return [*found, *self._rests(datetime.now(UTC) - SETTLED)]

    def _rests(self, until: datetime) -> Iterator[SwitchRecord]:
        """What legs did after their last record, once it is sure that no other follows."""
        for leg in [leg for leg, at in self._ends.items() if at <= until and leg in self._last]:
            record, at = self._last.pop(leg), self._ends.pop(leg)
            if record.ended_at is not None and at - record.ended_at >= SHORTEST:
                yield _rest(record, record.ended_at, at)
        for waiting in (self._last, self._ends):
            while len(waiting) > REMEMBERED:
                del waiting[next(iter(waiting))]

    def talks_of(self, leg: str) -> list[TalkStretch]:
        """When a leg was in a talk."""
        return self._times.talks_of(leg)

    def done(self) -> None:
        """Remove what was read."""
        self._cdrs.done()
        self._times.done()


def _rest(record: SwitchRecord, begun: datetime, ended: datetime) -> SwitchRecord:
    seconds = str(int((ended - begun).total_seconds()))
    first, last = f"{begun.timestamp():.6f}", f"{ended.timestamp():.6f}"
    fields = {
        **record.fields,
        "start": first,
        "answer": first,
        "end": last,
        "duration": seconds,
        "billsec": seconds,
        "dstchannel": "",
        "lastapp": "",
        "lastdata": "",
    }
    return replace(record, started_at=begun, answered_at=begun, ended_at=ended, other="", fields=fields)


def parse(text: str, key: str = "") -> Iterator[SwitchRecord]:
    """The records of CSV text; lines that are none are passed over. `key` opens what the switch sealed."""
    for row in csv.reader(text.splitlines()):
        if len(row) != len(CDR_COLUMNS):
            continue
        fields = dict(zip(CDR_COLUMNS, row, strict=True))
        fields |= {name: _opened(fields[name], key) for name in PERSONAL_COLUMNS}
        if record := record_of(fields):
            yield record


def record_of(fields: Mapping[str, str]) -> SwitchRecord | None:
    """The record that has these fields (`CDR_COLUMNS`); None when it has no beginning."""
    started = _time(fields["start"])
    if started is None:
        return None
    return SwitchRecord(
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


def _opened(value: str, key: str) -> str:
    """A personal value; what cannot be opened is nothing, what an earlier version wrote stands as it is."""
    if not value.startswith(SEALED):
        return value
    try:
        sealed = base64.b64decode(value.removeprefix(SEALED))
        # ECB is what Asterisk's AES_ENCRYPT does; it fills the last block with zeros.
        aes = Cipher(algorithms.AES128(key.encode()), modes.ECB()).decryptor()  # noqa: S305 # Asterisk has no other
        return (aes.update(sealed) + aes.finalize()).rstrip(b"\0").decode("utf-8", "replace").removeprefix(".")
    except ValueError:
        return ""


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC) if float(text) > 0 else None
    except ValueError:
        return None
