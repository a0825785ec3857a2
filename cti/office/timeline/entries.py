"""Entries of a timeline, and the place between two of them at which a page ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import pydantic
from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.http.routes import OptionView, Query
from cti.base.refusal import Invalid


class FieldChange(pydantic.BaseModel):
    """A value before and after, in words; personal data is masked."""

    title: str
    before: str
    after: str


class Target(pydantic.BaseModel):
    """A record that an entry speaks of: the screen's name and the record's id there."""

    screen: str
    id: str
    title: str


class TimelineEntry(pydantic.BaseModel):
    """Something that happened with a record. `kind` and `id` name it within the record's timeline.

    `sounds` are ids of recordings that its reader may play; playing one is checked and noted by the recorder.
    """

    kind: str
    id: str
    at: datetime
    title: str
    text: str = ""
    by: str = ""
    tone: str = ""
    details: list[FieldChange] = []
    target: Target | None = None
    sounds: list[str] = []


class TimelineQuery(Query):
    """A page of a timeline; `before` is the `next` of the page above, `kinds` are separated by commas."""

    before: str = pydantic.Field(default="", max_length=120)
    kinds: str = pydantic.Field(default="", max_length=400)
    size: int = pydantic.Field(default=20, ge=1, le=100)


class TimelinePage(pydantic.BaseModel):
    """Entries, the newest first; `next` is empty on the last page. `kinds` are all that there may be."""

    items: list[TimelineEntry]
    next: str
    kinds: list[OptionView]


@dataclass(frozen=True, slots=True)
class Place:
    """Right behind an entry. Entries of one time come by their kind, backwards, then in the order of their source."""

    at: datetime
    kind: str
    id: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """From a query; None for an empty one, Invalid for one that no page has given."""
        if not text:
            return None
        at, _, rest = text.partition("~")
        kind, _, id = rest.partition("~")
        try:
            found = datetime.fromisoformat(at)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None or not kind or not id:
            raise Invalid("before", "位置不正确，请刷新", "before")
        return cls(found, kind, id)

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.kind}~{self.id}"


def older(
    place: Place | None,
    kind: str,
    at: InstrumentedAttribute[Any],
    *ids: InstrumentedAttribute[Any],
) -> ColumnElement[bool]:
    """The condition on rows of a source that come behind a place; they are ordered by `at` and `ids`, all backwards.

    The id of an entry has its `ids` with `.` between. Invalid when that of the place is another's.
    """
    if place is None:
        return true()
    if kind > place.kind:
        return at < place.at
    if kind < place.kind:
        return at <= place.at
    try:
        values = [column.type.python_type(text) for column, text in zip(ids, place.id.split("."), strict=True)]
    except ValueError:
        raise Invalid("before", "位置不正确，请刷新", "before") from None
    behind: ColumnElement[bool] = false()
    for column, value in zip(reversed(ids), reversed(values), strict=True):
        behind = or_(column < value, and_(column == value, behind))
    return or_(at < place.at, and_(at == place.at, behind))
