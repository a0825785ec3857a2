"""A Whisper model with only those tokens that Chinese is written with.

Of Whisper's 51,865 tokens most are words of other languages. Each step of the decoder weighs all of them, which takes
nearly half of its time; a ninth of them writes all that a hotline hears. What is heard stays the same: what is left out
was hardly ever the likeliest, and wrong where it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ivr.recognition.model_file import Tensor, rewrite

FILES = ("model.bin", "config.json", "vocabulary.txt")
END = "<|endoftext|>"
FIRST_TIME = "<|0.00|>"
"""The first of 1,501 tokens for moments, for which nobody asks."""
LATIN = 2
"""Pieces of so many Latin letters are kept, and longer ones without small letters; other words are put together."""
_ROWS = ("decoder/embeddings/weight", "decoder/embeddings/weight_scale")
_IDS = ("suppress_ids", "suppress_ids_begin", "lang_ids")
_CHINESE = ((0x2010, 0x2030), (0x3000, 0x3040), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xFF00, 0x10000))
"""Punctuation, and the characters."""


def narrow(model: Path, target: Path, change: Callable[[Tensor], Tensor] = lambda one: one) -> list[int] | None:
    """Write the model of a folder into the folder `target`, its other tensors as `change` gives them back; returns
    which token of it each token there is.

    None for a model that is laid out otherwise, or when there is no room: it is to be used as it is.
    """
    if not all((model / one).is_file() for one in FILES):
        return None
    names = (model / "vocabulary.txt").read_text("utf-8").removesuffix("\n").split("\n")
    kept = [number for number, name in enumerate(names) if writes_chinese(name)]
    config = json.loads((model / "config.json").read_text("utf-8"))
    if END not in names or FIRST_TIME not in names or not set(_IDS) <= config.keys():
        return None
    place = {whole: number for number, whole in enumerate(kept)}
    config |= {one: [place[id] for id in config[one] if id in place] for one in _IDS}
    rows = _Rows(len(names), kept, change)
    try:
        with (model / "model.bin").open("rb") as source, (target / "model.bin").open("wb") as written:
            if not rewrite(source, written, rows) or not rows.found:
                return None
        (target / "config.json").write_text(json.dumps(config), "utf-8")
        (target / "vocabulary.txt").write_text("".join(f"{names[one]}\n" for one in kept), "utf-8")
    except OSError:
        return None
    return kept


def writes_chinese(token: str) -> bool:
    """Whether a token, as the vocabulary spells it, may be part of a Chinese text, or tells the model what to do."""
    if token.startswith("<|") and token.endswith("|>"):
        return token == FIRST_TIME or not token[2].isdigit()
    if any(one not in _BYTES for one in token):
        return True
    written = bytes(_BYTES[one] for one in token).lstrip(b" ")
    if len(written) <= 1:
        return True
    try:
        text = written.decode()
    except UnicodeDecodeError:
        # A piece of a character: those of Chinese begin with E2 to E9 or EF.
        return all(0x80 <= one < 0xC0 or 0xE2 <= one <= 0xE9 or one == 0xEF for one in written)
    if text.isascii():
        return len(text) <= LATIN or text.upper() == text
    return all(any(first <= ord(one) < end for first, end in _CHINESE) for one in text)


def _byte_names() -> dict[str, int]:
    """How byte-level tokens spell bytes (openai/gpt-2, `bytes_to_unicode`)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [one for one in range(256) if one not in printable]
    return {chr(one): one for one in printable} | {chr(256 + at): one for at, one in enumerate(others)}


_BYTES = _byte_names()


class _Rows:
    """Takes these rows alone of what has a row for each of `size` tokens."""

    def __init__(self, size: int, kept: Sequence[int], other: Callable[[Tensor], Tensor]) -> None:
        self._size, self._kept, self._other = size, kept, other
        self.found = False

    def __call__(self, tensor: Tensor) -> Tensor:
        if tensor.name not in _ROWS or tensor.sizes[:1] != (self._size,):
            return self._other(tensor)
        self.found = True
        content = np.frombuffer(tensor.content, np.uint8).reshape(self._size, -1)[self._kept].tobytes()
        return replace(tensor, sizes=(len(self._kept), *tensor.sizes[1:]), content=content)
