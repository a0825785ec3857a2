"""Live topics as they are described: what goes to whom, and as what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pydantic
import pytest

from cti.base.http.topics import LiveTopic, Nothing, Topic
from tests.office import BOSS, EAST, WEST


class NoteChanged(pydantic.BaseModel):
    id: str
    at: datetime
    organisation: str
    region: str


class Notes(pydantic.BaseModel):
    items: list[NoteChanged]


NOTES = LiveTopic("notes", "notes.see", Notes, NoteChanged)
AT = datetime(2026, 11, 27, 8, tzinfo=UTC)
OF_EAST = NoteChanged(id="1", at=AT, organisation="east", region="320404")


class Told:
    """Notes what is told."""

    def __init__(self) -> None:
        self.changes: list[tuple[Any, ...]] = []

    def add(self, topic: Topic) -> Callable[[], None]:
        raise NotImplementedError

    def change(self, topic: str, key: str, data: Any, person: str | None = None, about: Any = None) -> None:
        self.changes.append((topic, key, data, person, about))

    def people_at(self, topic: str) -> set[str]:
        return set()


async def test_a_snapshot_is_plain_data_whether_it_takes_time_or_not() -> None:
    async def later(visitor: object) -> Notes:
        return Notes(items=[OF_EAST])

    for snapshot in (later, lambda visitor: Notes(items=[OF_EAST])):
        served = NOTES.served(snapshot)
        whole = {"items": [{"id": "1", "at": "2026-11-27T08:00:00Z", "organisation": "east", "region": "320404"}]}
        assert (served.name, served.permission, await served.snapshot(BOSS)) == ("notes", "notes.see", whole)


def test_changes_go_to_those_who_reach_their_organisation_and_to_no_other() -> None:
    told = Told()
    NOTES.tell(told, "1", OF_EAST)
    ((topic, key, data, person, about),) = told.changes
    assert (topic, key, person) == ("notes", "1", None) and data["at"] == "2026-11-27T08:00:00Z"
    served = NOTES.served(lambda visitor: Notes(items=[]))
    assert [served.sees(one, key, about) for one in (BOSS, EAST, WEST)] == [True, True, False]


def test_a_change_that_does_not_say_whose_it_is_needs_somebody_to_decide() -> None:
    anonymous = LiveTopic("bells", "notes.see", Nothing, Nothing)
    with pytest.raises(ValueError, match="bells: its changes have no organisation and region"):
        anonymous.served(lambda visitor: {})
    assert anonymous.served(lambda visitor: {}, lambda visitor, key, about: True).sees(WEST, "", {})
