"""How articles are ordered, as its file says it: weights of signs, tried on its own tests before it is published.

```yaml
ranking: knowledge
title: 知识检索排序
candidates: 60
boosts: {title: 2.0, synonyms: 0.6, sounds: 0.3}
weights: {whole: 4.0, head: 2.0, title: 1.5}      # of the signs in `workflow/knowledge/finding/signs.py`
tests:
  - name: 公积金提取
    articles: {tiqu: 住房公积金提取需要的材料, yibao: 医疗保险报销比例}
    asked: 公积金怎么取
    first: tiqu
```
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar

import pydantic

from cti.base.files.documents import Document
from cti.base.files.faults import FAULTS
from cti.base.files.findings import Finding
from cti.base.files.parts import NAME, Part
from cti.base.files.sentences import Sentence, Sentences
from cti.office.workshop.definitions import Definition, Definitions, FileTest, Head
from cti.office.workshop.sentences import WORKSHOP
from workflow.knowledge.finding import asking
from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.index import EVERYTHING
from workflow.knowledge.finding.searching import Search, Searching
from workflow.knowledge.finding.signs import SIGNS

FILES = "rankings"
"""The folder of the state directory."""
USED = "knowledge"
"""The file by which the knowledge base is searched."""
MOST_TESTED = 50
"""So many articles a test may have."""
Weight = Annotated[float, pydantic.Field(ge=-1000, le=1000, allow_inf_nan=False)]
Boost = Annotated[float, pydantic.Field(ge=0, le=100)]

RANKINGS: dict[str, Sentence] = {
    "ranking-sign": Sentence("there is no sign {sign}", "没有名为 {sign} 的评分项", "a weight of a sign that is not"),
    "ranking-nothing": Sentence(
        "no weight is above 0: articles have no order", "没有大于 0 的权重，结果没有先后", "weights that say nothing"
    ),
    "ranking-untested": Sentence(
        "has no tests: nobody sees when good results go", "没有自带测试，改坏了看不出来", "a ranking without tests"
    ),
    "ranking-unknown": Sentence("the test has no article {article}", "测试里没有知识 {article}", ""),
    "ranking-first": Sentence("{found} comes first", "排在第一的是 {found}", ""),
    "ranking-none": Sentence("nothing is found", "什么也没有找到", ""),
}
say = Sentences({**FAULTS, **WORKSHOP, **RANKINGS})


class BoostsPart(Part):
    """How much a term counts in a title, as a synonym, and by its sound, beside one in the text."""

    title: Boost = 2.0
    synonyms: Boost = 0.6
    sounds: Boost = 0.3


class RankingTest(FileTest):
    """Which of a few articles (name: title) comes first for a question."""

    articles: dict[Annotated[str, pydantic.Field(pattern=NAME)], str] = pydantic.Field(
        min_length=2, max_length=MOST_TESTED
    )
    asked: str = pydantic.Field(min_length=1, max_length=500)
    first: str


class Ranking(Head):
    """A file that says how much each sign weighs when articles are put in order."""

    WORD: ClassVar[str] = "ranking"

    ranking: str = pydantic.Field(pattern=NAME)
    title: str = pydantic.Field(min_length=1, max_length=60)
    candidates: int = pydantic.Field(default=60, ge=10, le=500)
    boosts: BoostsPart = BoostsPart()
    weights: dict[str, Weight] = pydantic.Field(min_length=1)
    tests: tuple[RankingTest, ...] = ()

    @property
    def compared(self) -> dict[str, object]:
        """The weights, by which two revisions are compared."""
        return dict(self.weights)

    @property
    def search(self) -> Search:
        """What `Searching` goes by."""
        boosts = asking.Boosts(self.boosts.title, self.boosts.synonyms, self.boosts.sounds)
        return Search(self.weights, boosts, self.candidates)


RankingFile = Definition[Ranking]


class RankingLibrary(Definitions[Ranking]):
    """The rankings that were published, with their revisions."""

    model = Ranking
    kind: ClassVar[str] = "ranking"
    schema_name: ClassVar[str] = "ranking.schema.json"

    def lint(self, head: Ranking, document: Document) -> Iterator[Finding]:
        """See `Definitions.lint`."""
        for sign in head.weights:
            if sign not in SIGNS:
                yield Finding.at(document, ("weights", sign), say("ranking-sign", sign=sign))
        if not any(weight > 0 for weight in head.weights.values()):
            yield Finding.at(document, ("weights",), say("ranking-nothing"))
        for index, test in enumerate(head.tests):
            if test.first not in test.articles:
                yield Finding.at(document, ("tests", index, "first"), say("ranking-unknown", article=test.first))
        if not head.tests:
            yield Finding.at(document, ("ranking",), say("ranking-untested"), severity="warning")

    def failures(self, head: Ranking, index: int) -> Iterator[str]:
        """Put the test's articles into an index of their own and ask."""
        test = head.tests[index]
        with tempfile.TemporaryDirectory(prefix="ranking-") as folder, Searching(Path(folder)) as searching:
            searching.index.put(Article(name, title, title) for name, title in test.articles.items())
            searching.index.commit()
            found = searching.search(test.asked, head.search, EVERYTHING).found
            if not found:
                yield say("ranking-none")
            elif found[0].id != test.first:
                yield say("ranking-first", found=found[0].id)
