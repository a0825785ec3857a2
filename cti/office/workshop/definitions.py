"""Files that are one model each: a form, a process, a figure, a print template, a mapping.

A kind of them says its model, what lint finds beyond the model, how a test inside the file is run, and what a
comparison of two revisions names; all else is here and in `cti.office.workshop.library`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

import pydantic

from cti.base.files.documents import Document, DocumentError
from cti.base.files.findings import Finding, validated
from cti.base.files.parts import NAME, Part
from cti.office.workshop import invisible
from cti.office.workshop.kept import Proof, in_order
from cti.office.workshop.library import Library
from cti.office.workshop.sentences import say


class FileTest(Part):
    """A test inside a file, run before each publication; `name` says what is tested."""

    name: str


class Head(Part):
    """A whole file. `organisation` is whose it is; without one it is the whole house's.

    It names itself under the key that is its kind: `form: reply` is the form `reply`.
    """

    WORD: ClassVar[str]
    """Its kind, and the key of its name."""

    title: str
    organisation: Annotated[str, pydantic.Field(pattern=NAME)] | Literal[""] = ""
    tests: tuple[FileTest, ...] = ()

    @property
    def name(self) -> str:
        """What the file calls itself in its first line, such as `figure: answer_rate`."""
        return str(getattr(self, self.WORD))

    @property
    def compared(self) -> Mapping[str, object]:
        """What a comparison of two revisions names."""
        raise NotImplementedError


H = TypeVar("H", bound=Head)


@dataclass(frozen=True, slots=True)
class Definition(Generic[H]):
    """A file that was read: its model, and where everything stands in it."""

    head: H
    document: Document
    revision: int = 0

    @property
    def name(self) -> str:
        """What the file calls itself."""
        return self.head.name

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
        """What a comparison names."""
        return self.head.compared


class Definitions(Library[Definition[H]], Generic[H]):
    """The library of such files. A kind says its `model`, `kind`, `schema_name`, `lint` and `failures`."""

    model: ClassVar[type[Head]]

    def __init__(self, folder: Path | None = None, *, shipped: Sequence[Path] = (), deliver: bool = True) -> None:
        super().__init__(folder, shipped=shipped, deliver=deliver, schema=_schema_file(self.schema))

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """The JSON schema of its files: editors complete and check by it."""
        found = cls.model.model_json_schema(by_alias=True)
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": cls.model.__name__}

    # ── what a kind says ──

    def lint(self, head: H, document: Document) -> Iterable[Finding]:
        """What is wrong with a file that its model allows."""
        raise NotImplementedError

    def failures(self, head: H, index: int) -> Iterable[str]:
        """Run the file's test of this index; nothing when it passes."""
        raise NotImplementedError

    # ── see `Library` ──

    def read(self, document: Document, revision: int = 0) -> Definition[H]:
        """See `Library.read`."""
        head: Any = validated(document, self.model)
        return Definition(head, document, revision)

    def examine(self, document: Document) -> tuple[Definition[H] | None, list[Finding]]:
        """See `Library.examine`."""
        try:
            found = self.read(document)
        except DocumentError as error:
            return None, in_order([*map(Finding.of, error.problems), *invisible.check(document)])
        return found, in_order([*self.lint(found.head, document), *invisible.check(document)])

    def other_name(self, found: Definition[H], name: str) -> Finding:
        """See `Library.other_name`."""
        words = say("file-other", kind=self.kind, found=found.name, name=name)
        return Finding.at(found.document, (self.kind,), words)

    def prove(self, found: Definition[H]) -> Sequence[Proof]:
        """See `Library.prove`."""
        return [
            Proof(name, line, tuple(self.failures(found.head, index)))
            for index, (name, line) in enumerate(tests_of(found))
        ]

    def breaks(self, found: Definition[H]) -> list[Finding]:
        """Nothing depends on such a file, unless its kind says so."""
        return []


def tests_of(found: Definition[Any]) -> Iterator[tuple[str, int]]:
    """The tests of a file, each with the line where it stands."""
    for index, test in enumerate(found.head.tests):
        yield test.name, found.document.problem(("tests", index), "").line


@cache
def _schema_file(schema: Callable[[], dict[str, Any]]) -> str:
    """What stands in the schema's file of a kind: to make it out of the models takes as long as to read ten files."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
