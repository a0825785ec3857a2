"""The titles of groups (班组) as the settings have them now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from acd.service import Acd


class GroupTitles(Mapping[str, str]):
    """Titles by the names of groups; an agent without one stands under an empty name."""

    def __init__(self, acd: Acd) -> None:
        self._acd = acd

    def _told(self) -> dict[str, str]:
        return {"": "未分组", **{name: one.title or name for name, one in self._acd.settings.groups.items()}}

    def __getitem__(self, name: str) -> str:
        return self._told()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._told())

    def __len__(self) -> int:
        return len(self._told())
