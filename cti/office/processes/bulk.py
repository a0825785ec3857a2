"""An action of a process, taken with many records at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.bulk.acts import Back, BulkAct, NoWords
from cti.office.processes.service import Cases

if TYPE_CHECKING:
    from cti.office.records.parts import Service

Act = Callable[[Visitor, str, str, Mapping[str, Any]], Awaitable[object]]
"""Takes an action with a record: the visitor, the record's id, the action, what its form says."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """The action that takes another back, and what its form says then."""

    action: str
    form: Mapping[str, Any]


class ActOnCases(BulkAct):
    """One action with records whose rows have their `case`; `fields` is what its form asks, the same for all of them.

    It is offered by the process: what the case's step does not offer to this visitor is refused before and when it is
    done. With `undoing` it can be taken back, where the process offers that then. An engine that ends in between may
    tell of the last few that they cannot be done any more.
    """

    def __init__(
        self, action: str, title: str, permission: str, cases: Cases, act: Act, *,
        fields: type[pydantic.BaseModel] = NoWords, undoing: Undoing | None = None,
    ) -> None:  # fmt: skip
        self.name, self.title = action, title  # type: ignore[misc] # one of many of a kind
        self.fields = fields
        self._permission, self._cases, self._act, self._undoing = permission, cases, act, undoing

    def permission(self, service: Service) -> str:
        """That to be offered actions at all."""
        return self._permission

    async def look(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: Any, body: pydantic.BaseModel
    ) -> str:
        """What the process offers this visitor now. Conflict."""
        if getattr(row, "removed_at", None) is not None:
            raise Conflict("removed", "已删除，请先恢复")
        offers = (await self._cases.offers(session, visitor, row.case)).get(row.case, ())
        offer = next((one for one in offers if one.action == self.name), None)
        if offer is None:
            raise Conflict("not_now", f"当前环节不能{self.title}，或不由您办理")
        if offer.refused:
            raise Conflict("not_now", offer.refused)
        return offer.title

    async def do(self, service: Service, visitor: Visitor, id: str, body: pydantic.BaseModel) -> Back | None:
        """Take the action in the record's case, with what was filled in for all."""
        await self._act(visitor, id, self.name, body.model_dump(include=set(self.fields.model_fields)))
        return {"by": self._undoing.action} if self._undoing is not None else {}

    async def undo(self, service: Service, visitor: Visitor, id: str, back: Back) -> None:
        """Take the action that leads back. Refusal where the record has gone on meanwhile."""
        if self._undoing is None:
            return await super().undo(service, visitor, id, back)
        await self._act(visitor, id, self._undoing.action, self._undoing.form)
        return None
