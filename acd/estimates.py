"""How long will I wait? From who is ahead, who serves, how long a talk takes, and how many give up."""

from __future__ import annotations

from math import log1p

MEMORY = 200.0
"""How many talks the averages remember: old ones fade."""

FIRST_GUESS = 180.0
FIRST_WEIGHT = 5.0


class Estimator:
    """The averages of one queue.

    A queue with `n` ahead and `s` agents at work loses on average s/h + i·θ callers a second while i of them wait
    (h handling time, θ giving up per second waited); the wait is the sum of 1/(s/h + i·θ) over those ahead and
    oneself (Whitt 1999, "Predicting queueing delays", with abandonment), and until the agent has picked up.
    """

    __slots__ = ("_abandons", "_answer", "_handle", "_handles", "_waited")

    def __init__(self) -> None:
        self._handle = FIRST_GUESS * FIRST_WEIGHT
        self._handles = FIRST_WEIGHT
        self._answer = 0.0
        self._abandons = 0.0
        self._waited = 0.0

    @property
    def handling(self) -> float:
        """Average seconds of talk and wrap-up."""
        return self._handle / self._handles

    @property
    def giving_up(self) -> float:
        """Callers who give up, per second of a caller's waiting."""
        return self._abandons / self._waited if self._waited else 0.0

    def handled(self, seconds: float) -> None:
        """A talk and its wrap-up took so long."""
        fade = 1 - 1 / MEMORY
        self._handle = self._handle * fade + seconds
        self._handles = self._handles * fade + 1

    def answered(self, seconds: float) -> None:
        """An agent answered so long after he was reserved."""
        self._answer += (seconds - self._answer) / 20

    def left(self, waited: float, gave_up: bool) -> None:
        """Somebody waited so long, and gave up or not."""
        fade = 1 - 1 / MEMORY
        self._waited = self._waited * fade + waited
        self._abandons = self._abandons * fade + gave_up

    def wait(self, ahead: int, serving: int) -> float | None:
        """Expected seconds for somebody with `ahead` before him and `serving` agents; None when nobody serves."""
        if serving <= 0:
            return None
        rate = serving / self.handling
        return sum_of_inverses(ahead, rate, self.giving_up) + self._answer


def sum_of_inverses(ahead: int, rate: float, step: float) -> float:
    """The sum of 1/(rate + i·step) for i from 0 to `ahead`, to a few per mille (Euler–Maclaurin)."""
    first, last = rate, rate + ahead * step
    if step * ahead < 1e-9 * rate:
        return (ahead + 1) / rate
    return log1p(ahead * step / first) / step + (1 / first + 1 / last) / 2
