"""Vosk with a city's own model: `python -m ivr.recognition.vosk_worker MODEL PACKAGES`, see `ivr.recognition.worker`.

The library of the `vosk` package by its C interface (alphacep/vosk-api, src/vosk_api.h): the package's Python part
wants four more that only fetch models.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Collection
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ivr.recognition.character_times import evenly, of_letters
from ivr.recognition.spectrum import RATE
from ivr.recognition.worker import answer_stream, serve

LIBRARY = "vosk/libvosk.so"
PIECE = 8000
"""Samples that are taken at once."""


class Vosk:
    """`model` is a folder as alphacephei.com has them; `library` the package's."""

    def __init__(self, model: Path, library: Path) -> None:
        self._vosk = vosk = ctypes.CDLL(str(library))
        for name in ("vosk_model_new", "vosk_recognizer_new"):
            getattr(vosk, name).restype = ctypes.c_void_p
        for name in ("vosk_recognizer_result", "vosk_recognizer_final_result"):
            getattr(vosk, name).restype = ctypes.c_char_p
            getattr(vosk, name).argtypes = [ctypes.c_void_p]
        vosk.vosk_recognizer_new.argtypes = [ctypes.c_void_p, ctypes.c_float]
        vosk.vosk_recognizer_set_words.argtypes = [ctypes.c_void_p, ctypes.c_int]
        vosk.vosk_recognizer_accept_waveform.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        vosk.vosk_recognizer_free.argtypes = [ctypes.c_void_p]
        vosk.vosk_set_log_level(-1)
        self._model = vosk.vosk_model_new(str(model).encode())
        if not self._model:
            raise OSError(f"{model} is no model of Vosk")

    def hear(
        self, samples: npt.NDArray[np.float32], hints: Collection[str], *, quick: bool = False, times: bool = False
    ) -> tuple[str, list[float]]:
        """What is said in samples of 16 kHz, and when each character began. It knows no hints, nor another care."""
        recogniser = self._vosk.vosk_recognizer_new(self._model, float(RATE))
        try:
            self._vosk.vosk_recognizer_set_words(recogniser, 1)
            sound = (np.clip(samples, -1, 1) * 32767).astype("<i2")
            parts = []
            for at in range(0, len(sound), PIECE):
                piece = sound[at : at + PIECE].tobytes()
                if self._vosk.vosk_recognizer_accept_waveform(recogniser, piece, len(piece)) == 1:
                    parts.append(json.loads(self._vosk.vosk_recognizer_result(recogniser)))
            parts.append(json.loads(self._vosk.vosk_recognizer_final_result(recogniser)))
        finally:
            self._vosk.vosk_recognizer_free(recogniser)
        return told(parts, len(samples) / RATE, times)


def told(parts: list[dict[str, object]], seconds: float, times: bool) -> tuple[str, list[float]]:
    """The words of Vosk's results as a text: between Chinese characters stands no space."""
    words = [one for part in parts for one in part.get("result", [])]  # type: ignore[attr-defined] # as documented
    text = ""
    marks: list[float] = []
    for one in words:
        word, begin, end = str(one["word"]), float(one["start"]), float(one["end"])
        if text and (text[-1].isascii() or word[:1].isascii()):
            text += " "
        text += word
        marks += [begin + max(0.0, end - begin) * at / len(word) for at, letter in enumerate(word) if letter.isalnum()]
    if not times or not text:
        return text, []
    return text, of_letters(text, marks, seconds) if marks else evenly(len(text), seconds)


def main(arguments: list[str]) -> int:
    """Load the model and serve."""
    model, packages = arguments
    answers = answer_stream()
    serve(Vosk(Path(model), Path(packages) / LIBRARY), sys.stdin.buffer, answers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
