"""Understanding what a citizen said: the port, and what is asked of it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Means = Literal["yes", "no", "very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied"]
Kind = Literal["mobile", "phone", "identity", "digits", "ticket", "number", "money", "date", "time", "place", "text"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An intent that is expected here, with words that show it; `not_words` show that it is not meant.

    `means`: it is what somebody answers who says so in whatever words. `examples` are whole sentences for it.
    """

    intent: str
    words: Sequence[str] = ()
    not_words: Sequence[str] = ()
    means: Means | None = None
    examples: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A value wanted from what was said: of a kind, or one of `values` by any of its names, or what `pattern` finds.

    It is given as text: `date` as 2026-03-05, `time` as 15:30, `number` and `money` (yuan) as a plain decimal.
    """

    name: str
    kind: Kind = "text"
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """The intent meant (empty: none of those expected), how sure that is (0–1), and the slots found.

    `confidence` is how often such answers are judged rightly; a test judges it by answers that people give.
    """

    intent: str = ""
    confidence: float = 0.0
    slots: Mapping[str, str] = field(default_factory=dict)


class Understanding(Protocol):
    """Finds out what a citizen means."""

    async def understand(
        self, text: str, wanted: Sequence[Wanted], slots: Sequence[Slot], today: datetime.date
    ) -> Understood:
        """The intent of `text` among those wanted, and the slots it fills; `today` is the day it was said."""
