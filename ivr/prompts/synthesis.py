"""The synthesis port, and its voices: Kokoro-82M, and espeak-ng as the last resort."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import soundfile

from ivr.prompts.phonemes import phonemes

Samples = npt.NDArray[np.float32]
"""Mono audio, −1 to 1."""


class SynthesisUnavailable(Exception):
    """The voice cannot speak here: something is not installed, or the text cannot be read; the message says what."""


@dataclass(frozen=True, slots=True)
class Speech:
    """What was spoken: `samples` at `rate` samples a second, neither trimmed nor levelled."""

    samples: Samples
    rate: int


class Synthesis(Protocol):
    """A voice that reads text aloud. Blocking: half a second of work a second of speech; use a thread."""

    def speak(self, text: str, *, voice: str, speed: float) -> Speech:
        """Speak `text`; `speed` 1.0 is the voice's own. Raises SynthesisUnavailable.

        Of `零三〔五〕八` only what stands in the brackets is returned: a syllable sounds right among others.
        """


class Kokoro:
    """Kokoro-82M v1.0 with one thread.

    `model` is the ONNX file, `voices` a folder of `NAME.bin` (float32, 510 styles of 256), `packages` a folder with
    onnxruntime, jieba and pypinyin, or None when they can be imported already.
    The Mandarin voices rush over punctuation; the model's own durations tell where to put a pause.
    """

    _RATE = 24000
    _FRAME = 600
    # A sound begins about 75 ms before its symbol's frames, measured on fricatives.
    _LEAD = 1800
    _LONGEST = 500
    _PAUSES: Mapping[str, float] = {",": 0.16, ":": 0.16, ";": 0.25, ".": 0.35, "!": 0.35, "?": 0.35}

    def __init__(self, model: Path, voices: Path, packages: Path | None = None) -> None:
        if packages is not None and str(packages) not in sys.path:
            # At the end: what the hotline itself uses keeps its own versions.
            sys.path.append(str(packages))
        try:
            import onnxruntime
        except ImportError as error:
            raise SynthesisUnavailable(f"onnxruntime is not installed: {error}") from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session: Any = onnxruntime.InferenceSession(
                model.read_bytes() + _DURATIONS_AS_OUTPUT, sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise SynthesisUnavailable(f"{model} cannot be loaded: {error}") from None
        self._voices = voices
        self._styles: dict[str, Samples] = {}

    def speak(self, text: str, *, voice: str, speed: float) -> Speech:
        """Speak Mandarin `text`; see `phonemes` for what it may hold."""
        return self.speak_styled(text, style=self._style(voice), speed=speed)

    def speak_styled(self, text: str, *, style: Samples, speed: float) -> Speech:
        """Speak it by a voice of 510 styles of 256 values, which may be mixed of several."""
        before, wanted, after = _split(text)
        try:
            head, body, tail = (phonemes(part) for part in (before, wanted, after))
        except ValueError as error:
            raise SynthesisUnavailable(str(error)) from None
        head = f"{head} " if head else ""
        spelled = head + body + tail
        tokens = [VOCABULARY[symbol] for symbol in spelled]
        if not 0 < len(tokens) <= self._LONGEST:
            raise SynthesisUnavailable(f"{len(tokens)} phonemes, 1 to {self._LONGEST} can be spoken: {text!r}")
        audio, durations = self._session.run(
            ["audio", _DURATIONS],
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": style[len(tokens) - 1].reshape(1, 256),
                "speed": np.array([speed], dtype=np.float32),
            },
        )
        samples = np.asarray(audio, dtype=np.float32).ravel()
        # borders[i] is where symbol i begins; the model adds one token at each end.
        borders = np.cumsum(np.ravel(durations)).astype(int) * self._FRAME - self._LEAD
        first = int(borders[len(head)]) if head else 0
        last = int(borders[len(head) + len(body)]) if tail else len(samples)
        pieces, since = [], first
        for index, symbol in enumerate(body[:-1], start=len(head)):
            if pause := self._PAUSES.get(symbol):
                cut = self._quietest(samples, int(borders[index]), int(borders[index + 1]))
                pieces += [samples[since:cut], np.zeros(round(pause / speed * self._RATE), np.float32)]
                since = cut
        return Speech(np.concatenate([*pieces, samples[since:last]]), self._RATE)

    def _quietest(self, samples: Samples, first: int, last: int) -> int:
        """Where a cut is least heard between two points, and fade out and in around it (in place)."""
        window = self._RATE // 100
        power = np.convolve(samples[first - window : last + window] ** 2, np.ones(window), mode="valid")
        cut = first - window // 2 + int(power.argmin())
        ramp = np.linspace(1, 0, window // 2, dtype=np.float32)
        samples[cut - len(ramp) : cut] *= ramp
        samples[cut : cut + len(ramp)] *= ramp[::-1]
        return cut

    def _style(self, voice: str) -> Samples:
        if voice not in self._styles:
            file = self._voices / f"{voice}.bin"
            try:
                self._styles[voice] = np.fromfile(file, dtype="<f4").reshape(-1, 256)
            except (OSError, ValueError) as error:
                raise SynthesisUnavailable(f"no voice {voice!r}: {error}") from None
        return self._styles[voice]


def _split(text: str) -> tuple[str, str, str]:
    """What stands before, between and after 〔 and 〕; without brackets everything is wanted."""
    before, opened, rest = text.partition("〔")
    if not opened:
        return "", text, ""
    wanted, closed, after = rest.partition("〕")
    if not closed:
        raise SynthesisUnavailable(f"〔 is not closed: {text!r}")
    return before, wanted, after


class Espeak:
    """espeak-ng's Mandarin: fast, small and hardly intelligible. Only where nothing else can be had."""

    def __init__(self, program: str = "espeak-ng") -> None:
        found = shutil.which(program)
        if found is None:
            raise SynthesisUnavailable(f"{program} is not installed")
        self._program = found

    def speak(self, text: str, *, voice: str, speed: float) -> Speech:
        """Speak `text` in Mandarin; `voice` is ignored, there is only one."""
        command = [self._program, "-v", "cmn", "-s", str(round(160 * speed)), "--stdin", "--stdout"]
        done = subprocess.run(command, input=_split(text)[1].encode(), capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            raise SynthesisUnavailable(f"espeak-ng: {done.stderr.decode(errors='replace').strip()}")
        samples, rate = soundfile.read(io.BytesIO(done.stdout), dtype="float32")
        return Speech(np.asarray(samples, dtype=np.float32), int(rate))


_DURATIONS = "/encoder/Clip_output_0"
"""The graph's tensor of how many frames each symbol takes."""


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


# A serialised ModelProto may be continued: `graph { output { name: … } }` makes the durations an output too.
_DURATIONS_AS_OUTPUT = _field(7, _field(12, _field(1, _DURATIONS.encode())))

# The model's symbol numbers, config.json of Kokoro-82M.
VOCABULARY: Mapping[str, int] = {
    ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, "—": 9, "…": 10, '"': 11, "(": 12, ")": 13, "“": 14,
    "”": 15, " ": 16, "ʦ": 20, "ʨ": 21, "ꭧ": 23, "a": 43, "e": 47, "f": 48, "i": 51, "j": 52, "k": 53,
    "l": 54, "m": 55, "n": 56, "o": 57, "p": 58, "s": 61, "t": 62, "u": 63, "w": 65, "x": 66, "y": 67,
    "ɕ": 77, "ə": 83, "ɚ": 85, "ɛ": 86, "ɥ": 99, "ɨ": 101, "ŋ": 112, "ɻ": 126, "ʂ": 130, "ʊ": 135, "ɤ": 140,
    "ʰ": 162, "↓": 169, "→": 171, "↗": 172, "↘": 173,
}  # fmt: skip
