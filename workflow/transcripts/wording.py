"""What becomes of a recogniser's words before people read them: the house's own words in place, numbers as written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ivr.recognition.repair import Repair, Vocabulary
from ivr.recognition.written import written


@dataclass(frozen=True, slots=True)
class Worded:
    """A text for people, when each of its characters began, and where it was heard otherwise."""

    text: str
    times: tuple[float, ...] = ()
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """That of an organisation's talks: words that are found by their sound, and those that a recogniser is told of."""

    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary((), careful=True))
    hints: Mapping[str, int] = field(default_factory=dict)

    def worded(self, text: str, times: Sequence[float] = ()) -> Worded:
        """For people; `times` has the moment of each character, or none."""
        meant, repairs = self.vocabulary.repaired(text)
        found = written(meant)
        moments = tuple(times[one] for one in found.origins) if len(times) == len(text) else ()
        return Worded(found.text, moments, tuple(_moved(one, found.origins) for one in repairs))


def _moved(repair: Repair, origins: Sequence[int]) -> Repair:
    """The same where numbers before it have become shorter or longer."""
    inside = [at for at, origin in enumerate(origins) if repair.start <= origin < repair.end]
    return Repair(inside[0], inside[-1] + 1, repair.heard)
