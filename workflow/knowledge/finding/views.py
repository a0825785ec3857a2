"""What is asked and told of finding."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.files.findings import Finding
from cti.base.http.routes import Body, Page, Query
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form
from cti.office.search.passages import Piece
from cti.office.workshop.api import TEXT_LIMIT
from workflow.knowledge.finding.judging import Quality
from workflow.knowledge.views import Audience

LONGEST = 500
Order = Literal["relevance", "time", "heat"]
Where = Literal["console", "desk"]


class SearchQuery(Page):
    """What is looked for, and to what it is narrowed; `at` says where, and `typing` that it goes on."""

    words: str = pydantic.Field(default="", max_length=LONGEST)
    region: str = pydantic.Field(default="", max_length=6)
    unit: str = pydantic.Field(default="", max_length=40)
    category: str = pydantic.Field(default="", max_length=26)
    industry: str = pydantic.Field(default="", max_length=26)
    life_event: str = pydantic.Field(default="", max_length=26)
    scenario: str = pydantic.Field(default="", max_length=26)
    hotline: str = pydantic.Field(default="", max_length=26)
    type: str = pydantic.Field(default="", max_length=60)
    validity: Literal["", "always", "until", "overdue"] = ""
    audience: Audience | None = None
    order: Order = "relevance"
    page: int = pydantic.Field(default=1, ge=1, le=50)
    size: int = pydantic.Field(default=20, ge=1, le=50)
    at: Where = "console"
    typing: bool = False


class FoundArticle(pydantic.BaseModel):
    """An article in the results; `passage` is what answers, with what was asked marked."""

    id: str
    number: str
    title: list[Piece]
    passage: list[Piece]
    type: str
    category: str
    unit: str
    region: str
    audience: str
    overdue: bool
    edition: int
    published_at: datetime
    score: float


class FacetValue(pydantic.BaseModel):
    """A value to narrow by, and how many articles of those found have it."""

    value: str
    title: str
    count: int


class Facet(pydantic.BaseModel):
    """What can be narrowed by; `key` is its name in the query."""

    key: str
    title: str
    values: list[FacetValue]


class IndexView(pydantic.BaseModel):
    """The index: how many articles can be found, and while it is made anew why and how far that is.

    `trouble` says why it does not follow what is published; empty when it does.
    """

    articles: int
    building: bool
    done: int
    total: int
    why: str
    trouble: str


class FoundPage(pydantic.BaseModel):
    """A page of results. `corrected` is the question as it was probably meant; empty when it is meant as it stands."""

    items: list[FoundArticle]
    total: int
    page: int
    size: int
    facets: list[Facet]
    corrected: str
    index: IndexView


class SuggestQuery(Query):
    """What was typed so far."""

    words: str = pydantic.Field(min_length=1, max_length=60)


class SuggestedArticle(pydantic.BaseModel):
    """An article while one types."""

    id: str
    title: list[Piece]


class Suggestions(pydantic.BaseModel):
    """While one types: articles, questions that others ask, and what was probably meant."""

    articles: list[SuggestedArticle]
    questions: list[str]
    corrected: str


class HotQuery(Query):
    """Of how many days."""

    days: Literal["1", "7", "30", "90"] = "7"


class HotArticle(pydantic.BaseModel):
    """An article by how often it was read and cited."""

    id: str
    title: str
    viewed: int
    cited: int


class HotQuestion(pydantic.BaseModel):
    """What people look for, and how often."""

    words: str
    times: int


class Hot(pydantic.BaseModel):
    """What is read and looked for most."""

    articles: list[HotArticle]
    questions: list[HotQuestion]


class HotBoard(pydantic.BaseModel):
    """The board of a period: what was read and cited most of what one reads, and what people looked for."""

    since: datetime
    until: datetime
    articles: list[HotArticle]
    questions: list[HotQuestion]


class HotBoardNow(pydantic.BaseModel):
    """The last board; none before the first was made."""

    board: HotBoard | None


class MissedQuery(Page):
    """Of how many days, and words of it."""

    days: int = pydantic.Field(default=30, ge=1, le=365, title="天数")
    search: str = pydantic.Field(default="", max_length=60)


class MissedQuestion(pydantic.BaseModel):
    """What people looked for and did not find."""

    id: str = pydantic.Field(title="检索词", json_schema_extra=form(hidden=True))
    words: str = pydantic.Field(title="检索词")
    times: int = pydantic.Field(title="次数")
    people: int = pydantic.Field(title="人数")
    last_at: datetime = pydantic.Field(title="最近一次")


# ── synonyms and kept questions ──────────────────────────────────────────────────────────────────────────────────────


class SynonymFields(Body):
    """Words that mean the same."""

    words: list[str] = pydantic.Field(
        min_length=2, max_length=20, title="同义词",
        json_schema_extra=form(kind="tags", help="两个以上意思相同的说法；检索其中一个，其余的也会找到"),
    )  # fmt: skip

    @pydantic.field_validator("words")
    @classmethod
    def _plain(cls, words: list[str]) -> list[str]:
        found = [" ".join(one.split()) for one in words]
        if any(len(one) > LONGEST_WORD for one in found):
            raise ValueError(f"每个词不超过 {LONGEST_WORD} 个字")
        found = list(dict.fromkeys(one for one in found if one))
        if len(found) < FEWEST_WORDS:
            raise ValueError("请填写两个以上不同的词")
        return found


LONGEST_WORD, FEWEST_WORDS = 30, 2


class SynonymView(RecordView):
    """Words that mean the same."""

    words: list[str] = pydantic.Field(title="同义词", json_schema_extra=form(kind="tags"))


class JudgedFields(Body):
    """A question with the article that answers it."""

    asked: str = pydantic.Field(
        min_length=2, max_length=LONGEST, title="问法", json_schema_extra=form(help="照市民的原话写")
    )
    article: str = pydantic.Field(min_length=1, max_length=200, title="应找到的知识")


class JudgedView(RecordView):
    """A question with the article that answers it."""

    asked: str = pydantic.Field(title="问法")
    article: str = pydantic.Field(title="应找到的知识", json_schema_extra=form(link="knowledge"))


class WordsQuery(RecordQuery):
    """A page of words that people keep, perhaps only those with a word in them."""


# ── trying a ranking ─────────────────────────────────────────────────────────────────────────────────────────────────


class TryBody(Body):
    """A ranking's text, and a question to try it on; without one only the kept questions are asked."""

    text: str = pydantic.Field(max_length=TEXT_LIMIT)
    asked: str = pydantic.Field(default="", max_length=LONGEST)


class TriedArticle(pydantic.BaseModel):
    """An article where the ranking puts it; `before` is its place by the published one, 0 when it is not among them."""

    id: str
    title: str
    score: float
    before: int
    signs: dict[str, float]


class MovedQuestion(pydantic.BaseModel):
    """A kept question whose answer stands elsewhere than before; 0 is not among the first 20."""

    asked: str
    title: str
    before: int
    now: int


class Tried(pydantic.BaseModel):
    """What is wrong with the text, where it puts articles, and how good it and the published one are."""

    findings: list[Finding]
    articles: list[TriedArticle] = []
    published: Quality | None = None
    tried: Quality | None = None
    moved: list[MovedQuestion] = []
