"""The files of one kind: published revisions, and the file that a name means now.

What is published was checked: its form, lint without errors, its own tests, and the files that depend on it. Whoever
began with a revision keeps it; a name means the newest from the moment it is published.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

import structlog

from cti.base.files import documents
from cti.base.files.documents import Document, DocumentError
from cti.base.files.findings import Finding
from cti.office.workshop.kept import Kept, Proof, errors, findings_of
from cti.office.workshop.revisions import Revision, Revisions, Withdrawal, digest, write

log = structlog.get_logger(__name__)

K = TypeVar("K", bound=Kept)

DELIVERED = "hotline"
"""The author of files that came with the programme."""


class Refused(Exception):
    """A file that must not be published; `findings` say why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


class Library(Generic[K]):
    """Finds files by name and publishes new revisions. Safe to call from several threads.

    `folder` holds the revisions and, beside them, `NAME.yaml`: the text that is published, for an editor. Without it
    the library only has the `shipped` files. Without `deliver` nothing is written before something is published:
    shipped files that the folder lacks are there all the same, new versions of them are not.
    """

    kind: ClassVar[str]
    """What its files are, such as `flow`: names them in logs, in the audit and in the index of their revisions."""
    schema_name: ClassVar[str]
    """The JSON schema beside the files, where an editor looks for it."""

    def __init__(
        self, folder: Path | None = None, *, shipped: Sequence[Path] = (), deliver: bool = True, schema: str = ""
    ) -> None:
        self._current: dict[str, K] = {}
        self._kept: dict[tuple[str, int], K] = {}
        self._withdrawn: dict[str, K] = {}
        self._lock = threading.RLock()
        self.refused: dict[str, list[Finding]] = {}
        self.revisions = Revisions(folder, self.kind) if folder is not None else None
        if self.revisions is not None and deliver:
            self.revisions.folder.mkdir(parents=True, exist_ok=True)
            if schema:
                write(self.revisions.folder / self.schema_name, schema)
            for place in shipped:
                self._deliver(place)
        published = self.revisions.names() if self.revisions is not None else []
        for path in _files(shipped):
            if path.stem not in published:
                self.add(self.read(documents.load(path), revision=1))
        for name in published:
            self.reload(name)

    # ── what a kind of file says ──

    def read(self, document: Document, revision: int = 0) -> K:
        """The file of a document; raises DocumentError with every fault of its form. Lint finds more."""
        raise NotImplementedError

    def examine(self, document: Document) -> tuple[K | None, list[Finding]]:
        """As much as can be read of a document, and what lint says of it."""
        raise NotImplementedError

    def other_name(self, found: K, name: str) -> Finding:
        """What is said when the text is not that of the file `name`."""
        raise NotImplementedError

    def prove(self, found: K) -> Sequence[Proof]:
        """Run the file's own tests. Must not be called on an event loop's thread."""
        raise NotImplementedError

    def breaks(self, found: K) -> list[Finding]:
        """Errors that publishing it would make in files that depend on it."""
        raise NotImplementedError

    # ── looking ──

    @property
    def names(self) -> list[str]:
        """The names of all published files."""
        return sorted(self._current)

    @property
    def files(self) -> Mapping[str, K]:
        """All published files by name."""
        return dict(self._current)

    @property
    def withdrawn(self) -> Mapping[str, K]:
        """What was published once and is in force no more, by name, as it was last."""
        return dict(self._withdrawn)

    def current(self, name: str) -> K:
        """The published file; KeyError when there is none."""
        return self._current[name]

    def latest(self, name: str) -> K:
        """The published file, or what it was when it was withdrawn; KeyError when there never was one."""
        return self._withdrawn.get(name) or self._current[name]

    def revision(self, name: str, revision: int) -> K:
        """A published revision; KeyError when there is none, or when it cannot be read any more."""
        found = self._kept.get((name, revision))
        if found is None:
            if self.revisions is None:
                raise KeyError(f"{name} has no revision {revision}")
            text = self.revisions.text(name, revision)
            try:
                found = self._read(text, self.revisions.file(name, revision), revision)
            except DocumentError as error:
                raise KeyError(f"{name}, revision {revision}: {error}") from None
            self._kept[name, revision] = found
        return found

    def add(self, found: K) -> None:
        """Make it what its name means."""
        self._kept[found.name, found.revision] = found
        self._current[found.name] = found
        self._withdrawn.pop(found.name, None)

    def reload(self, name: str) -> None:
        """Take the newest revision from disk, published perhaps by another process; a bad one is refused."""
        if self.revisions is None or not (history := self.revisions.history(name)):
            return
        for revision in reversed(history):
            try:
                self.add(self.revision(name, revision.revision))
                if self.revisions.withdrawal(name) is not None:
                    self._leave(name)
                return
            except KeyError as error:
                log.error(
                    "a published file cannot be read", kind=self.kind, file=name, revision=revision.revision,
                    reason=str(error),
                )  # fmt: skip

    # ── checking ──

    def check(self, text: str, file: str) -> tuple[K | None, list[Finding]]:
        """The file of a text as a draft, and what lint says; nothing is published."""
        try:
            document = documents.parse(text, file)
        except DocumentError as error:
            return None, [Finding.of(one) for one in error.problems]
        return self.examine(document)

    def refused_now(self) -> dict[str, list[Finding]]:
        """Files whose saved text is not what is published, because of these faults: also without an engine."""
        found: dict[str, list[Finding]] = {}
        for path in map(Path, sorted(self.revisions.working_stamps()) if self.revisions is not None else ()):
            text = path.read_text("utf-8", "replace")
            if digest(text) == self.published_digest(path.stem):
                continue
            draft, findings = self.check(text, str(path))
            wrong = errors(findings)
            if draft is not None and not wrong:
                wrong = self._failures(draft)
            if wrong:
                found[path.stem] = wrong
        return found

    def _failures(self, found: K) -> list[Finding]:
        return [*self.breaks(found), *findings_of(found.document, self.prove(found))]

    # ── publishing ──

    def publish(
        self,
        text: str,
        *,
        author: str,
        message: str,
        name: str | None = None,
        file: str = "",
        base: int | None = None,
        restores: int = 0,
        at: datetime | None = None,
    ) -> Revision:
        """Check and publish a text; raises Refused or `Conflict`. With `name` the text must be that file's.

        Runs the file's tests: call it in a thread when a loop runs.
        """
        if self.revisions is None:
            raise RuntimeError("a library without a folder cannot publish")
        found, findings = self.check(text, file or self.kind)
        if found is None or errors(findings):
            raise Refused(errors(findings))
        if name is not None and found.name != name:
            raise Refused([self.other_name(found, name)])
        if failed := self._failures(found):
            raise Refused(failed)
        with self._lock:
            before = self.published_digest(found.name)
            if before == digest(text) and base is None and not restores:
                return self.revisions.history(found.name)[-1]
            stamp = (at or datetime.now(UTC)).isoformat(timespec="seconds")
            revision = self.revisions.publish(
                found.name, text, author=author, message=message, at=stamp, base=base, restores=restores
            )
            self.add(self._read(text, self.revisions.file(found.name, revision.revision), revision.revision))
            self.refused.pop(found.name, None)
            self._mirror(found.name, text, before)
        log.info("file published", kind=self.kind, file=found.name, revision=revision.revision, author=author)
        for one in findings:
            log.warning("a published file has a fault", kind=self.kind, file=found.name, reason=str(one))
        return revision

    def roll_back(self, name: str, revision: int, *, author: str, message: str = "") -> Revision:
        """Publish an older revision again, as a new one; KeyError when there is none, Refused when it fits no more."""
        if self.revisions is None:
            raise KeyError(name)
        text = self.revisions.text(name, revision)
        message = message or f"back to revision {revision}"
        return self.publish(text, author=author, message=message, name=name, restores=revision)

    def withdraw(self, name: str, *, author: str, message: str, at: datetime | None = None) -> Withdrawal:
        """Take a file out of force, until it is published again; who began with it goes on with it.

        Whether anything needs it is for the caller to know. KeyError when it is not published; `Conflict`.
        """
        if self.revisions is None:
            raise KeyError(name)
        with self._lock:
            found = self.current(name)
            before = self.published_digest(name)
            stamp = (at or datetime.now(UTC)).isoformat(timespec="seconds")
            withdrawal = Withdrawal(stamp, author, message)
            self.revisions.withdraw(name, withdrawal, base=found.revision)
            self._leave(name)
            self.refused.pop(name, None)
            self._put_away(name, before)
        log.info("file withdrawn", kind=self.kind, file=name, author=author)
        return withdrawal

    def _leave(self, name: str) -> None:
        self._withdrawn[name] = self._current.pop(name)

    def _put_away(self, name: str, before: str) -> None:
        """The editor's file goes, since one that is saved is published; an edit that never was is kept beside it."""
        path = self.working_file(name)
        if path is not None and path.exists():
            if digest(path.read_text("utf-8", "replace")) == before:
                path.unlink()
            else:
                path.replace(path.with_suffix(".unpublished"))

    def working_file(self, name: str) -> Path | None:
        """The file that an editor opens: saving it publishes it."""
        return self.revisions.folder / f"{name}.yaml" if self.revisions is not None else None

    def published_digest(self, name: str) -> str:
        """The SHA-256 of the published text; empty when there is none, or it was withdrawn."""
        if self.revisions is None or self.revisions.withdrawal(name) is not None:
            return ""
        history = self.revisions.history(name)
        return history[-1].sha256 if history else ""

    def _read(self, text: str, file: Path, revision: int) -> K:
        return self.read(documents.parse(text, str(file)), revision)

    def _mirror(self, name: str, text: str, before: str) -> None:
        """Show the editor what is published; an edit that was never published is kept beside it."""
        path = self.working_file(name)
        assert path is not None
        if path.exists():
            found = path.read_text("utf-8", "replace")
            if digest(found) == digest(text):
                return
            if digest(found) != before:
                write(path.with_suffix(".unpublished"), found)
        write(path, text)

    # ── files that come along ──

    def deliver(self, folder: Path) -> None:
        """Publish files that came with the programme, and their new versions unless the admin has made his own.

        Without a folder of its own the library only reads them.
        """
        if self.revisions is not None:
            self.revisions.folder.mkdir(parents=True, exist_ok=True)
            self._deliver(folder)
        for path in _files([folder]):
            if self.revisions is None:
                self.add(self.read(documents.load(path), revision=1))
            else:
                self.reload(path.stem)

    def _deliver(self, folder: Path) -> None:
        assert self.revisions is not None
        for path in _files([folder]):
            text = path.read_text("utf-8")
            history = self.revisions.history(path.stem)
            if self.revisions.withdrawal(path.stem) is not None:
                continue
            if history and (history[-1].author != DELIVERED or history[-1].sha256 == digest(text)):
                continue
            at = datetime.now(UTC).isoformat(timespec="seconds")
            self.revisions.publish(path.stem, text, author=DELIVERED, message="as delivered", at=at)
            self._mirror(path.stem, text, history[-1].sha256 if history else "")


def _files(folders: Sequence[Path]) -> list[Path]:
    return [path for folder in folders for path in sorted(folder.glob("*.yaml"))]


class Overlay(Generic[K]):
    """The library with some files in the place of the published ones: what drafts are tried with."""

    def __init__(self, library: Library[K], *files: K) -> None:
        self._library = library
        self._files = {one.name: one for one in files}

    def current(self, name: str) -> K:
        """See `Library.current`."""
        return self._files.get(name) or self._library.current(name)

    def latest(self, name: str) -> K:
        """See `Library.latest`."""
        return self._files.get(name) or self._library.latest(name)

    def revision(self, name: str, revision: int) -> K:
        """See `Library.revision`."""
        found = self._files.get(name)
        return found if found is not None and found.revision == revision else self._library.revision(name, revision)
