"""Records that each go through a process of their own: made with their case, and acted on by what it offers now.

A module's service is a subclass that says the process, brings the row into line when it hears of its case (`hear`), and
says what the process reads of it (`facts`); `host.on_stop(cases.about(kind, service.facts, service.hear))`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Route
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.numbering.service import Taken
from cti.office.processes.case import Actor, Moved
from cti.office.processes.service import Cases
from cti.office.records import Office
from cti.office.records.routes import typed
from cti.office.records.rules import F, Q, R, V
from cti.office.records.service import Records
from cti.office.screens.description import Action

FORM_LIMIT = 400_000
"""Bytes of a filled-in form."""


class Filled(pydantic.BaseModel):
    """A form as somebody filled it in; which fields there are says its file."""

    model_config = pydantic.ConfigDict(extra="allow")

    @property
    def values(self) -> dict[str, Any]:
        """What stands in the fields."""
        return dict(self.model_extra or {})


class CaseRecords(Records[R, F, V, Q]):
    """The service. The table has a column `case`, which `hear` fills; `usual` acts are what work goes on by."""

    process: ClassVar[str]
    usual: ClassVar[tuple[str, ...]] = ()
    grave: ClassVar[tuple[str, ...]] = ()
    """Acts whose buttons warn."""

    def __init__(self, office: Office, cases: Cases) -> None:
        super().__init__(office)
        self.cases = cases

    @abstractmethod
    async def facts(self, session: AsyncSession, id: str) -> Mapping[str, Any]:
        """What the process reads of a record."""

    @abstractmethod
    async def hear(self, session: AsyncSession, moved: Moved, actor: Actor) -> None:
        """Bring the row into line with its case, in the transaction of the change."""

    @staticmethod
    def case_of(row: R) -> str:
        """The id of a record's case."""
        return str(row.case)  # type: ignore[attr-defined] # every table of such records has it

    async def create(self, visitor: Visitor, body: F, filled: Mapping[str, Any] | None = None) -> V:
        """A new record, whose case begins with it."""
        found = await super().create(visitor, body, filled)
        self.cases.done()
        return found

    async def insert(self, session: AsyncSession, visitor: Visitor, body: F, number: Taken | None = None) -> R:
        """The record and its case begin together."""
        row = await super().insert(session, visitor, body, number)
        await self.cases.open(
            session, visitor, self.process, self.kind, row.id, organisation=row.organisation, region=row.region
        )
        # The case has written the row beside this session's view of it.
        await session.refresh(row)
        return row

    async def offers(self, visitor: Visitor, id: str) -> list[Action]:
        """What the visitor may do with it now, with the forms."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            case = self.case_of(row)
            found = (await self.cases.offers(session, visitor, case)).get(case, ())
            return [
                Action(
                    name=one.action, title=one.title, kind="form" if one.form else "confirm",
                    path=f"{self.base}/{id}/acts/{one.action}", confirm=None if one.form else f"{one.title}？",
                    tone="danger" if one.action in self.grave else "primary" if one.action in self.usual else None,
                    form=await self.cases.form(session, visitor, case, one.action) if one.form else (),
                    refused=one.refused or None, done="已提交",
                )
                for one in found
            ]  # fmt: skip

    async def act(self, visitor: Visitor, id: str, action: str, form: Mapping[str, Any]) -> V:
        """Take an act of its process. NotFound, NotAllowed, Invalid, Conflict: nothing has changed then."""
        visitor.need(self.see)
        async with self.changing() as session:
            row = await self.row(session, visitor, id)
            if row.removed_at is not None:
                raise Conflict("removed", f"该{self.title}已删除，请先恢复")
            await self.acted(session, visitor, row, action, form)
        self.cases.done()
        await self.changed([id])
        async with self.office.store.reading() as session:
            (found,) = await self.shown_all(session, visitor, [await self.row(session, visitor, id)])
        return found

    async def acted(
        self, session: AsyncSession, visitor: Visitor, row: R, action: str, form: Mapping[str, Any]
    ) -> None:
        """Take the act in its transaction; a module adds what comes with it."""
        await self.cases.act(session, visitor, self.case_of(row), action, form)


def case_routes(service: CaseRecords[Any, Any, Any, Any], base: str) -> list[Route]:
    """`GET BASE/{id}/offers` and `POST BASE/{id}/acts/{action}`."""

    async def offers(visitor: Visitor, id: str) -> list[Action]:
        return await service.offers(visitor, id)

    async def act(visitor: Visitor, id: str, action: str, body: Filled) -> Any:
        return await service.act(visitor, id, action, body.values)

    one, see, title = f"{base}/{{id}}", service.see, service.title
    taking = typed(act, service.view, body=Filled)
    return [
        Route("GET", f"{one}/offers", offers, see, f"现在可以对{title}做什么"),
        Route("POST", f"{one}/acts/{{action}}", taking, see, f"办理{title}", limit=FORM_LIMIT),
    ]
