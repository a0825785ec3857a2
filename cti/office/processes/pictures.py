"""A process as a picture: steps and ways, with the cases that are there now. Drawn by the console as flows are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cti.office.processes.definition import Step
from cti.office.processes.library import ProcessFile
from cti.office.processes.lint import places
from cti.office.processes.lint.graph import passes_always


@dataclass(frozen=True, slots=True)
class ProcessNode:
    """A step; `kind` is `step`, `gather` (waits for parallel tasks), `pass` (nobody stays) or `outcome`.

    `note` is its title, `about` who acts there; `line` is where it stands in the text, `now` counts open cases.
    """

    name: str
    kind: str
    note: str
    about: str
    line: int
    now: int
    entered: int = 0
    hangups: int = 0
    invalid: int = 0
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class ProcessEdge:
    """A way; `way` is the action's title, or what leads on by itself. `hint` is the condition."""

    source: str
    target: str
    way: str
    hint: str
    count: int = 0
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class ProcessGraph:
    """A process as a picture; `flow` is its name."""

    flow: str
    revision: int
    start: str
    nodes: list[ProcessNode]
    edges: list[ProcessEdge]


_BY_ITSELF = {"passes": "自动", "joins": "汇合"}


def picture(found: ProcessFile, now: Mapping[str, int], titles: Mapping[str, str]) -> ProcessGraph:
    """Draw it; `titles` are those of permissions. Ways that lead nowhere are left out."""
    process = found.head
    nodes = [
        ProcessNode(
            name=name,
            kind=_kind(step),
            note=step.title,
            about=_about(step, titles),
            line=found.document.problem(("steps", name), "").line,
            now=now.get(name, 0),
        )
        for name, step in process.steps.items()
    ]
    edges = []
    for where, source, key, way in places.ways(process):
        if way.next in process.steps and way.next is not None:
            action = process.steps[source].actions.get(key) if where[-2:-1] not in (("passes",), ("joins",)) else None
            title = action.title if action is not None else _BY_ITSELF.get(key, key)
            edges.append(ProcessEdge(source, way.next, title, way.when.text if way.when is not None else ""))
    return ProcessGraph(process.process, found.revision, process.start, nodes, edges)


def _kind(step: Step) -> str:
    if step.outcome is not None:
        return "outcome"
    if passes_always(step):
        return "pass"
    return "gather" if step.joins else "step"


def _about(step: Step, titles: Mapping[str, str]) -> str:
    found = dict.fromkeys(titles.get(one.permission, one.permission) for one in step.who if one.permission)
    return "、".join(found)
