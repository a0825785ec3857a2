"""The processes of the house: see `cti.office.workshop.definitions`. A case keeps the revision with which it began."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from cti.base.files.documents import Document
from cti.base.files.findings import Finding
from cti.office.forms.definition import Form
from cti.office.forms.library import FormFile, FormLibrary
from cti.office.identity import regions
from cti.office.processes.definition import Process
from cti.office.processes.house import Calendars
from cti.office.processes.lint import Known, lint
from cti.office.processes.play_report import Report
from cti.office.processes.playing import play
from cti.office.processes.stage import Around
from cti.office.processes.trials import Trial
from cti.office.workshop.definitions import Definition, Definitions, tests_of
from cti.office.workshop.kept import Proof, errors
from cti.office.workshop.library import Library

ProcessFile = Definition[Process]


@dataclass(frozen=True, slots=True)
class ProcessProof(Proof):
    """The result with the steps that cases came to."""

    steps: tuple[str, ...]


def nearest(processes: Mapping[str, ProcessFile], process: str, region: str) -> ProcessFile:
    """The process that goes in the place of another in a region, the nearest region upward; else itself. KeyError."""
    instead = {place: one for one in processes.values() if one.head.replaces == process for place in one.head.regions}
    return next((instead[place] for place in regions.above(region) if place in instead), None) or processes[process]


class Published:
    """Definitions as the engine asks for them: see `cti.office.processes.rights.Definitions`."""

    def __init__(self, library: Library[ProcessFile], *drafts: ProcessFile) -> None:
        self._library = library
        self._drafts = {one.name: one for one in drafts}

    def current(self, process: str, region: str) -> tuple[Process, int]:
        """The definition by which new cases of a region go, and its revision; KeyError."""
        # A draft that is tried under its own name is what is meant, whatever stands in its place elsewhere.
        found = self._drafts.get(process) or nearest({**self._library.files, **self._drafts}, process, region)
        return found.head, found.revision

    def revision(self, process: str, revision: int) -> Process:
        """A definition as cases of that revision began with it; KeyError."""
        draft = self._drafts.get(process)
        if draft is not None and draft.revision == revision:
            return draft.head
        return self._library.revision(process, revision).head


class ProcessLibrary(Definitions[Process]):
    """`known` tells which permissions, calendars and records there are; forms and processes it finds itself."""

    model = Process
    kind: ClassVar[str] = "process"
    schema_name: ClassVar[str] = "process.schema.json"

    def __init__(
        self,
        folder: Path | None,
        forms: FormLibrary,
        *,
        known: Callable[[], Known],
        working_time: Calendars,
        region: str,
        shipped: Sequence[Path] = (),
        deliver: bool = True,
    ) -> None:
        self._known = known
        self._forms = forms
        self._working_time = working_time
        self._region = region
        super().__init__(folder, shipped=shipped, deliver=deliver)
        forms.dependants = self._broken_by

    def known(self, *instead: FormFile | ProcessFile) -> Known:
        """What processes may name, with these files in the place of the published ones."""
        found = self._known()
        forms = {name: one.head for name, one in self._forms.files.items()}
        processes = {name: one.head for name, one in self._current.items()}
        for head in (one.head for one in instead):
            if isinstance(head, Form):
                forms[head.name] = head
            else:
                processes[head.name] = head
        return Known(found.permissions, found.calendars, forms, processes, found.records)

    def around(self, *drafts: ProcessFile) -> Around:
        """What plays take from the house, with drafts in the place of the published processes."""
        return Around(Published(self, *drafts), self._forms.check_values, self._working_time, self._region)

    def play(self, found: ProcessFile, trial: Trial) -> Report:
        """Play a trial with a process, which may be a draft."""
        return play(found.head, trial, self.around(found))

    def lint(self, head: Process, document: Document) -> Iterable[Finding]:
        """See `Definitions.lint`."""
        return lint(head, document, self.known())

    def prove(self, found: ProcessFile) -> Sequence[ProcessProof]:
        """Play the process's own tests."""
        proofs = []
        for trial, (name, line) in zip(found.head.tests, tests_of(found), strict=True):
            report = self.play(found, trial)
            proofs.append(ProcessProof(name, line, tuple(report.failures), tuple(report.steps)))
        return proofs

    def breaks(self, found: ProcessFile) -> list[Finding]:
        """Errors that publishing it would make in processes that begin tasks of it, or that it replaces."""
        return self._errors_with(found)

    def _broken_by(self, form: FormFile) -> list[Finding]:
        return self._errors_with(form)

    def _errors_with(self, changed: FormFile | ProcessFile) -> list[Finding]:
        """Errors of published processes that are not there now."""
        known, before = self.known(changed), self.known()
        wrong: list[Finding] = []
        for other in self._current.values():
            if other.name == changed.name and isinstance(changed.head, Process):
                continue
            there = set(errors(lint(other.head, other.document, before)))
            wrong += [one for one in errors(lint(other.head, other.document, known)) if one not in there]
        return wrong
