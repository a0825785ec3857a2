"""Lint of time limits: those that never begin, never end, are never asked, or stand still for ever."""

from __future__ import annotations

from collections.abc import Iterator

from cti.base.files.documents import Document
from cti.base.files.findings import Finding
from cti.office.processes.definition import ClockRule, Process
from cti.office.processes.lint.graph import entries, reachable, shadowed
from cti.office.processes.lint.known import Known
from cti.office.processes.sentences import say


def check(process: Process, document: Document, known: Known) -> Iterator[Finding]:
    """All findings about time limits."""
    reached = reachable(process, entries(process, known))
    for name, clock in process.clocks.items():
        where = ("clocks", name)
        if not set(clock.during) & reached:
            yield Finding.at(document, (*where, "during"), say("clock-never"))
        for key, steps in (("during", clock.during), ("pauses", clock.pauses)):
            for index, step in enumerate(steps):
                if process.steps[step].outcome is not None:
                    words = say("clock-end", step=step)
                    yield Finding.at(document, (*where, key, index), words, severity="warning")
        for index, step in enumerate(clock.pauses):
            if step in clock.during:
                yield Finding.at(document, (*where, "pauses", index), say("clock-both", step=step))
            elif not _goes_on(process, clock, step):
                words = say("pause-endless", step=step)
                yield Finding.at(document, (*where, "pauses", index), words)
        after = reachable(process, set(clock.during))
        if not any(process.steps[one].outcome or one not in (*clock.during, *clock.pauses) for one in after):
            yield Finding.at(document, (*where, "during"), say("clock-endless"))
        conditions = [
            ((*where, "limits", index), one.when.text if one.when is not None else None)
            for index, one in enumerate(clock.limits)
        ]
        for place in shadowed(conditions):
            yield Finding.at(document, place, say("limit-unreached"))
        if all(one.when is not None for one in clock.limits):
            words = say("limit-none")
            yield Finding.at(document, (*where, "limits"), words, severity="warning", suggestion=say("hint-limit"))


def _goes_on(process: Process, clock: ClockRule, step: str) -> bool:
    """Whether a case can leave the pauses again."""
    return any(one not in clock.pauses for one in reachable(process, {step}))
