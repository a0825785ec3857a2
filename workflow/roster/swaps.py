"""Swaps and cover (代班调班): asked by one, agreed by the other, approved; then the roster follows by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import pydantic
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, RecordView
from cti.office.records.steps import Step
from cti.office.references import PEOPLE
from cti.office.screens import Choice, When, form
from cti.office.sharing import Shared
from workflow.roster.asking import Asked, Opinion, Reason
from workflow.roster.cells import Move
from workflow.roster.models import RosterRow, ShiftRow, SwapRow
from workflow.roster.rules import APPROVE, ASK, ASKED_STATES, BASE, COLLEAGUES, SEE, shift_words
from workflow.roster.shifts import Shifts
from workflow.roster.telling import Telling
from workflow.roster.terms import STAFF

SWAPS = f"{BASE}/swaps"
MY_CHOICES, OTHER_CHOICES = f"{SWAPS}/mine", f"{SWAPS}/others"
WAYS: Mapping[str, str] = {"cover": "代班：由对方替我上", "swap": "调班：与对方交换"}
MOST = 200


class SwapFields(Body):
    """What somebody asks for."""

    way: Literal["cover", "swap"] = pydantic.Field(default="cover", title="方式", json_schema_extra=form(options=WAYS))
    shift: str = pydantic.Field(
        min_length=1, max_length=26, title="我的班次", json_schema_extra=form(kind="choice", options_from=MY_CHOICES)
    )
    other: str = pydantic.Field(
        default="", max_length=26, title="由谁代班",
        json_schema_extra=form(
            kind="choice", options_from=COLLEAGUES, options_search=True, when=When(key="way", among=("cover",)),
            needed=True,
        ),
    )  # fmt: skip
    other_shift: str = pydantic.Field(
        default="", max_length=26, title="换对方的哪个班次",
        json_schema_extra=form(
            kind="choice", options_from=OTHER_CHOICES, when=When(key="way", among=("swap",)), needed=True
        ),
    )  # fmt: skip
    reason: str = pydantic.Field(min_length=1, max_length=300, title="原因", json_schema_extra=form(kind="long"))


class SwapView(RecordView):
    """A request."""

    way: str = pydantic.Field(
        title="方式", json_schema_extra=form(kind="choice", options={"cover": "代班", "swap": "调班"})
    )
    person: str = pydantic.Field(title="申请人")
    shift: str = pydantic.Field(title="班次编号")
    shift_words: str = pydantic.Field(title="申请人的班次", json_schema_extra=form(width=190))
    other: str = pydantic.Field(title="对方")
    other_shift: str = pydantic.Field(title="对方班次编号")
    other_words: str = pydantic.Field(title="对方的班次", json_schema_extra=form(width=190))
    reason: str = pydantic.Field(title="原因")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=ASKED_STATES,
            tones={"asked": "break", "agreed": "break", "approved": "ready", "declined": "ring", "refused": "ring"},
        ),
    )  # fmt: skip
    opinion: str = pydantic.Field(title="意见")
    decided_by: str = pydantic.Field(title="审批人")


class Swaps(Asked[SwapRow, SwapFields, SwapView, RecordQuery]):
    """The service. A shift is in one open request at most, and goes over only while it is still whose it was."""

    table, fields, view, query = SwapRow, SwapFields, SwapView, RecordQuery
    kind: ClassVar[str] = "roster_swap"
    title: ClassVar[str] = "代班调班"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = ASK
    export_permission: ClassVar[str] = "roster.export"
    screen: ClassVar[str] = "roster_swaps"
    sharing: ClassVar[Shared] = Shared(own=("person", "other"))
    refs: ClassVar = {"person": PEOPLE, "other": STAFF}
    filters: ClassVar[tuple[str, ...]] = ("state",)
    states: ClassVar[Mapping[str, str]] = ASKED_STATES
    unasked: ClassVar[tuple[str, ...]] = ("shift", "other_shift")
    steps: ClassVar[tuple[Step, ...]] = (
        Step("agree", "同意", ("asked",), "agreed", ASK, tone="primary"),
        Step("decline", "不同意", ("asked",), "declined", ASK, Reason),
        Step("approve", "批准", ("agreed",), "approved", APPROVE, Opinion, "primary"),
        Step("refuse", "不批准", ("agreed",), "refused", APPROVE, Reason, "danger"),
        Step("withdraw", "撤回", ("asked", "agreed"), "withdrawn", ASK),
    )

    def __init__(self, office: Any, shifts: Shifts, telling: Telling) -> None:
        super().__init__(office)
        self._shifts, self._telling = shifts, telling

    def whose(self, row: SwapRow, step: Step) -> str:
        """The other agrees; who decides is neither of both."""
        return row.other if step.name in ("agree", "decline") else super().whose(row, step)

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: SwapFields) -> SwapRow:
        """Of one's own coming shift. Invalid, Conflict."""
        mine = await self._coming(session, body.shift, "shift")
        if mine.person != visitor.person:
            raise Invalid("not_yours", "请选择您自己的班次", "shift")
        theirs = await self._coming(session, body.other_shift, "other_shift") if body.way == "swap" else None
        other = theirs.person if theirs is not None else body.other
        if not other or other == visitor.person:
            raise Invalid("other", "请选择另一位同事", "other_shift" if theirs is not None else "other")
        if theirs is not None and (theirs.organisation != mine.organisation or (theirs.slot == mine.slot
                                   and theirs.day == mine.day)):  # fmt: skip
            raise Invalid("other", "请选择本机构同事的另一个班次", "other_shift")
        judged = await self._judge(session, mine, other, theirs)
        # Under the lock of the month, so that of two requests at once the second sees the first.
        for one in (mine, theirs):
            if one is not None and await self._open(session, one.id):
                raise Conflict("open", f"{shift_words(one)}已在另一份申请中，请先撤回或等其结束", "shift")
        if judged.faults:
            raise Invalid("rules", "；".join(judged.faults), "shift")
        now = self.office.clock.wall()
        row = SwapRow(
            id=new_id(), organisation=mine.organisation, region=mine.region,
            created_by=visitor.person, created_at=now, updated_at=now, way=body.way, person=visitor.person,
            shift=mine.id, shift_words=shift_words(mine), other=other, other_shift=theirs.id if theirs else "",
            other_words=shift_words(theirs) if theirs else "", reason=body.reason, state="asked", opinion="",
            decided_by="",
        )  # fmt: skip
        what = f"{visitor.name} 请您{'代班' if theirs is None else '调班'}：{row.shift_words}"
        await self._telling.people(session, "asked", [other], what, body.reason, self.page_of(row.id))
        return row

    async def done(
        self, session: AsyncSession, visitor: Visitor, row: SwapRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """Agreed: leaders are asked. Approved: the shifts go over, or it is refused with the reason."""
        link, what = self.page_of(row.id), f"{row.shift_words} 的{'代班' if row.way == 'cover' else '调班'}"
        if step.name == "agree":
            await self._telling.approvers(session, row.organisation, what, row.reason, link)
        elif step.name == "approve":
            await self._over(session, visitor, row, body.opinion)
        if step.name in ("approve", "refuse", "decline"):
            both = [row.person, row.other] if step.name != "decline" else [row.person]
            said = f"{what}{ASKED_STATES[step.to]}"
            await self._telling.people(session, "decided", both, said, body.opinion or row.reason, link)
        return {}

    async def _over(self, session: AsyncSession, visitor: Visitor, row: SwapRow, opinion: str) -> None:
        if visitor.person == row.other and visitor.person:
            raise Conflict("not_yours", "您是对方，不能由您批准")
        ids = [one for one in (row.shift, row.other_shift) if one]
        days = (await session.scalars(select(ShiftRow.day).where(ShiftRow.id.in_(ids)))).all()
        if len(days) != len(ids):
            raise Conflict("changed", "班次已被取消，不能批准")
        rosters = await self._shifts.locked(session, row.organisation, days)
        # Only now are they read for good: whoever changes them holds the same lock.
        found = {
            one.id: one
            for one in await session.scalars(
                select(ShiftRow).where(ShiftRow.id.in_(ids)).execution_options(populate_existing=True)
            )
        }
        mine, theirs = found.get(row.shift), found.get(row.other_shift)
        if mine is None or mine.person != row.person or (row.other_shift and theirs is None):
            raise Conflict("changed", f"{row.shift_words}已不是申请人的班次，不能批准")
        if theirs is not None and theirs.person != row.other:
            raise Conflict("changed", f"{row.other_words}已不是对方的班次，不能批准")
        why = f"{'代班' if row.way == 'cover' else '调班'}：{row.reason}"[:200]
        moves = moves_of(mine, row.other, theirs)
        await self._shifts.move(session, visitor, row.organisation, rosters, moves, why, despite=bool(opinion))

    async def _judge(self, session: AsyncSession, mine: ShiftRow, other: str, theirs: ShiftRow | None) -> Any:
        moves = moves_of(mine, other, theirs)
        months = await self._shifts.locked(session, mine.organisation, [one.day for one in moves])
        return await self._shifts.judge(session, mine.organisation, months, moves)

    async def _coming(self, session: AsyncSession, id: str, field: str) -> ShiftRow:
        row = await session.get(ShiftRow, id) if id else None
        if row is None or row.begins_at <= self.office.clock.wall() or not await self._published(session, row):
            raise Invalid("no_shift", "请选择还没有开始的班次", field)
        return row

    @staticmethod
    async def _published(session: AsyncSession, row: ShiftRow) -> bool:
        roster = await session.get(RosterRow, row.roster)
        return roster is not None and roster.state == "published"

    async def _open(self, session: AsyncSession, shift: str) -> bool:
        wanted = select(SwapRow.id).where(
            or_(SwapRow.shift == shift, SwapRow.other_shift == shift), SwapRow.state.in_(("asked", "agreed")),
            SwapRow.removed_at.is_(None),
        )  # fmt: skip
        return await session.scalar(wanted.limit(1)) is not None

    async def choices(self, visitor: Visitor, *, own: bool) -> list[Choice]:
        """Coming shifts: one's own, or those of colleagues."""
        visitor.need(ASK)
        organisation = visitor.organisation or self.office.organisation
        whose = ShiftRow.person == visitor.person if own else ShiftRow.person != visitor.person
        wanted = (
            select(ShiftRow)
            .join(RosterRow, RosterRow.id == ShiftRow.roster)
            .where(
                RosterRow.state == "published", ShiftRow.organisation == organisation, whose,
                ShiftRow.begins_at > self.office.clock.wall(),
            )
            .order_by(ShiftRow.day, ShiftRow.begins_at)
            .limit(MOST)
        )  # fmt: skip
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted)).all()
            names = {} if own else await PEOPLE.titles(session, visitor, {row.person for row in rows})
        return [
            Choice(value=row.id, title=" ".join(filter(None, (names.get(row.person), shift_words(row)))))
            for row in rows
        ]


def moves_of(mine: ShiftRow, other: str, theirs: ShiftRow | None) -> list[Move]:
    """What a request means for the table: the shift goes to the other, and his, if there is one, to the first."""
    cells = {(mine.person, mine.day): "", (other, mine.day): mine.slot}
    if theirs is not None:
        if theirs.day != mine.day:
            cells[other, theirs.day] = ""
        cells[mine.person, theirs.day] = theirs.slot
    return [Move(person, day, slot) for (person, day), slot in cells.items()]
