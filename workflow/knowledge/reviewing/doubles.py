"""Articles that say the same: none is taken in twice, as by a spreadsheet that is imported once more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict
from workflow.knowledge.models import ArticleRow

SAYING = ("title", "type", "category", "unit", "audience", "summary", "body")
"""By what two articles say the same."""
EXPECTED = "titles of articles"
"""In a session's `info`: titles that were asked for together, and those of them that there are."""


async def refuse(session: AsyncSession, said: Mapping[str, Any], organisation: str) -> None:
    """Conflict for what an article of the organisation says already."""
    asked, there = session.info.get(EXPECTED, ((), ()))
    if not (said["body"] or said["summary"]) or (said["title"] in asked and said["title"] not in there):
        return
    number = await session.scalar(saying_the_same(said, organisation))
    if number is not None:
        raise Conflict("double", f"与知识 {number} 的标题和内容相同", "title")


async def expect(session: AsyncSession, titles: Collection[str]) -> None:
    """Ask at once which titles of articles to be drafted in this session there are, instead of one by one."""
    wanted = select(ArticleRow.title).where(ArticleRow.title.in_(titles))
    session.info[EXPECTED] = frozenset(titles), frozenset(await session.scalars(wanted))


def saying_the_same(said: Mapping[str, Any], organisation: str) -> Select[tuple[str]]:
    """The number of an organisation's article that says the same.

    Found by its title: SQLite knows nothing of how many rows share a value, and would rather go through all articles of
    a unit. What is joined with nothing is in no index.
    """
    others = [getattr(ArticleRow, key).concat("") == said[key] for key in SAYING if key != "title"]
    own = ArticleRow.organisation.concat("") == organisation, ArticleRow.removed_at.is_(None)
    return select(ArticleRow.number).where(ArticleRow.title == said["title"], *others, *own).limit(1)
