"""Published articles as the index takes them: whole texts without marks, wordings, and by what they are narrowed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.rich.text import plain
from cti.office.tree import TreeRecord
from cti.store.engine import Store
from workflow.knowledge.finding.entries import Article
from workflow.knowledge.models import CategoryRow, IndustryRow, LifeEventRow, PublishedRow
from workflow.knowledge.scenarios.models import ScenarioLinkRow, ScenarioRow
from workflow.knowledge.types import Types

VALIDITIES = {"always": "长期有效", "until": "有失效时间", "overdue": "确认已过期"}
"""What is published is valid: until a day, or always; or nobody has confirmed it in time."""
FILED: Mapping[str, type[TreeRecord]] = {"category": CategoryRow, "industry": IndustryRow, "life_event": LifeEventRow}
"""The trees in which an article stands, by its columns."""
AT_ONCE = 1_000


class PublishedArticles:
    """Reads what readers see, for the index."""

    def __init__(self, store: Store, types: Types) -> None:
        self._store, self._types = store, types
        self._lines: dict[str, str] = {}
        """Where each node of the trees stood when `moved` last looked."""

    async def count(self) -> int:
        """How many there are."""
        async with self._store.reading() as session:
            return await session.scalar(select(func.count()).select_from(PublishedRow)) or 0

    async def stamps(self, after: str) -> Mapping[str, int]:
        """The next `AT_ONCE` ids behind this one, each with the version that the index should have."""
        wanted = select(PublishedRow.id, PublishedRow.updated_at, PublishedRow.overdue).where(PublishedRow.id > after)
        async with self._store.reading() as session:
            rows = await session.execute(wanted.order_by(PublishedRow.id).limit(AT_ONCE))
            return {id: stamp_of(at, overdue) for id, at, overdue in rows.all()}

    async def load(self, ids: Collection[str]) -> list[Article]:
        """Those of these ids that readers see."""
        async with self._store.reading() as session:
            rows = list(await session.scalars(select(PublishedRow).where(PublishedRow.id.in_(list(ids)))))
            lines = {
                key: await _lines(session, table, {getattr(row, key) for row in rows}) for key, table in FILED.items()
            }
            scenarios = await _scenarios(session, [row.id for row in rows])
        return [self._article(row, lines, scenarios.get(row.id, ())) for row in rows]

    async def every(self) -> AsyncIterator[list[Article]]:
        """All, some at a time."""
        after = ""
        while stamps := await self.stamps(after):
            yield await self.load(list(stamps))
            after = max(stamps)

    async def moved(self, nodes: Collection[str] | None = None) -> list[str]:
        """The ids of articles filed under or below those of these nodes of trees that have moved.

        Where all of them stand is learnt first, by asking for none.
        """
        found: list[str] = []
        async with self._store.reading() as session:
            for key, table in FILED.items():
                filed = getattr(PublishedRow, key)
                wanted = select(table.id, table.line)
                if nodes is not None:
                    wanted = wanted.where(table.id.in_(list(nodes)))
                lines = dict((await session.execute(wanted)).tuples().all())
                moved = [id for id, line in lines.items() if self._lines.get(id) != line]
                self._lines.update(lines)
                if nodes is None or not moved:
                    continue
                below = or_(table.id.in_(moved), *(table.line.contains(one) for one in moved))
                found += await session.scalars(select(PublishedRow.id).where(filed.in_(select(table.id).where(below))))
        return found

    def text(self, row: PublishedRow) -> str:
        """All that an article says, without its title."""
        return self._joined(row, row.summary, plain(row.body))

    def told(self, row: PublishedRow) -> str:
        """The same for who hears it: a summary that is the body's own words is not said twice."""
        body = plain(row.body)
        return self._joined(row, "" if row.summary in body else row.summary, body)

    def _joined(self, row: PublishedRow, *before: str) -> str:
        lines = [f"{one.title}：{one.text}" for one in self._types.lines(row.type, row.details)]
        return "\n".join(one for one in (*before, *lines, row.contact) if one)

    def _article(
        self, row: PublishedRow, lines: Mapping[str, Mapping[str, Sequence[str]]], scenarios: Sequence[str]
    ) -> Article:
        validity = "overdue" if row.overdue else "until" if row.valid_until else "always"
        facets = {
            **{key: known.get(getattr(row, key), ()) for key, known in lines.items()},
            "unit": [row.unit] if row.unit else [], "type": [row.type], "validity": [validity],
            "scenario": scenarios, "hotline": [row.hotline] if row.hotline else [],
        }  # fmt: skip
        return Article(
            id=row.id, title=row.title, text=self.text(row), version=stamp_of(row.updated_at, row.overdue),
            wordings=(*row.questions, *row.keywords), at=int(row.published_at.timestamp()),
            organisation=row.organisation, region=row.region, audience=row.audience, overdue=row.overdue,
            facets=facets,
        )  # fmt: skip


def stamp_of(at: datetime, overdue: bool) -> int:
    """The version of an article in the index: when its row was written, and whether it is overdue."""
    return int(at.timestamp() * 1000) * 2 + overdue


async def _lines(session: AsyncSession, table: type[TreeRecord], ids: Collection[str]) -> dict[str, list[str]]:
    """For each node of a tree itself and those above it: what is filed below counts for them, too."""
    rows = await session.execute(select(table.id, table.line).where(table.id.in_(sorted(one for one in ids if one))))
    return {id: [id, *(one for one in line.split("/") if one)] for id, line in rows.all()}


async def _scenarios(session: AsyncSession, ids: Collection[str]) -> dict[str, list[str]]:
    """For each article its scenarios that are in use, and those above them."""
    wanted = (
        select(ScenarioLinkRow.article, ScenarioRow.id, ScenarioRow.line)
        .join(ScenarioRow, ScenarioRow.id == ScenarioLinkRow.scenario)
        .where(ScenarioLinkRow.article.in_(list(ids)), ScenarioLinkRow.removed_at.is_(None))
        .where(ScenarioRow.removed_at.is_(None), ScenarioRow.off.is_(False))
    )
    found: dict[str, dict[str, None]] = {}
    for article, scenario, line in (await session.execute(wanted)).tuples():
        above = (one for one in line.split("/") if one)
        found.setdefault(article, {}).update(dict.fromkeys((scenario, *above)))
    return {article: list(scenarios) for article, scenarios in found.items()}
