"""What is asked and told of plans, scored talks and calibrations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import When, form
from cti.office.screens.description import Tone
from workflow.quality.rules import LEVELS, PLAN_KINDS, PLAN_STATES, SATISFACTIONS, STATES, VOIDS, Level, PlanKind, State

BASE, PLANS, CALIBRATIONS = "/api/quality/reviews", "/api/quality/plans", "/api/quality/calibrations"
DRAWS = "/api/quality/draws"
OPTIONS = "/api/quality/options"
SPECIAL = When(key="kind", among=("special",))
Clock = Annotated[str, pydantic.Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$", max_length=5)]
Names = Annotated[list[Annotated[str, pydantic.Field(max_length=60)]], pydantic.Field(max_length=500)]
Length = Annotated[int, pydantic.Field(ge=0, le=86400)]
STATE_TONES: dict[str, Tone] = {"open": "break", "scored": "talk", "appealed": "ring", "final": "ready", "void": "off"}
YES_NO = {"true": "是", "false": "否"}


class PlanFields(Body):
    """A plan."""

    title: str = pydantic.Field(min_length=2, max_length=80, title="名称")
    kind: PlanKind = pydantic.Field(
        default="daily", title="类别", json_schema_extra=form(options=PLAN_KINDS, only_new=True)
    )
    sheet: str = pydantic.Field(
        min_length=1, max_length=60, title="评分标准", json_schema_extra=form(options_from=f"{OPTIONS}/sheets")
    )
    inspectors: Names = pydantic.Field(
        min_length=1, title="质检员", json_schema_extra=form(help="平均分派；不会分到质检员本人的通话")
    )
    each: int = pydantic.Field(default=2, ge=1, le=50, title="每名座席抽取", json_schema_extra=form(section="抽取"))
    most: int = pydantic.Field(
        default=0, ge=0, le=2000, title="每次最多抽取", json_schema_extra=form(help="0 为不限；先让每名座席都抽到")
    )
    since: pydantic.AwareDatetime | None = pydantic.Field(
        default=None, title="来电从", json_schema_extra=form(when=SPECIAL, needed=True)
    )
    until: pydantic.AwareDatetime | None = pydantic.Field(
        default=None, title="来电到", json_schema_extra=form(when=SPECIAL, needed=True)
    )
    appeal_days: int = pydantic.Field(
        default=3, ge=0, le=30, title="申诉期限（天）", json_schema_extra=form(help="0 为评分后立即生效")
    )
    groups: Names = pydantic.Field(
        default=[], title="座席组",
        json_schema_extra=form(kind="choices", options_from=f"{OPTIONS}/groups", section="条件", help="不选则全部"),
    )  # fmt: skip
    agents: Names = pydantic.Field(
        default=[], title="座席工号",
        json_schema_extra=form(kind="choices", options_from=f"{OPTIONS}/agents", help="不选则全部"),
    )  # fmt: skip
    queues: Names = pydantic.Field(
        default=[], title="队列",
        json_schema_extra=form(kind="choices", options_from=f"{OPTIONS}/queues", help="不选则全部"),
    )  # fmt: skip
    min_seconds: Length | None = pydantic.Field(default=None, title="通话时长不少于（秒）")
    max_seconds: Length | None = pydantic.Field(default=None, title="通话时长不超过（秒）")
    place: str = pydantic.Field(
        default="", max_length=40, title="来电归属地", json_schema_extra=form(help="如 江苏省 或 江苏省常州市")
    )
    level: Level = pydantic.Field(
        default="", title="客户级别", json_schema_extra=form(options=LEVELS, help="不选则全部")
    )
    satisfactions: list[Literal["1", "2", "3", "4", "5", "none"]] = pydantic.Field(
        default=[], title="满意度", json_schema_extra=form(kind="choices", options=SATISFACTIONS, help="不选则全部")
    )
    began_from: Clock = pydantic.Field(
        default="", title="来电时间起", json_schema_extra=form(help="每天的时刻，如 08:00；可以跨零点")
    )
    began_to: Clock = pydantic.Field(default="", title="来电时间止")
    ended_from: Clock = pydantic.Field(default="", title="通话结束时间起")
    ended_to: Clock = pydantic.Field(default="", title="通话结束时间止")
    silence: Length | None = pydantic.Field(
        default=None, title="静音不少于（秒）", json_schema_extra=form(help="双方都不说话的最长一段")
    )
    words: str = pydantic.Field(
        default="", max_length=60, title="通话中说到", json_schema_extra=form(help="按通话转写查找的字词")
    )


class PlanView(RecordView):
    """A plan, with how far its talks are."""

    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=220))
    kind: str = pydantic.Field(title="类别", json_schema_extra=form(kind="choice", options=PLAN_KINDS))
    sheet: str = pydantic.Field(title="评分标准")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=PLAN_STATES, tones={"running": "ready", "paused": "break", "finished": "off"}
        ),
    )
    inspectors: list[str] = pydantic.Field(title="质检员")
    each: int = pydantic.Field(title="每名座席抽取")
    most: int = pydantic.Field(title="每次最多抽取（0 为不限）")
    since: datetime | None = pydantic.Field(title="来电从", json_schema_extra=form(when=SPECIAL))
    until: datetime | None = pydantic.Field(title="来电到", json_schema_extra=form(when=SPECIAL))
    appeal_days: int = pydantic.Field(title="申诉期限（天）")
    groups: list[str] = pydantic.Field(title="座席组", json_schema_extra=form(none="全部"))
    agents: list[str] = pydantic.Field(title="座席工号", json_schema_extra=form(none="全部"))
    queues: list[str] = pydantic.Field(title="队列", json_schema_extra=form(none="全部"))
    min_seconds: int | None = pydantic.Field(title="通话时长不少于（秒）", json_schema_extra=form(none=""))
    max_seconds: int | None = pydantic.Field(title="通话时长不超过（秒）", json_schema_extra=form(none=""))
    place: str = pydantic.Field(title="来电归属地", json_schema_extra=form(none=""))
    level: str = pydantic.Field(title="客户级别", json_schema_extra=form(kind="choice", options=LEVELS, none=""))
    satisfactions: list[str] = pydantic.Field(title="满意度", json_schema_extra=form(options=SATISFACTIONS, none=""))
    began_from: str = pydantic.Field(title="来电时间起", json_schema_extra=form(none=""))
    began_to: str = pydantic.Field(title="来电时间止", json_schema_extra=form(none=""))
    ended_from: str = pydantic.Field(title="通话结束时间起", json_schema_extra=form(none=""))
    ended_to: str = pydantic.Field(title="通话结束时间止", json_schema_extra=form(none=""))
    silence: int | None = pydantic.Field(title="静音不少于（秒）", json_schema_extra=form(none=""))
    words: str = pydantic.Field(title="通话中说到", json_schema_extra=form(none=""))
    drawn_until: datetime | None = pydantic.Field(title="已抽取到", json_schema_extra=form(none="还没有抽取"))
    talks: int = pydantic.Field(default=0, title="已抽取")
    left: int = pydantic.Field(default=0, title="待评分")


class PlanQuery(RecordQuery):
    """Filters of the list; `search` is a part of the title."""

    kind: PlanKind | None = None
    state: Literal["draft", "running", "paused", "finished"] | None = None


class DrawLine(pydantic.BaseModel):
    """A draw."""

    id: str
    at: datetime = pydantic.Field(title="抽取时间")
    since: datetime = pydantic.Field(title="来电从")
    until: datetime = pydantic.Field(title="来电到")
    found: int = pydantic.Field(title="符合条件")
    drawn: int = pydantic.Field(title="抽取")
    ungiven: int = pydantic.Field(title="没有质检员可分派")
    seed: str = pydantic.Field(title="随机种子")


class ReviewFields(Body):
    """Nobody makes one by hand: talks are drawn."""


class ReviewView(RecordView):
    """A talk that is scored."""

    plan: str = pydantic.Field(title="质检计划")
    calibration: str = pydantic.Field(title="校准", json_schema_extra=form(none=""))
    recording: str = pydantic.Field(title="录音", json_schema_extra=form(link="recordings"))
    call: str = pydantic.Field(title="来电")
    agent: str = pydantic.Field(title="座席")
    group: str = pydantic.Field(title="座席组")
    queue: str = pydantic.Field(title="队列")
    talk_at: datetime = pydantic.Field(title="通话时间")
    seconds: float = pydantic.Field(title="通话时长", json_schema_extra=form(kind="duration"))
    satisfaction: str = pydantic.Field(
        title="满意度", json_schema_extra=form(kind="choice", options=SATISFACTIONS, none="未评价")
    )
    inspector: str = pydantic.Field(title="质检员", json_schema_extra=form(none="未分派"))
    sheet: str = pydantic.Field(title="评分标准")
    revision: int = pydantic.Field(title="评分标准的版本")
    state: str = pydantic.Field(title="状态", json_schema_extra=form(kind="choice", options=STATES, tones=STATE_TONES))
    score: float | None = pydantic.Field(title="得分", json_schema_extra=form(none="未评分"))
    passed: bool | None = pydantic.Field(
        title="合格",
        json_schema_extra=form(
            options={"true": "合格", "false": "不合格"}, tones={"true": "ready", "false": "ring"}, none=""
        ),
    )
    fatal: bool = pydantic.Field(
        title="一票否决", json_schema_extra=form(options={"true": "一票否决", "false": "—"}, tones={"true": "ring"})
    )
    comment: str = pydantic.Field(title="评语", json_schema_extra=form(kind="long", none=""))
    coaching: str = pydantic.Field(title="辅导建议", json_schema_extra=form(kind="long", none=""))
    good: bool = pydantic.Field(title="优秀录音", json_schema_extra=form(options={"true": "推荐", "false": "—"}))
    scored_at: datetime | None = pydantic.Field(title="评分时间", json_schema_extra=form(none=""))
    appeal_until: datetime | None = pydantic.Field(title="申诉截止", json_schema_extra=form(none=""))
    read_at: datetime | None = pydantic.Field(title="座席确认", json_schema_extra=form(none="未确认"))
    appeal: str = pydantic.Field(title="申诉理由", json_schema_extra=form(kind="long", none="没有申诉"))
    appealed_at: datetime | None = pydantic.Field(title="申诉时间", json_schema_extra=form(none=""))
    score_before: float | None = pydantic.Field(title="申诉前得分", json_schema_extra=form(none=""))
    opinion: str = pydantic.Field(title="裁定意见", json_schema_extra=form(kind="long", none=""))
    decided_by: str = pydantic.Field(title="裁定人", json_schema_extra=form(none=""))
    decided_at: datetime | None = pydantic.Field(title="裁定时间", json_schema_extra=form(none=""))
    void_why: str = pydantic.Field(title="不评分原因", json_schema_extra=form(kind="choice", options=VOIDS, none=""))
    void_note: str = pydantic.Field(title="不评分说明", json_schema_extra=form(none=""))
    name: str = pydantic.Field(default="", title="通话")


class ReviewQuery(RecordQuery):
    """Filters of the list; `mine` are those that the visitor scores, `own` those of his own talks."""

    state: State | None = None
    agent: str = pydantic.Field(default="", max_length=16)
    inspector: str = pydantic.Field(default="", max_length=26)
    plan: str = pydantic.Field(default="", max_length=26)
    calibration: str = pydantic.Field(default="", max_length=26)
    mine: bool = False
    own: bool = False
    unread: bool = False
    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")


class AnswerBody(pydantic.BaseModel):
    """What an item is given: points (null: it does not count here), why, and the second at which one hears it."""

    model_config = pydantic.ConfigDict(extra="forbid")

    item: str = pydantic.Field(max_length=60)
    points: float | None = pydantic.Field(ge=0, le=1000)
    note: str = pydantic.Field(default="", max_length=300)
    second: float | None = pydantic.Field(default=None, ge=0, le=86400)


class Scored(Body):
    """A filled-in sheet; `version` is the one of the record that was read."""

    version: int = pydantic.Field(ge=1)
    revision: int = pydantic.Field(ge=1, title="评分标准的版本")
    answers: list[AnswerBody] = pydantic.Field(max_length=60)
    faults: list[Annotated[str, pydantic.Field(max_length=60)]] = pydantic.Field(default=[], max_length=20)
    comment: str = pydantic.Field(default="", max_length=2000, title="评语")
    coaching: str = pydantic.Field(default="", max_length=2000, title="辅导建议")
    good: bool = False


class Voided(Body):
    """Why a talk is not scored."""

    why: Literal["not_a_talk", "unheard", "not_ours", "other"] = pydantic.Field(
        title="原因", json_schema_extra=form(options=VOIDS)
    )
    note: str = pydantic.Field(default="", max_length=300, title="说明")


class Appealed(Body):
    """Why the score is not right."""

    appeal: str = pydantic.Field(min_length=5, max_length=2000, title="申诉理由", json_schema_extra=form(kind="long"))


class Decided(Body):
    """What another decides about an appeal: the score stays, or the sheet is filled in anew."""

    granted: Literal["no", "yes"] = pydantic.Field(
        title="裁定", json_schema_extra=form(options={"no": "维持原评分", "yes": "申诉成立，改评分"})
    )
    opinion: str = pydantic.Field(min_length=2, max_length=2000, title="裁定意见", json_schema_extra=form(kind="long"))
    answers: list[AnswerBody] = pydantic.Field(default=[], max_length=60)
    faults: list[Annotated[str, pydantic.Field(max_length=60)]] = pydantic.Field(default=[], max_length=20)


class HandedOver(Body):
    """Who scores it from now on."""

    inspector: str = pydantic.Field(
        min_length=1, max_length=26, title="质检员",
        json_schema_extra=form(kind="choice", options_from=f"{OPTIONS}/inspectors", options_search=True),
    )  # fmt: skip


class CalibrationFields(Body):
    """Who scores which recording blind."""

    title: str = pydantic.Field(min_length=2, max_length=80, title="名称")
    recording: str = pydantic.Field(
        min_length=26, max_length=26, title="录音编号",
        json_schema_extra=form(only_new=True, help="在“录音”页打开一条录音，编号在网址的最后"),
    )  # fmt: skip
    sheet: str = pydantic.Field(
        min_length=1, max_length=60, title="评分标准",
        json_schema_extra=form(options_from=f"{OPTIONS}/sheets", only_new=True),
    )  # fmt: skip
    inspectors: Names = pydantic.Field(
        min_length=2, title="参加的质检员", json_schema_extra=form(only_new=True, help="各自评分，互不可见；至少两人")
    )


class CalibrationView(RecordView):
    """A calibration; how much they agree is there once all have scored, or it was closed."""

    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=220))
    recording: str = pydantic.Field(title="录音", json_schema_extra=form(link="recordings"))
    sheet: str = pydantic.Field(title="评分标准")
    inspectors: list[str] = pydantic.Field(title="参加的质检员")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options={"open": "评分中", "closed": "已完成"}, tones={"closed": "ready"}
        ),
    )
    scored: int = pydantic.Field(default=0, title="已评分人数")
    kappa: float | None = pydantic.Field(title="一致性 κ", json_schema_extra=form(none=""))
    kappa_words: str = pydantic.Field(default="", title="一致程度", json_schema_extra=form(none=""))
    agreed: float | None = pydantic.Field(title="完全一致的项（%）", json_schema_extra=form(none=""))
    average: float | None = pydantic.Field(title="平均分", json_schema_extra=form(none=""))
    spread: float | None = pydantic.Field(title="最高与最低相差", json_schema_extra=form(none=""))


class CalibrationQuery(RecordQuery):
    """Filters of the list."""

    state: Literal["open", "closed"] | None = None


class LevelView(pydantic.BaseModel):
    """A level of an item."""

    title: str
    points: float


class ItemView(pydantic.BaseModel):
    """An item of a sheet, with what is marked in the talk about it and what it was given."""

    item: str
    title: str
    about: str
    points: float
    levels: list[LevelView]
    optional: bool
    fatal: bool
    given: AnswerBody | None = None
    hit: bool = False


class MarkView(pydantic.BaseModel):
    """A hint, with the second at which one can listen."""

    item: str
    kind: str
    title: str
    words: str
    second: float | None


class DeskView(pydantic.BaseModel):
    """All that stands beside a talk while it is scored. `trouble` says why there are no marks."""

    review: ReviewView
    sheet_title: str
    passing: float
    items: list[ItemView]
    marks: list[MarkView]
    tickets: list[str] = []
    trouble: str = ""
    next: str = ""
    left: int = 0


class RaterView(pydantic.BaseModel):
    """What each who took part in a calibration gave."""

    inspector: str
    name: str
    state: str
    score: float | None
    answers: dict[str, float | None]


class AgreementView(pydantic.BaseModel):
    """A calibration item by item; others' answers are there once it is closed."""

    items: list[ItemView]
    raters: list[RaterView]
    kappa: float | None
    words: str
    closed: bool
