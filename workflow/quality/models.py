"""Tables of quality: plans and their draws, scored talks with their items, calibrations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, EncryptedText, Owned

IS_DRAWN = text("removed_at IS NULL AND state <> 'void' AND calibration = ''")
"""A recording is scored once, whatever plans want it; a calibration has it scored by several."""


class PlanRow(Record, Base):
    """Which talks are drawn: `daily` on each working day from those since the last draw, `special` once."""

    __tablename__ = "quality_plans"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
        Index(None, "kind", "updated_at", "id"),
    )

    title: Mapped[str] = mapped_column(String(80), doc="名称")
    kind: Mapped[str] = mapped_column(String(8), doc="类别")
    sheet: Mapped[str] = mapped_column(String(60), doc="评分标准")
    groups: Mapped[list[str]] = mapped_column(JSON, doc="座席组")
    agents: Mapped[list[str]] = mapped_column(JSON, doc="座席工号")
    queues: Mapped[list[str]] = mapped_column(JSON, doc="队列")
    min_seconds: Mapped[int | None] = mapped_column(doc="通话时长不少于（秒）")
    max_seconds: Mapped[int | None] = mapped_column(doc="通话时长不超过（秒）")
    place: Mapped[str] = mapped_column(String(40), doc="来电归属地")
    level: Mapped[str] = mapped_column(String(8), doc="客户级别")
    satisfactions: Mapped[list[str]] = mapped_column(JSON, doc="满意度")
    began_from: Mapped[str] = mapped_column(String(5), doc="来电时间起")
    began_to: Mapped[str] = mapped_column(String(5), doc="来电时间止")
    ended_from: Mapped[str] = mapped_column(String(5), doc="通话结束时间起")
    ended_to: Mapped[str] = mapped_column(String(5), doc="通话结束时间止")
    silence: Mapped[int | None] = mapped_column(doc="静音不少于（秒）")
    words: Mapped[str] = mapped_column(String(60), doc="通话中说到")
    since: Mapped[datetime | None] = mapped_column(doc="专项：来电从")
    until: Mapped[datetime | None] = mapped_column(doc="专项：来电到")
    each: Mapped[int] = mapped_column(doc="每名座席抽取")
    most: Mapped[int] = mapped_column(doc="每次最多抽取")
    inspectors: Mapped[list[str]] = mapped_column(JSON, doc="质检员")
    appeal_days: Mapped[int] = mapped_column(doc="申诉期限（天）")
    state: Mapped[str] = mapped_column(String(8), default="draft", doc="状态")
    drawn_until: Mapped[datetime | None] = mapped_column(doc="已抽取到")


class DrawRow(Owned, Base):
    """A draw, as it can be repeated: its seed and span, what there was and what came of it."""

    __tablename__ = "quality_draws"
    __table_args__ = (Index(None, "plan", "at", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    plan: Mapped[str] = mapped_column(String(26), doc="质检计划")
    at: Mapped[datetime] = mapped_column(doc="抽取时间")
    since: Mapped[datetime] = mapped_column(doc="来电从")
    until: Mapped[datetime] = mapped_column(doc="来电到")
    seed: Mapped[str] = mapped_column(String(60), doc="随机种子")
    found: Mapped[int] = mapped_column(doc="符合条件")
    drawn: Mapped[int] = mapped_column(doc="抽取")
    ungiven: Mapped[int] = mapped_column(doc="没有质检员可分派")


class ReviewRow(Record, Base):
    """A talk that is scored, by `inspector` (empty: nobody yet), about the agent `agent`, who is `person`.

    `answers` are the items' points with notes and seconds, `faults` the fatal ones, on the sheet of `revision`.
    """

    __tablename__ = "quality_reviews"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "talk_at", "id"),
        Index(None, "scored_at", "organisation"),
        Index(None, "state", "talk_at", "id"),
        Index(None, "agent", "talk_at", "id"),
        Index(None, "inspector", "state", "talk_at", "id"),
        Index(None, "plan", "talk_at", "id"),
        Index(None, "calibration", "id"),
        Index("uq_quality_reviews_drawn", "recording", unique=True, sqlite_where=IS_DRAWN, postgresql_where=IS_DRAWN),
    )

    plan: Mapped[str] = mapped_column(String(26), doc="质检计划")
    calibration: Mapped[str] = mapped_column(String(26), doc="校准，空为正常质检")
    recording: Mapped[str] = mapped_column(String(26), doc="录音")
    call: Mapped[str] = mapped_column(String(26), doc="来电")
    agent: Mapped[str] = mapped_column(String(16), doc="座席工号")
    person: Mapped[str] = mapped_column(String(26), doc="座席人员")
    group: Mapped[str] = mapped_column(String(40), doc="座席组")
    queue: Mapped[str] = mapped_column(String(60), doc="队列")
    talk_at: Mapped[datetime] = mapped_column(doc="通话时间")
    seconds: Mapped[float] = mapped_column(doc="通话时长")
    satisfaction: Mapped[str] = mapped_column(String(16), doc="满意度")
    inspector: Mapped[str] = mapped_column(String(26), doc="质检员")
    sheet: Mapped[str] = mapped_column(String(60), doc="评分标准")
    revision: Mapped[int] = mapped_column(doc="评分标准的版本")
    appeal_days: Mapped[int] = mapped_column(doc="申诉期限（天）")
    state: Mapped[str] = mapped_column(String(8), doc="状态")
    answers: Mapped[list[dict[str, object]]] = mapped_column(JSON, doc="各项评分")
    faults: Mapped[list[str]] = mapped_column(JSON, doc="一票否决项")
    score: Mapped[float | None] = mapped_column(doc="得分")
    passed: Mapped[bool | None] = mapped_column(Boolean, doc="合格")
    fatal: Mapped[bool] = mapped_column(Boolean, doc="一票否决")
    comment: Mapped[str] = mapped_column(EncryptedText, doc="评语（已加密）")
    coaching: Mapped[str] = mapped_column(EncryptedText, doc="辅导建议（已加密）")
    good: Mapped[bool] = mapped_column(Boolean, doc="推荐为优秀录音")
    scored_at: Mapped[datetime | None] = mapped_column(doc="评分时间")
    appeal_until: Mapped[datetime | None] = mapped_column(doc="申诉截止")
    read_at: Mapped[datetime | None] = mapped_column(doc="座席确认时间")
    appeal: Mapped[str] = mapped_column(EncryptedText, doc="申诉理由（已加密）")
    appealed_at: Mapped[datetime | None] = mapped_column(doc="申诉时间")
    score_before: Mapped[float | None] = mapped_column(doc="申诉前得分")
    opinion: Mapped[str] = mapped_column(EncryptedText, doc="裁定意见（已加密）")
    decided_by: Mapped[str] = mapped_column(String(26), doc="裁定人")
    decided_at: Mapped[datetime | None] = mapped_column(doc="裁定时间")
    void_why: Mapped[str] = mapped_column(String(12), doc="不评分原因")
    void_note: Mapped[str] = mapped_column(Text, doc="不评分说明")


class ItemScoreRow(Owned, Base):
    """An item of a scored talk, as figures count it; of a fatal fault that was found `points` are 0 of 0."""

    __tablename__ = "quality_item_scores"
    __table_args__ = (Index(None, "scored_at", "organisation"), Index(None, "review"))

    id: Mapped[str] = mapped_column(String(90), primary_key=True, doc="编号：评分和评分项")
    review: Mapped[str] = mapped_column(String(26), doc="质检评分")
    sheet: Mapped[str] = mapped_column(String(60), doc="评分标准")
    item: Mapped[str] = mapped_column(String(60), doc="评分项")
    title: Mapped[str] = mapped_column(String(40), doc="评分项名称")
    agent: Mapped[str] = mapped_column(String(16), doc="座席工号")
    group: Mapped[str] = mapped_column(String(40), doc="座席组")
    scored_at: Mapped[datetime] = mapped_column(doc="评分时间")
    points: Mapped[float] = mapped_column(doc="得分")
    possible: Mapped[float] = mapped_column(doc="满分")
    fatal: Mapped[bool] = mapped_column(Boolean, doc="一票否决")


class CalibrationRow(Record, Base):
    """Several score one talk, none seeing the others', until all have; then how much they agree."""

    __tablename__ = "quality_calibrations"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "state", "updated_at", "id"))

    title: Mapped[str] = mapped_column(String(80), doc="名称")
    recording: Mapped[str] = mapped_column(String(26), doc="录音")
    sheet: Mapped[str] = mapped_column(String(60), doc="评分标准")
    inspectors: Mapped[list[str]] = mapped_column(JSON, doc="参加的质检员")
    state: Mapped[str] = mapped_column(String(8), default="open", doc="状态")
    kappa: Mapped[float | None] = mapped_column(doc="κ")
    agreed: Mapped[float | None] = mapped_column(doc="完全一致的项（%）")
    average: Mapped[float | None] = mapped_column(doc="平均分")
    spread: Mapped[float | None] = mapped_column(doc="最高与最低相差")
