"""Published revisions of files on disk: numbered, never changed, with author and message.

`FOLDER/NAME/1.yaml`, `2.yaml`, … and `FOLDER/NAME/index.json`, written last and in one step: a revision that is not
in the index was never published. The index also says when a file was withdrawn, until it is published again. A lock
file keeps two processes from publishing at once.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from cti.base.files.parts import NAME

log = structlog.get_logger(__name__)

Stamp = tuple[int, int]
INDEX, WITHDRAWN = "index.json", "withdrawn"


class Conflict(Exception):
    """Somebody else has published since the text was read; the message says who and when."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A published revision. `at` is UTC in ISO format; `restores` is the older revision that it brings back, or 0."""

    revision: int
    at: str
    author: str
    message: str
    sha256: str
    restores: int = 0


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A file is in force no more, until it is published again. `at` is UTC in ISO format."""

    at: str
    author: str
    message: str


def digest(text: str) -> str:
    """The SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class Revisions:
    """All revisions below a folder; `kind` is what its files are, such as `flow`."""

    def __init__(self, folder: Path, kind: str = "flow") -> None:
        self.folder = folder
        self._kind = kind

    def names(self) -> list[str]:
        """Files that have been published."""
        return sorted(self.index_stamps())

    def history(self, name: str) -> list[Revision]:
        """All revisions of a file, the oldest first; none when it was never published."""
        path = self.folder_of(name) / INDEX
        if not path.exists():
            return []
        try:
            return [Revision(**one) for one in json.loads(path.read_text("utf-8"))["revisions"]]
        except (ValueError, KeyError, TypeError) as error:
            log.error("an index of revisions is damaged; its files are taken", file=str(path), reason=str(error))
            return self._from_files(name)

    def withdrawal(self, name: str) -> Withdrawal | None:
        """Since when a file is in force no more; None for one that is, or that was never published."""
        path = self.folder_of(name) / INDEX
        try:
            found = json.loads(path.read_text("utf-8")).get(WITHDRAWN)
            return Withdrawal(**found) if found is not None else None
        except FileNotFoundError:
            return None
        except (ValueError, AttributeError, TypeError):
            # The damage is told where the history is read.
            return None

    def _from_files(self, name: str) -> list[Revision]:
        """What the files tell of themselves: their number, time and text."""
        numbers = sorted(int(path.stem) for path in self.folder_of(name).glob("*.yaml") if path.stem.isdecimal())
        found: list[Revision] = []
        for number in numbers:
            path = self.file(name, number)
            at = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
            found.append(Revision(number, at, "", "", digest(path.read_text("utf-8", "replace"))))
        return found

    def index_stamps(self) -> dict[str, Stamp]:
        """For each file something that changes when a revision of it is published. Costs little: it is asked often."""
        found: dict[str, Stamp] = {}
        with contextlib.suppress(FileNotFoundError), os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    with contextlib.suppress(OSError):
                        stat = os.stat(f"{entry.path}/{INDEX}")  # noqa: PTH116  half of the cost of a Path
                        found[entry.name] = (stat.st_mtime_ns, stat.st_ino)
        return found

    def working_stamps(self) -> dict[str, Stamp]:
        """The paths of the texts that editors open, each with something that changes when it is saved."""
        found: dict[str, Stamp] = {}
        with contextlib.suppress(FileNotFoundError), os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.name.endswith(".yaml") and not entry.name.startswith("."):
                    stat = entry.stat()
                    found[entry.path] = (stat.st_mtime_ns, stat.st_size)
        return found

    def text(self, name: str, revision: int) -> str:
        """The text of a revision; KeyError when there is none."""
        if all(one.revision != revision for one in self.history(name)):
            raise KeyError(f"{name} has no revision {revision}")
        return self.file(name, revision).read_text("utf-8")

    def file(self, name: str, revision: int) -> Path:
        """Where a revision lies."""
        return self.folder_of(name) / f"{revision}.yaml"

    def publish(
        self, name: str, text: str, *, author: str, message: str, at: str, base: int | None = None, restores: int = 0
    ) -> Revision:
        """Keep `text` as the next revision. With `base`, raises Conflict unless that is still the newest."""
        with self.locked(name) as folder:
            history = self.history(name)
            newest = history[-1] if history else None
            if base is not None and base != (newest.revision if newest else 0):
                since = (
                    f"{newest.author} published revision {newest.revision} at {newest.at}" if newest else "nothing is"
                )
                raise Conflict(f"{name}: {since}, this text is based on revision {base}")
            revision = Revision(newest.revision + 1 if newest else 1, at, author, message, digest(text), restores)
            write(self.file(name, revision.revision), text)
            self._write_index(folder, name, [*history, revision])
            return revision

    def withdraw(self, name: str, withdrawal: Withdrawal, *, base: int) -> None:
        """Note that a file is in force no more; raises Conflict unless `base` is still its newest revision."""
        with self.locked(name) as folder:
            history = self.history(name)
            if not history or history[-1].revision != base:
                raise Conflict(f"{name}: revision {base} is not the newest any more")
            self._write_index(folder, name, history, {WITHDRAWN: asdict(withdrawal)})

    def _write_index(
        self, folder: Path, name: str, history: Sequence[Revision], more: Mapping[str, object] | None = None
    ) -> None:
        index = {self._kind: name, "revisions": [asdict(one) for one in history], **(more or {})}
        write(folder / INDEX, json.dumps(index, ensure_ascii=False, indent=1) + "\n")

    def folder_of(self, name: str) -> Path:
        """The folder of a file's revisions; KeyError when that is no name."""
        if not re.match(NAME, name):
            raise KeyError(f"{name[:60]!r} is no {self._kind}'s name")
        return self.folder / name

    @contextlib.contextmanager
    def locked(self, name: str) -> Iterator[Path]:
        """Keep other processes from changing a file's folder, which is made if need be."""
        folder = self.folder_of(name)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder


def write(path: Path, text: str) -> None:
    """Write a file in one step: after a crash it is the old one or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
