"""The book of wrong answers with spacing: Leitner's boxes (S. Leitner, So lernt man lernen, 1972). No database.

A question that was answered wrong comes into box 1. Each time that it is answered right it moves one box on and comes
again later; wrong, it is back in box 1. Right in the last box, it leaves the book. A right answer before its day counts
for the tracking, but moves nothing: who repeats ten times an evening has not learnt it for next week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DAYS = (1, 2, 4, 7, 15)
"""Days until a question of box 1, 2 … is asked again."""
LAST = len(DAYS)
OUT = 0
"""The box of a question that is not in the book."""


@dataclass(frozen=True, slots=True)
class Card:
    """Where somebody's question stands: `box` 1 to 5, or out of the book; `due` is the day on which it comes again."""

    box: int = OUT
    due: date | None = None


def answered(card: Card, right: bool, today: date) -> Card:
    """Where it stands after an answer."""
    if not right:
        return Card(1, today + timedelta(days=DAYS[0]))
    if card.box == OUT:
        return card
    if card.due is not None and today < card.due:
        return card
    if card.box >= LAST:
        return Card()
    return Card(card.box + 1, today + timedelta(days=DAYS[card.box]))
