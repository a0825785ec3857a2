"""Limits of tickets (工单规则): lengths, counts and days by type and region, and the evidence that a reply needs.

They are records with a page. Processes read them as `record.extensions` and the like, registration reads them here:
nobody else says how long or how often. Of several that fit the nearest counts, each limit by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.records import Office, RecordQuery, Records, RecordView
from cti.office.references import REGIONS, Reference
from cti.office.screens import form
from cti.office.sharing.rule import Shared
from workflow.tickets.models import LimitsRow, TicketRow
from workflow.tickets.views import TYPES, Type

Evidence = Literal["file", "recording", "contact"]
EVIDENCE = {"file": "上传办理附件", "recording": "用热线电话联系过市民（有录音）", "contact": "写明已联系市民"}
Ground = Literal["citation", "file", "call"]
GROUNDS = {"citation": "引用知识", "file": "上传附件", "call": "与市民的通话"}
ANY_TYPE = {"": "全部类型", **TYPES}


def _count(title: str, usual: int, least: int, most: int, unit: str = "") -> Any:
    return pydantic.Field(
        default=None, ge=least, le=most, title=title,
        json_schema_extra=form(help=f"不填则沿用上一级；系统默认 {usual}{unit}"),
    )  # fmt: skip


class LimitsFields(Body):
    """For which tickets, and what holds for them; what is left empty holds as it does without it."""

    type: Type | Literal[""] = pydantic.Field(
        default="", title="诉求类型", json_schema_extra=form(kind="choice", options=ANY_TYPE)
    )
    place: str = pydantic.Field(
        default="", pattern=r"^(\d{6})?$", title="地区",
        json_schema_extra=form(options_from=REGIONS.choices, options_search=True, help="空为所有地区"),
    )  # fmt: skip
    title_most: int | None = _count("标题最长", 100, 10, 100, "字")
    answer_least: int | None = _count("答复最短", 10, 1, 500, "字")
    direct_least: int | None = _count("直接答复最短", 5, 1, 500, "字")
    extensions: int | None = _count("延时次数", 2, 0, 10, "次")
    extension_days: int | None = _count("每次延时", 5, 1, 60, "个工作日")
    bounces: int | None = _count("退单几次后转疑难", 2, 1, 10, "次")
    moves: int | None = _count("交办几次后转疑难", 3, 1, 10, "次")
    redos: int | None = _count("不满意重办次数", 1, 0, 10, "次")
    revisit_calls: int | None = _count("回访最多拨打", 3, 1, 20, "次")
    reminders: int | None = _count("每日催单", 5, 1, 50, "次")
    unit_calls: int | None = _count("承办单位每日联系市民", 5, 0, 50, "次")
    evidence: list[Evidence] | None = pydantic.Field(
        default=None, title="办结依据（具备一项即可）",
        json_schema_extra=form(options=EVIDENCE, help="承办单位反馈时须具备；不选则沿用上一级，系统默认不要求"),
    )  # fmt: skip
    grounds: list[Ground] | None = pydantic.Field(
        default=None, title="直接答复的依据（具备一项即可）",
        json_schema_extra=form(options=GROUNDS, help="直接答复、直接办结时须具备；不选则沿用上一级，系统默认不要求"),
    )  # fmt: skip


class LimitsView(RecordView):
    """Limits for some tickets."""

    type: str = pydantic.Field(
        title="诉求类型", json_schema_extra=form(kind="choice", options=TYPES, none=ANY_TYPE[""])
    )
    place: str = pydantic.Field(title="地区", json_schema_extra=form(none="所有地区", width=190))
    title_most: int | None = pydantic.Field(title="标题最长")
    answer_least: int | None = pydantic.Field(title="答复最短")
    direct_least: int | None = pydantic.Field(title="直接答复最短")
    extensions: int | None = pydantic.Field(title="延时次数")
    extension_days: int | None = pydantic.Field(title="每次延时（工作日）")
    bounces: int | None = pydantic.Field(title="退单转疑难")
    moves: int | None = pydantic.Field(title="交办转疑难")
    redos: int | None = pydantic.Field(title="重办次数")
    revisit_calls: int | None = pydantic.Field(title="回访拨打")
    reminders: int | None = pydantic.Field(title="每日催单")
    unit_calls: int | None = pydantic.Field(title="承办单位每日联系市民")
    evidence: list[str] | None = pydantic.Field(title="办结依据", json_schema_extra=form(options=EVIDENCE))
    grounds: list[str] | None = pydantic.Field(title="直接答复的依据", json_schema_extra=form(options=GROUNDS))


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for a ticket; as it is here where nobody says otherwise."""

    title_most: int = 100
    answer_least: int = 10
    direct_least: int = 5
    extensions: int = 2
    extension_days: int = 5
    bounces: int = 2
    moves: int = 3
    redos: int = 1
    revisit_calls: int = 3
    reminders: int = 5
    unit_calls: int = 5
    evidence: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """What processes read of them; nothing was asked again today, and nothing shows yet that work is done."""
        numbers = {name: getattr(self, name) for name in NUMBERS}
        today = {"reminders_a_day": self.reminders, "reminders_today": 0}
        return {**numbers, **today, "evidence": list(self.evidence), "grounds": list(self.grounds), "evidenced": []}


NAMES = tuple(one.name for one in fields(Limits))
SHOWN = ("evidence", "grounds")
"""Limits that are lists: what must be there, one of each."""
NUMBERS = tuple(name for name in NAMES if name not in (*SHOWN, "reminders", "unit_calls"))


class TicketLimits(Records[LimitsRow, LimitsFields, LimitsView, RecordQuery]):
    """The service. Those of the house count for all; a county's own for its tickets, before them."""

    table, fields, view, query = LimitsRow, LimitsFields, LimitsView, RecordQuery
    kind: ClassVar[str] = "ticket_limits"
    title: ClassVar[str] = "工单规则"
    see: ClassVar[str] = "tickets.limits"
    edit_permission: ClassVar[str] = "tickets.limits"
    export_permission: ClassVar[str] = "tickets.limits"
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
    refs: ClassVar[Mapping[str, Reference]] = {"place": REGIONS}

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._known: Sequence[dict[str, Any]] = ()
        self.on_change(self._read_anew)

    async def read(self) -> None:
        """Read those in use."""
        async with self.office.store.reading() as session:
            rows = (await session.scalars(select(LimitsRow).where(LimitsRow.removed_at.is_(None)))).all()
        keys = ("type", "place", "organisation", *NAMES)
        self._known = [{key: getattr(row, key) for key in keys} for row in rows]

    async def _read_anew(self, _: Sequence[str]) -> None:
        await self.read()

    def of(self, organisation: str, region: str, type: str) -> Limits:
        """What holds for a ticket of an organisation in a region, of a type: each limit by the nearest that says it."""
        places = ["", *reversed(regions.above(region))] if region else [""]
        fitting = [
            one
            for one in self._known
            if one["organisation"] in (self.office.organisation, organisation)
            and one["place"] in places
            and one["type"] in ("", type)
        ]
        fitting.sort(
            key=lambda one: (one["organisation"] == organisation, places.index(one["place"]), bool(one["type"]))
        )
        said = {name: one[name] for one in fitting for name in NAMES if one[name] is not None}
        return Limits(**{**said, **{name: tuple(said.get(name, ())) for name in SHOWN}})

    def of_row(self, row: TicketRow) -> Limits:
        """What holds for a ticket."""
        return self.of(row.organisation, row.region, row.type)

    async def values(
        self, session: AsyncSession, body: LimitsFields, row: LimitsRow | None, organisation: str
    ) -> dict[str, Any]:
        """One for each type and place."""
        same = LimitsRow.type == body.type, LimitsRow.place == body.place, LimitsRow.organisation == organisation
        if await self.taken(session, row, *same):
            raise Conflict("taken", "该类型在该地区已有规则", "type")
        return body.model_dump(exclude={"version"})

    def words(self, visitor: Visitor, row: LimitsRow) -> dict[str, Any]:
        """Nothing that the table has not."""
        return {}
