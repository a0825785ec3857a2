"""Categories before there is a model: by the words of their names, of the dispatch catalogue, and by how people speak
of what those names mean.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from workflow.assistant.learning.linear import Ranked
from workflow.assistant.understanding.lists import groups

LEAF, ABOVE, GROUND, SAID = 1.0, 0.4, 0.3, 2.0
"""What a pair of characters counts that stands in a category's own name, in those above it, in its legal ground; and a
word that people say for it.
"""
FIRST = 3.0
"""So many times it counts in the title, that is the first line: what follows tells a story."""
REST = 200
"""Characters after the title that are read: farther on stand courtesy and history."""
LEAST = 1.0
"""Below this a text and a category have nothing in common: one pair of its own name is enough."""
EMPTY = "其他"
"""The name of categories for what nobody foresaw: it says nothing of what is in them."""


class ByName:
    """Ranks categories (paths by id; parts by `/`); what it ranks has no probability, since nothing says how often it
    is right.
    """

    def __init__(self, paths: Mapping[str, str], grounds: Mapping[str, str]) -> None:
        self._words: dict[str, dict[str, float]] = {}
        for id, path in paths.items():
            parts = [one.strip() for one in path.split("/")]
            *above, leaf = ["" if one == EMPTY else one for one in parts]
            words = dict.fromkeys(_pairs(grounds.get(id, "")), GROUND)
            words.update(dict.fromkeys(_pairs(" ".join(above)), ABOVE))
            words.update(dict.fromkeys(_pairs(leaf), LEAF))
            words.update(dict.fromkeys(_said_of(parts), SAID))
            self._words[id] = words
        times = Counter(word for words in self._words.values() for word in words)
        self._rare = {word: math.log((1 + len(self._words)) / (1 + count)) + 1 for word, count in times.items()}

    def rank(self, text: str, most: int = 5) -> list[Ranked]:
        """Those that have most of the text's words, the best first; each with probability 0."""
        title, _, rest = text.partition("\n")
        if not title.strip():
            title, rest = rest[:REST], rest[REST:]
        weights = {word: 1.0 for word in self._rare if word in rest[:REST]}
        weights.update({word: FIRST for word in self._rare if word in title})
        scores = {
            id: sum(weight * self._rare[word] * weights[word] for word, weight in words.items() if word in weights)
            for id, words in self._words.items()
        }
        best = sorted((id for id, score in scores.items() if score >= LEAST), key=lambda id: (-scores[id], id))
        return [Ranked(id, 0.0) for id in best[:most]]


def _said_of(path: list[str]) -> list[str]:
    """The words for a category, by its name or the end of its path."""
    known = groups("said_of")
    ends = ("/".join(path[at:]) for at in range(len(path)))
    return [word for end in ends for word in known.get(end, ())]


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1) if text[at : at + 2].isalnum()]
