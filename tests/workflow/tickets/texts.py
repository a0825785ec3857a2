"""A module that has texts to cite, as the knowledge base will be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.citing.service import Citation, Passage

CARD = Passage("card", "社保卡补办指南", "3", "携带身份证到任一网点补办，当场领取。")
SECRET = Passage("secret", "内部口径", "1", "只供热线内部使用。")


@dataclass
class Texts:
    """`inside` are organisations whose people read everything; the others read what is public."""

    title: str = "知识"
    screen: str = "articles"
    inside: frozenset[str] = frozenset({"city"})
    texts: dict[str, Passage] = field(default_factory=lambda: {one.id: one for one in (CARD, SECRET)})
    told: list[tuple[str, Citation]] = field(default_factory=list)

    def _read(self, visitor: Visitor) -> list[Passage]:
        return [one for one in self.texts.values() if one.id != "secret" or visitor.organisation in self.inside]

    async def search(self, session: AsyncSession, visitor: Visitor, words: str, most: int) -> Sequence[Passage]:
        return [one for one in self._read(visitor) if words in one.title + one.text][:most]

    async def passages(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, Passage]:
        return {one.id: one for one in self._read(visitor) if one.id in ids}

    async def cited(self, session: AsyncSession, citation: Citation) -> None:
        self.told.append(("cited", citation))

    async def withdrawn(self, session: AsyncSession, citation: Citation) -> None:
        self.told.append(("withdrawn", citation))
