"""The processes of the house: see `cti.office.workshop.library`. A case keeps the revision with which it began."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from cti.base.documents import Document, DocumentError
from cti.base.findings import Finding, validated
from cti.office.forms.library import FormFile, FormLibrary
from cti.office.identity import regions
from cti.office.processes.definition import Process
from cti.office.processes.house import Calendars
from cti.office.processes.lint import Known, lint
from cti.office.processes.playing import Around, Report, play
from cti.office.processes.sentences import say
from cti.office.processes.trials import Trial
from cti.office.workshop import invisible
from cti.office.workshop.kept import Proof, errors, in_order
from cti.office.workshop.library import Library


@dataclass(frozen=True, slots=True)
class ProcessFile:
    """A process with where everything stands in its file."""

    head: Process
    document: Document
    revision: int = 0

    @property
    def name(self) -> str:
        """Its name."""
        return self.head.process

    @property
    def title(self) -> str:
        """Its name for people."""
        return self.head.title

    @property
    def organisation(self) -> str:
        """Whose it is; empty for the whole house's."""
        return self.head.organisation

    @property
    def parts(self) -> Mapping[str, object]:
        """What a comparison names: steps, and time limits as `clocks.NAME`."""
        return {**self.head.steps, **{f"clocks.{name}": clock for name, clock in self.head.clocks.items()}}


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


class ProcessLibrary(Library[ProcessFile]):
    """`known` tells which permissions, calendars and records there are; forms and processes it finds itself."""

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
        super().__init__(folder, shipped=shipped, deliver=deliver, schema=schema())
        forms.dependants = self._broken_by

    def known(self, *instead: FormFile | ProcessFile) -> Known:
        """What processes may name, with these files in the place of the published ones."""
        found = self._known()
        forms = {name: one.head for name, one in self._forms.files.items()}
        processes = {name: one.head for name, one in self._current.items()}
        for one in instead:
            if isinstance(one, FormFile):
                forms[one.name] = one.head
            else:
                processes[one.name] = one.head
        return Known(found.permissions, found.calendars, forms, processes, found.records)

    def around(self, *drafts: ProcessFile) -> Around:
        """What plays take from the house, with drafts in the place of the published processes."""
        return Around(Published(self, *drafts), self._forms.check_values, self._working_time, self._region)

    def play(self, found: ProcessFile, trial: Trial) -> Report:
        """Play a trial with a process, which may be a draft."""
        return play(found.head, trial, self.around(found))

    # ── see `Library` ──

    def read(self, document: Document, revision: int = 0) -> ProcessFile:
        """See `Library.read`."""
        return ProcessFile(validated(document, Process), document, revision)

    def examine(self, document: Document) -> tuple[ProcessFile | None, list[Finding]]:
        """See `Library.examine`."""
        try:
            found = self.read(document)
        except DocumentError as error:
            return None, in_order([*map(Finding.of, error.problems), *invisible.check(document)])
        return found, in_order([*lint(found.head, document, self.known()), *invisible.check(document)])

    def other_name(self, found: ProcessFile, name: str) -> Finding:
        """See `Library.other_name`."""
        return Finding.at(found.document, ("process",), say("process-other", process=found.name, name=name))

    def prove(self, found: ProcessFile) -> Sequence[ProcessProof]:
        """Play the process's own tests."""
        proofs = []
        for index, trial in enumerate(found.head.tests):
            report = self.play(found, trial)
            line = found.document.problem(("tests", index), "").line
            proofs.append(ProcessProof(trial.name, line, tuple(report.failures), tuple(report.steps)))
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
            if other.name == changed.name and isinstance(changed, ProcessFile):
                continue
            there = set(errors(lint(other.head, other.document, before)))
            wrong += [one for one in errors(lint(other.head, other.document, known)) if one not in there]
        return wrong


def schema() -> str:
    """The JSON schema of process files: editors complete and check by it."""
    found = Process.model_json_schema(by_alias=True)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "Process"}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
