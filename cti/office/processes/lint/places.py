"""Everything of a process with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator

from cti.base.expressions import Expression
from cti.base.files.documents import Where
from cti.office.processes.definition import Action, Effects, Process, Step, Way, Who


def actions(process: Process) -> Iterator[tuple[Where, str, Step, str, Action]]:
    """Every action of every step: place, the step's name, the step, the action's name. Shared ones stand once."""
    for step_name, step in process.steps.items():
        for name, action in step.actions.items():
            shared = process.actions.get(name) is action
            yield ("actions", name) if shared else ("steps", step_name, "actions", name), step_name, step, name, action


def effects(process: Process) -> Iterator[tuple[Where, str, str, Effects]]:
    """Everything that changes a case: place, the step at which it does, and the action (empty: on entering)."""
    for name, step in process.steps.items():
        yield ("steps", name, "enters"), name, "", step.enters
    for where, step_name, _, name, action in actions(process):
        yield where, step_name, name, action


def ways(process: Process) -> Iterator[tuple[Where, str, str, Way]]:
    """Every way: place, the step it leads out of, what leads there (an action's name, `passes` or `joins`)."""
    for name, step in process.steps.items():
        for key, found in (("passes", step.passes), ("joins", step.joins)):
            for index, way in enumerate(found):
                yield ("steps", name, key, index), name, key, way
    for where, step_name, _, name, action in actions(process):
        if isinstance(action.next, str):
            yield where, step_name, name, action.ways[0]
        for index, way in enumerate(action.next if isinstance(action.next, tuple) else ()):
            yield (*where, "next", index), step_name, name, way


def sets(process: Process) -> Iterator[tuple[Where, str, Expression]]:
    """Every value of the case that is set: place, name, and what becomes of it."""
    for where, _, _, one in effects(process):
        for name, expression in one.sets.items():
            yield (*where, "sets", name), name, expression
    for where, _, _, way in ways(process):
        for name, expression in way.sets.items():
            yield (*where, "sets", name), name, expression


def who(process: Process) -> Iterator[tuple[Where, Who]]:
    """Every rule about who may act."""
    for name, step in process.steps.items():
        for index, one in enumerate(step.who):
            yield ("steps", name, "who", index), one
    for where, _, _, _, action in actions(process):
        for index, one in enumerate(action.who):
            yield (*where, "who", index), one
