"""Numbers of people who want no calls from campaigns (免打扰)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records import Office, RecordQuery, Records
from cti.office.records.telephones import Telephone
from cti.office.sharing import Shared
from workflow.campaigns.models import DoNotCallRow
from workflow.campaigns.views import DoNotCallFields, DoNotCallView

AT_ONCE = 500
"""Numbers of one question."""


class DoNotCall(Records[DoNotCallRow, DoNotCallFields, DoNotCallView, RecordQuery]):
    """The service. A number counts for the whole house, whoever wrote it down."""

    table, fields, view, query = DoNotCallRow, DoNotCallFields, DoNotCallView, RecordQuery
    kind: ClassVar[str] = "do_not_call"
    title: ClassVar[str] = "免打扰号码"
    see: ClassVar[str] = "campaigns.see"
    edit_permission: ClassVar[str] = "campaigns.edit"
    sharing: ClassVar[Shared] = Shared(own=())
    telephone: ClassVar[Telephone | None] = Telephone("number")

    def __init__(self, office: Office, area: str) -> None:
        super().__init__(office)
        self.area = area

    async def has(self, session: AsyncSession, number: str) -> bool:
        """Whether a canonical number wants no calls."""
        mine = DoNotCallRow.number_index == number, DoNotCallRow.removed_at.is_(None)
        return await session.scalar(select(DoNotCallRow.id).where(*mine).limit(1)) is not None

    async def among(self, session: AsyncSession, numbers: Sequence[str]) -> set[str]:
        """Which of these canonical numbers want no calls."""
        found: set[str] = set()
        for at in range(0, len(numbers), AT_ONCE):
            wanted = select(DoNotCallRow.number).where(
                DoNotCallRow.number_index.in_(numbers[at : at + AT_ONCE]), DoNotCallRow.removed_at.is_(None)
            )
            found |= set(await session.scalars(wanted))
        return found

    async def values(
        self, session: AsyncSession, body: DoNotCallFields, row: DoNotCallRow | None, organisation: str
    ) -> dict[str, Any]:
        """A number stands once. Conflict."""
        values = await super().values(session, body, row, organisation)
        same = DoNotCallRow.number_index == values["number"], DoNotCallRow.organisation == organisation
        if await self.taken(session, row, *same):
            raise Conflict("taken", "该号码已在免打扰名单中", "number")
        return values

    async def asked(self, session: AsyncSession, visitor: Visitor, number: str, organisation: str, region: str) -> None:
        """A citizen said on the telephone that he wants no more calls; nothing when he stands there already."""
        if await self.has(session, number):
            return
        now = self.office.clock.wall()
        row = DoNotCallRow(
            id=new_id(), organisation=organisation, region=region, created_by=visitor.person, created_at=now,
            updated_at=now, number=number, number_index=number, number_last_four=number, reason="外呼时要求不再拨打",
        )  # fmt: skip
        session.add(row)
        await session.flush()
        await self.audit(session, visitor, "added", row.id, after=self.told(row))
