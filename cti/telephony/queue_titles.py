"""The titles of queues, which whoever has queues tells: `told_by` is asked at each look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping


class QueueTitles(Mapping[str, str]):
    """Titles by the names of queues; none before anybody tells them."""

    def __init__(self, told_by: Callable[[], Mapping[str, str]] = dict) -> None:
        self.told_by = told_by

    def beside(self, name: str) -> dict[str, str]:
        """What the view of a record says beside the name of its `queue`; nothing for a queue that is gone."""
        return {"queue": self[name]} if name and name in self else {}

    def __getitem__(self, name: str) -> str:
        return self.told_by()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.told_by())

    def __len__(self) -> int:
        return len(self.told_by())
