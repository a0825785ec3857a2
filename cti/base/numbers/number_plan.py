"""The numbers that citizens call: which flow answers, and to which organisation and region the call belongs."""

from __future__ import annotations

from collections.abc import Mapping

from cti.base.numbers.number import Number
from cti.base.settings import CalledNumber


class NumberPlan:
    """Finds the entry of a called number, whatever form the carrier sent it in."""

    entries: Mapping[str, CalledNumber]
    """All numbers as they are written."""

    def __init__(self, numbers: Mapping[str, CalledNumber]) -> None:
        self.replace(numbers)

    def replace(self, numbers: Mapping[str, CalledNumber]) -> None:
        """These are the numbers from now on; calls that are there keep what they have."""
        self.entries = dict(numbers)
        self._by_digits = {digits_of(text, entry): entry for text, entry in numbers.items()}

    @property
    def first(self) -> CalledNumber:
        """The entry of the first number: for visits whose called number is not known."""
        return next(iter(self._by_digits.values()))

    def find(self, called: Number) -> CalledNumber | None:
        """The entry, or None for a number that is not ours. `051912345` finds `12345`."""
        return self._by_digits.get(called.digits) or self._by_digits.get(called.raw)


def digits_of(text: str, entry: CalledNumber) -> str:
    """The form by which a number is found, however it is written."""
    return Number.parse(text, area=entry.area).digits or text
