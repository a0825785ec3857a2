"""The list of recordings over HTTP: by everything known of their calls, and by plugins' columns."""

from __future__ import annotations

import json
from datetime import datetime

import pydantic

from cti.base.http.routes import Route
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.identity.calls_asked import CallsAsked
from cti.office.identity.lookups import Lookups
from cti.office.screens import Choice
from cti.office.screens.description import Tone
from cti.office.screens.forms import form
from cti.store.recordings.filter import RecordingFilter
from cti.store.recordings.recordings import HELD
from cti.store.recordings.search import LAST_FOUR, NUMBER, RecordingSearch
from cti.telephony.queue_titles import QueueTitles
from recorder.about import Abouts
from recorder.api import LISTEN
from recorder.finding import OWN, RecordingColumns
from recorder.importing.imported import OLD, OLD_TICKET, SOURCE
from recorder.importing.old_recording import SATISFACTION
from recorder.said_words import SaidWords

KINDS = {"talk": "通话", "voicemail": "留言", "emergency": "应急队列"}
STATES = {
    "recording": "录音中", "stored": "已保存", "failed": "待重试", "lost": "缺失", "removing": "清理中",
    "removed": "已清理",
}  # fmt: skip
STATE_TONES: dict[str, Tone] = {"recording": "talk", "failed": "break", "lost": "ring", "removed": "off"}
ASKED = ("queue", "satisfaction", "reason", "call", "called", OLD, OLD_TICKET, SOURCE)
"""What is asked for as facts, under the same names."""
QUALITY = {"bad": "质量差"}
FAULTS = {"missing": "文件缺失", "changed": "内容被改动", "key": "密钥无法打开", "short": "比通话短"}


class RecordingQuery(CallsAsked):
    """Filters; `words` were said in the call, `columns` are plugins' columns with their values, as JSON; `column` and
    `value` are one more."""

    satisfaction: str = pydantic.Field(default="", max_length=16)
    call: str = pydantic.Field(default="", max_length=26)
    old: str = pydantic.Field(default="", max_length=80)
    old_ticket: str = pydantic.Field(default="", max_length=60)
    source: str = pydantic.Field(default="", max_length=60)
    called: str = pydantic.Field(default="", max_length=40)
    kind: str = pydantic.Field(default="", max_length=12)
    fault: str = pydantic.Field(default="", max_length=16)
    words: str = pydantic.Field(default="", max_length=60)
    held: bool = False
    longer_than: float | None = pydantic.Field(default=None, ge=0)
    columns: str = pydantic.Field(default="", max_length=1000)
    column: str = pydantic.Field(default="", max_length=24)
    value: str = pydantic.Field(default="", max_length=80)


class RecordingLine(pydantic.BaseModel):
    """A recording in the list; `caller` is masked by right."""

    id: str
    call: str = pydantic.Field(title="来电编号")
    started_at: datetime = pydantic.Field(title="开始时间")
    seconds: float | None = pydantic.Field(title="时长", json_schema_extra=form(kind="duration"))
    kind: str = pydantic.Field(title="类型", json_schema_extra=form(kind="choice", options=KINDS))
    agent: str = pydantic.Field(title="座席工号")
    handler: str = pydantic.Field(title="座席", json_schema_extra=form(none="无"))
    caller: str = pydantic.Field(title="来电号码", json_schema_extra=form(kind="phone", dial=True, none="匿名"))
    queue: str = pydantic.Field(title="队列")
    satisfaction: str = pydantic.Field(
        title="满意度", json_schema_extra=form(kind="choice", options=SATISFACTION, none="未评价")
    )
    state: str = pydantic.Field(title="状态", json_schema_extra=form(kind="choice", options=STATES, tones=STATE_TONES))
    fault: str = pydantic.Field(
        title="异常", json_schema_extra=form(kind="choice", options=FAULTS, tones=dict.fromkeys(FAULTS, "ring"))
    )
    held: str = pydantic.Field(title="保全原因")
    is_held: bool = pydantic.Field(title="已保全")
    organisation: str = pydantic.Field(title="机构标识")
    organisation_title: str = pydantic.Field(title="机构")
    source: str = pydantic.Field(title="原平台", json_schema_extra=form(none=""))
    old: str = pydantic.Field(title="原录音编号", json_schema_extra=form(none=""))
    region: str


class RecordingList(pydantic.BaseModel):
    """A page of the list."""

    items: list[RecordingLine]
    total: int
    page: int
    size: int
    more: bool = False


def routes(
    search: RecordingSearch,
    abouts: Abouts,
    columns: RecordingColumns,
    said: SaidWords,
    lookups: Lookups,
    queues: QueueTitles,
) -> list[Route]:
    """The route of the list of recordings."""

    async def find(visitor: Visitor, query: RecordingQuery) -> RecordingList:
        number = await query.digits(visitor, "recording", lookups)
        facts = {one: getattr(query, one) for one in ASKED}
        if number:
            facts[LAST_FOUR if len(number) == 4 else NUMBER] = number
        facts |= _asked(query.columns, columns)
        if query.held:
            facts[HELD] = "1"
        if query.column and query.value:
            facts |= _known({query.column: query.value}, columns)
        wanted = RecordingFilter(
            since=query.since, until=query.until, agent=query.agent, kind=query.kind, fault=query.fault,
            quality=query.quality,
            longer_than=query.longer_than, facts={key: value for key, value in facts.items() if value},
        )  # fmt: skip
        calls = said.calls(visitor, query.words, query.since, query.until) if query.words else None
        found = await search.page(wanted, visitor.reach(LISTEN), calls=calls, page=query.page, size=query.size)
        known = await abouts.of(visitor, found.items)
        lines = [
            RecordingLine(
                id=one.id, call=one.call, started_at=one.started_at, seconds=one.seconds, kind=one.kind,
                agent=one.agent, handler=about.handler, caller=about.caller, queue=about.queue,
                satisfaction=about.satisfaction, state=one.state, fault=one.fault, held=one.held,
                is_held=bool(one.held), organisation=one.organisation, organisation_title=about.organisation,
                source=about.source, old=about.old, region=one.region,
            )
            for one in found.items
            for about in [known[one.id]]
        ]  # fmt: skip
        return RecordingList(items=lines, total=found.total, page=query.page, size=query.size, more=found.more)

    async def titles(visitor: Visitor) -> dict[str, str]:
        return {**OWN, **columns.titles}

    async def options(visitor: Visitor) -> list[Choice]:
        return [Choice(value=key, title=title) for key, title in columns.titles.items()]

    async def queue_options(visitor: Visitor) -> list[Choice]:
        return [Choice(value=name, title=title) for name, title in queues.items()]

    return [
        Route("GET", "/api/recordings/queues/options", queue_options, LISTEN, "录音查询可选的队列"),
        Route("GET", "/api/recordings/columns/options", options, LISTEN, "业务系统提供的录音查询项目"),
        Route("GET", "/api/recordings", find, LISTEN, "录音列表"),
        Route("GET", "/api/recordings/columns", titles, LISTEN, "录音可查询的项目"),
    ]


def _asked(text: str, columns: RecordingColumns) -> dict[str, str]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise Invalid("columns", "查询项目须为 JSON 对象，值为文字", "columns")
    return _known(found, columns)


def _known(found: dict[str, str], columns: RecordingColumns) -> dict[str, str]:
    if strange := [key for key in found if key not in columns.titles]:
        raise Invalid("columns", f"没有可查询的项目：{'、'.join(map(str, strange))}", "columns")
    return found
