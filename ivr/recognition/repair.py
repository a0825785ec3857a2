"""Puts a hotline's own words in place of what sounds like them: half of a recogniser's errors are homophones.

`公积金` comes back as `攻击金`, `工单` as `公单`. Tones do not count, nor what speakers of many dialects do not tell
apart (zh and z, n and l, -ng and -n); in words of three syllables and more one syllable may be half wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

Reading = Callable[[str], Sequence[str]]
"""Pinyin without tones, one a character."""

_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_INITIAL = re.compile(r"^(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(.*)$")
_SAME_INITIAL = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}


def repaired(text: str, words: Collection[str], reading: Reading) -> str:
    """`text` with what sounds like one of `words` (of two characters and more) replaced by it; long words first."""
    for word in sorted({one for one in words if _HAN.fullmatch(one)}, key=lambda one: (-len(one), one)):
        if word not in text:
            text = _with(text, word, [_sound(one) for one in reading(word)], reading)
    return text


def _with(text: str, word: str, wanted: Sequence[tuple[str, str]], reading: Reading) -> str:
    for run in _HAN.finditer(text):
        heard = [_sound(one) for one in reading(run.group())]
        for at in range(len(heard) - len(wanted) + 1):
            if _alike(heard[at : at + len(wanted)], wanted):
                start = run.start() + at
                return text[:start] + word + text[start + len(word) :]
    return text


def _alike(heard: Sequence[tuple[str, str]], wanted: Sequence[tuple[str, str]]) -> bool:
    wrong = [(a, b) for a, b in zip(heard, wanted, strict=True) if a != b]
    if not wrong:
        return True
    return len(wanted) >= 3 and len(wrong) == 1 and any(x == y for x, y in zip(*wrong[0], strict=True))


def _sound(syllable: str) -> tuple[str, str]:
    """Initial and final, as far as they are told apart."""
    match = _INITIAL.match(syllable)
    initial, final = (match[1] or "", match[2]) if match else ("", syllable)
    return _SAME_INITIAL.get(initial, initial), final.removesuffix("g") if final.endswith("ng") else final
