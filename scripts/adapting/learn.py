"""Learns from a folder of spoken sentences, and writes the adapter."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import tokenizers
import torch
import torch.nn.functional as functional

from adapting.network import Network
from adapting.options import arguments
from adapting.spoil import noise_alone, spoiled
from ivr.prompts.resample import resample
from ivr.recognition import adapter
from ivr.recognition.narrowed import writes_chinese
from ivr.recognition.spectrum import RATE, log_mel
from ivr.recognition.tokens import Tokens
from tests.ivr.recognition.noises import Sound

TOGETHER = 16
"""Sounds of a step, of nearly one length each."""
SORTED = 4
"""Steps whose sounds are sorted by length."""
QUIET_SECONDS = (0.3, 0.6, 0.6, 1.0, 3.0)
"""After the last word: mostly as short as what is heard while somebody speaks."""
NOBODY = 0.04
"""So many sounds are noise alone."""
GOES_ON, MOST_SECONDS = 0.15, 6.0
"""So often, and up to this length, another sentence follows."""
WARMING_STEPS = 30
SMOOTHED = 0.05
SMALL = 0.3
"""Of the rate, for what is not a matrix."""
IGNORED = -100
HEARD_OF_ALL = 20


def main() -> None:
    """Learn, and tell how it goes on."""
    options = arguments(sys.argv[1:])
    torch.manual_seed(options.seed)
    names = (options.model / "vocabulary.txt").read_text("utf-8").removesuffix("\n").split("\n")
    kept = [number for number, name in enumerate(names) if writes_chinese(name)]
    network = Network(options.model, options.rank, kept)
    tokens = Tokens(tokenizers.Tokenizer.from_file(str(options.model / "tokenizer.json")), kept)
    lessons = _Lessons(options.folder, tokens, np.random.default_rng(options.seed))
    matrices = [one for name, one in network.learning.items() if not name.endswith("added")]
    small = [one for name, one in network.learning.items() if name.endswith("added")]
    learner = torch.optim.AdamW([{"params": matrices}, {"params": small}], betas=(0.9, 0.98))
    begin, missed = time.monotonic(), 0.0
    for step, (spectrum, before, after) in zip(range(1, options.steps + 1), lessons.steps(), strict=False):
        rate = (
            options.rate
            * min(1, step / WARMING_STEPS)
            * (0.03 + 0.485 * (1 + math.cos(math.pi * step / options.steps)))
        )
        for group, share in zip(learner.param_groups, (1, SMALL), strict=True):
            group["lr"] = rate * share
        words = network.words(spectrum, before)
        loss = functional.cross_entropy(
            words.flatten(0, 1), after.flatten(), ignore_index=IGNORED, label_smoothing=SMOOTHED
        )
        learner.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*matrices, *small], 1.0)
        learner.step()
        missed = loss.item() if step == 1 else 0.97 * missed + 0.03 * loss.item()
        if step % HEARD_OF_ALL == 0:
            print(f"{step} of {options.steps}: {missed:.3f}, {time.monotonic() - begin:.0f} s", flush=True)
            adapter.save(options.to, network.adapter())
    adapter.save(options.to, network.adapter())


def _share(step: int, steps: int) -> float:
    """Of the rate of learning: it rises, and falls as a cosine does, to 3 %."""
    return min(1, step / WARMING_STEPS) * (0.03 + 0.97 * (1 + math.cos(math.pi * step / steps)) / 2)


def _read(path: Path) -> Sound:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return resample(samples.mean(axis=1), rate, RATE)


class _Lessons:
    """Sounds with their words."""

    def __init__(self, folder: Path, tokens: Tokens, dice: np.random.Generator) -> None:
        self._dice = dice
        # Recordings of people may lie beside what was spoken here.
        self._sounds = [
            (_read(path), path.with_suffix(".txt").read_text("utf-8").strip())
            for path in sorted((*folder.glob("*.flac"), *folder.glob("*.wav")))
        ]
        self._tokens = tokens
        start, speaks, *more = tokens.of("<|startoftranscript|>", "<|zh|>", "<|transcribe|>", "<|notimestamps|>")
        self._begin = [start, speaks, *more]
        self._speaks = speaks
        self._nobody, self._end = tokens.of("<|nocaptions|>", "<|endoftext|>")

    def steps(self) -> Iterator[tuple[Any, Any, Any]]:
        """Spectra, the tokens before each place and the one to come, without end."""
        while True:
            drawn = sorted((self._draw() for _ in range(TOGETHER * SORTED)), key=lambda one: len(one[0]))
            parts = [drawn[at : at + TOGETHER] for at in range(0, len(drawn), TOGETHER)]
            self._dice.shuffle(parts)
            yield from map(self._step, parts)

    def _draw(self) -> tuple[Sound, str]:
        if self._dice.random() < NOBODY:
            return noise_alone(self._dice), ""
        samples, text = self._any()
        while self._dice.random() < GOES_ON and len(samples) < MOST_SECONDS * RATE:
            more, words = self._any()
            pause = np.zeros(int(RATE * self._dice.uniform(0.1, 0.5)), np.float32)
            samples = np.concatenate([samples, pause, more * np.float32(self._dice.uniform(0.7, 1.3))])
            text = f"{text}，{words}"
        return spoiled(samples, self._dice, lambda: self._any()[0]), text

    def _any(self) -> tuple[Sound, str]:
        return self._sounds[self._dice.integers(len(self._sounds))]

    def _step(self, sounds: Sequence[tuple[Sound, str]]) -> tuple[Any, Any, Any]:
        quiet = self._dice.choice(QUIET_SECONDS)
        size = int(max(len(samples) for samples, _ in sounds) + quiet * RATE) // 320 * 320
        spectra = [log_mel(np.pad(samples, (0, size - len(samples)))) for samples, _ in sounds]
        rows = [[*self._begin, *self._tokens.encode(text), self._end] for _, text in sounds]
        longest = max(map(len, rows))
        before = torch.full((len(rows), longest), self._end)
        after = torch.full((len(rows), longest), IGNORED)
        for number, (row, (_, text)) in enumerate(zip(rows, sounds, strict=True)):
            before[number, : len(row)] = torch.tensor(row)
            after[number, 0] = self._speaks if text else self._nobody
            after[number, len(self._begin) - 1 : len(row) - 1] = torch.tensor(row[len(self._begin) :])
        return torch.from_numpy(np.stack(spectra)), before, after


if __name__ == "__main__":
    main()
