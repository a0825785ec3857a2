"""What a queue asks as the wait grows: stages, each a bit of the index's masks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from acd.settings.schema import AgentSettings, QueueSettings
from acd.settings.skills import Need, parse


class Bits:
    """Hands out bits of the index's masks, and takes back those no longer used."""

    def __init__(self) -> None:
        self._free: list[int] = []
        self._next = 0

    def take(self) -> int:
        """A mask with one bit that nobody has."""
        if self._free:
            return self._free.pop()
        self._next += 1
        return 1 << (self._next - 1)

    def give_back(self, bit: int) -> None:
        """The bit may be used again."""
        self._free.append(bit)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a queue asks from `after` seconds on. `scores` has a bit for each sum of levels, for skill strategies."""

    after: float
    need: Need
    groups: frozenset[str]
    bit: int
    scores: dict[int, int]

    def allows(self, agent: AgentSettings) -> bool:
        """Whether an agent with these skills and groups may take the work."""
        return (not self.groups or not self.groups.isdisjoint(agent.groups)) and self.need.holds(agent.skills)

    def mask(self, agent: AgentSettings) -> int:
        """The bits of this stage that the agent has: none, or that he may, and how skilled he is."""
        if not self.allows(agent):
            return 0
        return self.bit | self.scores.get(self.need.score(agent.skills), 0)


SCORED = frozenset({"most_skilled", "least_skilled"})
"""Strategies that look at levels, as `weighted` does when they weigh something."""


def is_scored(settings: QueueSettings) -> bool:
    """Whether it matters how skilled an agent is who may be asked."""
    return settings.strategy in SCORED or (settings.strategy == "weighted" and settings.weights.skill > 0)


def all_bits(stages: tuple[Stage, ...]) -> int:
    """The bits of these stages."""
    found = 0
    for stage in stages:
        found |= stage.bit
        for bit in stage.scores.values():
            found |= bit
    return found


def make_stages(settings: QueueSettings, bits: Bits, old: tuple[Stage, ...] = ()) -> tuple[Stage, ...]:
    """The stages of a queue. `old` bits of the same need are kept."""
    asked = list(_asked(settings))
    kept = {(stage.need.text, stage.groups, bool(stage.scores)): stage for stage in old}
    made: list[Stage] = []
    scored = is_scored(settings)
    for after, text, groups in asked:
        same = kept.pop((text, groups, scored), None)
        if same is not None:
            made.append(Stage(after, same.need, groups, same.bit, same.scores))
            continue
        need = parse(text)
        scores = {score: bits.take() for score in range(5 * len(need.skills) + 1)} if scored else {}
        made.append(Stage(after, need, groups, bits.take(), scores))
    return tuple(made)


def both(need: str, other: str) -> str:
    """An expression that asks for both."""
    return f"({need}) and ({other})" if need and other else need or other


def _asked(settings: QueueSettings) -> Iterator[tuple[float, str, frozenset[str]]]:
    text, groups = settings.need, frozenset(settings.groups)
    yield 0.0, text, groups
    for step in settings.steps:
        text = text if step.need is None else step.need
        groups = groups | frozenset(step.groups) if groups else groups
        yield step.after, text, groups
