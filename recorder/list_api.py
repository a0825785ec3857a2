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
from cti.office.identity.masking import SEE_NUMBERS, Disclosure
from cti.store.calls import StoredCalls
from cti.store.recording_search import LAST_FOUR, NUMBER, RecordingFilter, RecordingSearch
from recorder.api import LISTEN
from recorder.finding import OWN, RecordingColumns


class RecordingQuery(CallsAsked):
    """Filters; `columns` are plugins' columns with their values, as a JSON object."""

    satisfaction: str = pydantic.Field(default="", max_length=16)
    call: str = pydantic.Field(default="", max_length=26)
    called: str = pydantic.Field(default="", max_length=40)
    kind: str = pydantic.Field(default="", max_length=12)
    fault: str = pydantic.Field(default="", max_length=16)
    longer_than: float | None = pydantic.Field(default=None, ge=0)
    columns: str = pydantic.Field(default="", max_length=1000)


class RecordingLine(pydantic.BaseModel):
    """A recording in the list; `caller` is masked by right."""

    id: str
    call: str
    started_at: datetime
    seconds: float | None
    kind: str
    agent: str
    caller: str
    queue: str
    satisfaction: str
    state: str
    fault: str
    organisation: str
    region: str


class RecordingList(pydantic.BaseModel):
    """A page of the list."""

    items: list[RecordingLine]
    total: int
    page: int
    size: int
    more: bool = False


def routes(
    search: RecordingSearch, calls: StoredCalls, columns: RecordingColumns, lookups: Lookups, disclosure: Disclosure
) -> list[Route]:
    """The route of the list of recordings."""

    async def find(visitor: Visitor, query: RecordingQuery) -> RecordingList:
        number = await query.digits(visitor, "recording", lookups)
        facts = {one: getattr(query, one) for one in ("queue", "satisfaction", "reason", "call", "called")}
        if number:
            facts[LAST_FOUR if len(number) == 4 else NUMBER] = number
        facts |= _asked(query.columns, columns)
        wanted = RecordingFilter(
            since=query.since, until=query.until, agent=query.agent, kind=query.kind, fault=query.fault,
            longer_than=query.longer_than, facts={key: value for key, value in facts.items() if value},
        )  # fmt: skip
        found = await search.page(wanted, visitor.reach(LISTEN), page=query.page, size=query.size)
        known = await calls.some({one.call for one in found.items})
        lines = []
        for one in found.items:
            call = known.get(one.call)
            shown = "" if call is None else str(call.caller) if visitor.may(SEE_NUMBERS) else call.caller.masked
            lines.append(
                RecordingLine(
                    id=one.id, call=one.call, started_at=one.started_at, seconds=one.seconds, kind=one.kind,
                    agent=one.agent, caller=shown, queue=call.queue if call else "",
                    satisfaction=call.satisfaction if call else "", state=one.state, fault=one.fault,
                    organisation=one.organisation, region=one.region,
                )
            )  # fmt: skip
        await disclosure.seen(visitor, SEE_NUMBERS, "call", [one.call for one in found.items if one.call])
        return RecordingList(items=lines, total=found.total, page=query.page, size=query.size, more=found.more)

    async def titles(visitor: Visitor) -> dict[str, str]:
        return {**OWN, **columns.titles}

    return [
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
    if strange := [key for key in found if key not in columns.titles]:
        raise Invalid("columns", f"没有可查询的项目：{'、'.join(map(str, strange))}", "columns")
    return found
