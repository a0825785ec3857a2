"""Ticked questions of the bank go into a paper that is made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.bulk.acts import Back, BulkAct
from cti.office.screens import form
from workflow.training.exams.papers import Papers
from workflow.training.exams.views import PAPERS, Points

if TYPE_CHECKING:
    from cti.office.records.parts import Service


class Into(Body):
    """Which paper, and what each question is worth there."""

    paper: str = pydantic.Field(
        min_length=1, max_length=26, title="试卷",
        json_schema_extra=form(
            kind="choice", options_from=f"{PAPERS}/by_hand", options_search=True, help="手动选题的试卷"
        ),
    )  # fmt: skip
    points: Points = pydantic.Field(default=2, title="每题分值")


class IntoPaper(BulkAct):
    """The act."""

    name: ClassVar[str] = "into_paper"
    title = "加入试卷"
    fields = Into

    def __init__(self, papers: Papers) -> None:
        self._papers = papers

    async def look(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: Any, body: pydantic.BaseModel
    ) -> str:
        """Whether the paper has it already."""
        assert isinstance(body, Into)
        if row.removed_at is not None:
            raise Conflict("removed", "该题目已删除")
        paper = await self._papers.row(session, visitor, body.paper)
        return "" if any(one["question"] == row.id for one in paper.picked) else f"加入“{paper.title}”"

    async def do(self, service: Service, visitor: Visitor, id: str, body: pydantic.BaseModel) -> Back | None:
        """One question."""
        assert isinstance(body, Into)
        added = await self._papers.add_question(visitor, body.paper, id, body.points)
        return {"paper": body.paper} if added else None

    async def undo(self, service: Service, visitor: Visitor, id: str, back: Back) -> None:
        """Out of the paper again."""
        await self._papers.drop_question(visitor, back["paper"], id)
