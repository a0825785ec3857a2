"""What is asked and told on the public site: nothing of the staff, nothing that is not public."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body, Query
from cti.office.search.passages import Piece
from workflow.knowledge.asking.views import Kind
from workflow.knowledge.finding.views import LONGEST
from workflow.knowledge.views import Line


class RegionQuery(Query):
    """A region within the key's own, as GB/T 2260 has it; empty is the key's."""

    region: str = pydantic.Field(default="", max_length=6)


class PublicSearchQuery(RegionQuery):
    """What is looked for; without words the newest articles, of a scenario or a life event perhaps."""

    words: str = pydantic.Field(default="", max_length=LONGEST)
    scenario: str = pydantic.Field(default="", max_length=26)
    life_event: str = pydantic.Field(default="", max_length=26)
    page: int = pydantic.Field(default=1, ge=1, le=20)
    size: int = pydantic.Field(default=10, ge=1, le=20)


class PublicFound(pydantic.BaseModel):
    """An article that was found; `passage` is what answers, with what was asked marked."""

    id: str
    title: list[Piece]
    passage: list[Piece]
    type: str
    category: str
    unit: str
    published_at: datetime


class PublicScenario(pydantic.BaseModel):
    """A scenario, or a life event, to look in; an article to read."""

    id: str
    title: str


class PublicPage(pydantic.BaseModel):
    """A page of what was found, and the scenarios that the question belongs to, or without one those that there are.

    `life_events` are those at which something is to be read, whatever was asked.
    """

    items: list[PublicFound]
    total: int
    page: int
    size: int
    scenarios: list[PublicScenario]
    life_events: list[PublicScenario]


class PublicFile(pydantic.BaseModel):
    """A file of an article, its size in bytes, and where it is had."""

    name: str
    size: int
    url: str


class PublicArticle(pydantic.BaseModel):
    """An article as the public reads it; `body` is clean HTML."""

    id: str
    number: str
    edition: int
    title: str
    summary: str
    keywords: list[str]
    body: str
    lines: list[Line]
    type: str
    category: str
    unit: str
    contact: str
    published_at: datetime
    valid_until: datetime | None
    files: list[PublicFile]


class HotQuery(RegionQuery):
    """Of how many days."""

    days: Literal["1", "7", "30", "90"] = "30"


class PublicHot(pydantic.BaseModel):
    """What is read most, the most first."""

    articles: list[PublicScenario]


class PublicVote(Body):
    """Whether the edition that somebody has read helped him; None takes back what he said."""

    edition: int = pydantic.Field(ge=1, title="版次")
    helped: bool | None = pydantic.Field(default=None, title="有帮助")


class Told(pydantic.BaseModel):
    """What is said to somebody who did something."""

    words: str


class PublicWrong(Body):
    """What somebody of the public found wrong in an article."""

    kind: Kind = "outdated"
    content: str = pydantic.Field(min_length=2, max_length=1000, title="问题描述")


class Thanks(pydantic.BaseModel):
    """Words of thanks, and the number under which it is looked at."""

    number: str
    words: str
