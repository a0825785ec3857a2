"""How much what somebody says is like the examples of an intent: by its characters, and by how they sound.

Rows of one, two and three characters count, and pairs of syllables, so that 公单 is heard for 工单; what few examples
have weighs more than what all have. What frames a request (请问, 我想, 一下) says nothing about it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from ivr.recognition.sounds import sounds_of

_FRAME = re.compile(
    r"你好|您好|喂|请问|麻烦|劳驾|谢谢|我想要|我想|我要|想要|帮我|给我|能不能|可不可以|可以|咨询|了解|问一?下|问问|一下|"
    r"那个|这个|就是|[呃嗯啊哦呢吧嘛呀啦的了吗么]|[\s,.!?;:，。！？；：、…~～]"
)
_COMMON = re.compile(
    r"怎么办理|怎么办|怎么样|怎么|咋|如何|什么时候|什么|多少钱?|多久|多长|几天|几个|哪里|哪儿|在哪|去哪|需要|条件|材料|手续|"
    r"办理|申请|为什么|有没有|是不是|没有|没人|我们|我家|我的|他们|你们|现在|今天|昨天|早上|晚上|一直|总是|已经|还是|还没|"
    r"小区|门口|这边|这里|那里|上次|投诉|反映|问题|事情|时候|大家|天天|好多|好几|一个|两个|个月|星期|小时"
)
"""Words of any request: they say little of what it is about."""
STRANGE = 0.2
"""How much of what no example has counts against it: people say much besides."""
DOUBT = 2.5
"""What must be known of a text at least, to be as much as the half of it."""
_HAN = re.compile(r"[一-鿿]+")
_WEIGHTS = (0.4, 1.0, 0.8)
"""Of rows of one, two and three characters."""
_SOUND = 0.6
"""Of pairs of syllables, against pairs of characters."""
_WEAK = 0.15
"""What is part of a common word, against what is not."""


def bare(text: str) -> str:
    """What is asked, without what frames it; the whole when there is nothing else."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return _FRAME.sub("", plain) or plain


def signs_of(text: str) -> Mapping[str, float]:
    """The signs of a text, and how much each tells of what it is about."""
    said = bare(text)
    common = [False] * len(said)
    for found in _COMMON.finditer(said):
        common[found.start() : found.end()] = [True] * (found.end() - found.start())
    signs: dict[str, float] = {}
    for length, weight in enumerate(_WEIGHTS, 1):
        for at in range(len(said) - length + 1):
            tells = weight * (_WEAK if all(common[at : at + length]) else 1.0)
            signs[said[at : at + length]] = max(tells, signs.get(said[at : at + length], 0.0))
    for run in _HAN.finditer(said):
        sounds = sounds_of(run.group())
        for at, (one, other) in enumerate(pairwise(sounds), run.start()):
            pair = f"{''.join(one)} {''.join(other)}"
            tells = _SOUND * (_WEAK if common[at] and common[at + 1] else 1.0)
            signs[pair] = max(tells, signs.get(pair, 0.0))
    return signs


class Examples:
    """The examples of some intents, to be compared with what is said."""

    def __init__(self, examples: Mapping[str, Sequence[str]]) -> None:
        self._signs: dict[str, dict[str, float]] = {}
        for intent, texts in examples.items():
            among: dict[str, float] = {}
            for text in texts:
                for sign, weight in signs_of(text).items():
                    among[sign] = max(weight, among.get(sign, 0.0))
            self._signs[intent] = among
        self._among = Counter(sign for one in self._signs.values() for sign in one)
        self._count = len(self._signs)

    def _tells(self, sign: str) -> float:
        """How much a sign tells intents apart: nothing that all have does."""
        return math.log1p(self._count / self._among.get(sign, 1)) / math.log1p(self._count)

    def likest(self, text: str) -> list[tuple[float, str]]:
        """How much of what is said the examples of each intent have (0–1), the likest intent first."""
        signs = {sign: weight * self._tells(sign) for sign, weight in signs_of(text).items()}
        whole = sum(signs.values())
        alike: list[tuple[float, str]] = []
        for intent, among in self._signs.items():
            if known := sum(weight for sign, weight in signs.items() if sign in among):
                alike.append((known / (known + STRANGE * (whole - known) + DOUBT), intent))
        return sorted(alike, reverse=True)


@lru_cache(maxsize=256)
def examples_of(intents: tuple[tuple[str, tuple[str, ...]], ...]) -> Examples:
    """The examples of these intents, worked out once for all that ask the same."""
    return Examples(dict(intents))
