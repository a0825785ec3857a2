"""What the matching looks like from outside at a moment: agents, queues, those who wait. Values, not handles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from acd.matching.agents import Agent
from acd.matching.matching import Matching
from acd.matching.work import Queue, Work


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent now. `since` is when the state began, `works` what he talks with, `queues` those he serves.

    `wrapup_until` is when his wrap-up ends by itself.
    """

    agent: str
    state: str
    reason: str
    requested: str
    since: datetime
    reachable: bool
    works: tuple[str, ...]
    queues: tuple[str, ...]
    skills: dict[str, int]
    groups: tuple[str, ...]
    calls_today: int
    wrapup_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueueView:
    """A queue now. `estimate` is the wait of one who came now, in seconds; None when nobody serves.

    In 8 of 10 cases it lies between `estimate_low` and `estimate_high`.
    """

    queue: str
    title: str
    waiting: int
    longest_wait_since: datetime | None
    signed_in: int
    on_duty: int
    ready: int
    talking: int
    estimate: float | None
    estimate_low: float | None = None
    estimate_high: float | None = None


@dataclass(frozen=True, slots=True)
class WaitingView:
    """Somebody who waits. `agent` is the one whose phone rings for him, if any."""

    work: str
    medium: str
    queue: str
    caller: str
    position: int
    since: datetime
    priority: float
    state: str
    agent: str


def wall(matching: Matching, at: float) -> datetime:
    """The wall time of a second of the matching's clock."""
    return datetime.fromtimestamp(matching.wall + at, UTC)


def agent_view(matching: Matching, agent: Agent) -> AgentView:
    """An agent as a value."""
    return AgentView(
        agent=agent.number,
        state=agent.state.value,
        reason=agent.reason,
        requested=agent.request.state.value if agent.request else "",
        since=wall(matching, agent.since),
        reachable=agent.reachable,
        works=tuple(agent.engaged),
        queues=tuple(queue.name for queue in matching.room.served_by(agent)),
        skills=dict(agent.settings.skills),
        groups=tuple(agent.settings.groups),
        calls_today=agent.calls_today,
        wrapup_until=wall(matching, agent.wrapup_until) if agent.state == "wrapup" else None,
    )


def queue_view(matching: Matching, queue: Queue) -> QueueView:
    """A queue as a value."""
    since, expected = queue.longest_since(), matching.expected(queue)
    return QueueView(
        queue=queue.name,
        title=queue.settings.title or queue.name,
        waiting=queue.waiting,
        longest_wait_since=None if since is None else wall(matching, since),
        signed_in=queue.signed_in,
        on_duty=queue.on_duty,
        ready=queue.ready,
        talking=queue.engaged - queue.wrapping_up,
        estimate=None if expected is None else expected.seconds,
        estimate_low=None if expected is None else expected.low,
        estimate_high=None if expected is None else expected.high,
    )


def waiting_view(matching: Matching, work: Work) -> WaitingView:
    """Waiting work as a value."""
    return WaitingView(
        work=work.item.id,
        medium=work.item.medium,
        queue=work.queue.name,
        caller=work.item.caller,
        position=matching.position(work),
        since=wall(matching, work.since),
        priority=work.ageing.priority(matching.clock.now()),
        state=work.state.value,
        agent=work.reservation.agent if work.reservation else "",
    )
