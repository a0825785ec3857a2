"""Blind transfers by phones: each is told twice, and counts once.

AMI tells it, and the leg comes into its next session with the target. On a busy machine either can be first.
"""

from __future__ import annotations


class BlindTransfers:
    """The transfers of which only one word has come so far, as leg → target."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}
        self._came: dict[str, str] = {}

    def tell(self, leg: str, target: str) -> bool:
        """AMI tells of it; whether that is news."""
        if self._came.get(leg) == target:
            del self._came[leg]
            return False
        self._told[leg] = target
        return True

    def come(self, leg: str, target: str) -> bool:
        """The leg came with its target; whether that is news."""
        if self._told.pop(leg, "") == target:
            return False
        self._came[leg] = target
        return True

    def gone(self, leg: str) -> None:
        """The leg is gone."""
        self._told.pop(leg, None)
        self._came.pop(leg, None)
