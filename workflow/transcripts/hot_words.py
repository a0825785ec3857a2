"""Hot words (热词): words of the hotline that recognisers mishear, kept by people for each organisation."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid, Refusal
from cti.base.visitor import Visitor
from cti.office.identity.directory import Organisation, line_of, load_organisations
from cti.office.records import Office, Records
from cti.office.sharing import Shared
from ivr.recognition.expected import ExpectedWords
from ivr.recognition.repair import Vocabulary
from workflow.transcripts.hot_word_views import (
    LONGEST,
    SHORTEST,
    HotWordBatch,
    HotWordFields,
    HotWordQuery,
    HotWordsAdded,
    HotWordView,
    TriedWords,
    TryWords,
)
from workflow.transcripts.models import HotWordRow
from workflow.transcripts.wording import Wording

REFRESH_SECONDS = 120.0
"""How long new names of places, departments, categories and articles may be unknown."""
FOUND_WEIGHT = 5
"""Of words that the house knows by itself; of those that sound alike the one of more weight is meant."""
MOST_HINTS = 300
MOST_FOUND = 20_000


class HotWords(Records[HotWordRow, HotWordFields, HotWordView, HotWordQuery]):
    """The service, and the wording of talks: kept in memory, so that no talk waits for the database."""

    table, fields, view, query = HotWordRow, HotWordFields, HotWordView, HotWordQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "hot_word"
    title: ClassVar[str] = "热词"
    sharing: ClassVar[Shared] = Shared(own=())
    see: ClassVar[str] = "hot_words.see"
    edit_permission: ClassVar[str] = "hot_words.edit"
    export_permission: ClassVar[str] = "hot_words.export"
    orders: ClassVar[tuple[str, ...]] = ("word", "weight")
    few: ClassVar[bool] = True

    def __init__(self, office: Office, expected: ExpectedWords) -> None:
        super().__init__(office)
        self._expected = expected
        self._own: list[tuple[str, str, int]] = []
        """Organisation, word and weight."""
        self._found: dict[str, int] = {}
        self._tree: Mapping[str, Organisation] = {}
        self._wordings: dict[str, Wording] = {}
        self._is_adding = False
        self.on_change(self._changed)

    # ── what people do ───────────────────────────────────────────────────────────────────────────────────────────

    def limits(self, visitor: Visitor, query: HotWordQuery) -> list[ColumnElement[bool]]:
        """By a part of the word, or of the note."""
        if not query.search:
            return []
        word = HotWordRow.word.contains(query.search, autoescape=True)
        return [word | HotWordRow.note.contains(query.search, autoescape=True)]

    async def values(
        self, session: AsyncSession, body: HotWordFields, row: HotWordRow | None, organisation: str
    ) -> dict[str, Any]:
        """A word stands once in an organisation. Invalid, Conflict."""
        word = _plain(body.word)
        if not all("\u4e00" <= one <= "\u9fff" for one in word) or not SHORTEST <= len(word) <= LONGEST:
            raise Invalid("word", f"热词为 {SHORTEST} 到 {LONGEST} 个汉字", "word")
        if await self.taken(session, row, HotWordRow.organisation == organisation, HotWordRow.word == word):
            raise Conflict("taken", f"“{word}”已是热词", "word")
        return {"word": word, "weight": body.weight, "note": body.note}

    async def check_restored(self, session: AsyncSession, row: HotWordRow) -> None:
        """Not beside the same word."""
        if await self.taken(session, row, HotWordRow.organisation == row.organisation, HotWordRow.word == row.word):
            raise Conflict("taken", f"“{row.word}”已是热词")

    async def add_many(self, visitor: Visitor, body: HotWordBatch) -> HotWordsAdded:
        """A word a line, its weight after it if it has one; each that cannot be added is told with its line."""
        visitor.need(self.edit_permission)
        refused: list[str] = []
        self._is_adding = True
        try:
            added = await self._add(visitor, body, refused)
        finally:
            self._is_adding = False
            await self.load()
        words = f"已添加 {added} 个热词" + (f"，{len(refused)} 行未添加：" + "；".join(refused) if refused else "")
        return HotWordsAdded(added=added, refused=refused, words=words)

    async def _add(self, visitor: Visitor, body: HotWordBatch, refused: list[str]) -> int:
        added = 0
        for number, line in enumerate(body.words.splitlines(), start=1):
            parts = line.replace("，", " ").replace(",", " ").split()
            if not parts:
                continue
            try:
                if len(parts) > 2 or (len(parts) == 2 and not (parts[1].isdecimal() and 1 <= int(parts[1]) <= 100)):
                    raise Invalid("weight", "每行一个热词，后面可写 1 到 100 的权重", "words")
                if not SHORTEST <= len(parts[0]) <= LONGEST:
                    raise Invalid("word", f"热词为 {SHORTEST} 到 {LONGEST} 个汉字", "words")
                fields = HotWordFields(word=parts[0], **({"weight": int(parts[1])} if len(parts) == 2 else {}))
                await self.create(visitor, fields)
                added += 1
            except Refusal as error:
                refused.append(f"第 {number} 行“{line.strip()[:20]}”：{error.detail}")
        return added

    async def attempt(self, visitor: Visitor, body: TryWords) -> TriedWords:
        """What would become of a text; nothing is kept."""
        visitor.need(self.see)
        await self.load()
        found = self.wording(visitor.organisation or self.office.organisation).worded(body.text)
        changed = [f"“{one.heard}”改为“{found.text[one.start : one.end]}”" for one in found.repairs]
        return TriedWords(text=found.text, words=f"{found.text}（{'，'.join(changed) or '没有需要修正的词'}）")

    # ── the wording of talks ─────────────────────────────────────────────────────────────────────────────────────

    def wording(self, organisation: str) -> Wording:
        """That of an organisation's talks: words of its own, of all above and below it, and what the house knows."""
        kept = self._wordings.get(organisation)
        if kept is None:
            above = line_of(self._tree, organisation)
            own = {
                word: weight
                for owner, word, weight in sorted(self._own, key=lambda one: one[2])
                if owner in above or organisation in line_of(self._tree, owner)
            }
            first = dict(sorted(own.items(), key=lambda one: -one[1])[:MOST_HINTS])
            kept = self._wordings[organisation] = Wording(Vocabulary({**self._found, **own}, careful=True), first)
        return kept

    async def load(self) -> None:
        """Read hot words, the tree of organisations, and what others offer."""
        wanted = select(HotWordRow).where(HotWordRow.removed_at.is_(None))
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted)).all()
            self._tree = await load_organisations(session)
        self._own = [(row.organisation, row.word, row.weight) for row in rows]
        offered = [word for words in (await self._expected.all()).values() for word in words]
        titles = [one.title for one in self._tree.values() if not one.closed]
        found = dict.fromkeys([_plain(one) for one in (*titles, *offered)][:MOST_FOUND], FOUND_WEIGHT)
        if found != self._found or self._wordings:
            self._found = found
            self._wordings.clear()

    async def keep_fresh(self) -> None:
        """Read all of it again and again, until cancelled."""
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            await self.load()

    async def _changed(self, ids: Sequence[str]) -> None:
        # Many at once are read when all are there.
        if not self._is_adding:
            await self.load()


def _plain(word: str) -> str:
    return word.strip()
