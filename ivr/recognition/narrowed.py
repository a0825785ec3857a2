"""A Whisper model with only those tokens that Chinese is written with.

Of Whisper's 51,865 tokens most are words of other languages. Each step of the decoder weighs all of them, which takes
nearly half of its time; a ninth of them writes all that a hotline hears. What is heard stays the same: what is left out
was hardly ever the likeliest, and wrong where it was.

The file is CTranslate2's (`python/ctranslate2/specs/model_spec.py`, `_serialize`): a version, the name and the
revision of the specification, tensors (name, dimensions, type, bytes), and aliases.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

FILES = ("model.bin", "config.json", "vocabulary.txt")
VERSION = 6
"""Of the file; one of another version is taken as it is."""
END = "<|endoftext|>"
FIRST_TIME = "<|0.00|>"
"""The first of 1,501 tokens for moments, for which nobody asks."""
LATIN = 2
"""Pieces of so many Latin letters are kept, and longer ones without small letters; other words are put together."""
_ROWS = ("decoder/embeddings/weight", "decoder/embeddings/weight_scale")
_IDS = ("suppress_ids", "suppress_ids_begin", "lang_ids")
_CHINESE = ((0x2010, 0x2030), (0x3000, 0x3040), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xFF00, 0x10000))
"""Punctuation, and the characters."""


def narrow(model: Path, target: Path) -> list[int] | None:
    """Write the model of a folder into the folder `target`; returns which token of it each token there is.

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
    try:
        with (model / "model.bin").open("rb") as source, (target / "model.bin").open("wb") as written:
            if not _rows(source, written, len(names), kept):
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


def _rows(source: BinaryIO, target: BinaryIO, size: int, kept: Sequence[int]) -> bool:
    """Write the file with these rows alone where it has a row for each of `size` tokens; False when it has none."""
    found = False
    head = source.read(4)
    if head != struct.pack("<I", VERSION):
        return False
    target.write(head + _name(source) + source.read(4))
    (count,) = struct.unpack("<I", head := source.read(4))
    target.write(head)
    for _ in range(count):
        name = _name(source)
        rank = source.read(1)[0]
        dimensions = list(struct.unpack(f"<{rank}I", source.read(4 * rank)))
        kind = source.read(1)
        (length,) = struct.unpack("<I", source.read(4))
        content = source.read(length)
        if name[2:-1].decode() in _ROWS and dimensions[:1] == [size]:
            content = np.frombuffer(content, np.uint8).reshape(size, -1)[kept].tobytes()
            dimensions[0], found = len(kept), True
        target.write(name + struct.pack(f"<B{rank}I", rank, *dimensions) + kind + struct.pack("<I", len(content)))
        target.write(content)
    target.write(source.read())
    return found


def _name(source: BinaryIO) -> bytes:
    """The next name, as it stands there: its length, and its characters with a zero at the end."""
    length = source.read(2)
    return length + source.read(struct.unpack("<H", length)[0])
