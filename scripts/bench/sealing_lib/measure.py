"""Megabytes a CPU second that are sealed and opened, and what a range of a recording costs."""

from __future__ import annotations

import io
import os
import random
import time
from collections.abc import Callable

from cti.base.ciphers.cipher import Cipher
from cti.base.ciphers.sealed_files import SealedReader, SealedWriter
from cti.base.ciphers.suites import SUITES

BYTES = 32 * 1024 * 1024
"""About 17 minutes of a talk in two channels."""
PIECE = 8192
RANGE = 64_000
RANGES = 500


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    """Print a line for each set."""
    plain, rng = os.urandom(BYTES), random.Random(1)  # noqa: S311 # places to read
    for suite in SUITES:
        cipher, file = Cipher(bytes(32), suite.name), io.BytesIO()

        def seal(file: io.BytesIO = file, cipher: Cipher = cipher) -> None:
            with SealedWriter(file, cipher) as writer:
                for place in range(0, BYTES, PIECE):
                    writer.write(plain[place : place + PIECE])

        def open_all(file: io.BytesIO = file, cipher: Cipher = cipher) -> None:
            for _ in SealedReader(file, cipher).read():
                pass

        def ranges(file: io.BytesIO = file, cipher: Cipher = cipher) -> None:
            for _ in range(RANGES):
                file.seek(0)
                start = rng.randrange(BYTES - RANGE)
                b"".join(SealedReader(file, cipher).read(start, start + RANGE))

        sealing = _seconds(seal)
        file.seek(0)
        opening, reading = _seconds(open_all), _seconds(ranges)
        print(
            f"{suite.name:<14} seals {BYTES / 1e6 / sealing:6.0f} MB/s, opens {BYTES / 1e6 / opening:6.0f} MB/s, "
            f"a range of {RANGE // 1000} kB {reading / RANGES * 1000:5.2f} ms"
        )


if __name__ == "__main__":
    main()
