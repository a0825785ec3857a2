"""Personal data does not leave the house: numbers and names of a text become marks, and marks of an answer become them
again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from workflow.assistant.understanding.numerals import NUMERAL
from workflow.assistant.understanding.said import Line

_NUMBER = re.compile(rf"(?<![0-9A-Za-z])[0-9Xx][0-9\-\s]{{3,}}[0-9Xx]|[{NUMERAL}]{{7,}}")
"""Telephones, identity cards, bank cards and plates' digits, also as they are spoken; a house's number is shorter."""
_MARK = re.compile(r"〔(?:号码|姓名)\d+〕")


class Hidden:
    """Lines as they may leave the house, and the way back."""

    def __init__(self, lines: Sequence[Line], names: Iterable[str]) -> None:
        self._marks: dict[str, str] = {}
        self._back: dict[str, str] = {}
        known = sorted({one for one in names if len(one) >= 2}, key=len, reverse=True)
        self.lines = [Line(one.side, self._hide(one.text, known)) for one in lines]

    def _hide(self, text: str, names: Sequence[str]) -> str:
        found = _MARK.sub("", text)
        for name in names:
            found = found.replace(name, self._mark("姓名", name))
        return _NUMBER.sub(lambda match: self._mark("号码", match[0]), found)

    def _mark(self, kind: str, value: str) -> str:
        if value not in self._marks:
            number = 1 + sum(mark.startswith(f"〔{kind}") for mark in self._back)
            mark = f"〔{kind}{number}〕"
            self._marks[value], self._back[mark] = mark, value
        return self._marks[value]

    def shown(self, text: str) -> str:
        """An answer with what its marks stand for; a mark that was never given stands for nothing."""
        return _MARK.sub(lambda match: self._back.get(match[0], ""), text)
