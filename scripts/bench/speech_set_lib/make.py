"""Speaks the requests, each by another voice and pace, every second one with noise, and writes them with texts."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import soundfile

from bench.speech_set_lib.options import arguments
from ivr.prompts.kokoro_packages import installed, kokoro
from ivr.prompts.resample import resample

HERE = Path(__file__).parent
RATE = 16000
PACES = (0.9, 1.0, 1.1, 1.2)
SEED = 12345


def main() -> None:
    """Make the folder; what is there stays."""
    options = arguments(sys.argv[1:])
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    voice, home = kokoro(), installed()
    assert home is not None, "it was installed just now"
    names = sorted(one.stem for one in (home / "voices").glob("*.bin"))
    dice = np.random.default_rng(SEED)
    shutil.copy(HERE / "hot_words.txt", folder / "hot_words.txt")
    lines = (HERE / "requests.txt").read_text("utf-8").split()
    for number, text in enumerate(lines[: options.most]):
        name = names[number % len(names)]
        spoken = voice.speak(text, voice=name, speed=PACES[number // len(names) % len(PACES)])
        samples = resample(spoken.samples, spoken.rate, RATE)
        noise = dice.standard_normal(len(samples)).astype(np.float32)
        # As much as a busy road has: more of the low than of the high.
        noise = np.convolve(noise, np.ones(8) / 8, "same").astype(np.float32)
        if number % 2:
            loud = float(np.sqrt(np.mean(samples**2)) / np.sqrt(np.mean(noise**2)))
            samples = samples + noise * np.float32(loud * 10 ** (-options.noise / 20))
        path = folder / f"{number:03}-{name}{'-noise' if number % 2 else ''}.wav"
        soundfile.write(path, np.clip(samples, -1, 1), RATE, subtype="PCM_16")
        path.with_suffix(".txt").write_text(text + "\n", "utf-8")
        print(path, flush=True)


if __name__ == "__main__":
    main()
