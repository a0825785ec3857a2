"""An action of a process, taken with many records at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.bulk.acts import Back, BulkAct
from cti.office.processes.service import Cases

if TYPE_CHECKING:
    from cti.office.records.parts import Service

Act = Callable[[Visitor, str, str, Mapping[str, Any]], Awaitable[None]]
"""Takes an action with a record: the visitor, the record's id, the action, what its form says."""


class ActOnCases(BulkAct):
    """One action that asks for no form, with records whose rows have their `case`; it cannot be taken back.

    It is offered by the process: what the case's step does not offer to this visitor is refused before and when it is
    done. An engine that ends in between may so tell of the last few that they cannot be done any more.
    """

    def __init__(self, action: str, title: str, permission: str, cases: Cases, act: Act) -> None:
        self.name, self.title = action, title  # type: ignore[misc] # one of many of a kind
        self._permission, self._cases, self._act = permission, cases, act

    def permission(self, service: Service) -> str:
        """That to be offered actions at all."""
        return self._permission

    async def look(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: Any, body: pydantic.BaseModel
    ) -> str:
        """What the process offers this visitor now. Conflict."""
        offers = (await self._cases.offers(session, visitor, row.case)).get(row.case, ())
        offer = next((one for one in offers if one.action == self.name), None)
        if offer is None:
            raise Conflict("not_now", f"当前环节不能{self.title}，或不由您办理")
        if offer.refused:
            raise Conflict("not_now", offer.refused)
        return offer.title

    async def do(self, service: Service, visitor: Visitor, id: str, body: pydantic.BaseModel) -> Back | None:
        """Take the action in the record's case, without a form."""
        await self._act(visitor, id, self.name, {})
        return {}
