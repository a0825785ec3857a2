"""The rules: whose matters are whose, which step follows which, and what is told to whom."""

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.call import Call
from cti.base.refusal import Invalid, NotFound
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor, system
from cti.office.identity.directory import load_organisations
from cti.office.messages import Filled, Messages, Template, WithRight
from cti.office.numbering import Numbered
from cti.office.parts import Comments, Files, Followers, Links
from cti.office.records import Office, RecordQuery
from cti.office.records.steps import Step, SteppedRecords
from cti.office.records.telephones import Telephone
from cti.office.references import ORGANISATIONS
from cti.office.sharing import Shared
from cti.office.sharing.service import forget, share
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.service import Timers
from cti.office.tree.service import TreeRecords, TreeReference
from cti.office.tree.views import TreeFields, TreeQuery, TreeView
from cti.store.announcing import announce
from tests.tutorial.matters.events import MatterStepped
from tests.tutorial.matters.models import MatterCategoryRow, MatterRow
from tests.tutorial.matters.views import STATES, Dispatch, MatterFields, MatterSettings, MatterView, Said

DISPATCH, ANSWER, LATE = "matters.dispatch", "matters.answer", "matters.late"
TEMPLATES = tuple(
    Template(f"matter_{name}", "matter", title, f"{title} {{编号}}", "{标题}", {"编号": "诉求编号", "标题": "诉求标题"})
    for name, title in (("new", "新诉求"), ("late", "诉求超期"))
)


class Categories(TreeRecords[MatterCategoryRow, TreeFields, TreeView, TreeQuery]):
    """What matters are about: the house's words, read by all."""

    table, fields, view, query = MatterCategoryRow, TreeFields, TreeView, TreeQuery
    kind: ClassVar[str] = "matter_category"
    title: ClassVar[str] = "诉求分类"
    see: ClassVar[str] = "matters.see"
    edit_permission: ClassVar[str] = "matters.categories"
    sharing: ClassVar[Shared] = Shared(own=(), house=True)


class Matters(SteppedRecords[MatterRow, MatterFields, MatterView, RecordQuery]):
    """The service. Departments read and change what was given to them, and nothing else."""

    table, fields, view, query = MatterRow, MatterFields, MatterView, RecordQuery
    kind: ClassVar[str] = "matter"
    title: ClassVar[str] = "诉求"
    see: ClassVar[str] = "matters.see"
    edit_permission: ClassVar[str] = "matters.make"
    is_private: ClassVar[bool] = True
    telephone: ClassVar[Telephone | None] = Telephone("caller", name="caller_name")
    screen: ClassVar[str] = "matters"
    parts: ClassVar = (Files(), Comments(), Followers(), Links())
    searched: ClassVar[tuple[str, ...]] = ("title", "content", "place", "answer")
    tallied: ClassVar[tuple[str, ...]] = ("state", "lead")
    filters: ClassVar[tuple[str, ...]] = ("state", "type", "overdue", "category", "lead")
    orders: ClassVar[tuple[str, ...]] = ("due_at",)
    period: ClassVar[str] = "created_at"
    sharing: ClassVar[Shared] = Shared(given=True)
    states: ClassVar = STATES
    steps: ClassVar = (
        Step("dispatch", "派单", ("new", "answered"), "sent", DISPATCH, Dispatch, "primary"),
        Step("sign", "签收", ("sent",), "signed", ANSWER),
        Step("answer", "答复", ("signed",), "answered", ANSWER, Said, "primary"),
        Step("send_back", "退回", ("sent", "signed"), "new", ANSWER, Said, "danger"),
        Step("close", "办结", ("answered",), "closed", DISPATCH),
    )
    numbered: ClassVar[Numbered | None] = Numbered("number", "{region}{day}{serial:05}")
    refs: ClassVar = {"category": TreeReference(Categories, "/api/matter_categories/tree"), "lead": ORGANISATIONS}

    def __init__(self, office: Office, calendars: Calendars, timers: Timers, settings: MatterSettings) -> None:
        super().__init__(office)
        self._calendars, self._timers, self.settings = calendars, timers, settings
        self._messages = office.need(Messages)
        self.late = TimerKind(LATE, "诉求超期", self._is_late)

    async def of_call(self, visitor: Visitor, call: Call, body: MatterFields) -> MatterView:
        """Register what a caller wants: his number is that of the call."""
        made = await self.create(visitor, body.model_copy(update={"caller": call.caller.digits}))
        async with self.changing() as session:
            row = await self.row(session, visitor, made.id, lock=True)
            await self.apply(session, visitor, row, row.version, {"call": call.id})
            return self.shown(visitor, row)

    async def registered(self, visitor: Visitor, call: str) -> MatterView:
        """What was registered in a call. NotFound."""
        async with self.office.store.reading() as session:
            wanted = select(MatterRow).where(MatterRow.call == call, *self.readable(visitor)).limit(1)
            if (row := await session.scalar(wanted)) is None:
                raise NotFound("no_matter", "这通电话还没有登记诉求")
            return self.shown(visitor, row)

    async def stepped(self, session: AsyncSession, visitor: Visitor, row: MatterRow, step: Step, body: Any) -> Any:
        """What a step changes beside the state; others hear of it."""
        whose = {"record": row.id, "organisation": row.organisation, "region": row.region, "by": visitor.person}
        announce(session, MatterStepped(at=self.office.clock.wall(), step=step.name, state=step.to, **whose))
        if isinstance(body, Dispatch):
            return await self._given(session, visitor, row, body)
        return {"answer": body.text, **({"lead": ""} if step.to == "new" else {})} if body else {}

    async def _given(self, session: AsyncSession, visitor: Visitor, row: MatterRow, body: Dispatch) -> dict[str, Any]:
        """Departments read it, the lead one works on it; they are told, and have so many working days."""
        known, now = await load_organisations(session), self.office.clock.wall()
        names = list(dict.fromkeys([body.lead, *body.assisting]))
        if unknown := [one for one in names if one not in known or known[one].closed]:
            raise Invalid("no_organisation", f"没有这个部门：{unknown[0]}", "lead")
        days = body.days or self.settings.days[row.type]
        due = self._calendars.working_time("office", known[body.lead].region).end_of_day(now, days)
        await forget(session, self.kind, [row.id])
        for one in names:
            await share(session, self.kind, row.id, "organisation", one, writes=one == body.lead, by=visitor, at=now)
        await self._timers.set(session, LATE, row.id, due)
        await self._tell(session, row, "matter_new", names)
        return {"lead": body.lead, "due_at": due, "overdue": False}

    async def _is_late(self, session: AsyncSession, due: Sequence[Due]) -> None:
        for one in due:
            row = await session.get(MatterRow, one.key, with_for_update=True)
            if row is not None and row.due_at == one.at and row.state in ("sent", "signed"):
                await self.apply(session, system("matters"), row, row.version, {"overdue": True})
                await self._tell(session, row, "matter_late", [row.lead])

    async def _tell(self, session: AsyncSession, row: MatterRow, template: str, organisations: Sequence[str]) -> None:
        whom = [WithRight(ANSWER, organisation=one) for one in organisations]
        what = Filled(template, {"编号": row.number, "标题": row.title})
        await self._messages.tell(session, whom, what, link=f"/matters/{row.id}", key=f"{template}:{row.id}")
