"""What somebody who sits an exam asks and is told."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body


class MyExam(pydantic.BaseModel):
    """An exam or practice as its participant's list has it. `can` is what he can do: begin, continue, look, nothing.

    `points` are the best of his attempts, None while he may not know them.
    """

    exam: str
    sitting: str
    purpose: str
    title: str
    begins_at: datetime
    ends_at: datetime
    minutes: int
    attempt: int
    attempts: int
    state: str
    words: str
    can: Literal["begin", "continue", "look", "wait", ""]
    points: float | None
    of: float
    passed: bool | None


class ShownOption(pydantic.BaseModel):
    """An option: `letter` is what is answered, its place in the list what is shown."""

    letter: str
    text: str


class ShownFile(pydantic.BaseModel):
    """A picture or sound of a question."""

    id: str
    type: str


class ShownQuestion(pydantic.BaseModel):
    """A question at a place (from 1), without its answer."""

    place: int
    kind: str
    text: str
    points: float
    options: list[ShownOption]
    files: list[ShownFile]
    said: str


class SittingPage(pydantic.BaseModel):
    """What somebody sits, with all that he answered so far. `left` are seconds by the server's clock."""

    id: str
    exam: str
    title: str
    purpose: str
    state: str
    left: float
    minutes: int
    full_screen: bool
    leaves: int
    leaves_most: int
    questions: list[ShownQuestion]


class Said(Body):
    """An answer: letters of options, 对 or 错, a text; empty takes it back."""

    said: str = pydantic.Field(max_length=4000)


class Saved(pydantic.BaseModel):
    """The answer as it was kept, and the seconds that are left by the server's clock."""

    said: str
    left: float


class Left(Body):
    """He left the page for so many seconds, or the full screen."""

    seconds: int = pydantic.Field(ge=0, le=36_000)
    what: Literal["page", "full_screen"] = "page"


class Noted(pydantic.BaseModel):
    """How often he left, and whether that ended the sitting."""

    leaves: int
    over: bool


class ResultQuestion(ShownQuestion):
    """A question with its answer and what his is worth; `got` is None while it waits for its markers."""

    answer: str
    explanation: str
    got: float | None
    can_appeal: bool


class ResultPage(pydantic.BaseModel):
    """What came of a sitting; without points and questions while its participant may not know them."""

    id: str
    title: str
    purpose: str
    words: str
    known: bool
    points: float | None
    of: float
    passed: bool | None
    begun_at: datetime | None
    ended_at: datetime | None
    ended: str
    leaves: int
    away: int
    person: str
    questions: list[ResultQuestion]


class Appealed(Body):
    """Why the mark of an answer is wrong."""

    place: int = pydantic.Field(ge=1, le=1000)
    reason: str = pydantic.Field(min_length=4, max_length=500)
