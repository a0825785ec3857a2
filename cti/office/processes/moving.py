"""Moving a family of cases: steps are left and entered, parallel tasks begin, end and join, time limits follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cti.base.expressions import Expression
from cti.office.deadlines.deadline import Extended, Paused, Resumed
from cti.office.processes import clocks
from cti.office.processes.case import (
    Actor,
    Case,
    CaseEnded,
    CaseEvent,
    CaseOpened,
    CaseReopened,
    ClockChanged,
    StepEntered,
)
from cti.office.processes.definition import Begin, ClockChange, Effects, Process, Reopen, Step, Way
from cti.office.processes.house import House
from cti.office.processes.refused import Refused
from cti.office.processes.scope import CaseScope

MOST_PASSES = 50
"""Steps that a case may pass at once: a process that goes round in a circle is refused."""
CLOSED = "closed"
"""The outcome of a parallel task that another's end, or the case's own, has made needless."""


class Moving:
    """One change of a family under way. `changed` and `events` are what came of it."""

    def __init__(
        self, house: House, family: dict[str, Case], record: Mapping[str, Any], actor: Actor, now: datetime
    ) -> None:
        self._house = house
        self._family = family
        self._record = record
        self._actor = actor
        self._now = now
        self._passes: Counter[str] = Counter()
        self.changed: dict[str, Case] = {}
        self.events: list[CaseEvent] = []

    def put(self, case: Case) -> None:
        """The case is now so."""
        self._family[case.id] = self.changed[case.id] = case

    def tell(self, kind: type[CaseEvent], case: str, **details: Any) -> None:
        """Note an event of a case, to be told in order when the move is stored."""
        self.events.append(kind(at=self._now, case=case, by=self._actor, **details))

    def first(
        self, ways: Sequence[Way], case: str, *, form: Mapping[str, Any] | None = None, part: Case | None = None
    ) -> Way | None:
        """The first way whose condition holds."""
        scope = self._scope(case, form, part)
        return next((way for way in ways if way.when is None or way.when.truth(scope)), None)

    # ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────

    def go(self, case: str, way: Way, *, form: Mapping[str, Any] | None = None, part: Case | None = None) -> None:
        """Take a way: set its values, end the parallel tasks that it closes, then enter its step, if it has one."""
        self._set(case, way.sets, self._scope(case, form, part))
        self._close(case, way.closes)
        if way.next is not None:
            self.enter(case, way.next, before=self._family[case].step)

    def lead_on(self, case: str, way: Way, part: Case | None = None) -> None:
        """The same without anybody's act."""
        if way.next is not None:
            self.free(case)
        self.go(case, way, part=part)

    def free(self, case: str) -> None:
        """Who took the case took it at the step that it leaves."""
        self.put(replace(self._family[case], person=""))

    def enter(self, case: str, name: str, *, before: str) -> None:
        """Come to a step, and from there as far as it leads by itself."""
        self._passes[case] += 1
        if self._passes[case] > MOST_PASSES:
            raise Refused("circle", f"流程在“{name}”环节循环，未作任何改动")
        found = replace(self._family[case], step=name, entered_at=self._now)
        self.put(found)
        step = self._step(found)
        self.do(case, step.enters, {})
        self.tell(StepEntered, case, before=before, step=name, holder=self._family[case].holder)
        self._follow(case, before)
        if step.outcome:
            self._end(case, step.outcome)
        elif way := self.first(step.passes, case):
            self.lead_on(case, way)

    def _end(self, case: str, outcome: str) -> None:
        self._close(case, "all")
        self._stop(case, outcome)
        ended = self._family[case]
        parent = self._family.get(ended.parent)
        if parent is None or parent.is_over:
            return
        if way := self.first(self._step(parent).joins, parent.id, part=ended):
            self.lead_on(parent.id, way, part=ended)

    def _close(self, case: str, closes: str) -> None:
        """End parallel tasks that are open, of a role or all of them; the case is not told."""
        for part in self._parts(case):
            if closes and not part.is_over and closes in ("all", part.role):
                self._close(part.id, "all")
                self._stop(part.id, CLOSED)

    def _stop(self, case: str, outcome: str) -> None:
        found = self._family[case]
        for name, event in clocks.at_the_end(found, self._now):
            self._change_clock(case, name, event)
        self.put(replace(self._family[case], outcome=outcome, ended_at=self._now, person=""))
        self.tell(CaseEnded, case, outcome=outcome)

    # ── effects ──────────────────────────────────────────────────────────────────────────────────────────────────

    def do(self, case: str, effects: Effects, form: Mapping[str, Any]) -> None:
        """New values, whose turn it is, parallel tasks, time limits: in this order."""
        scope = self._scope(case, form)
        self._set(case, effects.sets, scope)
        found = self._family[case]
        if effects.holder is not None:
            holder = str(effects.holder.value(scope))
            self._region_of(holder)
            found = replace(found, holder=holder)
        if effects.person is not None:
            found = replace(found, person=str(effects.person.value(scope) or ""))
        self.put(found)
        for begin in effects.begins:
            self._begin(case, begin, self._scope(case, form))
        for reopen in effects.reopens:
            self._reopen(case, reopen, form)
        for name, change in effects.clocks.items():
            self._turn_clock(case, name, change, scope)

    def _set(self, case: str, sets: Mapping[str, Expression], scope: CaseScope) -> None:
        if sets:
            found = self._family[case]
            values = {name: expression.value(scope) for name, expression in sets.items()}
            self.put(replace(found, values={**found.values, **values}))

    def _begin(self, case: str, begin: Begin, scope: CaseScope) -> None:
        wanted = begin.to.value(scope) or []
        for organisation in dict.fromkeys([wanted] if isinstance(wanted, str) else map(str, wanted)):
            region = self._region_of(organisation)
            if any(not part.is_over and part.holder == organisation for part in self._parts(case)):
                raise Refused("twice", "该单位已在办理中，不能重复交办")
            definition, revision = self._house.current(begin.process, region)
            values = {name: expression.value(scope) for name, expression in begin.sets.items()}
            part = Case(
                self._house.new_id(), definition.process, revision, definition.start, organisation, region, self._now,
                holder=organisation, parent=case, role=begin.role, values={**definition.values, **values},
            )  # fmt: skip
            self.put(part)
            self.tell(
                CaseOpened, part.id, process=definition.process, revision=revision, parent=case, role=begin.role
            )  # fmt: skip
            self.enter(part.id, definition.start, before="")

    def _reopen(self, case: str, reopen: Reopen, form: Mapping[str, Any]) -> None:
        for part in self._parts(case):
            scope = self._scope(case, form, part)
            if part.role != reopen.role or not part.is_over or part.outcome == CLOSED:
                continue
            if reopen.when is None or reopen.when.truth(scope):
                self.take_up(part.id, reopen.step)
                self._set(part.id, reopen.sets, scope)
                self.enter(part.id, reopen.step, before=part.step)

    def take_up(self, case: str, step: str) -> None:
        """What had ended goes on."""
        self.put(replace(self._family[case], outcome="", ended_at=None))
        self.tell(CaseReopened, case, step=step)

    def _region_of(self, organisation: str) -> str:
        region = self._house.region_of(organisation)
        if region is None:
            raise Refused("no_organisation", f"没有可以承办的单位“{organisation}”")
        return region

    # ── time limits ──────────────────────────────────────────────────────────────────────────────────────────────

    def _follow(self, case: str, before: str) -> None:
        found = self._family[case]
        for name, event in clocks.at_a_step(self._process(found), found, before, self._now, self._scope(case)):
            self._change_clock(case, name, event)

    def relimit(self, case: str) -> None:
        """What the record now says may give its time limits another length."""
        found = self._family[case]
        for name, event in clocks.after_an_edit(self._process(found), found, self._now, self._scope(case)):
            self._change_clock(case, name, event)

    def _turn_clock(self, case: str, name: str, change: ClockChange, scope: CaseScope) -> None:
        if not clocks.is_open(self._family[case].clocks.get(name, ())):
            raise Refused("no_clock", "没有正在计时的时限")
        match change.does:
            case "pause":
                self._change_clock(case, name, Paused(self._now))
            case "resume":
                self._change_clock(case, name, Resumed(self._now))
            case "extend":
                assert change.by is not None
                more = clocks.amount_of(change.by.amount, change.by.unit, scope)
                self._change_clock(case, name, Extended(self._now, more))

    def _change_clock(self, case: str, name: str, event: Any) -> None:
        found = self._family[case]
        self.put(replace(found, clocks={**found.clocks, name: clocks.with_event(found.clocks.get(name, ()), event)}))
        self.tell(ClockChanged, case, clock=name, event=event)

    # ── what they look at ────────────────────────────────────────────────────────────────────────────────────────

    def _process(self, case: Case) -> Process:
        return self._house.revision(case.process, case.revision)

    def _step(self, case: Case) -> Step:
        return self._process(case).steps[case.step]

    def _parts(self, case: str) -> tuple[Case, ...]:
        return tuple(one for one in list(self._family.values()) if one.parent == case)

    def _scope(self, case: str, form: Mapping[str, Any] | None = None, part: Case | None = None) -> CaseScope:
        found = self._family[case]
        parts = self._parts(case)
        return CaseScope(
            self._process(found), found, self._record, self._actor, self._now, form or {}, parts, part, self._house
        )
