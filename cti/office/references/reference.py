"""What a kind of things is, to a column that holds the id of one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor

OUT_OF_SIGHT = "（无权查看）"
"""Stands for the title of something that somebody may not see."""


class Reference(ABC):
    """`choices` is the path of what a form offers, asked with `?search=`; of a `tree`, all of it at once."""

    title: str
    choices: str
    tree: bool = False

    def bound(self, services: Mapping[str, Any]) -> Reference:
        """The same, knowing the services of records that run, by kind."""
        return self

    @abstractmethod
    async def titles(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """The titles of these, all in one query; those that are not there are left out."""

    async def told(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """The titles where history is told: what became of a thing meanwhile stands beside it."""
        return await self.titles(session, visitor, ids)

    @abstractmethod
    async def named(self, session: AsyncSession, visitor: Visitor, words: str) -> list[str]:
        """The ids of what the visitor may choose by an id or a title; several when the words are not clear."""

    def below(self, column: Any, id: str) -> ColumnElement[bool]:
        """The condition of a filter: that a column points to this one, or, in a tree, to one below it."""
        found: ColumnElement[bool] = column == id
        return found
