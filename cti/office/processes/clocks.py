"""The time limits of a case: which begin, stand still and end as it goes from step to step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from cti.base.expressions import Expression
from cti.office.deadlines.deadline import (
    DeadlineEvent,
    Paused,
    Relimited,
    Resumed,
    Started,
    Stopped,
    WrongOrder,
    check_order,
)
from cti.office.deadlines.limits import Limit, Unit
from cti.office.processes.case import Case
from cti.office.processes.definition import ClockRule, Process
from cti.office.processes.refused import Refused
from cti.office.processes.scope import CaseScope

Change = tuple[str, DeadlineEvent]


def at_a_step(process: Process, case: Case, before: str, now: datetime, scope: CaseScope) -> Iterator[Change]:
    """What happens to each limit when the case has come to its step from another."""
    for name, rule in process.clocks.items():
        events = case.clocks.get(name, ())
        if case.step in rule.during:
            if not is_open(events):
                if (limit := limit_of(rule, scope)) is not None:
                    yield name, Started(now, limit)
            elif before in rule.pauses and is_paused(events):
                yield name, Resumed(now)
        elif is_open(events):
            if case.step not in rule.pauses:
                yield name, Stopped(now)
            elif not is_paused(events):
                yield name, Paused(now)


def at_the_end(case: Case, now: datetime) -> Iterator[Change]:
    """No limit outlives its case."""
    for name, events in case.clocks.items():
        if is_open(events):
            yield name, Stopped(now)


def after_an_edit(process: Process, case: Case, now: datetime, scope: CaseScope) -> Iterator[Change]:
    """What the case is about has changed, and with it perhaps how long it may take."""
    for name, rule in process.clocks.items():
        events = case.clocks.get(name, ())
        if is_open(events) and (limit := limit_of(rule, scope)) is not None and limit != _limit(events):
            yield name, Relimited(now, limit)


def limit_of(rule: ClockRule, scope: CaseScope) -> Limit | None:
    """The limit that counts; None when no condition holds."""
    found = next((one for one in rule.limits if one.when is None or one.when.truth(scope)), None)
    return None if found is None else amount_of(found.amount, found.unit, scope)


def amount_of(amount: Expression, unit: Unit, scope: CaseScope) -> Limit:
    """So much of a unit as an expression says. Refused `amount`."""
    found = amount.value(scope)
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        raise Refused("amount", "时限应为大于零的整数")
    return Limit(found, unit)


def with_event(events: Sequence[DeadlineEvent], event: DeadlineEvent) -> tuple[DeadlineEvent, ...]:
    """The limit's events with one more; a new start leaves an ended round behind. Refused when it cannot follow."""
    if isinstance(event, Started):
        return (event,)
    found = (*events, event)
    try:
        check_order(found)
    except WrongOrder as error:
        raise Refused("clock", f"时限状态不允许此操作：{error}") from error
    return found


def is_open(events: Sequence[DeadlineEvent]) -> bool:
    """Whether the limit has begun and not ended."""
    return bool(events) and not isinstance(events[-1], Stopped)


def is_paused(events: Sequence[DeadlineEvent]) -> bool:
    """Whether the limit stands still."""
    turns = [one for one in events if isinstance(one, Paused | Resumed)]
    return bool(turns) and isinstance(turns[-1], Paused)


def _limit(events: Sequence[DeadlineEvent]) -> Limit:
    return [one.limit for one in events if isinstance(one, Started | Relimited)][-1]
