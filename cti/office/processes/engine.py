"""The engine of processes: what may be done with a case now, and what becomes of it. Pure: nothing is stored here.

A case and its parallel tasks are a family: they are read, changed and written together. What is refused has changed
nothing; what was done comes as a `Change`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cti.base.expressions import Expression, ExpressionError
from cti.office.processes.case import ActionTaken, Actor, Case, CaseEvent, CaseOpened
from cti.office.processes.definition import Action, Process, Step
from cti.office.processes.house import House
from cti.office.processes.moving import Moving
from cti.office.processes.refused import Refused
from cti.office.processes.scope import CaseScope

Family = Mapping[str, Case]
"""A case and all its parallel tasks, whatever their depth, by id."""


@dataclass(frozen=True, slots=True)
class Change:
    """The cases that are new or changed, as they are now, and what happened, in order."""

    cases: Mapping[str, Case]
    events: tuple[CaseEvent, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that an actor may take now. `refused` says why not, when it is his but something is missing."""

    action: str
    title: str
    form: str = ""
    refused: str = ""


class Engine:
    """Goes by the definitions of a house."""

    def __init__(self, house: House) -> None:
        self._house = house

    def open(
        self,
        process: str,
        record: Mapping[str, Any],
        actor: Actor,
        now: datetime,
        *,
        organisation: str,
        region: str,
        values: Mapping[str, Any] | None = None,
    ) -> Change:
        """A new case at the first step of the process. KeyError when there is no such process; Refused."""
        definition, revision = self._house.current(process, region)
        case = Case(
            self._house.new_id(), definition.process, revision, definition.start, organisation, region, now,
            holder=organisation, values={**definition.values, **(values or {})},
        )  # fmt: skip
        moving = Moving(self._house, {case.id: case}, record, actor, now)
        moving.tell(CaseOpened, case.id, process=definition.process, revision=revision)
        moving.enter(case.id, definition.start, before="")
        return Change(moving.changed, tuple(moving.events))

    def offers(
        self, family: Family, case: str, actor: Actor, record: Mapping[str, Any], now: datetime
    ) -> tuple[Offer, ...]:
        """What the actor may do with a case now, in the order of the file."""
        found = family[case]
        process, step = self._where(found)
        if not _goes_on(found, step):
            return ()
        scope = CaseScope(process, found, record, actor, now, parts=_parts(family, case), house=self._house)
        offers = []
        for name, action in step.actions.items():
            if self._is_his(actor, action, step, found, family) and _holds(action.shown, scope):
                offers.append(Offer(name, action.title, action.form or "", _missing(action, name, scope, asked=False)))
        return tuple(offers)

    def act(
        self,
        family: Family,
        case: str,
        actor: Actor,
        action: str,
        form: Mapping[str, Any],
        record: Mapping[str, Any],
        now: datetime,
    ) -> Change:
        """Take an action. Refused says why not: `over`, `no_action`, `not_yours`, `not_now`, `missing`, `no_way`."""
        found = family[case]
        process, step = self._where(found)
        if not _goes_on(found, step):
            raise Refused("over", "已经办结，不能再操作")
        wanted = step.actions.get(action)
        if wanted is None:
            raise Refused("no_action", f"“{step.title}”环节没有这个操作，可能已被他人处理，请刷新")
        if not self._is_his(actor, wanted, step, found, family):
            raise Refused("not_yours", f"您不能在“{step.title}”环节进行“{wanted.title}”")
        scope = CaseScope(process, found, record, actor, now, form, _parts(family, case), house=self._house)
        try:
            if not _holds(wanted.shown, scope):
                raise Refused("not_now", f"现在不能进行“{wanted.title}”")
            if missing := _missing(wanted, action, scope, asked=True):
                raise Refused("missing", missing)
            return self._take(family, found, action, wanted, scope)
        except ExpressionError as error:
            raise Refused("wrong", f"流程定义有误（{process.process}，{action}）：{error.message}") from error

    def edited(self, family: Family, actor: Actor, record: Mapping[str, Any], now: datetime) -> Change:
        """What the case is about has changed, and with it perhaps how long things may take."""
        moving = Moving(self._house, dict(family), record, actor, now)
        for case in family.values():
            if not case.is_over:
                moving.relimit(case.id)
        return Change(moving.changed, tuple(moving.events))

    def _take(self, family: Family, found: Case, name: str, action: Action, scope: CaseScope) -> Change:
        moving = Moving(self._house, dict(family), scope.record, scope.actor, scope.now)
        count = {**found.count, name: found.count.get(name, 0) + 1}
        moving.put(replace(found, count=count))
        moving.tell(ActionTaken, found.id, step=found.step, action=name, form=dict(scope.form))
        if found.is_over:
            moving.take_up(found.id, found.step)
        if action.ways:
            moving.free(found.id)
        moving.do(found.id, action, scope.form)
        if action.ways:
            way = moving.first(action.ways, found.id, form=scope.form)
            if way is None:
                raise Refused("no_way", f"“{action.title}”在当前情况下没有可去的环节")
            moving.go(found.id, way, form=scope.form)
        return Change(moving.changed, tuple(moving.events))

    def _where(self, case: Case) -> tuple[Process, Step]:
        process = self._house.revision(case.process, case.revision)
        return process, process.steps[case.step]

    def _is_his(self, actor: Actor, action: Action, step: Step, case: Case, family: Family) -> bool:
        parent = family.get(case.parent)
        return any(self._house.may(actor, who, case, parent) for who in action.who or step.who)


def _goes_on(case: Case, step: Step) -> bool:
    """Whether anything can be done: also with a whole case that its process lets people take up again."""
    return not case.is_over or (not case.parent and case.outcome == step.outcome and bool(step.actions))


def _parts(family: Family, case: str) -> tuple[Case, ...]:
    return tuple(one for one in family.values() if one.parent == case)


def _holds(condition: Expression | None, scope: CaseScope) -> bool:
    return condition is None or condition.truth(scope)


def _missing(action: Action, name: str, scope: CaseScope, *, asked: bool) -> str:
    """Why it cannot be done, as the file says it. Conditions on the form are asked once it is filled in."""
    if action.at_most is not None and scope.case.count.get(name, 0) >= action.at_most:
        return f"“{action.title}”最多{action.at_most}次"
    for need in action.needs:
        if (asked or "form" not in need.unless.names) and not need.unless.truth(scope):
            return need.says.value(scope)
    return ""
