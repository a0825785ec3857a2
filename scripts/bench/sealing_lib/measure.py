"""Megabytes a CPU second that are sealed and opened, what a range of a recording costs, and the sealing of a talk."""

from __future__ import annotations

import io
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cti.base.ciphers.cipher import Cipher
from cti.base.ciphers.sealed_files import SealedReader, SealedWriter
from cti.base.ciphers.suites import SUITES, SuiteName
from cti.telephony.switch.port import RECORDING_RATE
from recorder.originals import written
from recorder.sealing import is_whole, seal
from recorder.wav import SAMPLE_BYTES

BYTES = 32 * 1024 * 1024
"""About 17 minutes of a talk in two channels."""
PIECE = 8192
RANGE = 64_000
RANGES = 500
TALK_SECONDS, TALKS, SIDES = 300, 40, 2


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _a_talk(suite: SuiteName, plain: bytes) -> float:
    """CPU seconds for all that a talk's sound goes through: read, hashed, sealed, on the disk, looked at."""
    size = TALK_SECONDS * RECORDING_RATE * SIDES * SAMPLE_BYTES
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        raw = Path(folder, "talk.raw")
        raw.write_bytes(plain[:size])

        def talks() -> None:
            for number in range(TALKS):
                cipher, made = Cipher(os.urandom(32), suite), Path(folder, f"{number}.wav")
                seal(raw, made, cipher, RECORDING_RATE, SIDES)
                written(made)
                if not is_whole(raw, made, cipher, SIDES):
                    raise SystemExit("a talk is not whole")
                made.unlink()

        return _seconds(talks) / TALKS


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
        opening, reading, talk = _seconds(open_all), _seconds(ranges), _a_talk(suite.name, plain)
        print(
            f"{suite.name:<14} seals {BYTES / 1e6 / sealing:6.0f} MB/s, opens {BYTES / 1e6 / opening:6.0f} MB/s, "
            f"a range of {RANGE // 1000} kB {reading / RANGES * 1000:5.2f} ms, "
            f"a talk of {TALK_SECONDS // 60} minutes {talk * 1000:5.1f} ms: "
            f"{talk / TALK_SECONDS:.4%} of a core while it lasts"
        )


if __name__ == "__main__":
    main()
