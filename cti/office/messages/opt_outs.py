"""Numbers to which nothing is sent by itself any more (退订)."""

from __future__ import annotations

from typing import Any, ClassVar

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.numbers.number import Number, NumberKind
from cti.base.refusal import Conflict, Invalid
from cti.office.messages.models import OptOutRow
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.records.telephones import Telephone
from cti.office.screens import form
from cti.office.sharing import Shared


class OptOutFields(Body):
    """A number and why."""

    number: str = pydantic.Field(min_length=2, max_length=32, title="手机号码")
    reason: str = pydantic.Field(
        default="", max_length=200, title="原因", json_schema_extra=form(help="如：市民来电要求、回复退订")
    )


class OptOutView(RecordView):
    """A number that wants no messages."""

    number: str = pydantic.Field(title="手机号码")
    reason: str = pydantic.Field(title="原因")


class OptOuts(Records[OptOutRow, OptOutFields, OptOutView, RecordQuery]):
    """The service. A number counts for the whole house, whoever wrote it down."""

    table, fields, view, query = OptOutRow, OptOutFields, OptOutView, RecordQuery
    kind: ClassVar[str] = "opt_out"
    title: ClassVar[str] = "退订号码"
    see: ClassVar[str] = "messages.see"
    edit_permission: ClassVar[str] = "messages.manage"
    sharing: ClassVar[Shared] = Shared(own=())
    telephone: ClassVar[Telephone | None] = Telephone("number")

    async def has(self, session: AsyncSession, number: Number) -> bool:
        """Whether this number wants nothing."""
        mine = OptOutRow.number_index == number.digits, OptOutRow.removed_at.is_(None)
        return await session.scalar(select(OptOutRow.id).where(*mine).limit(1)) is not None

    async def values(
        self, session: AsyncSession, body: OptOutFields, row: OptOutRow | None, organisation: str
    ) -> dict[str, Any]:
        """A number stands once."""
        if row is not None and body.number == Number.parse(row.number).masked:
            return {"number": row.number, "reason": body.reason}
        number = Number.parse(body.number)
        if number.kind is not NumberKind.MOBILE:
            raise Invalid("no_mobile", "请填写手机号码", "number")
        if await self.taken(session, row, OptOutRow.number_index == number.digits):
            raise Conflict("taken", "该号码已退订", "number")
        return {"number": number.digits, "reason": body.reason}
