"""The numbers that citizens call: each once, with a flow that there is, and always at least one in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.events import CallArrived
from cti.base.http.routes import Body
from cti.base.numbers.number import Number
from cti.base.numbers.number_plan import digits_of
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.settings import CalledNumber
from cti.base.times.business_time import day_of
from cti.base.visitor import Visitor
from cti.office.records import Office, RecordQuery, Records, RecordView
from cti.office.screens import form
from cti.office.sharing import Shared
from workflow.lines.models import NumberRow
from workflow.lines.origin import ORIGINS, PAGE, WHO_WINS

LANGUAGES = {"zh": "普通话", "en": "英语"}
OPTIONS = "/api/lines/options"


class NumberFields(Body):
    """What is said of a called number."""

    number: str = pydantic.Field(
        min_length=3, max_length=32, title="接入号码",
        json_schema_extra=form(kind="phone", help="市民拨打的号码，如 12345；带区号或不带都能接通"),
    )  # fmt: skip
    title: str = pydantic.Field(default="", max_length=80, title="名称")
    flow: str = pydantic.Field(max_length=40, title="语音流程", json_schema_extra=form(options_from=f"{OPTIONS}/flows"))
    organisation: str | None = pydantic.Field(
        default=None, max_length=40, title="所属机构", json_schema_extra=form(options_from=f"{OPTIONS}/organisations")
    )
    region: str = pydantic.Field(
        default="", pattern=r"^$|^\d{6}$", title="行政区划",
        json_schema_extra=form(help="六位代码；留空则为机构所在", wrong="应为六位数字"),
    )  # fmt: skip
    area: str = pydantic.Field(
        default="", pattern=r"^$|^0\d{2,3}$", title="长途区号",
        json_schema_extra=form(help="留空则为本热线的区号", wrong="应如 0519"),
    )  # fmt: skip
    language: str = pydantic.Field(
        default="zh", pattern=r"^[a-z]{2,3}(_[a-z]{2,4})?$", title="语言",
        json_schema_extra=form(kind="choice", options=LANGUAGES),
    )  # fmt: skip
    enabled: bool = pydantic.Field(default=True, title="启用", json_schema_extra=form(help=WHO_WINS))


class NumberView(RecordView):
    """A called number; calls are those of today, since the engine started."""

    number: str = pydantic.Field(title="接入号码", json_schema_extra=form(kind="phone"))
    title: str = pydantic.Field(title="名称")
    flow: str = pydantic.Field(title="语音流程")
    flow_state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options={"answers": "可接听", "no_flow": "没有这个流程", "off": "已停用"},
            tones={"answers": "ready", "no_flow": "ring", "off": "off"},
        ),
    )  # fmt: skip
    area: str = pydantic.Field(title="长途区号")
    language: str = pydantic.Field(title="语言", json_schema_extra=form(kind="choice", options=LANGUAGES))
    enabled: bool = pydantic.Field(title="启用")
    origin: str = pydantic.Field(title="来源", json_schema_extra=form(kind="choice", options=ORIGINS))
    calls_today: int = pydantic.Field(title="今日来电")
    last_call_at: datetime | None = pydantic.Field(title="最近来电", json_schema_extra=form(none="—"))


class NumberQuery(RecordQuery):
    """Filters of the list."""

    flow: str = pydantic.Field(default="", max_length=40)


class Numbers(Records[NumberRow, NumberFields, NumberView, NumberQuery]):
    """The service. `flows` tells the names of the flows that there are."""

    table, fields, view, query = NumberRow, NumberFields, NumberView, NumberQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "line_number"
    sharing: ClassVar[Shared] = Shared(own=())
    title: ClassVar[str] = "接入号码"
    see: ClassVar[str] = "lines.see"
    edit_permission: ClassVar[str] = "lines.edit"
    sort: ClassVar[str] = "number"
    orders: ClassVar[tuple[str, ...]] = ("number",)
    filters: ClassVar[tuple[str, ...]] = ("flow",)
    few: ClassVar[bool] = True

    def __init__(self, office: Office, area: str, flows: Callable[[], Iterable[str]]) -> None:
        super().__init__(office)
        self.area = area
        self._flows = flows
        self._day = ""
        self._today: Counter[str] = Counter()
        self._last: dict[str, datetime] = {}

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By a part of the number or title."""
        return or_(*(one.contains(text, autoescape=True) for one in (NumberRow.number, NumberRow.title)))

    async def values(
        self, session: AsyncSession, body: NumberFields, row: NumberRow | None, organisation: str
    ) -> dict[str, Any]:
        """In the form by which it is found; a number is answered in one way only."""
        faults = Faults()
        area = body.area or self.area
        number = Number.parse(body.number, area=area).digits
        if not number:
            faults.found(Invalid("number", f"“{body.number}”不是电话号码", "number"))
        elif await self.taken(session, row, NumberRow.number == number):
            faults.found(Conflict("taken", "该号码已登记", "number"))
        if body.flow not in set(self._flows()):
            faults.found(Invalid("no_flow", f"没有语音流程“{body.flow}”", "flow"))
        if row is not None and row.enabled and not body.enabled:
            with faults.gathered():
                await self._check_not_last(session, row)
        faults.refuse()
        said = body.model_dump(exclude={"version", "organisation", "region", "number"})
        place = {"region": body.region} if body.region else {}
        return {**said, **place, "number": number, "area": area, "origin": PAGE}

    async def apply(
        self, session: AsyncSession, visitor: Visitor, row: NumberRow, version: int, values: Mapping[str, Any]
    ) -> None:
        """Whatever is changed on the page is the page's from then on."""
        await super().apply(session, visitor, row, version, {**values, "origin": PAGE})

    async def check_removed(self, session: AsyncSession, row: NumberRow) -> None:
        """The last number that is enabled stays. Conflict."""
        await self._check_not_last(session, row)

    async def check_restored(self, session: AsyncSession, row: NumberRow) -> None:
        """Not beside its like."""
        if await self.taken(session, row, NumberRow.number == row.number):
            raise Conflict("taken", "该号码已登记")

    async def _check_not_last(self, session: AsyncSession, row: NumberRow) -> None:
        if row.enabled and not await self.taken(session, row, NumberRow.enabled.is_(True)):
            raise Conflict("last", "至少要有一个启用的接入号码", "enabled")

    def words(self, visitor: Visitor, row: NumberRow) -> dict[str, Any]:
        """Whether it is answered, and its calls."""
        state = "answers" if row.flow in set(self._flows()) else "no_flow"
        return {
            "flow_state": state if row.enabled else "off",
            "calls_today": self._today[row.number],
            "last_call_at": self._last.get(row.number),
        }

    def arrived(self, event: CallArrived) -> None:
        """Count a call of today for the number that was called."""
        day = day_of(event.at)
        if day != self._day:
            self._day, self._today = day, Counter()
        number = event.called.digits or event.called.raw
        self._today[number] += 1
        self._last[number] = event.at

    async def in_use(self) -> dict[str, CalledNumber]:
        """Those that are answered, as the core takes them."""
        wanted = select(NumberRow).where(NumberRow.removed_at.is_(None), NumberRow.enabled.is_(True))
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted.order_by(NumberRow.created_at, NumberRow.id))).all()
        return {
            row.number: CalledNumber(
                flow=row.flow, organisation=row.organisation, region=row.region, area=row.area, language=row.language
            )
            for row in rows
        }


def from_file(numbers: Mapping[str, CalledNumber]) -> dict[str, dict[str, Any]]:
    """The settings' numbers as columns, by the form in which they are found."""
    return {
        digits_of(text, entry): {
            "title": "", "flow": entry.flow, "organisation": entry.organisation, "region": entry.region,
            "area": entry.area, "language": entry.language, "enabled": True,
        }
        for text, entry in numbers.items()
    }  # fmt: skip
