"""How alike syllables of Mandarin are to a recogniser, and to speakers of many dialects."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from pypinyin import lazy_pinyin, load_phrases_dict

Sound = tuple[str, str]
"""Initial and final of a syllable, without its tone."""

_INITIAL = re.compile(r"^(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(.*)$")
_SAME_INITIAL = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}
_NEAR_INITIALS = [
    set(one.split()) for one in ("f h", "b p", "d t", "g k", "j q x", "z c s", "l r", "z j", "c q", "s x")
]
_NEAR_FINALS = [
    set(one.split())
    for one in ("an uan ian", "en un in", "ei ui i", "e uo o", "ou iu u", "ao iao", "ai ei", "a ia ua", "on ion", "i v")
]


# A manhole is no scented tea.
load_phrases_dict({"窨井": [["yìn"], ["jǐng"]]})


def sounds_of(text: str) -> list[Sound]:
    """The syllables of Chinese characters, one each, as far as they are told apart: zh and z, n and l, -ng and -n
    are not.
    """
    return [_sound(one) for one in lazy_pinyin(text)]


@functools.lru_cache(maxsize=1024)
def _sound(syllable: str) -> Sound:
    match = _INITIAL.match(syllable)
    initial, final = (match[1] or "", match[2]) if match else ("", syllable)
    return _SAME_INITIAL.get(initial, initial), final.removesuffix("g") if final.endswith("ng") else final


def distance(one: Sound, other: Sound) -> float:
    """Of two syllables: 0 the same, 0.5 nearly, 1 half of it another, more than 1 two of them."""
    return _apart(one[0], other[0], _NEAR_INITIALS) + _apart(one[1], other[1], _NEAR_FINALS)


def distances(heard: Sequence[Sound], wanted: Sequence[Sound]) -> list[float]:
    """Of two rows of syllables of one length."""
    return [distance(a, b) for a, b in zip(heard, wanted, strict=True)]


def _apart(one: str, other: str, near: Sequence[set[str]]) -> float:
    if one == other:
        return 0.0
    return 0.5 if any(one in group and other in group for group in near) else 1.0
