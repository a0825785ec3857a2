"""What is asked by one and decided by others: who may take which step, beside what his rights are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import NotAllowed
from cti.base.visitor import Visitor
from cti.office.records.rules import F, Q, R, V
from cti.office.records.steps import Step, SteppedRecords
from cti.office.screens import form


class Opinion(Body):
    """What somebody says who decides."""

    opinion: str = pydantic.Field(default="", max_length=300, title="意见", json_schema_extra=form(kind="long"))


class Reason(Body):
    """Why something is refused."""

    opinion: str = pydantic.Field(min_length=1, max_length=300, title="原因", json_schema_extra=form(kind="long"))


class Asked(SteppedRecords[R, F, V, Q]):
    """Requests: whoever asked changes one no more, and nobody decides his own."""

    def whose(self, row: Any, step: Step) -> str:
        """The only person who may take a step; empty where the right alone decides, but for his own."""
        return row.person if step.name == "withdraw" else ""

    def offered(self, row: R, writes: bool) -> list[str]:
        """The steps alone: what was asked stays as it was asked."""
        return [one for one in super().offered(row, writes) if one not in ("edit", "remove", "restore")]

    async def complete(self, session: AsyncSession, visitor: Visitor, rows: Sequence[R], views: Sequence[V]) -> None:
        """Offer each step to those alone who may take it."""
        await super().complete(session, visitor, rows, views)
        barred = {row.id: [one.name for one in self.steps if not self._his(visitor, row, one)] for row in rows}
        for view in views:
            view.acts = [one for one in view.acts if one not in barred.get(view.id, [])]

    async def stepped(self, session: AsyncSession, visitor: Visitor, row: R, step: Step, body: Any) -> dict[str, Any]:
        """NotAllowed for whom it is not his; then what `done` changes, and who decided."""
        if not self._his(visitor, row, step):
            raise NotAllowed("not_yours", f"不能由您{step.title}")
        values = await self.done(session, visitor, row, step, body)
        if isinstance(body, Opinion | Reason):
            values = {"opinion": body.opinion, "decided_by": visitor.name, **values}
        return values

    async def done(self, session: AsyncSession, visitor: Visitor, row: R, step: Step, body: Any) -> dict[str, Any]:
        """What else changes with a step."""
        return {}

    def _his(self, visitor: Visitor, row: Any, step: Step) -> bool:
        only = self.whose(row, step)
        return visitor.is_for(only) if only else row.person != visitor.person or not visitor.person
