"""When a caller does not wait, or no longer: each limit and where it leads."""

from __future__ import annotations

from datetime import datetime

from acd.matching.states import Medium
from acd.matching.work import Queue, Work
from acd.settings.schema import AcdSettings, LimitSettings

Overflowing = tuple[str, str]
"""(where to, why)."""


def at_the_door(queue: Queue, settings: AcdSettings, wall: datetime) -> Overflowing | None:
    """What turns a caller away before he is matched at all: closed, or nobody signed in."""
    rules = queue.settings.overflow
    if rules.closed and queue.settings.calendar and not settings.calendars[queue.settings.calendar].is_open(wall):
        return rules.closed, "closed"
    if rules.no_agents and not queue.signed_in:
        return rules.no_agents, "no agent signed in"
    return None


def when_not_matched(work: Work) -> Overflowing | None:
    """What turns a caller away who just entered and would have to wait: too many wait, or it would take too long."""
    rules, others = work.queue.settings.overflow, work.queue.waiting - 1
    if rules.full and others >= rules.full.limit:
        return rules.full.to, f"full: {others} wait"
    return _too_long(rules.estimated_wait, work.estimate.seconds if work.estimate else None)


def _too_long(rule: LimitSettings | None, estimate: float | None) -> Overflowing | None:
    if rule and estimate is not None and estimate > rule.limit:
        return rule.to, f"estimated wait {estimate:.0f} s"
    return None


def waited_too_long(work: Work, now: float) -> Overflowing | None:
    """The longest wait in this queue is over."""
    rule = work.queue.settings.overflow.longest_wait
    if rule and work.item.medium != Medium.CALLBACK and now - work.entered >= rule.limit:
        return rule.to, f"waited {now - work.entered:.0f} s"
    return None


def deserted(work: Work) -> Overflowing | None:
    """Nobody is signed in any longer who may serve here."""
    target = work.queue.settings.overflow.no_agents
    if target and not work.queue.signed_in and work.item.medium != Medium.CALLBACK:
        return target, "no agent signed in"
    return None


def closes(queue: Queue) -> bool:
    """Whether those who wait in the queue go elsewhere at closing time."""
    settings = queue.settings
    return settings.closing == "overflow" and settings.calendar is not None and settings.overflow.closed is not None


def closed(work: Work, settings: AcdSettings, wall: datetime) -> Overflowing | None:
    """The queue is closed, and does not serve those any longer who wait still."""
    queue = work.queue.settings
    if not closes(work.queue) or work.item.medium == Medium.CALLBACK:
        return None
    calendar = settings.calendars.get(queue.calendar or "")
    if calendar is None or calendar.is_open(wall) or queue.overflow.closed is None:
        return None
    return queue.overflow.closed, "closed while he waited"


def leads_back(target: str, work: Work) -> bool:
    """Whether the overflow would bring work to a queue where it has been: it stays instead of going in circles."""
    return target.removeprefix("queue:") in (*work.visited, work.queue.name) if target.startswith("queue:") else False
