"""Tables of materials, courses, what people learnt of them, certificates and training messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base


class MaterialRow(Record, Base):
    """A video or a text to read; its file is among the record's files."""

    __tablename__ = "training_materials"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "category", "id"),
        Index(None, "medium", "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
    )

    medium: Mapped[str] = mapped_column(String(10), doc="形式")
    title: Mapped[str] = mapped_column(String(120), doc="名称")
    category: Mapped[str] = mapped_column(String(26), doc="类别")
    keywords: Mapped[list[str]] = mapped_column(JSON, doc="关键词")
    about: Mapped[str] = mapped_column(Text, doc="内容")
    seconds: Mapped[int] = mapped_column(doc="视频秒数")
    minutes: Mapped[int] = mapped_column(doc="至少阅读分钟数")
    speed: Mapped[float] = mapped_column(doc="最高倍速")
    credits: Mapped[float] = mapped_column(doc="学分")
    state: Mapped[str] = mapped_column(String(10), default="draft", doc="状态")


class StudyRow(Record, Base):
    """How far somebody is with a material. `token` is the page that counts now: a second one takes over from it."""

    __tablename__ = "training_studies"
    __table_args__ = (
        Index(None, "person", "material", unique=True),
        Index(None, "material", "updated_at", "id"),
        Index(None, "updated_at", "id"),
        Index(None, "done_at", "id"),
    )

    person: Mapped[str] = mapped_column(String(26), doc="人员")
    material: Mapped[str] = mapped_column(String(26), doc="学习资料")
    medium: Mapped[str] = mapped_column(String(10), doc="形式")
    position: Mapped[float] = mapped_column(doc="播放位置（秒）")
    spans: Mapped[list[list[float]]] = mapped_column(JSON, doc="已观看区间")
    seconds: Mapped[float] = mapped_column(doc="学习时长（秒）")
    percent: Mapped[int] = mapped_column(doc="完成（%）")
    times: Mapped[int] = mapped_column(doc="学习次数")
    credits: Mapped[float] = mapped_column(doc="获得学分")
    done_at: Mapped[datetime | None] = mapped_column(doc="完成时间")
    token: Mapped[str] = mapped_column(String(26), doc="正在学习的页面", info={"secret": False})
    beat_at: Mapped[datetime] = mapped_column(doc="最近计时")


class CourseRow(Record, Base):
    """Materials in their order, with an exam at the end where there is one, for whom, until when."""

    __tablename__ = "training_courses"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "state", "updated_at", "id"))

    title: Mapped[str] = mapped_column(String(120), doc="名称")
    category: Mapped[str] = mapped_column(String(26), doc="类别")
    keywords: Mapped[list[str]] = mapped_column(JSON, doc="关键词")
    about: Mapped[str] = mapped_column(String(1000), doc="说明")
    materials: Mapped[list[str]] = mapped_column(JSON, doc="学习资料")
    exam: Mapped[str] = mapped_column(String(26), doc="结业考试")
    due_at: Mapped[datetime | None] = mapped_column(doc="完成期限")
    certificate: Mapped[bool] = mapped_column(doc="颁发证书")
    months: Mapped[int] = mapped_column(doc="证书有效月数")
    organisations: Mapped[list[str]] = mapped_column(JSON, doc="参加机构")
    roles: Mapped[list[str]] = mapped_column(JSON, doc="参加角色")
    people: Mapped[list[str]] = mapped_column(JSON, doc="参加人员")
    state: Mapped[str] = mapped_column(String(10), default="draft", doc="状态")


class EnrolmentRow(Record, Base):
    """Somebody who is to take a course."""

    __tablename__ = "training_enrolments"
    __table_args__ = (
        Index(None, "course", "person", unique=True),
        Index(None, "course", "updated_at", "id"),
        Index(None, "person", "updated_at", "id"),
        Index(None, "state", "due_at"),
        Index(None, "updated_at", "id"),
    )

    course: Mapped[str] = mapped_column(String(26), doc="课程")
    person: Mapped[str] = mapped_column(String(26), doc="人员")
    state: Mapped[str] = mapped_column(String(10), doc="状态")
    due_at: Mapped[datetime | None] = mapped_column(doc="完成期限")
    done_at: Mapped[datetime | None] = mapped_column(doc="完成时间")


class CertificateRow(Record, Base):
    """Somebody finished a course. `valid_until` is None where it does not end."""

    __tablename__ = "training_certificates"
    __table_args__ = (
        Index(None, "number", unique=True),
        Index(None, "course", "updated_at", "id"),
        Index(None, "person", "updated_at", "id"),
        Index(None, "valid_until", "id"),
        Index(None, "updated_at", "id"),
    )

    number: Mapped[str] = mapped_column(String(30), doc="证书编号")
    course: Mapped[str] = mapped_column(String(26), doc="课程")
    course_title: Mapped[str] = mapped_column(String(120), doc="课程名称")
    person: Mapped[str] = mapped_column(String(26), doc="人员")
    person_name: Mapped[str] = mapped_column(String(80), doc="姓名")
    issued_at: Mapped[datetime] = mapped_column(doc="颁发时间")
    valid_until: Mapped[datetime | None] = mapped_column(doc="有效期至")
