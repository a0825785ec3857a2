"""The process behind `ProcessRecogniser`: `python -m ivr.recognition.worker MODEL PACKAGES THREADS`.

It speaks the protocol of `ivr.speech_models.process`: asked with `rate`, `hints` and samples (signed 16-bit
little-endian) it answers with `text`, and if it is to tell `times`, with when each character began, in seconds. `quick`
takes less care. It ends with its standard input.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from ivr.prompts.resample import resample
from ivr.recognition.spectrum import RATE
from ivr.recognition.whisper import Whisper

NICENESS = 5


class Hears(Protocol):
    """A recogniser of whole utterances."""

    def hear(
        self, samples: npt.NDArray[np.float32], hints: Collection[str], *, quick: bool = False, times: bool = False
    ) -> tuple[str, list[float]]:
        """What is said in samples of 16 kHz, and if wanted when each character began."""


def serve(recogniser: Hears, source: BinaryIO, target: BinaryIO) -> None:
    """Answer until `source` ends."""
    for line in source:
        asked = json.loads(line)
        samples = np.frombuffer(source.read(asked["size"]), "<i2").astype(np.float32) / np.float32(32768)
        text, times = recogniser.hear(
            resample(samples, asked["rate"], RATE), asked["hints"], quick=asked["quick"], times=asked["times"]
        )
        target.write(json.dumps({"text": text, "times": times, "size": 0}).encode() + b"\n")
        target.flush()


def answer_stream() -> BinaryIO:
    """Where answers go, once; the process steps back behind calls."""
    os.nice(NICENESS)
    # What libraries print must not come between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def main(arguments: list[str]) -> int:
    """Load the model and serve."""
    answers = answer_stream()
    model, packages, threads = arguments
    serve(Whisper(Path(model), Path(packages), int(threads)), sys.stdin.buffer, answers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
