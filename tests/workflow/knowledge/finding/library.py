"""A few articles, and an index of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.index import EVERYTHING
from workflow.knowledge.finding.ranking import USED, RankingLibrary
from workflow.knowledge.finding.room import SHIPPED
from workflow.knowledge.finding.searching import Results, Search, Searching
from workflow.knowledge.rules import Readable

FUND = Article(
    "fund", "住房公积金提取办理",
    "职工与单位解除劳动关系后，可以凭身份证到公积金中心提取。2024年5月1日起每月限额2000元，办理时间为15个工作日。",
    wordings=("公积金怎么取", "房积金"), at=1_700_000_000, region="320400", audience="public",
    facets={"category": ["money", "top"]},
)  # fmt: skip
LOAN = Article(
    "loan", "住房公积金贷款额度", "双职工家庭公积金贷款最高80万元，首付不低于百分之三十。",
    at=1_710_000_000, region="320404", organisation="east", facets={"category": ["money", "top"]},
)  # fmt: skip
CARE = Article(
    "care", "城乡居民医疗保险报销", "居民医保住院报销比例为百分之七十，门诊另计。异地就医先备案。",
    at=1_720_000_000, region="320411", organisation="west", audience="public", overdue=True,
    facets={"category": ["health", "top"]},
)  # fmt: skip
CARD = Article(
    "card", "居住证办理", "外来人员到居住地派出所申领居住证。", at=1_730_000_000, region="320404",
    organisation="east", audience="public", facets={"category": ["papers"]},
)  # fmt: skip
ALL = (FUND, LOAN, CARE, CARD)
PUBLIC_EAST = Readable(above=frozenset({"320404", "320400"}), audiences=frozenset({"public"}))


def shipped() -> Search:
    """The ranking that comes with the house."""
    return RankingLibrary(shipped=[SHIPPED]).current(USED).head.search


def indexed(folder: Path, articles: Iterable[Article] = ALL) -> Searching:
    made = Searching(folder)
    made.index.put(articles)
    made.index.commit()
    return made


def ids(found: Results) -> Sequence[str]:
    return [hit.id for hit in found.found]


__all__ = ["ALL", "CARD", "CARE", "EVERYTHING", "FUND", "LOAN", "PUBLIC_EAST", "ids", "indexed", "shipped"]
