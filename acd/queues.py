"""A queue as it runs: its stages (what is asked, as the wait grows), who waits, who serves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acd.estimates import Estimator
from acd.settings import AgentSettings, QueueSettings
from acd.skills import Need, parse
from acd.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator


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
"""Strategies that look at levels."""


@dataclass(slots=True, eq=False)
class Queue:
    """A queue with those who wait in it. `bits` are those of all stages, `cursor` whom round robin asked last.

    `narrowed` are the stages for work that asks for more than the queue does, by its own need. `risen` is by how much
    the last change of its settings lifted everybody's priority.
    """

    name: str
    settings: QueueSettings
    stages: tuple[Stage, ...] = ()
    bits: int = 0
    narrowed: dict[str, tuple[Stage, ...]] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    estimator: Estimator = field(default_factory=Estimator)
    cursor: str = ""
    risen: float = 0.0
    signed_in: int = 0
    on_duty: int = 0
    ready: int = 0
    engaged: int = 0
    wrapping_up: int = 0
    """Agents signed in, on duty, ready (for those who come now), busy with this queue's work, of these wrapping up."""

    def change(self, settings: QueueSettings) -> None:
        """Other settings hold; the stages are `make_stages`' business."""
        self.risen = settings.priority.base - self.settings.priority.base
        self.settings = settings

    @property
    def waiting(self) -> int:
        """How many wait, those included whose agent's phone rings."""
        return len(self.works)

    def mask(self, agent: AgentSettings) -> int:
        """Those bits of all stages that the agent has."""
        if agent.queues and self.name not in agent.queues:
            return 0
        mask = 0
        for stages in (self.stages, *self.narrowed.values()):
            for stage in stages:
                mask |= stage.mask(agent)
        return mask

    @property
    def every_bit(self) -> int:
        """The bits of all stages, narrowed ones too."""
        found = all_bits(self.stages)
        for stages in self.narrowed.values():
            found |= all_bits(stages)
        return found

    def stage_after(self, waited: float) -> int:
        """Which stage holds after a wait of so many seconds."""
        found = 0
        for at, stage in enumerate(self.stages):
            if stage.after <= waited:
                found = at
        return found

    def longest_since(self) -> float | None:
        """Since when (the clock's seconds) the one who waits longest waits; None when nobody does."""
        return min((work.since for work in self.works.values()), default=None)


def all_bits(stages: tuple[Stage, ...]) -> int:
    """The bits of these stages."""
    found = 0
    for stage in stages:
        found |= stage.bit
        for bit in stage.scores.values():
            found |= bit
    return found


def make_stages(
    settings: QueueSettings | None, bits: Bits, old: tuple[Stage, ...] = (), narrowed: str = ""
) -> tuple[Stage, ...]:
    """The stages of a queue (None: it is no more). `old` bits of the same need are kept, others given back.

    `narrowed` is asked for besides at each stage.
    """
    asked = [(after, both(text, narrowed), groups) for after, text, groups in _asked(settings)] if settings else []
    kept = {(stage.need.text, stage.groups, bool(stage.scores)): stage for stage in old}
    made: list[Stage] = []
    scored = settings is not None and settings.strategy in SCORED
    for after, text, groups in asked:
        same = kept.pop((text, groups, scored), None)
        if same is not None:
            made.append(Stage(after, same.need, groups, same.bit, same.scores))
            continue
        need = parse(text)
        scores = {score: bits.take() for score in range(5 * len(need.skills) + 1)} if scored else {}
        made.append(Stage(after, need, groups, bits.take(), scores))
    for stage in old:
        if all(stage.bit != one.bit for one in made):
            for bit in (stage.bit, *stage.scores.values()):
                bits.give_back(bit)
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
