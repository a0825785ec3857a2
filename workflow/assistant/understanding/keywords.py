"""The words that say what a text is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

from workflow.assistant.understanding.lists import words
from workflow.assistant.understanding.said import Line, Proposal, Span

MOST = 6
TELLING = ("n", "nz", "nt", "vn", "nl", "ng", "an", "l", "i", "j")
"""Kinds of words by the names of the tagger; `v` and `a` tell only beside others."""
_EMPTY = frozenset(words("empty_words"))


@cache
def _tag() -> Callable[[str], list[tuple[str, str]]]:
    # Its dictionary takes a third of a second and 8 MB: read when it is first needed.
    import rjieba

    found: Callable[[str], list[tuple[str, str]]] = rjieba.tag
    return found


def keywords(lines: Sequence[Line], apart: Sequence[Span] = (), rare: Callable[[str], float] = len) -> list[Proposal]:
    """At most six words, the most telling first, each with all the places it stands at; `rare` weighs a word.

    What stands in the spans `apart`, such as an address, is told by other fields.
    """
    times: Counter[str] = Counter()
    spans: dict[str, list[Span]] = {}
    for number, line in enumerate(lines):
        if line.side == "agent":
            continue
        at = 0
        for word, kind in _tag()(line.text):
            start = line.text.find(word, at)
            at = start + len(word) if start >= 0 else at
            if start < 0 or len(word) < 2 or word in _EMPTY or not _telling(kind) or not _is_han(word):
                continue
            if any(one.line == number and one.start < at and start < one.end for one in apart):
                continue
            times[word] += 1
            spans.setdefault(word, []).append(Span(number, start, at))
    first = {word: order for order, word in enumerate(spans)}
    best = sorted(times, key=lambda word: (-times[word] * rare(word), first[word]))[:MOST]
    return [Proposal("keywords", word, tuple(spans[word])) for word in best]


def _telling(kind: str) -> bool:
    return kind in TELLING or (kind.startswith("n") and kind not in ("nr", "ns", "nrfg", "nrt"))


def _is_han(word: str) -> bool:
    return all("一" <= one <= "龥" for one in word)
