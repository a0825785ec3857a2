"""Which extensions a rule is for: `8001, 8010-8019, 81*` as people write it; empty means all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BETWEEN = re.compile(r"[,，、;；\s]+")
_NUMBER = r"[0-9]{2,8}"
_ONE, _SPAN, _BEGIN = (
    re.compile(_NUMBER),
    re.compile(f"({_NUMBER})[-~－—]({_NUMBER})"),
    re.compile(r"([0-9]{1,7})[*＊]"),
)


@dataclass(frozen=True, slots=True)
class Extensions:
    """Parts in the order in which they were written."""

    parts: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Extensions:
        """Read them; ValueError says in Chinese which part is no extension."""
        return cls(tuple(_part(one) for one in _BETWEEN.split(text.strip()) if one))

    def __str__(self) -> str:
        return ", ".join(self.parts)

    def cover(self, extension: str) -> bool:
        """Whether a rule for these is for this one; nobody's ("") is covered only where all are."""
        return not self.parts or (bool(extension) and any(_covers(one, extension) for one in self.parts))


def _part(text: str) -> str:
    if _ONE.fullmatch(text):
        return text
    if begin := _BEGIN.fullmatch(text):
        return f"{begin[1]}*"
    if span := _SPAN.fullmatch(text):
        first, last = span.groups()
        if len(first) == len(last) and first <= last:
            return f"{first}-{last}"
        raise ValueError(f"“{text}”的起止分机应位数相同，且由小到大")
    raise ValueError(f"“{text}”不是分机；请写 8001、8010-8019 或 81*，多个用逗号分开")


def _covers(part: str, extension: str) -> bool:
    if part.endswith("*"):
        return extension.startswith(part[:-1])
    first, _, last = part.partition("-")
    return len(extension) == len(first) and first <= extension <= (last or first)
