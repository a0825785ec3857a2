"""Tokens of a text and of a query, made by one rule: pairs of neighbouring Han characters, and words of other scripts.

`公积金` has the pairs 公积 and 积金, and 金 alone, so that it is found by any part of it, a single character too. Texts
are cut where the script changes: `HGST硬盘` is found by `hgst` and by `硬盘`. Tokens are plain ASCII: databases must
not cut them again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

HAN = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Han characters, as a class of a regular expression names them."""
_RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_IS_HAN = re.compile(rf"[{HAN}]")
PRIVATE_DIGITS = 7
"""A number of so many digits may be a telephone's or a person's: such are found by blind index only, never in texts."""
LONGEST_WORD = 40


class _Codes(dict[str, str]):
    """The five digits of each character that was met: they hold every one, so a token begins those of its pairs."""

    def __missing__(self, character: str) -> str:
        code = self[character] = f"{ord(character):05x}"
        return code


_CODES = _Codes()


def folded(text: str) -> str:
    """A text with width and case made equal."""
    return unicodedata.normalize("NFKC", text).casefold()


def runs(text: str) -> Iterator[str]:
    """The parts of a text that are of one script each, width and case made equal."""
    for found in _RUN.finditer(folded(text)):
        yield found.group()


def text_tokens(text: str) -> list[str]:
    """The tokens under which a text is found, in order."""
    found: list[str] = []
    for run in runs(text):
        if is_han(run):
            codes = [_CODES[one] for one in run]
            found += ["h" + one + after for one, after in zip(codes, [*codes[1:], ""], strict=True)]
        elif not is_private(run):
            found.append(word_token(run))
    return found


def code_tokens(codes: list[str]) -> list[str]:
    """The tokens of what may be found by its number, such as a ticket: whole, whatever its length."""
    return [word_token(run) for code in codes for run in runs(code)]


def query_phrases(words: str) -> list[list[str]]:
    """What a query asks for: all of these phrases, each a row of tokens; one that ends in `*` begins a token.

    Empty when nothing in it can be found.
    """
    found = []
    for run in runs(words):
        if not is_han(run):
            found.append([word_token(run) + "*"])
        elif len(run) == 1:
            found.append([_han(run) + "*"])
        else:
            found.append([_han(run[at : at + 2]) for at in range(len(run) - 1)])
    return found


def _han(characters: str) -> str:
    return "h" + "".join(_CODES[one] for one in characters)


def is_han(run: str) -> bool:
    """Whether a run is of Han characters."""
    return _IS_HAN.match(run) is not None


def word_token(run: str) -> str:
    """The token of a word of another script."""
    word = run[:LONGEST_WORD]
    return "w" + word if word.isascii() else "x" + "".join(f"{ord(one):05x}" for one in word)


def is_private(run: str) -> bool:
    """Whether a word may be a telephone's or a person's number."""
    return sum(one.isdecimal() for one in run) >= PRIVATE_DIGITS
