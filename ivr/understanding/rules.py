"""Understanding by words, examples and rules: it needs no model."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from ivr.understanding.intents import meant
from ivr.understanding.kinds import values_of
from ivr.understanding.understanding import Slot, Understood, Wanted


class KeywordUnderstanding:
    """By the words and examples of intents and the rules of `answers.py`; what is as much the one as the other is not
    understood.

    A word with `…` in it (`查…进度`) is there when its parts are, in this order. A word that is negated (不要人工), or
    that is only a part of another (对 in 对不起), is not there.
    """

    async def understand(
        self, text: str, wanted: Sequence[Wanted], slots: Sequence[Slot], today: datetime.date
    ) -> Understood:
        """See `Understanding.understand`."""
        found = values_of(text, slots, today)
        intent, confidence = meant(text, wanted)
        return Understood(intent, confidence, found)
