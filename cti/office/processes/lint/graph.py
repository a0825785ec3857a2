"""Lint of steps and ways: never reached, never left, never ended, never taken, passed in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cti.base.files.documents import Document, Where
from cti.base.files.findings import Finding
from cti.office.processes.definition import Process, Step, Way
from cti.office.processes.lint import places
from cti.office.processes.lint.known import Known
from cti.office.processes.lint.names import begun_as
from cti.office.processes.sentences import say


def check(process: Process, document: Document, known: Known) -> Iterator[Finding]:
    """All findings about steps and ways."""
    reached = reachable(process, entries(process, known))
    for name, step in process.steps.items():
        where: Where = ("steps", name)
        if name not in reached:
            words = say("step-unreached", step=name)
            yield Finding.at(document, where, words, severity="warning", suggestion=say("hint-lead"))
        if step.outcome is None and not step.ways:
            yield Finding.at(document, where, say("step-stuck", step=name), suggestion=say("hint-step-out"))
        if step.outcome is not None:
            for key, found in (("passes", step.passes), ("joins", step.joins)):
                if found:
                    words = say("outcome-goes-on", step=name, key=key)
                    yield Finding.at(document, (*where, key), words, severity="warning")
        if step.actions and passes_always(step):
            words = say("actions-never", step=name)
            yield Finding.at(document, (*where, "actions"), words, severity="warning")
    yield from _endless(process, document)
    yield from _circles(process, document)
    yield from _twice(process, document)
    yield from _public(process, document, reached)


def entries(process: Process, known: Known) -> set[str]:
    """Where cases come in: at the start, and where another process has its tasks, which go by this one, go on."""
    found = {process.start}
    for other in {**known.processes, process.process: process}.values():
        for _, _, _, effects in places.effects(other):
            for reopen in effects.reopens:
                if any(one.process == process.process for one in begun_as(other, known, reopen.role)):
                    found.add(reopen.step)
    return found


def reachable(process: Process, starts: set[str]) -> set[str]:
    """The steps that can be reached from these, with them."""
    waiting = [name for name in starts if name in process.steps]
    found = set(waiting)
    while waiting:
        for way in process.steps[waiting.pop()].ways:
            if way.next is not None and way.next in process.steps and way.next not in found:
                found.add(way.next)
                waiting.append(way.next)
    return found


def passes_always(step: Step) -> bool:
    """Whether no case ever stays there."""
    return any(way.when is None and way.next is not None for way in step.passes)


def _endless(process: Process, document: Document) -> Iterator[Finding]:
    """Steps from which no end can be reached; those that nobody can leave were complained of."""
    good = {name for name, step in process.steps.items() if step.outcome is not None}
    grown = True
    while grown:
        more = {
            name for name, step in process.steps.items() if name not in good and any(w.next in good for w in step.ways)
        }
        good |= more
        grown = bool(more)
    bad = [name for name, step in process.steps.items() if name not in good and step.ways]
    if bad:
        others = say("and-others", count=len(bad) - 1) if len(bad) > 1 else ""
        words = say("end-missing", step=bad[0], others=others)
        yield Finding.at(document, ("steps", bad[0]), words, suggestion=say("hint-step-out"))


def _circles(process: Process, document: Document) -> Iterator[Finding]:
    """Circles of steps that are all passed without a condition."""
    always: dict[str, str] = {
        name: step.passes[0].next or name
        for name, step in process.steps.items()
        if step.outcome is None and passes_always(step) and len(step.passes) == 1
    }
    told: set[str] = set()
    for name in always:
        path = [name]
        while path[-1] in always and always[path[-1]] not in path:
            path.append(always[path[-1]])
        if path[-1] in always and always[path[-1]] == name and name not in told:
            told |= set(path)
            words = say("circle", circle=" → ".join([*path, name]))
            yield Finding.at(document, ("steps", name, "passes"), words)


def _twice(process: Process, document: Document) -> Iterator[Finding]:
    """Ways that an earlier one of the same list makes needless."""
    lists: dict[Where, dict[Where, Way]] = {}
    for where, _, _, way in places.ways(process):
        if isinstance(where[-1], int):
            lists.setdefault(where[:-1], {})[where] = way
    for found in lists.values():
        for where in shadowed(
            [(where, way.when.text if way.when is not None else None) for where, way in found.items()]
        ):
            yield Finding.at(document, where, say("way-unreached"))


def shadowed(conditions: Sequence[tuple[Where, str | None]]) -> Iterator[Where]:
    """Places whose condition (None: always) never decides, because an earlier one holds whenever it does."""
    seen: set[str | None] = set()
    for where, condition in conditions:
        plain = None if condition in (None, "true") else " ".join(str(condition).split())
        if None in seen or plain in seen:
            yield where
        seen.add(plain)


def _public(process: Process, document: Document, reached: set[str]) -> Iterator[Finding]:
    """Steps where cases stay and of which the citizen is told nothing, in a process that tells him of others."""
    if not any(step.public for step in process.steps.values()):
        return
    for name, step in process.steps.items():
        if not step.public and name in reached and not passes_always(step):
            words = say("public-missing", step=name)
            yield Finding.at(document, ("steps", name), words, severity="warning")
