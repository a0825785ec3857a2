"""Times, and whether they are as good as they should be."""

from __future__ import annotations

import math


class Figures:
    """Seconds of many tries of one thing."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._seconds: list[float] = []

    def add(self, seconds: float) -> None:
        """One more."""
        self._seconds.append(seconds)

    def take(self, other: Figures) -> None:
        """All of another's."""
        self._seconds += other._seconds

    def at(self, share: float) -> float:
        """Which number of seconds this share of the tries did not exceed."""
        ordered = sorted(self._seconds)
        return ordered[max(0, math.ceil(len(ordered) * share) - 1)]

    def tell(self, **aims: float) -> bool:
        """Print a line, and return whether the aims (`p95=0.05`) are met."""
        good = all(self.at(int(name[1:]) / 100) <= aim for name, aim in aims.items())
        wanted = ", ".join(f"{name} < {aim * 1000:g} ms" for name, aim in aims.items())
        figures = "  ".join(f"{name} {self.at(share) * 1000:8.2f}" for name, share in SHARES.items())
        print(
            f"  {self._title:<20} {figures}  ms  n {len(self._seconds):5}  {wanted}: {'yes' if good else 'NO'}",
            flush=True,
        )
        return good


SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
