"""What somebody takes back: 不是三号，是五号; 电话错了，应该是139…; 地址改成…"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PAUSE = r"[\s,.。，、!！]*"
_CORRECTIONS = tuple(
    re.compile(pattern + r"[。！!.\s]*$")
    for pattern in (
        rf"(?:不是|不在)(?P<old>[^，,。]{{1,20}}?){_PAUSE}(?:而是|应该是|应当是|应该在|是|在)(?P<new>.+?)(?:才对|的)?",
        rf"(?P<old>[^，,。]{{0,20}}?)(?:说错了|搞错了|弄错了|写错了|听错了|错了|不对)(?!的){_PAUSE}(?:我的)?(?:应该|应当)?(?:是|在)?(?P<new>.+?)",
        r"(?:把)?(?P<old>[^，,。]{0,20}?)(?:改成|改为|换成|更正为)(?P<new>.+?)(?:吧|了)?",
    )
)


@dataclass(frozen=True, slots=True)
class Correction:
    """`new` holds instead of `old`, which may be empty: then it was not said what is taken back."""

    old: str
    new: str


def corrected(text: str) -> Correction | None:
    """What is taken back; None when nothing is."""
    for pattern in _CORRECTIONS:
        if (found := pattern.search(text.strip())) is not None:
            return Correction(_bare(found["old"]), found["new"].strip())
    return None


def _bare(old: str) -> str:
    return re.sub(r"^(?:我的|我说的|那个|刚才的|刚才|把)+|(?:是)$", "", old.strip())


def replaced(value: str, one: Correction) -> str:
    """A text with what was taken back put right in it: 东门街三号, 不是三号是五号 → 东门街五号. Else the new words."""
    return value.replace(one.old, one.new) if one.old and one.old in value else one.new
