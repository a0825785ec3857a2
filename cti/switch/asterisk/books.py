"""The switch's own CDR file: what became of legs while no engine looked.

Lines are added by Asterisk alone, which opens the file for each; personal values in them are sealed by it. The reader
remembers how far it has read; what is kept elsewhere is set aside, so that Asterisk begins a new file, and removed.
"""

from __future__ import annotations

import base64
import csv
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from cti.switch.asterisk.configuration import CDR_COLUMNS, PERSONAL_COLUMNS, SEALED
from cti.switch.asterisk.dialplan import EMERGENCY_CONTEXT
from cti.switch.port import SwitchRecord

WRITING_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a file was read: `inode` tells whether it is still the same."""

    inode: int
    offset: int


class CdrFile:
    """Reads new records of the file as they are asked for."""

    def __init__(self, path: Path, key: str = "") -> None:
        self._path = path
        self._aside = path.with_name(f"{path.name}.read")
        self._aside_read = 0
        self._key = key
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
        data, self._aside_read = _lines(self._aside, self._aside_read)
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return list(parse(data, self._key))
        same = status.st_ino == self._place.inode and status.st_size >= self._place.offset
        more, offset = _lines(self._path, self._place.offset if same else 0)
        self._place = _Place(status.st_ino, offset)
        return list(parse(data + more, self._key))

    def done(self) -> None:
        """Remove what was read, but for the lines that came meanwhile."""
        if self._is_read(self._aside, self._aside_read):
            self._aside.unlink(missing_ok=True)
            self._aside_read = 0
        if self._aside.exists() or not self._place.offset or not self._is_read(self._path, self._place.offset):
            return
        self._path.rename(self._aside)
        self._aside_read, self._place = self._place.offset, _Place(0, 0)
        # Who had it open before is through with his line by then.
        time.sleep(WRITING_SECONDS)
        if self._is_read(self._aside, self._aside_read):
            self._aside.unlink()
            self._aside_read = 0

    def _is_read(self, path: Path, offset: int) -> bool:
        try:
            return path.stat().st_size == offset
        except FileNotFoundError:
            return False


def _lines(path: Path, offset: int) -> tuple[str, int]:
    """The whole lines from `offset` on, and where they end."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read()
    except FileNotFoundError:
        return "", offset
    whole = data.rfind(b"\n") + 1
    return data[:whole].decode("utf-8", "replace"), offset + whole


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
