"""What the workshop knows of a file of any kind, and the result of a test that stands in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cti.base.files.documents import Document
from cti.base.files.findings import Finding
from cti.office.workshop.sentences import say


class Kept(Protocol):
    """A file that was read. `parts` are what people compare by name; `organisation` is empty for the whole house's."""

    @property
    def name(self) -> str:
        """The name under which it is published."""

    @property
    def title(self) -> str:
        """Its name for people."""

    @property
    def organisation(self) -> str:
        """The organisation whose file it is."""

    @property
    def revision(self) -> int:
        """0 for a draft."""

    @property
    def document(self) -> Document:
        """The file as it was read, which knows where everything stands."""

    @property
    def parts(self) -> Mapping[str, object]:
        """What can be added, removed and changed in it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A test's result; nothing in `failures` means that it passed. `line` is where it stands in the file."""

    name: str
    line: int
    failures: tuple[str, ...]


def findings_of(document: Document, proofs: Sequence[Proof]) -> list[Finding]:
    """A finding for each failure."""
    return [
        Finding.at(document, ("tests", index), say("test-failed", name=repr(proof.name), failure=failure))
        for index, proof in enumerate(proofs)
        for failure in proof.failures
    ]


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether a file with these findings must not be published."""
    return any(one.severity == "error" for one in findings)


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those that forbid publishing."""
    return [one for one in findings if one.severity == "error"]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each once, by line."""
    return sorted(dict.fromkeys(findings), key=lambda one: (one.line, one.column))
