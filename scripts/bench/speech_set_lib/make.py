"""Speaks the requests, each by another voice and pace, as they come through a bad world, and writes them with texts."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from bench.speech_set_lib.options import arguments
from ivr.prompts.kokoro_packages import installed, kokoro
from ivr.prompts.resample import resample
from ivr.prompts.synthesis import Kokoro
from tests.ivr.recognition.noises import Sound, clatter, crowd, lossy, mixed, motor, road

HERE = Path(__file__).parent
RATE = 16000
SEED = 12345
PACES = {"requests": (0.9, 1.0, 1.1, 1.2), "calls": (0.85, 1.05, 1.25, 0.95, 1.15)}
TROUBLES = ("", "crowd", "motor", "clatter", "loss")
"""Of calls, by turns; their noises 15, 10 and 5 dB under the speech."""
DECIBELS = (15.0, 10.0, 5.0)
LOSS = 0.05
BEHIND = (
    ("后天上午去拿吧，我先去买菜，你把门关好。", "zm_yunyang"),
    ("接下来请看天气预报，明天多云转晴，最高气温十八度。", "zf_xiaoyi"),
)
"""What others say meanwhile, or a television."""


def main() -> None:
    """Make the folder; what is there stays."""
    options = arguments(sys.argv[1:])
    for path in make(options.folder, options.set, options.most, options.noise):
        print(path, flush=True)


def whole(folder: Path, name: str) -> list[Path]:
    """The sounds of a set that is kept in `folder`; made now if one is missing."""
    found = sorted(folder.glob("*.wav"))
    count = len((HERE / f"{name}.txt").read_text("utf-8").split())
    return found if len(found) == count else make(folder, name)


def make(folder: Path, name: str, most: int = 1000, noise: float = 15.0) -> list[Path]:
    """The sounds of a set in `folder`, with their texts and the words to be put in place."""
    folder.mkdir(parents=True, exist_ok=True)
    voice, home = kokoro(), installed()
    assert home is not None, "it was installed just now"
    names = sorted(one.stem for one in (home / "voices").glob("*.bin"))
    dice = np.random.default_rng(SEED)
    shutil.copy(HERE / "hot_words.txt", folder / "hot_words.txt")
    paces, found = PACES[name], []
    others = [_said(voice, text, one, 1.0) for text, one in BEHIND] if name == "calls" else []
    for number, text in enumerate((HERE / f"{name}.txt").read_text("utf-8").split()[:most]):
        speaker = names[number % len(names)]
        samples = _said(voice, text, speaker, paces[number // len(names) % len(paces)])
        if name == "requests":
            trouble = "road" if number % 2 else ""
            # As much as a busy road has.
            samples = mixed(samples, road(len(samples), RATE, dice), noise) if trouble else samples
        else:
            trouble = TROUBLES[number % len(TROUBLES)]
            samples = _troubled(samples, trouble, DECIBELS[number % len(DECIBELS)], others, dice)
        path = folder / f"{number:03}-{speaker}{f'-{trouble}' if trouble else ''}.wav"
        soundfile.write(path, np.clip(samples, -1, 1), RATE, subtype="PCM_16")
        path.with_suffix(".txt").write_text(text + "\n", "utf-8")
        found.append(path)
    return found


def _said(voice: Kokoro, text: str, speaker: str, pace: float) -> npt.NDArray[np.float32]:
    spoken = voice.speak(text, voice=speaker, speed=pace)
    return resample(spoken.samples, spoken.rate, RATE)


def _troubled(
    samples: Sound, trouble: str, decibels: float, others: Sequence[Sound], dice: np.random.Generator
) -> Sound:
    size = len(samples)
    match trouble:
        case "crowd":
            return mixed(samples, crowd(others, size), max(decibels, 10.0))
        case "motor":
            return mixed(samples, motor(size, RATE, dice), decibels)
        case "clatter":
            return mixed(samples, clatter(size, RATE, dice), decibels)
        case "loss":
            return lossy(samples, RATE, LOSS, dice)
    return samples


if __name__ == "__main__":
    main()
