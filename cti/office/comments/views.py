"""What routes of comments take and give."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pydantic

from cti.base.http.routes import Body, OptionView, Query

if TYPE_CHECKING:
    pass

LENGTH = 4000
MOST_MENTIONS = 20


class CommentView(pydantic.BaseModel):
    """A comment; without its text when it was taken back. `mine` may be changed or taken back now."""

    id: str
    text: str
    by: str
    at: datetime
    edited: bool
    removed: bool
    mine: bool
    mentions: list[OptionView]


class CommentPage(pydantic.BaseModel):
    """Comments, the newest first; `next` asks for older ones, empty on the last page."""

    items: list[CommentView]
    next: str


class CommentQuery(Query):
    """A page; `before` is the `next` of the one above."""

    before: str = pydantic.Field(default="", max_length=120)
    size: int = pydantic.Field(default=30, ge=1, le=100)


class CommentFields(Body):
    """What is said, and whom it mentions: people who may read the record."""

    text: str = pydantic.Field(min_length=1, max_length=LENGTH)
    mentions: list[str] = pydantic.Field(default=[], max_length=MOST_MENTIONS)
