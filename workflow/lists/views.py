"""What is asked and told of the lists."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body, Page
from cti.office.records import RecordQuery, RecordView
from cti.office.records.expiring import Expired, ShownUntil, Until, Validity
from cti.office.screens import form
from workflow.lists.patterns import BLACK, WHITE

LISTS = {BLACK: "黑名单", WHITE: "白名单"}


class ListEntryFields(Body):
    """An entry of a list."""

    list: Literal["black", "white"] = pydantic.Field(title="名单", json_schema_extra=form(options=LISTS))
    pattern: str = pydantic.Field(
        min_length=2,
        max_length=32,
        title="号码",
        json_schema_extra=form(
            help="完整号码，或号段：138* 以 138 开头，*4444* 含 4444，? 为任意一位；填“匿名”指不显示号码的来电"
        ),
    )
    reason: str = pydantic.Field(min_length=1, max_length=200, title="原因")
    until: Until = None


class ListEntryView(RecordView):
    """An entry, with how often it was met."""

    list: str = pydantic.Field(
        title="名单",
        json_schema_extra=form(kind="choice", options=LISTS, tones={BLACK: "break", WHITE: "ready"}),
    )
    pattern: str = pydantic.Field(title="号码", json_schema_extra=form(width=150))
    reason: str = pydantic.Field(title="原因")
    until: ShownUntil
    expired: Expired
    hits: int = pydantic.Field(title="命中次数")
    last_hit_at: datetime | None = pydantic.Field(title="最近命中")


class ListEntryQuery(RecordQuery):
    """Filters of the list; `search` is a whole number or pattern, or what the reason contains."""

    list: Literal["black", "white"] | None = None
    state: Validity | None = None


class ListHitQuery(Page):
    """Filters of the hits; `number` is whole or its last four digits."""

    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")
    number: str = pydantic.Field(default="", max_length=32)
    purpose: str = pydantic.Field(default="", max_length=200)
    list: Literal["black", "white"] | None = None
    entry: str = pydantic.Field(default="", max_length=26)


class ListHitView(pydantic.BaseModel):
    """A call that met an entry."""

    id: str = pydantic.Field(title="编号")
    entry: str = pydantic.Field(title="名单编号")
    list: str = pydantic.Field(
        title="名单",
        json_schema_extra=form(kind="choice", options=LISTS, tones={BLACK: "break", WHITE: "ready"}),
    )
    call: str = pydantic.Field(title="来电编号")
    at: datetime = pydantic.Field(title="来电时间")
    number: str = pydantic.Field(title="来电号码", json_schema_extra=form(kind="phone", dial=True, none="匿名"))
    called: str = pydantic.Field(title="被叫号码")


class CallerCheck(pydantic.BaseModel):
    """What would become of a caller now; `entry` is the one that decides."""

    outcome: Literal["refused", "preferred", "let_in"]
    entry: ListEntryView | None


class CallerOnLists(pydantic.BaseModel):
    """What is known of whom an agent has on the line: the entry that holds for him, and how often he was refused."""

    list: str = pydantic.Field(title="名单")
    reason: str = pydantic.Field(title="原因")
    until: datetime | None = pydantic.Field(title="失效时间")
    refused: int = pydantic.Field(title="曾被拒接次数")
    last_refused: datetime | None = pydantic.Field(title="最近被拒接")
