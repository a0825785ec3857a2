"""Watches what admins edit: saving a file puts it into effect, a bad one is refused and the old one goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from cti.base.files.documents import DocumentError, Problem
from cti.base.files.findings import Finding
from cti.base.files.saved_files import SavedFiles, look_again_and_again
from cti.base.files.sentences import Words
from cti.office.workshop.library import Library, Refused
from cti.office.workshop.revisions import Conflict, Stamp, digest
from cti.office.workshop.sentences import say

log = structlog.get_logger(__name__)

LARGEST = 4 * 1024 * 1024


class FileWatcher:
    """Has a single file taken in when it was saved: `take` raises DocumentError for a bad one, and the old goes on.

    A file that is there at the first look was read at the start and is not taken again.
    """

    def __init__(
        self,
        path: Path,
        take: Callable[[Path], None],
        on_refused: Callable[[str, list[Finding]], None] = lambda name, findings: None,
        on_taken: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._path, self._take = path, take
        self._on_refused, self._on_taken = on_refused, on_taken
        self._saved = SavedFiles(lambda: [path], self._was_saved, path.name)

    async def run(self) -> None:
        """Take the file each time that it is saved, until cancelled."""
        await self._saved.run()

    async def _was_saved(self) -> None:
        self.take_now()

    def take_now(self) -> None:
        """Take the file as it is."""
        try:
            self._take(self._path)
        except DocumentError as error:
            findings = [Finding.of(one) for one in error.problems]
            log.error("a file was refused; the old one goes on", file=str(self._path), reason=str(findings[0]))
            self._on_refused(self._path.name, findings)
        else:
            log.info("file taken", file=str(self._path))
            self._on_taken(self._path.name)


class LibraryWatcher:
    """`on_refused` hears of a file that was refused, and why; `on_published` of one that is new."""

    def __init__(
        self,
        library: Library[Any],
        *,
        on_refused: Callable[[str, list[Finding]], None] = lambda name, findings: None,
        on_published: Callable[[str, int], None] = lambda name, revision: None,
    ) -> None:
        assert library.revisions is not None
        self._library = library
        self._revisions = library.revisions
        self._on_refused, self._on_published = on_refused, on_published
        # By path as text: every second each is looked up, and a Path is dear to compare.
        self._seen: dict[str, Stamp] = {}
        self._done: dict[str, Stamp] = {}
        self._indexes = self._revisions.index_stamps()

    async def run(self) -> None:
        """Take each file of the folder when it is saved, until cancelled."""
        await look_again_and_again(self.look, f"{self._library.kind} files")

    async def look(self) -> bool:
        """Look once: files that were saved, and revisions that another process has published.

        False while a file is being written.
        """
        for name, stamp in self._revisions.index_stamps().items():
            if self._indexes.get(name) != stamp:
                self._indexes[name] = stamp
                self._library.reload(name)
                if name in self._library.names:
                    self._on_published(name, self._library.current(name).revision)
        all_settled = True
        for path, stamp in sorted(self._revisions.working_stamps().items()):
            settled = self._seen.get(path) == stamp
            all_settled = all_settled and settled
            self._seen[path] = stamp
            if settled and self._done.get(path) != stamp:
                self._done[path] = stamp
                await self._saved(Path(path), stamp[1])
        return all_settled

    async def _saved(self, path: Path, size: int) -> None:
        name = path.stem
        try:
            if size > LARGEST:
                raise Refused([_of_file(path, say("file-large", most=LARGEST))])
            text = path.read_text("utf-8")
            if digest(text) == self._library.published_digest(name):
                self._library.refused.pop(name, None)
                return
            await asyncio.to_thread(
                self._library.publish, text, author="file", message=f"saved {path.name}", name=name, file=str(path)
            )
        except UnicodeDecodeError as error:
            self._refuse(name, [_of_file(path, say("file-encoding", reason=error))])
        except Refused as error:
            self._refuse(name, error.findings)
        except Conflict as error:
            self._refuse(name, [_of_file(path, say("file-conflict", text=error))])
        else:
            self._indexes = self._revisions.index_stamps()
            self._on_published(name, self._library.current(name).revision)

    def _refuse(self, name: str, findings: list[Finding]) -> None:
        self._library.refused[name] = findings
        kind = self._library.kind
        log.error("a saved file was refused; the published one goes on", kind=kind, file=name, reason=str(findings[0]))
        self._on_refused(name, findings)


def _of_file(path: Path, words: Words) -> Finding:
    return Finding.of(Problem(str(path), 1, 1, words))
