"""What is asked and told of acts with many records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import pydantic

from cti.base.http.routes import Body

MOST_IDS = 1000
"""Records that can be ticked; more are asked for by the filters of their list."""
MOST = 20_000
SHOWN = 200
State = Literal["running", "undo", "done", "undone"]
Id = Annotated[str, pydantic.Field(max_length=26)]
Value = Annotated[str, pydantic.Field(max_length=4000)]


class Many(Body):
    """Which records: those of `ids`, or all that a list has by the filters of `query`.

    `seen` are the versions that a preview told: what was changed since is left alone.
    """

    ids: list[Id] = pydantic.Field(default=[], max_length=MOST_IDS, title="编号")
    query: dict[Annotated[str, pydantic.Field(max_length=60)], Value] | None = pydantic.Field(
        default=None, max_length=60, title="筛选条件"
    )
    seen: dict[Id, Annotated[int, pydantic.Field(ge=0, le=2**31 - 1)]] = pydantic.Field(
        default={}, max_length=MOST, title="预览时的版本"
    )

    def filled(self) -> dict[str, Any]:
        """What was filled in for the act itself."""
        return self.model_dump(mode="json", exclude=set(Many.model_fields), exclude_unset=True)


class Outlook(pydantic.BaseModel):
    """What an act would do with a record: nothing (`same`), what its words say, or be refused for what they say."""

    id: str
    title: str
    sort: Literal["good", "same", "refused"]
    words: str


class BulkPreview(pydantic.BaseModel):
    """What an act would do with all of them; `rows` are the first, those that are refused before the others.

    `background` says that it will be done as a job.
    """

    total: int
    good: int
    same: int
    refused: int
    rows: list[Outlook]
    seen: Mapping[str, int]
    background: bool


class Failure(pydantic.BaseModel):
    """A record for which it could not be done, and why."""

    id: str
    detail: str


class BulkAnswer(pydantic.BaseModel):
    """For how many records it was done, of `total`; `same` were so already. `failed` are the first that were refused.

    A `run` that is still `running`, or being taken back (`undo`), is asked for again by its id. With `undoable` all
    that was done can be taken back.
    """

    done: int
    failed: list[Failure]
    run: str = ""
    title: str = ""
    state: State = "done"
    total: int = 0
    same: int = 0
    refused: int = 0
    undone: int = 0
    undoable: bool = False
    made_at: datetime | None = None
