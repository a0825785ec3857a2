"""What is asked and told of transcripts."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form
from workflow.transcripts.lines import Kind

BASE = "/api/transcripts"
State = Literal["live", "waiting", "whole", "partial"]
SIDES = {"caller": "市民", "agent": "座席"}
SATISFACTION = {"1": "非常满意", "2": "满意", "3": "基本满意", "4": "不满意", "5": "非常不满意"}
STATES = {"live": "转写中", "waiting": "待按录音补写", "whole": "完整", "partial": "有缺失"}


class TranscriptFields(Body):
    """Nobody writes one by hand."""


class TranscriptView(RecordView):
    """A transcript as lists show it."""

    call: str = pydantic.Field(title="来电编号")
    agent: str = pydantic.Field(title="工号")
    queue: str = pydantic.Field(title="队列")
    number: str = pydantic.Field(title="来电号码", json_schema_extra=form(kind="phone", dial=True, none="匿名"))
    began_at: datetime = pydantic.Field(title="通话时间")
    state: State = pydantic.Field(
        title="转写",
        json_schema_extra=form(
            kind="choice",
            options=STATES,
            tones={"live": "talk", "waiting": "break", "whole": "ready", "partial": "ring"},
        ),
    )
    lines: int = pydantic.Field(title="句数")
    seconds: float = pydantic.Field(title="时长", json_schema_extra=form(kind="duration"))
    said: str = pydantic.Field(default="", title="内容", json_schema_extra=form(kind="long", width=480))


class TranscriptQuery(RecordQuery):
    """Filters; `words` are words that were said, by one `side` if that is named; `search` is a number or its last four
    digits. `category` is that of a ticket about the call, with all below it; `marked` calls have a mark in a recording.
    """

    words: str = pydantic.Field(default="", max_length=60)
    side: Literal["caller", "agent"] | None = None
    queue: str = pydantic.Field(default="", max_length=60)
    category: str = pydantic.Field(default="", max_length=26)
    satisfaction: str = pydantic.Field(default="", max_length=16)
    marked: bool = False
    longer_than: float | None = pydantic.Field(default=None, ge=0)
    shorter_than: float | None = pydantic.Field(default=None, ge=0)
    state: State | None = None
    agent: str = pydantic.Field(default="", max_length=16)
    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")


class CallQuery(pydantic.BaseModel):
    """Only lines from number `after` on, where they are known: what is new in a talk that goes on."""

    after: int = pydantic.Field(default=0, ge=0, le=1_000_000)


class RepairView(pydantic.BaseModel):
    """Characters `start` to `end` were heard as something else: a word that sounds alike was put in its place."""

    start: int
    end: int
    heard: str


class LineView(pydantic.BaseModel):
    """A line as people read it; `times` is when each character began, in seconds since `at`, of a call that is over."""

    number: int
    side: Literal["caller", "agent", "other"]
    agent: str
    name: str
    at: datetime
    seconds: float
    text: str
    times: tuple[float, ...]
    kind: Kind
    apart: bool
    repairs: list[RepairView] = []


class SpeakingView(pydantic.BaseModel):
    """What a party is saying now, as far as it was made out."""

    side: Literal["caller", "agent", "other"]
    agent: str
    name: str
    text: str
    apart: bool


class CallTranscript(pydantic.BaseModel):
    """All that was said in a call. `trouble` says why nothing is written down, `behind` that words come late, `later`
    that some of it will be written down when the call is over."""

    call: str
    state: State
    began_at: datetime | None
    lines: list[LineView]
    speaking: list[SpeakingView]
    behind: bool = False
    later: bool = False
    trouble: str = ""
