"""Of what the recogniser's work consists: milliseconds of a core for each part, with nothing else at work."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from ivr.command_line.score import at_line
from ivr.prompts.resample import resample
from ivr.recognition import whisper, whisper_packages
from ivr.recognition.hearing import EVERY_SECONDS
from ivr.recognition.spectrum import RATE
from ivr.recognition.utterances import LONG_SHARE

LINE = 8000
SENTENCES = 12


def parts(sounds: Sequence[Path]) -> Iterator[str]:
    """What is heard of the first sentences: their final words, and before them the partial ones."""
    home = whisper_packages.installed()
    assert home is not None, "it was installed just now"
    heard = whisper.Whisper(home / "model", home / "packages")
    spent: dict[str, float] = defaultdict(float)
    heard._model = _Watched(heard._model, spent)
    speech = 0.0
    by_kind: dict[str, dict[str, float]] = {"final": defaultdict(float), "partial": defaultdict(float)}
    for path in sounds[:SENTENCES]:
        samples, rate = soundfile.read(path, dtype="float32")
        line = np.frombuffer(at_line(samples, rate, narrow=True)[0], "<i2").astype(np.float32)[LINE // 2 : -LINE // 2]
        seconds = len(line) / LINE
        speech += seconds - 1.0
        sizes = [("partial", int(at * LINE)) for at in _steps(seconds - 0.5)]
        for kind, size in [*sizes, ("final", len(line))]:
            spent.clear()
            began = time.process_time()
            said = resample(line[:size] / np.float32(32768), LINE, RATE)
            heard.hear(said, (), quick=kind == "partial", times=kind == "final")
            spent["whole"] = time.process_time() - began
            for name, one in (*spent.items(), ("heard", 1.0)):
                by_kind[kind][name] += one
    for kind, took in by_kind.items():
        others = took["whole"] - took["encode"] - took["generate"] - took["align"]
        figures = {"encoder": took["encode"], "decoder": took["generate"], "times": took["align"], "others": others}
        told = ", ".join(f"{name} {1000 * one / speech:.0f}" for name, one in figures.items())
        yield (
            f"parts, {kind} words: {1000 * took['whole'] / speech:.0f} ms of a core a second of speech ({told}), "
            f"{1000 * took['whole'] / took['heard']:.0f} ms each"
        )


def _steps(until: float) -> Iterator[float]:
    """After how much speech it is heard for who reads along."""
    at = EVERY_SECONDS
    while at < until:
        yield at
        at += max(EVERY_SECONDS, at / LONG_SHARE)


class _Watched:
    """A model whose time is kept."""

    def __init__(self, model: Any, spent: dict[str, float]) -> None:
        self._model, self._spent = model, spent

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def does(*arguments: Any, **more: Any) -> Any:
            began = time.process_time()
            try:
                return getattr(self._model, name)(*arguments, **more)
            finally:
                self._spent[name] += time.process_time() - began

        return does
