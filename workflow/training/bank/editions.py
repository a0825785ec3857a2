"""A question as somebody sits it: its text, options, answer and files once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workflow.training.bank.models import EditionRow, QuestionRow
from workflow.training.rules import OPTIONS

REMEMBERED = 5000
"""Editions that are kept in memory: some thousand people at one paper ask for the same ones."""


class QuestionFile(msgspec.Struct, frozen=True):
    """A picture or sound of a question: its id and its MIME type."""

    id: str
    type: str


class Content(msgspec.Struct, frozen=True):
    """What an edition says. `options` are by letter."""

    question: str
    kind: str
    category: str
    text: str
    options: dict[str, str]
    answer: str
    explanation: str
    stars: int
    files: list[QuestionFile] = []

    @classmethod
    def of(cls, row: QuestionRow, files: list[QuestionFile]) -> Content:
        """As the question is now."""
        options = {one: text for one in OPTIONS if (text := getattr(row, f"option_{one.lower()}"))}
        return cls(
            row.id, row.kind, row.category, row.text, options, row.answer, row.explanation, row.stars, files
        )  # fmt: skip

    @property
    def digest(self) -> str:
        """What tells it from other editions of its question."""
        return sha256(msgspec.json.encode(self)).hexdigest()

    def kept(self) -> dict[str, Any]:
        """As the table has it."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


class Editions:
    """Reads editions; they never change, so that the last ones stay in memory."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Content] = OrderedDict()

    async def read(self, session: AsyncSession, ids: Iterable[str]) -> Mapping[str, Content]:
        """Those of these ids, in one query at most."""
        wanted = set(ids)
        if unknown := wanted - self._known.keys():
            rows = await session.execute(select(EditionRow.id, EditionRow.content).where(EditionRow.id.in_(unknown)))
            for id, content in rows.tuples():
                self._known[id] = msgspec.convert(content, Content)
        found = {id: self._known[id] for id in wanted if id in self._known}
        for id in found:
            self._known.move_to_end(id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return found
