"""What a reviewer should see beside an article: published ones about the same, and numbers in which they differ."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pydantic
from sqlalchemy import or_, select

from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.office.rich import plain
from workflow.knowledge.models import ArticleRow, PublishedRow
from workflow.knowledge.published import Published
from workflow.knowledge.service import Articles

MOST, LOOKED_AT, NEAR = 8, 400, 0.35
"""Articles that are shown, that are compared, and from which likeness on: 1 is the same title."""
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(元|万元|天|日|个工作日|工作日|小时|分钟|个月|月|年|周岁|岁|%|吨|度|次|份|人)")


class Alike(pydantic.BaseModel):
    """A published article about the same; `differs` are amounts that only one of the two gives."""

    id: str
    title: str = pydantic.Field(title="已发布的知识")
    unit: str = pydantic.Field(title="责任单位")
    likeness: int = pydantic.Field(title="相似度（%）")
    differs: str = pydantic.Field(title="数字不一致")


class AlikeArticles:
    """Answers it for drafts and for what is published."""

    def __init__(self, office: Office, articles: Articles, published: Published) -> None:
        self._office, self._articles, self._published = office, articles, published

    async def of(self, visitor: Visitor, id: str) -> list[Alike]:
        """The most alike first. NotFound."""
        visitor.need(self._articles.see)
        async with self._office.store.reading() as session:
            row = await self._articles.row(session, visitor, id)
            pairs = _pairs(row.title)
            near = [PublishedRow.title.contains(one, autoescape=True) for one in sorted(pairs)[:30]]
            wanted = select(PublishedRow).where(
                PublishedRow.id != id, or_(PublishedRow.title == row.title, *near), *self._published.readable(visitor)
            )
            newest = wanted.order_by(PublishedRow.published_at.desc(), PublishedRow.id).limit(LOOKED_AT)
            rows = (await session.scalars(newest)).all() if visitor.may(self._published.see) else []
            units = await self._articles.references["unit"].titles(session, visitor, {one.unit for one in rows})
        found = [
            Alike(
                id=one.id, title=one.title, unit=units.get(one.unit, ""), likeness=round(100 * likeness),
                differs=_difference(row, one),
            )
            for one in rows
            if (likeness := _likeness(pairs, _pairs(one.title))) >= NEAR
        ]  # fmt: skip
        return sorted(found, key=lambda one: -one.likeness)[:MOST]


def _pairs(text: str) -> frozenset[str]:
    plain_text = re.sub(r"\W+", "", text)
    return frozenset(plain_text[at : at + 2] for at in range(max(len(plain_text) - 1, 1)))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Of two titles: pairs of characters that both have, among those of the shorter."""
    return len(one & other) / max(min(len(one), len(other)), 1)


def _difference(row: ArticleRow, other: PublishedRow) -> str:
    mine, theirs = _amounts(row), _amounts(other)
    units = {unit for _, unit in mine} & {unit for _, unit in theirs}
    here = sorted({one for one in mine - theirs if one[1] in units})
    there = sorted({one for one in theirs - mine if one[1] in units})
    return f"本条 {_said(here)}，该条 {_said(there)}" if here and there else ""


def _amounts(row: ArticleRow | PublishedRow) -> set[tuple[str, str]]:
    text = " ".join([plain(row.body), row.summary, *(str(one) for one in row.details.values() if one)])
    return {(number, unit) for number, unit in AMOUNT.findall(text)}


def _said(amounts: Iterable[tuple[str, str]]) -> str:
    return "、".join(f"{number}{unit}" for number, unit in list(amounts)[:4])
