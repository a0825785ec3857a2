"""Lint of parallel tasks: joins without tasks, tasks without a join, conditions of joins that never hold."""

from __future__ import annotations

from collections.abc import Iterator

from cti.base.expressions import check as trees
from cti.base.expressions.syntax import Binary, Field, Literal, Name
from cti.base.files.documents import Document
from cti.base.files.findings import Finding
from cti.base.files.sentences import Words
from cti.office.processes.definition import Process, Way
from cti.office.processes.lint import places
from cti.office.processes.lint.graph import reachable
from cti.office.processes.lint.known import Known
from cti.office.processes.lint.names import begun_as, hint
from cti.office.processes.moving import CLOSED
from cti.office.processes.sentences import say


def check(process: Process, document: Document, known: Known) -> Iterator[Finding]:
    """All findings about parallel tasks."""
    begins: dict[str, set[str]] = {}
    for where, name, action, effects in places.effects(process):
        if not (effects.begins or effects.reopens):
            continue
        # They are there from the step at which they begin, or from where the action leads.
        ways = [way for _, source, key, way in places.ways(process) if (source, key) == (name, action)]
        after = reachable(process, {way.next for way in ways if way.next is not None} or {name})
        begins[name] = begins.get(name, set()) | after
        if effects.begins and not any(process.steps[one].joins for one in after):
            words = say("join-missing")
            yield Finding.at(document, (*where, "begins"), words, severity="warning", suggestion=say("hint-join"))
    there = set[str]().union(*begins.values())
    for name, step in process.steps.items():
        if step.joins and name not in there:
            yield Finding.at(document, ("steps", name, "joins"), say("join-none", step=name))
        elif step.joins:
            for index, way in enumerate(step.joins):
                found = _never(process, known, way)
                if found is not None:
                    words, suggestion = found
                    place = ("steps", name, "joins", index, "if")
                    yield Finding.at(document, place, words, suggestion=suggestion)


def _never(process: Process, known: Known, way: Way) -> tuple[Words, str] | None:
    """What a join asks of a task's role or outcome that no task ever has."""
    if way.when is None:
        return None
    parts = {role: begun_as(process, known, role) for role in process.roles}
    outcomes = {
        step.outcome for found in parts.values() for part in found for step in part.steps.values() if step.outcome
    }
    can_be: dict[str, set[str]] = {"role": set(process.roles), "outcome": {*outcomes, CLOSED} if outcomes else set()}
    for tree in trees.walk(way.when.tree):
        match tree:
            case Binary("==", Field(Name("part"), key), Literal(str() as value)) if can_be.get(key):
                if value not in can_be[key]:
                    words = say("join-never", name=f"part.{key}", value=value)
                    return words, hint(value, can_be[key])
    return None
