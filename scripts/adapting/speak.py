"""Speaks sentences by mixed voices: `N.flac` and `N.txt` in a folder."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from adapting.options import arguments
from adapting.spoken import sentences, speakable
from ivr.prompts.kokoro_packages import installed, kokoro
from ivr.prompts.resample import resample
from ivr.prompts.synthesis import Kokoro, SynthesisUnavailable
from ivr.recognition.spectrum import RATE

PACES = 0.8, 1.35
LOUDEST = 0.7
PURE, MIXED = 0.3, 0.4
"""Shares of sentences by one voice, and by two that are mixed; the rest is mixed with a voice of another language,
whose speakers sound like people with an accent."""
Style = npt.NDArray[np.float32]


def main() -> None:
    """Speak what is not there yet."""
    options = arguments(sys.argv[1:])
    dice = random.Random(options.seed)  # noqa: S311 # no secret
    voice, home = kokoro(), installed()
    assert home is not None, "it was installed just now"
    voices = _Voices(options.voices or home / "voices", options.without)
    options.folder.mkdir(parents=True, exist_ok=True)
    texts = _texts(options.sentences, dice)
    for number in range(options.count):
        text, style, pace = next(texts), voices.draw(dice), dice.uniform(*PACES)
        path = options.folder / f"{options.seed}-{number:05}.flac"
        if not path.exists():
            _speak(voice, text, style, pace, path)
            print(path, text, flush=True)


def _texts(file: Path | None, dice: random.Random) -> Iterator[str]:
    """Five of the city's for three of what is said on the telephone; each piece of a text once."""
    made = sentences(dice)
    if file is None:
        yield from made
    lines = [] if file is None else file.read_text("utf-8").splitlines()
    pieces = [piece for line in lines for piece in speakable(line, dice)]
    dice.shuffle(pieces)
    for piece in pieces:
        yield piece
        if dice.random() < 3 / 5:
            yield next(made)


def _speak(voice: Kokoro, text: str, style: Style, pace: float, path: Path) -> None:
    try:
        spoken = voice.speak_styled(text, style=style, speed=pace)
    except SynthesisUnavailable as problem:
        print(f"{text}: {problem}", file=sys.stderr)
        return
    samples = resample(spoken.samples, spoken.rate, RATE)
    loud = float(np.abs(samples).max())
    if loud:
        path.with_suffix(".txt").write_text(text + "\n", "utf-8")
        soundfile.write(path, samples / loud * LOUDEST, RATE, subtype="PCM_16")


class _Voices:
    """Kokoro's styles, alone and mixed."""

    def __init__(self, folder: Path, without: Sequence[str]) -> None:
        found = {one.stem: np.fromfile(one, "<f4").reshape(-1, 256) for one in sorted(folder.glob("*.bin"))}
        self._chinese = [style for name, style in found.items() if name[0] == "z" and name not in without]
        self._other = [style for name, style in found.items() if name[0] != "z"] or self._chinese

    def draw(self, dice: random.Random) -> Style:
        """Another one each time."""
        one, other = dice.sample(self._chinese, 2)
        how = dice.random()
        if how < PURE:
            return one
        if how >= PURE + MIXED:
            other = dice.choice(self._other)
        share = np.float32(dice.uniform(0.3, 0.75))
        return np.asarray(one * share + other * (1 - share), np.float32)


if __name__ == "__main__":
    main()
