"""Lint of the tests inside a process: people, steps, actions and time limits that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from cti.base.files.documents import Document, Where
from cti.base.files.findings import Finding
from cti.office.processes.definition import Process
from cti.office.processes.lint.names import hint
from cti.office.processes.sentences import say
from cti.office.processes.trials import CITIZEN_PLAYER, HOUSE_PLAYER, Move


def check(process: Process, document: Document) -> Iterator[Finding]:
    """All findings about tests; steps and actions of parallel tasks are another process's own."""
    people = process.cast.people
    for index, test in enumerate(process.tests):
        named: list[tuple[Where, str, str]] = [((), "opens", test.opens)] if test.opens else []
        named += [(("moves", at), "who", move.who) for at, move in enumerate(test.moves) if move.who]
        for place, key, person in named:
            if person not in people and person not in (HOUSE_PLAYER, CITIZEN_PLAYER):
                words = say("person-unknown", person=person)
                yield Finding.at(document, ("tests", index, *place, key), words, suggestion=hint(person, people))
        for at, move in enumerate(test.moves):
            where = ("tests", index, "moves", at)
            if move == Move():
                yield Finding.at(document, where, say("move-empty"), severity="warning")
            if move.task:
                continue
            if move.step is not None and move.step not in process.steps:
                words = say("step-unknown", step=move.step)
                yield Finding.at(document, (*where, "step"), words, suggestion=hint(move.step, process.steps))
            for key, names in (("does", [move.does] if move.does else []), ("offers", move.offers or ())):
                for name in names:
                    # Who tries what does not exist expects to be refused.
                    if name not in process.action_names and move.refused is None:
                        words = say("action-unknown", action=name)
                        suggestion = hint(name, process.action_names)
                        yield Finding.at(document, (*where, key), words, suggestion=suggestion)
            for name in move.clocks:
                if name not in process.clocks:
                    words = say("clock-unknown", clock=name)
                    yield Finding.at(document, (*where, "clocks", name), words, suggestion=hint(name, process.clocks))
