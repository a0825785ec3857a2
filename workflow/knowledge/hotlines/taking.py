"""Takes rows of a merged hotline's table over: a new id becomes a draft, a known one that says otherwise a new edition.

Nothing is published by this, nothing that somebody has written here meanwhile is written over, and readers go on
seeing what was approved.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid, all_of
from cti.base.visitor import Visitor
from cti.office.imports.views import Cells, Fault, Read
from cti.office.numbering import Facts
from cti.office.numbering import service as numbering
from cti.office.processes.case import Begun
from cti.office.search import service as search
from workflow.knowledge.hotlines.article import HotlineArticle, Reader
from workflow.knowledge.hotlines.filing import Filing
from workflow.knowledge.hotlines.folder import FolderReader
from workflow.knowledge.hotlines.models import HotlineRow, OriginRow
from workflow.knowledge.models import ArticleRow
from workflow.knowledge.reviewing import doubles
from workflow.knowledge.service import Articles
from workflow.knowledge.views import ArticleFields, Audience

SAID = (
    "title",
    "body",
    "summary",
    "industry",
    "life_event",
    "keywords",
    "questions",
    "contact",
    "valid_from",
    "valid_until",
)
"""What is taken as it stands in the row."""


@dataclass(slots=True)
class ReadArticle(Read):
    """Also what the row says, what its id was before, and what it will be, if it is new."""

    said: HotlineArticle | None = None
    known: OriginRow | None = None
    row: ArticleRow | None = None


class Taking:
    """One reading of one table, as the visitor. `batch` is the import."""

    def __init__(
        self,
        articles: Articles,
        filing: Filing,
        visitor: Visitor,
        hotline: HotlineRow,
        batch: str,
        reader: Reader | FolderReader,
    ) -> None:
        self._articles, self._filing, self._visitor = articles, filing, visitor
        self._hotline, self._batch, self._reader = hotline, batch, reader
        self._prepared: list[ReadArticle] = []

    async def look(self, session: AsyncSession, rows: Sequence[Cells]) -> list[ReadArticle]:
        """What would become of some rows; nothing is stored."""
        read = await self._read(session, rows)
        titles = {one.said.title for one in read if one.said is not None and one.became == "good"}
        await doubles.expect(session, titles)
        for one in read:
            if one.said is not None and one.became != "again":
                await self._tried(one, self._looked_at(session, one, one.said))
        return read

    async def prepare(self, rows: Sequence[Cells]) -> None:
        """All rules are asked while others write."""
        async with self._articles.office.store.reading() as session:
            self._prepared = await self.look(session, rows)

    async def take(self, session: AsyncSession, rows: Sequence[Cells]) -> tuple[list[ReadArticle], list[str]]:
        """Make drafts of the rows that were prepared, or the next editions of what is known."""
        read = self._prepared
        ids = await self._make(session, [one for one in read if one.became == "good"])
        for one in read:
            if one.became == "changed" and one.said is not None and one.known is not None:
                ids += await self._tried(one, self._changed(session, one.said, one.known))
        met = [one.said.origin for one in read if one.known is not None and one.said is not None]
        if met:
            mine = OriginRow.hotline == self._hotline.id, OriginRow.origin.in_(met)
            await session.execute(update(OriginRow).where(*mine).values(met=self._batch))
        return read, ids

    async def _read(self, session: AsyncSession, rows: Sequence[Cells]) -> list[ReadArticle]:
        """What the rows say, and what of it is new."""
        read = []
        for number, cells in rows:
            said, faults = self._reader.row(number, cells)
            read.append(ReadArticle(number, faults, said=None if any(one.grave for one in faults) else said))
        origins = [one.said.origin for one in read if one.said is not None]
        wanted = select(OriginRow).where(OriginRow.hotline == self._hotline.id, OriginRow.origin.in_(origins))
        known = {one.origin: one for one in await session.scalars(wanted)}
        for one in read:
            if one.said is not None:
                one.known = known.get(one.said.origin)
                one.became = "good" if one.known is None else "changed"
                if one.known is not None and one.known.digest == one.said.digest:
                    one.became = "again"
        return read

    async def _tried(self, one: ReadArticle, work: Awaitable[list[str]]) -> list[str]:
        """Do something with a row; what is refused, before anything is stored, makes it a bad one."""
        try:
            return await work
        except (Invalid, Conflict) as refusal:
            titles = self._reader.titles
            # What is not there is refused by more than one rule: once is enough.
            found = {it.field or "": it.detail for it in reversed(all_of(refusal))}
            one.became, one.faults = "bad", [Fault(titles.get(key, key), words) for key, words in found.items()]
        return []

    async def _looked_at(self, session: AsyncSession, one: ReadArticle, said: HotlineArticle) -> list[str]:
        """Ask all rules."""
        if one.known is None:
            one.row = await self._articles.drafted(session, self._visitor, await self._body(session, said))
        else:
            row = await self._row(session, one.known)
            await self._articles.resolved(session, self._visitor, await self._body(session, said, row), row)
        return []

    async def _body(self, session: AsyncSession, said: HotlineArticle, row: ArticleRow | None = None) -> ArticleFields:
        """What an article of it says. Where it is filed here stays: managers may have filed it anew."""
        values: dict[str, Any] = {key: getattr(said, key) for key in SAID}
        theirs = "" if row is not None and row.category else said.category
        return ArticleFields.model_construct(
            **values, type="knowledge_text" if row is None else row.type, unit=said.unit or self._hotline.unit,
            audience=cast("Audience", said.audience or self._hotline.audience),
            category=(row.category if row is not None else "") or await self._filing.of(session, theirs, making=False),
        )  # fmt: skip

    async def _row(self, session: AsyncSession, known: OriginRow) -> ArticleRow:
        """The article that an id became. Conflict while nobody but its editors may change it."""
        row = await session.get(ArticleRow, known.article)
        if row is None or row.removed_at is not None:
            raise Conflict("removed", "在本系统已删除，未导入；恢复后可再次导入")
        if row.stage == "review":
            raise Conflict("in_review", f"知识 {row.number} 正在审核，未更新；审核后可再次导入")
        if row.stage == "draft" and row.version != known.version:
            raise Conflict("written", f"知识 {row.number} 的草稿在本系统修改过，未覆盖；放弃修改或审核后可再次导入")
        return row

    async def _make(self, session: AsyncSession, new: Sequence[ReadArticle]) -> list[str]:
        """Drafts with their cases, in few statements however many there are."""
        articles, visitor, hotline = self._articles, self._visitor, self._hotline
        assert articles.numbered is not None
        made = [(one.row, one.said) for one in new if one.row is not None and one.said is not None]
        facts = [(Facts(row.organisation, row.region, row.created_at), row.id) for row, _ in made]
        numbers = await numbering.take_all(session, articles.kind, articles.numbered, facts, visitor.name)
        for (row, said), taken in zip(made, numbers, strict=True):
            row.number, row.category = taken.number, await self._filing.of(session, said.category, making=True)
            row.hotline, row.origin, row.source = hotline.id, said.origin, f"{hotline.name} {said.origin}"[:60]
        begun = [Begun(row.id, row.organisation, row.region, articles.facts_of(row), {}) for row, _ in made]
        moved = await articles.cases.open_quietly(session, visitor, articles.process, articles.kind, begun)
        for (row, said), one in zip(made, moved, strict=True):
            for key, value in articles.standing(one.cases[one.root]).items():
                setattr(row, key, value)
            session.add(row)
            session.add(
                OriginRow(
                    hotline=hotline.id, origin=said.origin, article=row.id, category=said.category,
                    digest=said.digest, version=1, made=self._batch, met=self._batch,
                )
            )  # fmt: skip
        await session.flush()
        await search.keep_fresh(session, [articles.findable(row) for row, _ in made])
        return [row.id for row, _ in made]

    async def _changed(self, session: AsyncSession, said: HotlineArticle, known: OriginRow) -> list[str]:
        articles, visitor = self._articles, self._visitor
        known = await session.get_one(OriginRow, (known.hotline, known.origin))
        row = await self._row(session, known)
        body = await articles.resolved(session, visitor, await self._body(session, said, row), row)
        row = await articles.row(session, visitor, known.article, lock=True)
        if row.stage != "draft":
            await articles.cases.act(session, visitor, row.case, "change", {})
            row = await session.get_one(ArticleRow, known.article, populate_existing=True)
        before = articles.told(row)
        values = await articles.values(session, body, row, row.organisation)
        await articles.apply(session, visitor, row, row.version, values)
        await articles.audit(session, visitor, "edited", row.id, before, articles.told(row))
        known.digest, known.category, known.version = said.digest, said.category, row.version
        return [row.id]
