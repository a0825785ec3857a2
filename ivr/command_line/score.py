"""`hotline recogniser score FOLDER`: how well the house's recogniser hears sounds of which it is known what is said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ivr.prompts import g711
from ivr.prompts.resample import resample
from ivr.recognition.port import FinalText, Recogniser, RecognitionFailed
from ivr.recognition.repair import Vocabulary
from ivr.recognition.scoring import Score, error, interval, score

SOUNDS = (".wav", ".flac", ".opus", ".ogg", ".mp3")
QUIET_SECONDS = 1.0
WORST = 5
WORDS = "hot_words.txt"
"""In the folder: words that are put in place by their sound, one a line."""


class NothingToScore(Exception):
    """The folder has no sounds with texts; the message says what is wrong."""


def pairs(folder: Path) -> list[tuple[Path, str]]:
    """The sounds of a folder with what is said in them: `NAME.wav` and `NAME.txt`. NothingToScore."""
    sounds = sorted(one for one in folder.glob("*") if one.suffix.lower() in SOUNDS) if folder.is_dir() else []
    found, missing = [], []
    for sound in sounds:
        text = sound.with_suffix(".txt")
        if text.is_file():
            found.append((sound, text.read_text("utf-8").strip()))
        else:
            missing.append(text.name)
    if missing:
        raise NothingToScore(f"{folder}: what is said is missing for {len(missing)} sounds: {', '.join(missing[:3])}")
    if not found:
        raise NothingToScore(f"{folder} has no sounds ({', '.join(SOUNDS)}) with a text of the same name (.txt)")
    return found


def at_line(samples: npt.NDArray[np.float32], rate: int, *, narrow: bool) -> tuple[bytes, int]:
    """A sound as a telephone line carries it (8 kHz A-law), or as a browser's phone does (16 kHz), and its rate."""
    wanted = 8000 if narrow else 16000
    line = (np.clip(resample(samples, rate, wanted), -1, 1) * 32767).astype(np.int16)
    if narrow:
        line = g711.decode(g711.encode(line))
    quiet = np.zeros(int(QUIET_SECONDS * wanted), np.int16)
    return np.concatenate([quiet, line, quiet]).astype("<i2").tobytes(), wanted


async def heard(recogniser: Recogniser, samples: bytes, rate: int, hints: Sequence[str] = ()) -> str:
    """All that is said there, as a transcript has it before words are put in place. RuntimeError when it fails."""
    hearing = recogniser.listen(rate, hints, live=True)
    texts: list[str] = []
    hearing.feed(samples)
    hearing.finish()
    async for event in hearing.events():
        if isinstance(event, RecognitionFailed):
            raise RuntimeError(event.reason)
        if isinstance(event, FinalText):
            texts.append(event.text)
    return "".join(texts)


async def run(recogniser: Recogniser, folder: Path) -> int:
    """Print both scores of a folder, and the sounds that are heard worst."""
    # What decodes is dear to load, and no other command needs it.
    from ivr.prompts.intake import Unusable, decode

    try:
        found = pairs(folder)
    except (NothingToScore, OSError, UnicodeDecodeError) as problem:
        print(problem)
        return 1
    words = [one for one in _words(folder / WORDS) if one]
    vocabulary = Vocabulary(words, careful=True)
    for narrow in (False, True):
        title = "8 kHz A-law" if narrow else "16 kHz"
        plain: list[Score] = []
        repaired: list[Score] = []
        for sound, said in found:
            try:
                samples, rate, _, _ = decode(sound)
                text = await heard(recogniser, *at_line(samples, rate, narrow=narrow))
            except (Unusable, OSError, RuntimeError) as problem:
                print(f"{sound}: {problem}")
                return 1
            plain.append(score(sound.name, said, text))
            repaired.append(score(sound.name, said, vocabulary.repaired(text)[0]))
        _tell(title, plain)
        if words:
            _tell(f"{title}, {len(words)} words put in place", repaired)
        for one in sorted(repaired, key=lambda one: -one.error)[:WORST]:
            print(f"  {one.error:6.1%}  {one.name}: {one.heard or '(no words)'}")
    return 0


def _words(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text("utf-8").splitlines()] if path.is_file() else []


def _tell(title: str, scores: Sequence[Score]) -> None:
    low, high = interval(scores)
    characters = sum(one.said for one in scores)
    print(f"{title}: {error(scores):.1%} wrong ({low:.1%} to {high:.1%}) of {characters} characters in {len(scores)}")
