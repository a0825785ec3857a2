"""Numbers that nobody reads in a transcript: of identity cards and banks, also when said in pieces.

Characters become `＊` one for one, so that each keeps its moment in the recording.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from workflow.transcripts.lines import Line

DIGITS = "0-9０-９零〇一二三四五六七八九幺两xX"
_RUN = re.compile(rf"[{DIGITS}](?:[{DIGITS}]|[\s,，、.。-](?=[{DIGITS}]))*")
_DIGIT = re.compile(rf"[{DIGITS}]")
_MOBILE = re.compile(r"(?<![0-9])(1[3-9][0-9][\s-]?[0-9]{4}[\s-]?[0-9]{4})(?![0-9])")
SECRET = 14
"""Digits in a row from which on they are of a card: telephone numbers have at most twelve, with the country's code."""
PHONE = 11
PIECES = timedelta(seconds=12)
"""Who reads out a number pauses between its groups, and for whoever writes it down."""
WORDS = 4
"""Characters beside its digits that a piece of a number may have: 嗯, 然后是."""
HIDDEN = "＊"


def masked(text: str, secret: int = SECRET) -> str:
    """`text` without numbers of `secret` digits and more; a mobile number in a row of digits stays."""

    def hide(run: re.Match[str]) -> str:
        parts = _MOBILE.split(run.group())
        # Every second part is a mobile number.
        return "".join(
            _hidden(part) if number % 2 == 0 and len(_DIGIT.findall(part)) >= secret else part
            for number, part in enumerate(parts)
        )

    return _RUN.sub(hide, text)


def without_telephones(text: str) -> str:
    """`text` for whoever may not read telephone numbers: the first three and last two digits of eleven and more."""

    def hide(run: re.Match[str]) -> str:
        digits = len(_DIGIT.findall(run.group()))
        return _hidden(run.group(), 3, 2) if digits >= PHONE else run.group()

    return _RUN.sub(hide, text)


def _hidden(run: str, first: int = 0, last: int = 0) -> str:
    count, total = 0, len(_DIGIT.findall(run))

    def one(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return found.group() if count <= first or count > total - last else HIDDEN

    return _DIGIT.sub(one, run)


class Masker:
    """Takes the lines of one party in order; a number said in pieces is seen when the last of it makes it too long."""

    def __init__(self) -> None:
        self._pieces: list[Line] = []

    def take(self, line: Line) -> list[Line]:
        """The line without such numbers, after those before it that turn out to be a part of one, without it, too."""
        digits = len(_DIGIT.findall(line.text))
        is_piece = digits > 0 and len(line.text) - digits <= max(WORDS, digits)
        if self._pieces and not (is_piece and line.at - self._pieces[-1].ends <= PIECES):
            self._pieces.clear()
        if not is_piece:
            return [replace(line, text=masked(line.text))]
        self._pieces.append(line)
        if sum(len(_DIGIT.findall(one.text)) for one in self._pieces) < SECRET:
            return [line]
        told = [replace(one, text=masked(one.text, 1)) for one in self._pieces]
        # What follows may be more of the same number.
        self._pieces = self._pieces[-1:]
        return told
