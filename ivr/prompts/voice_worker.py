"""The process behind `VoiceProcess`: `python -m ivr.prompts.voice_worker MODEL VOICES PACKAGES`.

It speaks the protocol of `ivr.model_process`: asked for text, voice and speed it answers with a rate and samples,
32-bit floats. It ends with its standard input.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cti.base import priority
from ivr.prompts.synthesis import Kokoro, Synthesis, SynthesisUnavailable


def serve(voice: Synthesis, source: BinaryIO, target: BinaryIO) -> None:
    """Answer until `source` ends."""
    for line in source:
        request = json.loads(line)
        try:
            speech = voice.speak(request["text"], voice=request["voice"], speed=request["speed"])
        except SynthesisUnavailable as error:
            target.write(json.dumps({"error": str(error)}).encode() + b"\n")
        else:
            sound = np.ascontiguousarray(speech.samples, dtype="<f4").tobytes()
            target.write(json.dumps({"rate": speech.rate, "size": len(sound)}).encode() + b"\n" + sound)
        target.flush()


def main(arguments: list[str]) -> int:
    """Load the voice and serve."""
    priority.take(priority.LATER)
    # What libraries print must not come between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    model, voices, packages = (Path(one) for one in arguments)
    serve(Kokoro(model, voices, packages), sys.stdin.buffer, answers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
