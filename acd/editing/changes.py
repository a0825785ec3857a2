"""What became of the settings, piece by piece: versions for optimistic locking, who changed what, what was before.

Whoever edits a piece names the version that he read. Changes that came by a file count as well.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from acd.editing.items import Item, differing, digest

KEPT = 500
"""Changes that are remembered, so that they can be told and undone."""

VERSIONS, CHANGES = "acd_version", "acd_change"


class States(Protocol):
    """Where small states are written (`cti.store.journal.journal.Journal`)."""

    def put(self, kind: str, key: str, data: object) -> None:
        """Keep JSON data under a key."""

    def forget(self, kind: str, key: str) -> None:
        """Remove what was put."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who changed something: a person, or a file (`person` empty)."""

    person: str
    name: str


FILE = Author("", "配置文件")


@dataclass(frozen=True, slots=True)
class Version:
    """How often a piece has changed, when last (seconds of the epoch) and by whom; `digest` is of its value."""

    version: int
    at: float
    by: str
    digest: str


@dataclass(frozen=True, slots=True)
class Change:
    """One piece changed; None is not being there. `fields` are those that differ, none for one that came or went."""

    number: int
    item: str
    version: int
    at: float
    person: str
    by: str
    fields: tuple[str, ...]
    before: Any
    after: Any
    undoes: int = 0

    @property
    def when(self) -> datetime:
        """As a moment in UTC."""
        return datetime.fromtimestamp(self.at, UTC)


@dataclass(slots=True)
class Changes:
    """All versions, and the last changes by their number."""

    states: States
    versions: dict[str, Version] = field(default_factory=dict)
    done: OrderedDict[int, Change] = field(default_factory=OrderedDict)

    def restore(self, versions: Mapping[str, Any], done: Mapping[str, Any]) -> None:
        """Take up what an engine before has kept."""
        self.versions = {key: Version(**data) for key, data in versions.items()}
        for data in sorted(done.values(), key=lambda one: int(one["number"])):
            change = Change(**{**data, "fields": tuple(data["fields"])})
            self.done[change.number] = change

    def begin(self, items: Mapping[Item, Any], at: float) -> bool:
        """Give each piece its first version when nothing was kept; False when something was."""
        if self.versions:
            return False
        for item, value in items.items():
            self._keep(item.key, Version(1, at, FILE.name, digest(value)))
        return True

    def version(self, item: Item) -> int:
        """The piece's version; 0 when there is none of it, and never was."""
        found = self.versions.get(item.key)
        return found.version if found is not None else 0

    def differ(self, items: Mapping[Item, Any]) -> list[Item]:
        """Pieces that are not what they were at their version: changed, new or gone."""
        there = {item.key: digest(value) for item, value in items.items()}
        keys = [key for key, found in there.items() if self._digest(key) != found]
        gone = [key for key, found in self.versions.items() if found.digest and key not in there]
        return [Item.of(key) for key in (*keys, *gone)]

    def _digest(self, key: str) -> str:
        found = self.versions.get(key)
        return found.digest if found is not None else ""

    def note(self, item: Item, before: Any, after: Any, by: Author, at: float, undoes: int = 0) -> Change:
        """The piece has changed."""
        version = self.version(item) + 1
        self._keep(item.key, Version(version, at, by.name, digest(after) if after is not None else ""))
        number = next(reversed(self.done), 0) + 1
        fields = tuple(differing(before, after))
        change = Change(number, item.key, version, at, by.person, by.name, fields, before, after, undoes)
        self.done[number] = change
        self.states.put(CHANGES, f"{number:08d}", asdict(change))
        while len(self.done) > KEPT:
            old, _ = self.done.popitem(last=False)
            self.states.forget(CHANGES, f"{old:08d}")
        return change

    def _keep(self, key: str, version: Version) -> None:
        self.versions[key] = version
        self.states.put(VERSIONS, key, asdict(version))

    def since(self, item: Item, version: int) -> list[Change]:
        """The piece's changes after a version, oldest first."""
        return [change for change in self.done.values() if change.item == item.key and change.version > version]
