"""Queues by formula: Erlang B and C, and Erlang A (M/M/n+M), in which callers give up.

`load` is calls a second times seconds a call, in erlangs. Formulas as in Gans, Koole, Mandelbaum, "Telephone call
centers: tutorial, review, and research prospects" (2003), 4.1 and 4.2.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf

import numpy as np

MOST_AGENTS = 20_000


def erlang_b(agents: int, load: float) -> float:
    """The share of calls lost when none may wait."""
    blocked = 1.0
    for at in range(1, agents + 1):
        blocked = load * blocked / (at + load * blocked)
    return blocked


def erlang_c(agents: int, load: float) -> float:
    """The share of calls that wait when nobody gives up; 1 when there are too few agents."""
    if load >= agents:
        return 1.0
    blocked = erlang_b(agents, load)
    return agents * blocked / (agents - load * (1 - blocked))


def erlang_c_wait(agents: int, rate: float, handling: float) -> float:
    """Average seconds of waiting when nobody gives up; infinite when there are too few agents."""
    load = rate * handling
    return erlang_c(agents, load) * handling / (agents - load) if load < agents else inf


def erlang_c_level(agents: int, rate: float, handling: float, within: float) -> float:
    """The share of calls answered within so many seconds when nobody gives up."""
    load = rate * handling
    if load >= agents:
        return 0.0
    return 1 - erlang_c(agents, load) * exp(-(agents - load) * within / handling)


@dataclass(frozen=True, slots=True)
class ErlangA:
    """A queue in which callers give up: arrivals a second, mean seconds of handling and of patience, agents."""

    rate: float
    handling: float
    patience: float
    agents: int

    def _chances(self) -> tuple[np.ndarray, np.ndarray]:
        """The chance of 0, 1, … agents busy and nobody waiting, and of 1, 2, … waiting; in logarithms on the way."""
        service, theta = 1 / self.handling, 1 / self.patience
        most = int(max(200, 10 * self.rate * self.patience + 20 * (self.rate * self.patience) ** 0.5))
        counts = np.arange(1, self.agents + most + 1)
        leaving = np.minimum(counts, self.agents) * service + np.maximum(counts - self.agents, 0) * theta
        logs = np.concatenate(([0.0], np.cumsum(np.log(self.rate) - np.log(leaving))))
        chances = np.exp(logs - logs.max())
        chances /= chances.sum()
        return chances[: self.agents + 1], chances[self.agents + 1 :]

    def waiting(self) -> float:
        """The share of calls that find all agents busy."""
        busy, queue = self._chances()
        return float(busy[-1] + queue.sum()) if self.agents else 1.0

    def abandoning(self) -> float:
        """The share of calls that give up."""
        _, queue = self._chances()
        return float((queue * np.arange(1, len(queue) + 1)).sum() / self.patience / self.rate)

    def average_wait(self) -> float:
        """Average seconds in the queue over all calls, those included who give up (Little's law)."""
        return self.abandoning() * self.patience

    def occupancy(self) -> float:
        """The share of the agents' time that is handling."""
        return self.rate * (1 - self.abandoning()) * self.handling / self.agents if self.agents else 1.0

    def level(self, within: float) -> float:
        """The share of all calls that are answered within so many seconds."""
        busy, queue = self._chances()
        at_once = float(busy[:-1].sum())
        if within <= 0 or not self.agents:
            return at_once
        finds = np.concatenate((busy[-1:], queue))
        finds = finds[: max(int(np.searchsorted(np.cumsum(finds), finds.sum() - 1e-9)) + 1, 1)]
        return at_once + float((finds * self._served(len(finds), within)).sum())

    def _served(self, most: int, within: float) -> np.ndarray:
        """The chance to be answered within so many seconds with 0, 1, … ahead, by uniformisation (Jensen 1953)."""
        theta = 1 / self.patience
        leaving = self.agents / self.handling + np.arange(most) * theta
        pace = float(leaving[-1] + theta)
        ahead, own = leaving / pace, theta / pace
        state, served = np.zeros(most), np.zeros(most)
        log_weight = -pace * within
        weight_left, step = 1.0, 0
        while weight_left > 1e-9 and step < 100_000:
            weight = exp(log_weight)
            served += weight * state
            weight_left -= weight
            closer = np.concatenate(([1.0], state[:-1]))
            state = ahead * closer + (1 - ahead - own) * state
            step += 1
            log_weight += np.log(pace * within / step)
        return served


def agents_needed(rate: float, handling: float, patience: float, level: float, within: float) -> int:
    """The fewest agents with whom `level` of all calls are answered within so many seconds."""
    if rate <= 0:
        return 0

    def enough(agents: int) -> bool:
        return ErlangA(rate, handling, patience, agents).level(within) >= level

    low, high = 0, max(1, int(rate * handling) + 1)
    while high <= MOST_AGENTS and not enough(high):
        low, high = high, high * 2
    if high > MOST_AGENTS:
        raise ValueError(f"more than {MOST_AGENTS} agents would be needed")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
