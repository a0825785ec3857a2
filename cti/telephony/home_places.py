"""Where a mainland number is at home (归属地): an area code's city, a mobile's city by its first seven digits.

As libphonenumber publishes it (Apache licence). The library has the whole world's, 100 MB of it: a process of its own
(`python -m cti.telephony.home_places`) reads it once and tells the 130,000 prefixes of the mainland, which take 1.5 MB.
"""

from __future__ import annotations

import asyncio
import sys
from array import array
from bisect import bisect_left

import structlog

from cti.base.numbers.number import Number, NumberKind
from cti.base.subprocesses import end

log = structlog.get_logger(__name__)

COUNTRY = "86"
LONGEST = 11
"""Digits of the longest prefix, with the country's."""


class HomePlaces:
    """Knows them once `load` is done; before that, and of numbers that nobody lists, nothing."""

    def __init__(self) -> None:
        self._prefixes = array("Q")
        self._places = array("H")
        self._names: list[str] = []

    async def load(self) -> None:
        """Read the table; without it nobody is told where a number is at home."""
        reader = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            told, _ = await reader.communicate()
        finally:
            # Whoever stops in the first seconds leaves no process behind.
            await end(reader)
        if reader.returncode:
            log.warning("it is not known where numbers are at home", status=reader.returncode)
            return
        await asyncio.to_thread(self._take, told.decode())

    def _take(self, lines: str) -> None:
        prefixes, places, names = array("Q"), array("H"), dict[str, int]()
        for line in lines.splitlines():
            prefix, _, place = line.partition(" ")
            prefixes.append(int(prefix))
            places.append(names.setdefault(place, len(names)))
        self._prefixes, self._places, self._names = prefixes, places, list(names)

    def of(self, number: Number) -> str:
        """Province and city, such as `江苏省常州市`; empty for whom it is not known."""
        if number.kind not in (NumberKind.MOBILE, NumberKind.LANDLINE):
            return ""
        digits = number.digits.removeprefix("+")
        for length in range(min(LONGEST, len(digits)), len(COUNTRY), -1):
            wanted = int(digits[:length])
            at = bisect_left(self._prefixes, wanted)
            if at < len(self._prefixes) and self._prefixes[at] == wanted:
                return self._names[self._places[at]]
        return ""


def main() -> None:
    """Tell each prefix of the mainland with its place, in order."""
    from phonenumbers.geodata import GEOCODE_DATA

    found = sorted((int(prefix), words.get("zh", "")) for prefix, words in GEOCODE_DATA.items())
    lines = (f"{prefix} {place}\n" for prefix, place in found if place and str(prefix).startswith(COUNTRY))
    sys.stdout.buffer.write("".join(lines).encode())


if __name__ == "__main__":
    main()
