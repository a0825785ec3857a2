"""What is learned of a queue: handling, giving up, who arrives with how many points, how good estimates were."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

MEMORY = 200.0
"""How many talks the averages remember: old ones fade."""

FIRST_GUESS = 180.0
FIRST_WEIGHT = 5.0

FLOW_SECONDS = 900.0
"""Over how many seconds a flow of callers is averaged."""

MOST_POINTS = 16
"""How many kinds of newcomers, by their points, a queue tells apart."""

TOLD_MEMORY = 200.0
TOLD_WEIGHT = 30.0
"""How many waits the correction of the estimates remembers, and as how many good ones it begins."""

SHARE_INSIDE = 0.8
"""In how many of all cases a range that is told holds."""

FIRST_SPREAD = 1.35
"""Standard deviations of a range before it has learned; the normal distribution's would be 1.28."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds of waiting to expect, and a range that holds in `SHARE_INSIDE` of all cases. `raw` is uncorrected."""

    seconds: float
    low: float
    high: float
    raw: float


class Flow:
    """Events a second, lately."""

    __slots__ = ("_at", "_begun", "_count")

    def __init__(self, now: float) -> None:
        self._begun = self._at = now
        self._count = 0.0

    def happened(self, now: float) -> None:
        """It happened once more, at `now`."""
        self._count = self._count * exp((self._at - now) / FLOW_SECONDS) + 1
        self._at = now

    def rate(self, now: float) -> float:
        """How many a second."""
        watched = 1 - exp((self._begun - now) / FLOW_SECONDS)
        return self._count * exp((self._at - now) / FLOW_SECONDS) / (FLOW_SECONDS * max(watched, 0.05))


class Estimator:
    """The averages of one queue."""

    __slots__ = (
        "_abandons",
        "_answer",
        "_handle",
        "_handles",
        "_told",
        "_waited",
        "_was",
        "answered_flow",
        "newcomers",
        "spread",
    )

    def __init__(self) -> None:
        self._handle = FIRST_GUESS * FIRST_WEIGHT
        self._handles = FIRST_WEIGHT
        self._answer = 0.0
        self._abandons = 0.0
        self._waited = 0.0
        self._told = self._was = 0.0
        self.spread = FIRST_SPREAD
        """How many standard deviations a range is wide to each side."""
        self.newcomers: dict[float, Flow] = {}
        """Who arrives, by points."""
        self.answered_flow: Flow | None = None

    @property
    def handling(self) -> float:
        """Average seconds that work takes of an agent: ringing, talk and wrap-up."""
        return self._handle / self._handles + self._answer

    @property
    def answer(self) -> float:
        """Average seconds until an agent who is rung answers."""
        return self._answer

    @property
    def giving_up(self) -> float:
        """Callers who give up, per second of a caller's waiting."""
        return self._abandons / self._waited if self._waited else 0.0

    @property
    def correction(self) -> float:
        """By how much waits were longer than told, lately; 1 until enough is known."""
        own = TOLD_WEIGHT * self.handling / 10
        return min(max((self._was + own) / (self._told + own), 0.4), 2.5)

    def arrived(self, points: float, now: float) -> None:
        """Somebody enters with so many points."""
        points = round(points)
        flow = self.newcomers.get(points)
        if flow is None:
            if len(self.newcomers) >= MOST_POINTS:
                points = min(self.newcomers, key=lambda one: abs(one - points))
            flow = self.newcomers.setdefault(points, Flow(now))
        flow.happened(now)

    def handled(self, seconds: float) -> None:
        """A talk and its wrap-up took so long."""
        fade = 1 - 1 / MEMORY
        self._handle = self._handle * fade + seconds
        self._handles = self._handles * fade + 1

    def answered(self, seconds: float, now: float) -> None:
        """An agent answered so long after he was reserved."""
        self._answer += (seconds - self._answer) / 20
        if self.answered_flow is None:
            self.answered_flow = Flow(now)
        self.answered_flow.happened(now)

    def left(self, waited: float, gave_up: bool) -> None:
        """Somebody waited so long, and gave up or not."""
        fade = 1 - 1 / MEMORY
        self._waited = self._waited * fade + waited
        self._abandons = self._abandons * fade + gave_up

    def judge(self, told: Estimate, waited: float) -> None:
        """What was told to somebody who was answered after so long."""
        fade = 1 - 1 / TOLD_MEMORY
        self._told = self._told * fade + told.raw
        self._was = self._was * fade + waited
        # The range widens with each that it missed and narrows with each that it held, so that it holds in the share.
        inside = told.low <= waited <= told.high
        step = -(1 - SHARE_INSIDE) if inside else SHARE_INSIDE
        self.spread = min(max(self.spread + 0.08 * step, 0.3), 6.0)

    def told(self, raw: float, variance: float) -> Estimate:
        """An estimate as it is told: corrected by experience, with a range (Wilson and Hilferty's gamma quantiles)."""
        seconds = raw * self.correction
        shape = seconds * seconds / max(variance * self.correction**2, 1e-9)
        low, high = (
            seconds * max(1 - 1 / (9 * shape) + side * self.spread / (3 * sqrt(shape)), 0.0) ** 3 for side in (-1, 1)
        )
        return Estimate(seconds, min(low, seconds), max(high, seconds), raw)


def time_to_drain(ahead: float, leave: float, giving_up: float, joining: list[tuple[float, float]]) -> float:
    """Seconds until somebody with `ahead` before him is taken, on average.

    `leave` are taken a second, each who waits gives up `giving_up` times a second, and `joining` go before him: (until
    when, how many a second), in order of time. While the number before him is n, it changes by
    joining − leave − giving_up · n a second; steps of one are taken at their middles (Whitt 1999, "Predicting queueing
    delays", with abandonment).
    """
    left, at = ahead + 0.5, 0.0
    segments = [*joining, (float("inf"), 0.0)]
    for at_end in range(len(segments)):
        until = segments[at_end][0]
        if until <= at:
            continue
        join = sum(rate for _, rate in segments[at_end:])
        # Chance lets a line be empty now and then that on average never would be.
        net = max(leave - join, 0.05 * leave)
        needed = _drain(left, net, giving_up)
        if at + needed <= until:
            return at + needed
        left = _remaining(left, net, giving_up, until - at)
        at = until
    return at


def _drain(left: float, net: float, giving_up: float) -> float:
    """Seconds until `left` falls to −1/2."""
    if giving_up * (left + 0.5) < 1e-6 * net:
        return (left + 0.5) / net
    rest = max(net / giving_up, 0.6)
    return log((rest + left) / (rest - 0.5)) / giving_up


def _remaining(left: float, net: float, giving_up: float, seconds: float) -> float:
    if giving_up * (left + 0.5) < 1e-6 * net:
        return left - net * seconds
    rest = net / giving_up
    return (left + rest) * exp(-giving_up * seconds) - rest
