"""Which words of a text speak for a class: what a person reads to believe it."""

from __future__ import annotations

import unicodedata

import numpy as np

from workflow.assistant.learning.linear import Linear
from workflow.assistant.learning.terms import LONGEST as LONGEST_TEXT
from workflow.assistant.learning.terms import letters_of

MOST = 4
LONGEST = 8
_WIDTH = np.uint64(21)


def words_for(model: Linear, text: str, name: str, other: str = "") -> list[str]:
    """The runs of a text whose pairs of characters speak most for a class, against an `other` where there is one: the
    strongest first, as they stand there. None for a class that the model has not.
    """
    if name not in model.classes:
        return []
    plain = "".join(unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold().split())
    letters = letters_of(text).astype(np.uint64)
    if len(letters) < 2:
        return []
    at, values = model.known.row(text)
    weights = model.weights[at, model.classes.index(name)].astype(np.float32)
    if other in model.classes:
        weights = weights - model.weights[at, model.classes.index(other)].astype(np.float32)
    speaks = dict(zip(model.known.terms[at].tolist(), (values * weights).tolist(), strict=True))
    pairs = ((letters[:-1] << _WIDTH) | letters[1:]).tolist()
    scores = [
        max(speaks.get(pair, 0.0), 0.0) if plain[place : place + 2].isalpha() else 0.0
        for place, pair in enumerate(pairs)
    ]
    least = 0.3 * max(scores, default=0.0)
    found: dict[str, float] = {}
    place = 0
    while place < len(scores):
        end, speaking = place, 0.0
        while end < len(scores) and scores[end] > least and end - place < LONGEST - 1:
            speaking += scores[end]
            end += 1
        if speaking > 0:
            word = plain[place : end + 1]
            found[word] = max(found.get(word, 0.0), speaking)
        place = max(end, place + 1)
    return sorted(found, key=lambda one: -found[one])[:MOST]
