"""Whisper by CTranslate2: an utterance in, Chinese out."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ivr.recognition import adapter, language_model
from ivr.recognition.character_times import characters_of, lowest, spread
from ivr.recognition.going_round import goes_round
from ivr.recognition.homophones import Homophones
from ivr.recognition.narrowed import narrow
from ivr.recognition.simplified import simplified
from ivr.recognition.spectrum import RATE, log_mel
from ivr.recognition.speechlike import may_be_speech
from ivr.recognition.tokens import Tokens

AHEAD_SECONDS = 1.0
"""Quiet after the utterance: Whisper was taught on 30 s, and a shorter window saves most of the work. What it learnt of
the telephone it learnt in short ones: with 3 s as much is wrong, for a seventh more work."""
WINDOW_SECONDS = 30.0
QUICK_AHEAD_SECONDS = 0.6
"""For what is heard while it grows: with 1 s as much costs more and more is wrong."""
MEL_FRAMES_A_SECOND = 100
FRAMES_A_SECOND = 50
"""The encoder's, by which tokens are found in time."""
TOKENS_A_SECOND = 8
"""More than anybody says: what goes on longer repeats itself."""
MORE_TOKENS, QUICK_MORE_TOKENS = 12, 4
"""So many more, however short it is: a word that breaks off goes on in words that nobody said, and each costs 5 ms.
With none for the quick, words are seen 0.2 s later."""
BEAM = 5
"""Ways of going on that are weighed. With 3 a tenth more characters are wrong, for a twentieth less work."""
LEAST = 1e-9
UNLIKELY = -2.4
"""Mean log-probability of the tokens below which nothing was said."""
NO_SPEECH = 0.79
HINT_CHARACTERS = 80
SHORT_SECONDS = 3.0
"""An utterance so short, pauses around it included, is an answer of a word or two, and Whisper has little to go by: it
hears 妈爷 for 满意. What is expected is tried against the sound then, instead of being told before."""
CHOICES = 16
"""So many of what is expected, the likeliest: each costs 15 ms."""
EXPECTED = 9.0
"""How much likelier, as a logarithm, an expected answer is than other words before anything was heard. Where answers
were misheard the right one fell 8.8 behind at most, in eight voices at 8 kHz; where something else was said, any by
10.5 (一般 for 听不清)."""
LONGEST_TOKENS = 448
"""Places that Whisper's decoder has, a prompt's included."""
_NOT_WORDS = re.compile(r"[\ufffd\s]+")


def length_for(prompt: int, most: int) -> int:
    """The `max_length` with which CTranslate2 goes on for `most` tokens after so many of a prompt.

    It counts the prompt, and goes on for half of it at most, as OpenAI's Whisper does (`sample_len`, half of the
    text's context; CTranslate2, src/models/whisper.cc, `total_max_length`).
    """
    return min(LONGEST_TOKENS, most + max(prompt, most))


class Whisper:
    """`model` is a folder in CTranslate2's format with a `tokenizer.json`; `packages` is where its libraries lie."""

    def __init__(self, model: Path, packages: Path, threads: int = 1) -> None:
        sys.path.insert(0, str(packages))
        import ctranslate2
        import tokenizers

        self._storage = ctranslate2.StorageView
        with tempfile.TemporaryDirectory(prefix="hotline-whisper-") as folder:
            learnt = adapter.of_model(model)
            kept = narrow(model, Path(folder)) if learnt is None else narrow(model, Path(folder), learnt)
            self._model = ctranslate2.models.Whisper(
                str(model) if kept is None else folder, device="cpu", compute_type="int8", inter_threads=1,
                intra_threads=threads,
            )  # fmt: skip
        self._tokens = Tokens(tokenizers.Tokenizer.from_file(str(model / "tokenizer.json")), kept)
        self._homophones = Homophones(language_model.of_model(model))
        self._begin = self._tokens.of("<|startoftranscript|>", "<|zh|>", "<|transcribe|>", "<|notimestamps|>")
        self._previous = self._tokens.of("<|startofprev|>")

    def hear(
        self, samples: npt.NDArray[np.float32], hints: Collection[str], *, quick: bool = False, times: bool = False
    ) -> tuple[str, list[float]]:
        """What is said in `samples` (16 kHz, at most 25 s), empty when it is no speech, and when each character began.

        `quick` looks at one way of going on alone, in a shorter window: half of the work, and some more errors.
        """
        if not may_be_speech(samples):
            return "", []
        seconds = len(samples) / RATE
        window = min(WINDOW_SECONDS, seconds + (QUICK_AHEAD_SECONDS if quick else AHEAD_SECONDS))
        padded = np.zeros(int(window * RATE), np.float32)
        heard = samples[: len(padded)]
        padded[: len(heard)] = heard
        sound = self._model.encode(self._storage.from_array(log_mel(padded)[None]))
        # For people who read along a prompt of many words costs more than it gives (40 requests at 8 kHz: 18.4 % wrong
        # with it, 16.1 % without, words put in place by their sound in both).
        expected = () if times or quick else tuple(hints)
        is_short = seconds <= SHORT_SECONDS
        prompt = [*self._before(() if is_short else expected), *self._begin]
        most = int(seconds * TOKENS_A_SECOND) + (QUICK_MORE_TOKENS if quick else MORE_TOKENS)
        found = self._model.generate(
            sound, [prompt], beam_size=1 if quick else BEAM, return_scores=True, return_no_speech_prob=True,
            repetition_penalty=1.05, max_length=length_for(len(prompt), most),
        )[0]  # fmt: skip
        if found.scores[0] < UNLIKELY or found.no_speech_prob > NO_SPEECH:
            return "", []
        tokens = found.sequences_ids[0]
        plain = _NOT_WORDS.sub("", self._tokens.decode(tokens))
        if is_short and (answer := self._answer(sound, seconds, plain, tokens, expected)):
            return answer, []
        if goes_round(plain):
            return "", []
        if quick or not plain:
            return self._homophones.written(plain), []
        aligned = self._model.align(sound, self._begin, [tokens], int(seconds * MEL_FRAMES_A_SECOND))[0]
        characters = characters_of(self._tokens.decode, tokens)
        sure = lowest(characters, aligned.text_token_probs) if len(characters) == len(plain) else None
        written = self._homophones.written(plain, sure)
        if not times:
            return written, []
        began: dict[int, float] = {}
        for token, frame in aligned.alignments:
            began.setdefault(token, frame / FRAMES_A_SECOND)
        return written, spread(characters, began, len(plain), seconds)

    def _answer(self, sound: Any, seconds: float, plain: str, tokens: Sequence[int], expected: Sequence[str]) -> str:
        """The expected answer that was said, if it is nearly as likely by the sound as what was heard instead.

        One token alone (是, 可以) is likely in the beginning of much else; those words are heard well anyhow.
        """
        if not expected or any(one in simplified(plain) for one in expected):
            return ""
        said = len(plain) // 2 if plain and plain == plain[: len(plain) // 2] * 2 else len(plain)
        choices = [
            (self._likely(sound, seconds, ids), one)
            for one in expected[:CHOICES]
            if abs(len(one) - said) <= 1 and len(ids := self._tokens.encode(one)) > 1
        ]
        likely, answer = max(choices, default=(0.0, ""))
        return answer if answer and likely > self._likely(sound, seconds, tokens) - EXPECTED else ""

    def _likely(self, sound: Any, seconds: float, tokens: Sequence[int]) -> float:
        """How likely these words are by the sound: the sum of the logarithms, 0 at most."""
        found = self._model.align(sound, self._begin, [list(tokens)], int(seconds * MEL_FRAMES_A_SECOND))[0]
        return float(np.log(np.maximum(found.text_token_probs, LEAST)).sum())

    def _before(self, hints: Collection[str]) -> list[int]:
        words = "，".join(hints)[:HINT_CHARACTERS]
        return [*self._previous, *self._tokens.encode(words)] if words else []
