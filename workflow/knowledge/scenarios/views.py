"""What is asked and told of scenarios."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Body, Query
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form
from cti.office.tree.views import TreeFields, TreeView
from workflow.knowledge.categories import BASE
from workflow.knowledge.scenarios.matching import texts_of

SCENARIOS, LINKS = f"{BASE}/scenarios", f"{BASE}/scenario_links"
OPTIONS, TICKET_CATEGORIES = f"{BASE}/options/scenarios", f"{BASE}/options/ticket_categories"
LONGEST = 4_000
"""Characters of a request that are matched."""


class ScenarioFields(TreeFields):
    """A scenario: any of the three ways is enough to know a request by."""

    words: list[str] = pydantic.Field(
        default=[], max_length=60, title="触发词",
        json_schema_extra=form(kind="tags", section="触发条件", help="市民话里或工单里出现任何一个，就提示这个场景"),
    )  # fmt: skip
    categories: list[str] = pydantic.Field(
        default=[], max_length=30, title="诉求分类",
        json_schema_extra=form(options_from=TICKET_CATEGORIES, options_search=True, help="选中的分类和它的下级"),
    )  # fmt: skip
    examples: list[str] = pydantic.Field(
        default=[], max_length=60, title="典型说法",
        json_schema_extra=form(kind="tags", help="市民会怎样说，逐条填写；说法相近的诉求也提示这个场景"),
    )  # fmt: skip

    @pydantic.field_validator("words", "categories", "examples")
    @classmethod
    def _plain(cls, said: list[str]) -> list[str]:
        found = texts_of(said)
        if wrong := next((one for one in found if len(one) > LONGEST_SAID), ""):
            raise ValueError(f"每条不超过 {LONGEST_SAID} 个字：{wrong[:20]}…")
        return found


LONGEST_SAID = 200


class ScenarioView(TreeView):
    """A scenario; `articles` of it that there are."""

    words: list[str] = pydantic.Field(title="触发词", json_schema_extra=form(kind="tags", none=""))
    categories: list[str] = pydantic.Field(title="诉求分类", json_schema_extra=form(kind="tags", none=""))
    examples: list[str] = pydantic.Field(title="典型说法", json_schema_extra=form(kind="tags", none=""))


class LinkFields(Body):
    """Which article belongs to which scenario."""

    scenario: str = pydantic.Field(min_length=1, max_length=700, title="场景")
    article: str = pydantic.Field(min_length=1, max_length=200, title="知识")


class LinkView(RecordView):
    """An article of a scenario."""

    scenario: str = pydantic.Field(title="场景")
    article: str = pydantic.Field(title="知识", json_schema_extra=form(link="knowledge"))


class LinkQuery(RecordQuery):
    """Filters of the list."""

    scenario: str = pydantic.Field(default="", max_length=26)
    article: str = pydantic.Field(default="", max_length=26)


class CategoriesQuery(Query):
    """A part of a category's path."""

    search: str = pydantic.Field(default="", max_length=60)


class MatchBody(Body):
    """A request as far as it is known: what was said or written, and the id or path of its category."""

    text: str = pydantic.Field(default="", max_length=LONGEST, title="诉求内容")
    category: str = pydantic.Field(default="", max_length=700, title="诉求分类")


class ScenarioArticle(pydantic.BaseModel):
    """An article of a scenario."""

    id: str
    title: str
    summary: str
    audience: str


class MatchedScenario(pydantic.BaseModel):
    """A scenario that a request belongs to: how sure (0 to 1), why, and its articles that the visitor reads."""

    id: str
    path: str
    score: float
    reasons: list[str]
    articles: list[ScenarioArticle]


class TryBody(Body):
    """Requests to try the scenarios on, one a line; without them what people looked for in the last days."""

    texts: list[str] = pydantic.Field(default=[], max_length=200, title="诉求")
    category: str = pydantic.Field(default="", max_length=700, title="诉求分类")
    days: int = pydantic.Field(default=30, ge=1, le=365, title="天数")


class TriedText(pydantic.BaseModel):
    """A request and the scenarios that it belongs to; `times` it was looked for."""

    text: str
    times: int
    matches: list[MatchedScenario]


class TriedScenarios(pydantic.BaseModel):
    """All of them, and how many belong to none."""

    texts: list[TriedText]
    missed: int
