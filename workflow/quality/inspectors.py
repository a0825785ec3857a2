"""Who scores: people with an account whose roles let them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity.directory import people_within
from cti.office.identity.staffed import Worker, workers
from cti.office.references.usual import People
from workflow.quality.rules import PLAN, SCORE
from workflow.quality.views import OPTIONS


class InspectorReference(People):
    """People who may score, as columns point to them."""

    title = "质检员"
    choices = f"{OPTIONS}/inspectors"


INSPECTORS = InspectorReference()


async def inspectors(session: AsyncSession, ids: Collection[str]) -> list[Worker]:
    """Those of these people who may score, in the order of their names."""
    return [one for one in await workers(session, SCORE) if one.id in ids]


async def inspectors_of(session: AsyncSession, visitor: Visitor, text: str = "") -> list[Worker]:
    """Those whom a visitor may give work, whose name contains the text."""
    return await workers(session, SCORE, people_within(visitor, PLAN), text=text)
