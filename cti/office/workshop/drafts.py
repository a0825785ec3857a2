"""Unfinished texts of files: one draft each, with who saved it, when, and on which revision it is based.

`FOLDER/NAME/draft.yaml` and, written last, `draft.json`. Two people who edit at once are told: whoever saves names
the draft that he has read.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from cti.office.workshop.revisions import Revisions, digest, write

TEXT, FACTS = "draft.yaml", "draft.json"


class DraftChanged(Exception):
    """Somebody else has saved or published meanwhile."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished text. `at` is UTC in ISO format; `base` the revision it began from, 0 when there was none."""

    text: str
    author: str = ""
    at: str = ""
    base: int = 0

    @property
    def digest(self) -> str:
        """What `seen` names when it is saved again."""
        return digest(self.text)


class Drafts:
    """All drafts beside their revisions."""

    def __init__(self, revisions: Revisions) -> None:
        self._revisions = revisions

    def find(self, name: str) -> Draft | None:
        """The draft of a file, if any; KeyError when that is no name."""
        folder = self._revisions.folder_of(name)
        try:
            text = (folder / TEXT).read_text("utf-8")
        except FileNotFoundError:
            return None
        try:
            facts = json.loads((folder / FACTS).read_text("utf-8"))
            return Draft(text, str(facts["author"]), str(facts["at"]), int(facts["base"]))
        except (OSError, ValueError, KeyError, TypeError):
            # A crash between the two files: the text is what matters.
            return Draft(text)

    def names(self) -> list[str]:
        """Files that have a draft, published or not."""
        return sorted(path.parent.name for path in self._revisions.folder.glob(f"*/{TEXT}"))

    def save(self, name: str, draft: Draft, *, seen: str | None = None) -> None:
        """Keep a draft. With `seen` (empty: none) raises DraftChanged unless that is the digest of the one before."""
        with self._revisions.locked(name) as folder:
            self._check(name, seen)
            write(folder / TEXT, draft.text)
            facts = asdict(draft)
            del facts["text"]
            write(folder / FACTS, json.dumps(facts, ensure_ascii=False) + "\n")

    def drop(self, name: str, *, seen: str | None = None) -> Draft | None:
        """Forget the draft; returns what it was. `seen` as in `save`."""
        with self._revisions.locked(name) as folder:
            found = self.find(name)
            self._check(name, seen)
            (folder / TEXT).unlink(missing_ok=True)
            (folder / FACTS).unlink(missing_ok=True)
            return found

    def _check(self, name: str, seen: str | None) -> None:
        found = self.find(name)
        if seen is not None and seen != (found.digest if found else ""):
            who = f"{found.author} has saved a draft at {found.at}" if found else "the draft is gone"
            raise DraftChanged(f"{name}: {who}")
