"""The numbers that citizens call: which flow answers, and to which organisation and region the call belongs."""

from __future__ import annotations

from collections.abc import Mapping

from cti.number import Number
from cti.settings import CalledNumber


class NumberPlan:
    """Finds the entry of a called number, whatever form the carrier sent it in."""

    def __init__(self, numbers: Mapping[str, CalledNumber]) -> None:
        self.entries: Mapping[str, CalledNumber] = dict(numbers)
        """All numbers as the settings write them."""
        self._by_digits: dict[str, CalledNumber] = {}
        for text, entry in numbers.items():
            parsed = Number.parse(text, area=entry.area)
            self._by_digits[parsed.digits or text] = entry

    @property
    def first(self) -> CalledNumber:
        """The entry of the first number: for visits whose called number is not known."""
        return next(iter(self._by_digits.values()))

    def find(self, called: Number) -> CalledNumber | None:
        """The entry, or None for a number that is not ours. `051912345` finds `12345`."""
        return self._by_digits.get(called.digits) or self._by_digits.get(called.raw)
