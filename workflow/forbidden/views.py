"""What is asked and told of forbidden numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body, Page
from cti.office.records import RecordQuery, RecordView
from cti.office.records.expiring import Expired, ShownUntil, Until, Validity
from cti.office.screens import When, form
from cti.office.screens.description import Tone
from workflow.forbidden.rules import ALLOW, FORBID, Hours

BASE = "/api/forbidden"
EFFECTS = {FORBID: "禁止拨打", ALLOW: "例外放行"}
EFFECT_TONES: Mapping[str, Tone] = {FORBID: "break", ALLOW: "ready"}
HOURS = {"always": "全天", "open": "日历的工作时间内", "closed": "日历的工作时间外"}


class ForbiddenFields(Body):
    """What a rule forbids or allows, and for whom."""

    effect: Literal["forbid", "allow"] = pydantic.Field(
        default="forbid",
        title="作用",
        json_schema_extra=form(
            options=EFFECTS, help="号码写得更完整的规则优先，同样完整时放行优先；下级机构不能放行上级禁止的号码"
        ),
    )
    pattern: str = pydantic.Field(
        min_length=2,
        max_length=32,
        title="号码",
        json_schema_extra=form(help="完整号码，或号段：0898* 以 0898 开头，*4444* 含 4444，? 为任意一位"),
    )
    extensions: str = pydantic.Field(
        default="",
        max_length=200,
        title="适用分机",
        json_schema_extra=form(help="如 8001, 8010-8019, 81*；不填则对本机构及下级的所有人有效，回拨和流程外呼也在内"),
    )
    hours: Hours = pydantic.Field(default="always", title="适用时间", json_schema_extra=form(options=HOURS))
    calendar: str = pydantic.Field(
        default="",
        max_length=40,
        title="日历",
        json_schema_extra=form(
            options_from=f"{BASE}/options/calendars", when=When(key="hours", among=("open", "closed")), needed=True
        ),
    )
    reason: str = pydantic.Field(
        min_length=1, max_length=200, title="原因", json_schema_extra=form(help="被拦截的人会看到")
    )
    until: Until = None


class ForbiddenView(RecordView):
    """A rule, with how often it kept somebody from dialling."""

    effect: str = pydantic.Field(
        title="作用", json_schema_extra=form(kind="choice", options=EFFECTS, tones=EFFECT_TONES)
    )
    pattern: str = pydantic.Field(title="号码", json_schema_extra=form(width=150))
    extensions: str = pydantic.Field(title="适用分机", json_schema_extra=form(none="全部"))
    hours: str = pydantic.Field(title="适用时间", json_schema_extra=form(kind="choice", options=HOURS))
    calendar: str = pydantic.Field(title="日历")
    reason: str = pydantic.Field(title="原因")
    until: ShownUntil
    expired: Expired
    refused: int = pydantic.Field(title="拦截次数")
    last_refused_at: datetime | None = pydantic.Field(title="最近拦截")


class ForbiddenQuery(RecordQuery):
    """Filters of the list; `search` is a whole number or segment, or what the reason contains."""

    effect: Literal["forbid", "allow"] | None = None
    state: Validity | None = None


class RefusedDialQuery(Page):
    """Filters of who was refused; `number` is whole or its last four digits."""

    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")
    number: str = pydantic.Field(default="", max_length=32)
    purpose: str = pydantic.Field(default="", max_length=200)
    agent: str = pydantic.Field(default="", max_length=16)
    rule: str = pydantic.Field(default="", max_length=26)


class RefusedDialView(pydantic.BaseModel):
    """Somebody wanted to dial what he may not."""

    id: str = pydantic.Field(title="编号")
    rule: str = pydantic.Field(title="规则编号")
    at: datetime = pydantic.Field(title="时间")
    agent: str = pydantic.Field(title="分机", json_schema_extra=form(none="—"))
    name: str = pydantic.Field(title="拨打人", json_schema_extra=form(none="系统外呼"))
    number: str = pydantic.Field(title="号码", json_schema_extra=form(width=150))
    reason: str = pydantic.Field(title="原因")


class TryBody(Body):
    """Who would dial what."""

    number: str = pydantic.Field(min_length=1, max_length=32, title="号码")
    extension: str = pydantic.Field(
        default="", max_length=8, title="分机", json_schema_extra=form(help="不填则按回拨和流程外呼来试")
    )


class Tried(pydantic.BaseModel):
    """What would come of it; `words` are for people."""

    allowed: bool
    words: str
    rule: str = ""
