"""Categories before there is a model: by the words of their names and of the dispatch catalogue."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from workflow.assistant.learning.linear import Ranked

LEAF, ABOVE, GROUND = 1.0, 0.4, 0.3
"""What a pair of characters counts that stands in a category's own name, in those above it, in its legal ground."""
LEAST = 1.0
"""Below this a text and a category have nothing in common: one pair of its own name is enough."""


class ByName:
    """Ranks categories (paths by id; parts by `/`); what it ranks has no probability, since nothing says how often it
    is right.
    """

    def __init__(self, paths: Mapping[str, str], grounds: Mapping[str, str]) -> None:
        self._words: dict[str, dict[str, float]] = {}
        for id, path in paths.items():
            *above, leaf = [one.strip() for one in path.split("/")]
            words = dict.fromkeys(_pairs(grounds.get(id, "")), GROUND)
            words.update(dict.fromkeys(_pairs(" ".join(above)), ABOVE))
            words.update(dict.fromkeys(_pairs(leaf), LEAF))
            self._words[id] = words
        times = Counter(word for words in self._words.values() for word in words)
        self._rare = {word: math.log((1 + len(self._words)) / (1 + count)) + 1 for word, count in times.items()}

    def rank(self, text: str, most: int = 5) -> list[Ranked]:
        """Those that have most of the text's words, the best first; each with probability 0."""
        said = set(_pairs(text))
        scores = {
            id: sum(weight * self._rare[word] for word, weight in words.items() if word in said)
            for id, words in self._words.items()
        }
        best = sorted((id for id, score in scores.items() if score >= LEAST), key=lambda id: (-scores[id], id))
        return [Ranked(id, 0.0) for id in best[:most]]


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1) if text[at : at + 2].isalnum()]
