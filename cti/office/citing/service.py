"""Modules offer texts to be cited; who answers chooses some; what was chosen is kept with the record.

A form asks for them by a field of `type: choices` with `from: citations`: it is shown as long as somebody offers texts.
What comes with it goes through `cite` in the transaction of the act, and `keep_only` withdraws what counts no more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.offers import offered
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.citing.models import CitationRow
from cti.office.forms.describing import CITATIONS, Source
from cti.office.forms.library import FormLibrary
from cti.office.screens import Choice

OPTIONS = "/api/options/citations"
OFFERED = 20
MOST = 10
"""Texts that one answer cites."""
LONGEST_TITLE, LONGEST_PASSAGE = 200, 2000
"""Characters that are kept."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that can be cited, as it reads now: `id` and `version` are its module's, `text` is what is kept of it."""

    id: str
    title: str
    version: str
    text: str

    @property
    def words(self) -> str:
        """How it is named in an answer's trail."""
        return f"《{self.title[:LONGEST_TITLE]}》（第{self.version}版）"


@dataclass(frozen=True, slots=True)
class Citation:
    """A text was cited, or withdrawn, with a record: `ticket`, its id, the text's id and the version that it had."""

    kind: str
    record: str
    id: str
    version: str


@dataclass(frozen=True, slots=True)
class Cited:
    """That somebody of an organisation has cited a text at a version; `holds` until it was withdrawn."""

    id: str
    at: datetime
    by: str
    organisation: str
    version: str
    holds: bool


class Citable(Protocol):
    """What a module that has texts answers, each in the transaction of whoever asks."""

    title: str
    """What people call its texts: 知识."""
    screen: str
    """The console's screen on which one is opened by its id; empty when it has none."""

    async def search(self, session: AsyncSession, visitor: Visitor, words: str, most: int) -> Sequence[Passage]:
        """Texts within the visitor's scope, the most fitting first; without words those that he needs most."""

    async def passages(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, Passage]:
        """Those of these texts that the visitor may read now, by their ids."""

    async def cited(self, session: AsyncSession, citation: Citation) -> None:
        """It was cited; what this raises makes the act undone."""

    async def withdrawn(self, session: AsyncSession, citation: Citation) -> None:
        """The answer that cited it counts no more."""


class Citing:
    """Texts that modules offer to be cited, and what records cite, as it read then."""

    def __init__(self, clock: Clock, forms: FormLibrary) -> None:
        self._clock, self._forms = clock, forms
        self._offered: dict[str, Citable] = {}
        self._hide: Callable[[], None] = lambda: None

    def offer(self, source: str, citable: Citable) -> Callable[[], None]:
        """Let texts be cited; returns the undo. ValueError when the source's name is taken."""
        undo = offered(self._offered, source, citable, "sources of citations")
        if len(self._offered) == 1:
            self._hide = self._forms.offer(CITATIONS, Source(OPTIONS, search=True))

        def take_back() -> None:
            undo()
            if not self._offered:
                self._hide()

        return take_back

    def source(self, name: str) -> Citable | None:
        """Who offers texts under a name; None when nobody does now."""
        return self._offered.get(name)

    async def options(self, session: AsyncSession, visitor: Visitor, search: str) -> list[Choice]:
        """What may be cited, by words; what was chosen already is found by its value."""
        name, _, id = search.partition(":")
        if (chosen := self._offered.get(name)) is not None and id:
            found = await chosen.passages(session, visitor, [id])
            return [_choice(name, one) for one in found.values()]
        return [
            _choice(name, one)
            for name, citable in self._offered.items()
            for one in await citable.search(session, visitor, search.strip(), OFFERED)
        ][:OFFERED]

    async def cite(
        self, session: AsyncSession, visitor: Visitor, kind: str, record: str, values: Sequence[str],
        *, field: str = "citations", own_words: bool = False,
    ) -> list[str]:  # fmt: skip
        """Keep what was chosen with a record; returns how each is named. Invalid for what he may not read.

        What another system has cited comes in its `own_words`: they stay as they are, and nothing is kept besides.
        """
        if len(values) > MOST:
            raise Invalid("too_many", f"最多引用 {MOST} 篇", field)
        asked = [(value, *value.partition(":")[::2]) for value in dict.fromkeys(values)]
        named = []
        for value, source, id in asked:
            citable = self._offered.get(source)
            if citable is None and own_words:
                named.append(value)
                continue
            passage = (await citable.passages(session, visitor, [id])).get(id) if citable is not None else None
            if passage is None:
                raise Invalid("no_text", "引用的内容不存在或您不能查看", field)
            await self._keep(session, visitor, (kind, record), source, passage)
            named.append(passage.words)
        return named

    async def _keep(
        self, session: AsyncSession, visitor: Visitor, about: tuple[str, str], source: str, passage: Passage
    ) -> None:
        kind, record = about
        same = (CitationRow.source == source, CitationRow.cited == passage.id, CitationRow.version == passage.version)
        if await session.scalar(_standing(kind, record).where(*same).limit(1)) is not None:
            return
        session.add(
            CitationRow(
                id=new_id(), kind=kind, record=record, source=source, cited=passage.id, version=passage.version,
                title=passage.title[:LONGEST_TITLE], passage=passage.text[:LONGEST_PASSAGE], words=passage.words,
                organisation=visitor.organisation, by=visitor.name, at=self._clock.wall(), withdrawn_at=None,
            )
        )  # fmt: skip
        await session.flush()
        await self._offered[source].cited(session, Citation(kind, record, passage.id, passage.version))

    async def keep_only(self, session: AsyncSession, kind: str, record: str, words: Collection[str]) -> None:
        """Withdraw all that is cited with a record but these, by how they are named."""
        for row in (await session.scalars(_standing(kind, record))).all():
            if row.words in words:
                continue
            row.withdrawn_at = self._clock.wall()
            citable = self._offered.get(row.source)
            if citable is not None:
                await citable.withdrawn(session, Citation(kind, record, row.cited, row.version))
        await session.flush()

    async def of(
        self, session: AsyncSession, source: str, text: str, organisations: Collection[str] | None, most: int
    ) -> list[Cited]:
        """Where a text is cited, the newest first; by people of some organisations, of all with None."""
        limits = [CitationRow.source == source, CitationRow.cited == text]
        if organisations is not None:
            limits.append(CitationRow.organisation.in_(organisations))
        wanted = select(CitationRow).where(*limits).order_by(CitationRow.at.desc(), CitationRow.id.desc()).limit(most)
        return [
            Cited(row.id, row.at, row.by, row.organisation, row.version, row.withdrawn_at is None)
            for row in (await session.scalars(wanted)).all()
        ]

    async def organisations(self, session: AsyncSession, kind: str, record: str) -> list[str]:
        """Whose people cite something in what counts of a record now."""
        rows = (await session.scalars(_standing(kind, record))).all()
        return sorted({row.organisation for row in rows})


def _standing(kind: str, record: str) -> Select[tuple[CitationRow]]:
    return select(CitationRow).where(
        CitationRow.kind == kind, CitationRow.record == record, CitationRow.withdrawn_at.is_(None)
    )


def _choice(source: str, passage: Passage) -> Choice:
    return Choice(value=f"{source}:{passage.id}", title=passage.words)
