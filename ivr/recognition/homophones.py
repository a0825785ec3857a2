"""What was heard, written with the characters that are usual.

Of ten characters that Whisper writes wrongly six sound as the right ones do (服物 for 服务). Each may become another
that sounds the same or nearly so, where that makes the sentence so much likelier by the language model that it
outweighs what speaks for the character heard.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from ivr.recognition.language_model import BEGIN, END, ORDER, Costs, LanguageModel, Numbers, Reading
from ivr.recognition.simplified import simplified

OTHER = 1.0
"""What another character costs that sounds the same, as a logarithm: it must make the sentence 3 times likelier."""
OTHER_TONE = 2.0
NEARLY = 3.0
"""So much more for a syllable that is nearly the same."""
SURE = 0.7
"""So much more for each time that it is e times less likely that the character heard is wrong."""
SUREST = 0.9997
NOT_TOLD = 0.95
"""So sure it is where the recogniser does not say."""
SAME_SOUND, NEAR_SOUND = 40, 20
"""So many characters of a syllable, the most usual."""
WAYS = 16
"""So many beginnings of a sentence are gone on with."""
INITIALS = ("zh z", "ch c", "sh s", "n l", "f h")
FINALS = ("ing in", "eng en", "ang an", "iang ian", "uang uan")
"""What many speakers do not tell apart, nor a line of 8 kHz."""
_SYLLABLE = re.compile(r"^(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)(.*)$")
_Choice = tuple[Numbers, Costs]


class Homophones:
    """Chooses among characters by `model`."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._said: dict[str, list[Reading]] = defaultdict(list)
        self._of_syllable: dict[str, list[Reading]] = defaultdict(list)
        for one in model.readings:
            self._said[one.character].append(one)
            self._of_syllable[one.syllable].append(one)
        self._known = re.compile(f"[{re.escape(''.join(self._said))}]+")
        self._choices: dict[str, _Choice] = {}

    def written(self, text: str, sure: Sequence[float] | None = None) -> str:
        """`text` in simplified characters, of the same length; `sure` is how sure each of it is, 0 to 1."""
        wrong = 1 - np.minimum(np.full(len(text), NOT_TOLD) if sure is None else np.asarray(sure), SUREST)
        costs = (-SURE * np.log(wrong)).tolist()
        return self._known.sub(lambda found: self._chosen(found[0], costs[slice(*found.span())]), simplified(text))

    def _chosen(self, heard: str, sure: Sequence[float]) -> str:
        """The likeliest row of characters: a Viterbi search along the `WAYS` likeliest beginnings."""
        before = np.full((1, ORDER - 1), BEGIN, np.int64)
        costs = np.zeros(1, np.float32)
        steps: list[tuple[Numbers, Numbers]] = []
        for character, more in zip(heard, sure, strict=True):
            numbers, changes = self._choice(character)
            ways = costs[:, None] + changes + self._model.costs(before, numbers)
            ways[:, 1:] += more
            way, choice = _best(ways, before, numbers)
            costs = ways[way, choice]
            before = np.column_stack([before[way, 1:], numbers[choice]])
            steps.append((way, numbers[choice]))
        at = int(np.argmin(costs + self._model.costs(before, np.array([END]))[:, 0]))
        found = []
        for way, chosen in reversed(steps):
            found.append(int(chosen[at]))
            at = int(way[at])
        return "".join(self._model.characters[number] for number in reversed(found))

    def _choice(self, heard: str) -> _Choice:
        """What may have been said for a character, itself first, and what each costs."""
        if (found := self._choices.get(heard)) is not None:
            return found
        changes: dict[str, float] = {heard: 0.0}
        for said in self._said[heard]:
            for other in self._of_syllable[said.syllable][:SAME_SOUND]:
                cost = OTHER + (OTHER_TONE if other.tone != said.tone else 0.0)
                changes[other.character] = min(changes.get(other.character, cost), cost)
        for said in self._said[heard]:
            for other in (one for near in nearly(said.syllable) for one in self._of_syllable[near][:NEAR_SOUND]):
                changes.setdefault(other.character, OTHER + NEARLY)
        numbers = np.array([self._model.number(one) for one in changes], np.int64)
        found = self._choices[heard] = numbers, np.array(list(changes.values()), np.float32)
        return found


def _best(ways: Costs, before: Numbers, numbers: Numbers) -> tuple[Numbers, Numbers]:
    """The likeliest ways to go on; of those that end alike only the first."""
    order = np.argsort(ways, axis=None, kind="stable")[: WAYS * 4]
    way, choice = np.unravel_index(order, ways.shape)
    firsts = list(_firsts(zip(*before[way, 1:].T.tolist(), numbers[choice].tolist(), strict=True)))[:WAYS]
    return way[firsts], choice[firsts]


def _firsts(ends: Iterator[tuple[int, ...]]) -> Iterator[int]:
    seen = set()
    for place, end in enumerate(ends):
        if end not in seen:
            seen.add(end)
            yield place


@functools.cache
def nearly(syllable: str) -> list[str]:
    """Syllables that are taken for this one."""
    match = _SYLLABLE.match(syllable)
    initial, final = (match[1], match[2]) if match else ("", syllable)
    others = [one + final for one in _partners(initial, INITIALS)]
    return others + [initial + one for one in _partners(final, FINALS)]


def _partners(part: str, pairs: tuple[str, ...]) -> Iterator[str]:
    for one, other in (pair.split() for pair in pairs):
        if part in (one, other):
            yield other if part == one else one
