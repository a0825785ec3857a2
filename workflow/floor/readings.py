"""What the rules read: queues, seats, trunks and hands as they are now, within the organisation of each rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from acd.figures.figures import QueueFigures
from acd.service import Acd, AgentView, QueueView
from acd.settings.owners import SHARED, owners_of
from cti.telephony.trunks import Trunks
from workflow.floor.models import RuleRow
from workflow.floor.rules import bounds_of
from workflow.floor.views import OF_QUEUES
from workflow.floor.watch import Key, Reading

FEW = 10
"""Of fewer calls on a day no share is told."""
FIGURES_SECONDS = 10.0
"""How long the day's figures of queues are good for a look."""
SPOKEN = {"talk": "talking", "break": "break", "wrapup": "wrapup"}


@dataclass(frozen=True, slots=True)
class Subject:
    """What an alarm is about, for people, and whose it is."""

    title: str
    organisation: str
    agent: str = ""


class Readings:
    """Reads. `parents` are the organisations above each; `up` since when each agent's hand is up."""

    def __init__(
        self,
        acd: Acd,
        trunks: Trunks,
        house: str,
        name_of: Callable[[str], str],
        up: Callable[[], Mapping[str, datetime]],
    ) -> None:
        self._acd, self._trunks, self._house = acd, trunks, house
        self._name_of, self._up = name_of, up
        self.above: Mapping[str, frozenset[str]] = {}
        """For each organisation itself and those above it."""
        self._figures: tuple[float, Mapping[str, QueueFigures]] = (-FIGURES_SECONDS, {})

    def of(self, rules: list[RuleRow], wall: datetime, now: float) -> dict[Key, tuple[Reading, Subject]]:
        """All readings of all rules."""
        kinds = {rule.kind for rule in rules}
        states = {SPOKEN[kind] for kind in kinds & SPOKEN.keys()}
        agents = self._acd.agents(states) if states else ()
        queues = self._acd.queues() if kinds & OF_QUEUES else []
        found: dict[Key, tuple[Reading, Subject]] = {}
        for rule in rules:
            bounds = bounds_of(rule)
            for name, subject, value, grows in self._read(rule, agents, queues, wall, now):
                found[rule.id, name] = Reading(bounds, value, grows), subject
        return found

    def _read(
        self, rule: RuleRow, agents: Sequence[AgentView], queues: Sequence[QueueView], wall: datetime, now: float
    ) -> Iterator[tuple[str, Subject, float, bool]]:
        if rule.kind in OF_QUEUES:
            for queue in queues:
                subject = self._queue(rule, queue)
                if subject is not None and (value := self._of_queue(rule.kind, queue, wall, now)) is not None:
                    yield f"queue:{queue.queue}", subject, *value
        elif rule.kind in SPOKEN:
            state = SPOKEN[rule.kind]
            for agent in agents:
                if agent.state == state and (seat := self._seat(rule, agent.agent)) is not None:
                    yield f"agent:{agent.agent}", seat, (wall - agent.since).total_seconds(), True
        elif rule.kind == "hand":
            for number, since in self._up().items():
                if (seat := self._seat(rule, number)) is not None:
                    yield f"agent:{number}", seat, (wall - since).total_seconds(), True
        elif rule.organisation == self._house:
            for name in self._trunks.names:
                state_of = self._trunks.state(name)
                if state_of is not None:
                    yield f"trunk:{name}", Subject(name, self._house), 0.0 if state_of.reachable else 1.0, False

    def _of_queue(self, kind: str, queue: QueueView, wall: datetime, now: float) -> tuple[float, bool] | None:
        match kind:
            case "wait":
                since = queue.longest_wait_since
                return ((wall - since).total_seconds(), True) if since is not None else (0.0, False)
            case "waiting":
                return float(queue.waiting), False
            case "nobody_ready":
                wanted = queue.signed_in > 0 or queue.waiting > 0
                return (1.0 if queue.ready == 0 else 0.0, False) if wanted else None
        figures = self._day(now).get(queue.queue)
        if figures is None or figures.answered + figures.abandoned < FEW:
            return None
        if kind == "abandoned":
            return 100 * figures.abandoned / (figures.answered + figures.abandoned), False
        share = figures.service_level_with_abandons
        return (100 * share, False) if share is not None else None

    def _day(self, now: float) -> Mapping[str, QueueFigures]:
        at, figures = self._figures
        if now - at >= FIGURES_SECONDS:
            statistics = self._acd.statistics
            figures = statistics.all_of_day(statistics.today(self._acd.matching.clock.now()))
            self._figures = now, figures
        return figures

    def _queue(self, rule: RuleRow, queue: QueueView) -> Subject | None:
        if rule.queue and rule.queue != queue.queue:
            return None
        owners = owners_of(self._acd.settings, queue.queue, self._house)
        mine = rule.organisation == self._house or any(self._is_below(one, rule.organisation) for one in owners)
        if not mine:
            return None
        only = next(iter(owners)) if len(owners) == 1 and SHARED not in owners else rule.organisation
        return Subject(queue.title, only)

    def _seat(self, rule: RuleRow, agent: str) -> Subject | None:
        organisation = self._acd.owner_of(agent) or self._house
        if rule.organisation != self._house and not self._is_below(organisation, rule.organisation):
            return None
        return Subject(f"{self._name_of(agent)}（{agent}）", organisation, agent)

    def _is_below(self, organisation: str, above: str) -> bool:
        return above in self.above.get(organisation, frozenset({organisation}))
