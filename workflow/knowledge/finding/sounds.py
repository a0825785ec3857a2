"""How titles sound: found by pinyin (`gongjijin`), by initials (`gjj`), and by words that sound alike (公基金)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.simpleseg import seg

from cti.office.search.tokens import runs

MOST_CHARACTERS = 80
"""So many characters of a title or a wording are spelt."""
INITIALS, LETTERS = 10, 24
"""The longest row of initials, and of whole pinyin, that is kept for each place of a title."""
SHORTEST = 2
WORDS_KEPT = 1 << 15
"""So many words are spelt once: titles are full of the same ones, and spelling took a third of the time of indexing."""
_LETTERS = re.compile(r"^[a-z]+$")


def spelt(run: str) -> list[str]:
    """The pinyin of each character of a run of Han characters; one without a reading has none."""
    found = [one for word in seg(run) for one in _word(word)]
    if len(found) != len(run):
        # Neighbours without a reading come as one.
        found = [one for character in run for one in _word(character)]
    return [one if _LETTERS.match(one) else "" for one in found]


@lru_cache(WORDS_KEPT)
def _word(word: str) -> tuple[str, ...]:
    """The pinyin of a word or of a single character: by its word a character is read in one of several ways."""
    return tuple(lazy_pinyin(word, style=Style.NORMAL))


def sound_terms(title: str) -> list[str]:
    """Under what a title is found by its sound: `i…` initials, `p…` pinyin, `s…` two neighbours' syllables."""
    found: dict[str, None] = {}
    for run in _han(title[:MOST_CHARACTERS]):
        syllables = spelt(run)
        for at in range(len(syllables)):
            rest = syllables[at : at + INITIALS]
            found["i" + "".join(one[:1] for one in rest)] = None
            found["p" + "".join(rest)[:LETTERS]] = None
        found.update(dict.fromkeys(_pairs(syllables)))
    return list(found)


def sound_pairs(question: str) -> list[str]:
    """The `s…` terms of a question."""
    return [pair for run in _han(question) for pair in _pairs(spelt(run))]


def letter_runs(question: str) -> list[str]:
    """What of a question may be pinyin or initials."""
    return [run[:LETTERS] for run in runs(question) if len(run) >= SHORTEST and _LETTERS.match(run)]


def _pairs(syllables: list[str]) -> Iterator[str]:
    for one, other in pairwise(syllables):
        if one and other:
            yield f"s{one}-{other}"


def _han(text: str) -> Iterator[str]:
    return (run for run in runs(text) if not run[0].isascii() and not run[0].isdecimal())
