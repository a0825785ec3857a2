"""What is asked and told of materials, courses and certificates."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.rich import RichText
from cti.office.screens import When, form
from workflow.training.participants import PEOPLE_OPTIONS, ROLE_OPTIONS, UNIT_OPTIONS
from workflow.training.rules import BASE

MATERIALS, COURSES, STUDIES, ENROLMENTS, CERTIFICATES = (
    f"{BASE}/{one}" for one in ("materials", "courses", "studies", "enrolments", "certificates")
)
MINE = f"{BASE}/mine"
"""Routes of who learns, for himself."""
SORTS = {"video": "视频、录音", "reading": "阅读"}
MATERIAL_STATES = {"draft": "未上架", "open": "已上架"}
COURSE_STATES = {"draft": "未发布", "open": "进行中", "closed": "已结束"}
ENROLMENT_STATES = {"learning": "学习中", "done": "已完成"}
VIDEO, READING = When(key="medium", among=("video",)), When(key="medium", among=("reading",))
Word = Annotated[str, pydantic.Field(min_length=1, max_length=20)]


class MaterialFields(Body):
    """A material."""

    medium: Literal["video", "reading"] = pydantic.Field(
        default="video", title="形式", json_schema_extra=form(options=SORTS, fixed=True)
    )
    title: str = pydantic.Field(min_length=2, max_length=120, title="名称")
    category: str = pydantic.Field(min_length=1, max_length=700, title="类别")
    keywords: list[Word] = pydantic.Field(default=[], max_length=20, title="关键词")
    about: RichText = pydantic.Field(
        default="", max_length=60_000, title="内容",
        json_schema_extra=form(kind="rich", help="阅读资料的正文，或视频、录音的介绍；文件在“附件”中上传"),
    )  # fmt: skip
    seconds: int = pydantic.Field(
        default=0, ge=0, le=36_000, title="总秒数",
        json_schema_extra=form(when=VIDEO, help="视频或录音的总时长，用于计算完成比例"),
    )  # fmt: skip
    speed: float = pydantic.Field(
        default=1.5, ge=1, le=3, title="最高倍速", json_schema_extra=form(when=VIDEO, step=0.25)
    )
    minutes: int = pydantic.Field(default=0, ge=0, le=600, title="至少阅读分钟数", json_schema_extra=form(when=READING))
    credits: float = pydantic.Field(default=1, ge=0, le=100, title="学分", json_schema_extra=form(step=0.5))


class MaterialView(RecordView):
    """A material, with how it is used (E16)."""

    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=240))
    medium: str = pydantic.Field(title="形式", json_schema_extra=form(options=SORTS, width=100))
    category: str = pydantic.Field(title="类别")
    keywords: list[str] = pydantic.Field(title="关键词")
    about: RichText = pydantic.Field(title="内容", json_schema_extra=form(kind="rich", none=""))
    seconds: int = pydantic.Field(title="总时长", json_schema_extra=form(kind="duration", when=VIDEO))
    speed: float = pydantic.Field(title="最高倍速", json_schema_extra=form(when=VIDEO))
    minutes: int = pydantic.Field(title="至少阅读分钟数", json_schema_extra=form(when=READING))
    credits: float = pydantic.Field(title="学分", json_schema_extra=form(width=80))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(options=MATERIAL_STATES, tones={"draft": "off", "open": "ready"}, width=90),
    )
    viewers: int = pydantic.Field(default=0, title="学习人数")
    views: int = pydantic.Field(default=0, title="学习次数")
    studied: float = pydantic.Field(default=0, title="学习时长", json_schema_extra=form(kind="duration"))
    finished: int = pydantic.Field(default=0, title="完成人数")


class MaterialQuery(RecordQuery):
    """Filters of the list; `search` are words of title, text and keywords."""


class StudyView(RecordView):
    """Who learnt what of a material."""

    person: str = pydantic.Field(title="人员")
    material: str = pydantic.Field(title="学习资料", json_schema_extra=form(link="training_materials", width=220))
    medium: str = pydantic.Field(title="形式", json_schema_extra=form(options=SORTS))
    percent: int = pydantic.Field(title="完成（%）")
    seconds: float = pydantic.Field(title="学习时长", json_schema_extra=form(kind="duration"))
    times: int = pydantic.Field(title="学习次数")
    credits: float = pydantic.Field(title="获得学分")
    done_at: datetime | None = pydantic.Field(title="完成时间", json_schema_extra=form(none="—"))


class StudyQuery(RecordQuery):
    """Filters of the list."""


class CourseFields(Body):
    """A course."""

    title: str = pydantic.Field(min_length=2, max_length=120, title="名称")
    category: str = pydantic.Field(min_length=1, max_length=700, title="类别")
    keywords: list[Word] = pydantic.Field(default=[], max_length=20, title="关键词")
    about: str = pydantic.Field(default="", max_length=1000, title="说明")
    materials: list[str] = pydantic.Field(
        min_length=1, max_length=100, title="学习资料",
        json_schema_extra=form(
            kind="choices", options_from=f"{MATERIALS}/choices", options_search=True, help="已上架的资料"
        ),
    )  # fmt: skip
    exam: str = pydantic.Field(
        default="",
        max_length=120,
        title="结业考试",
        json_schema_extra=form(help="及格后课程才算完成；不选则学完即完成"),
    )
    due_at: pydantic.AwareDatetime | None = pydantic.Field(default=None, title="完成期限")
    certificate: bool = pydantic.Field(default=False, title="完成后颁发证书")
    months: int = pydantic.Field(
        default=0, ge=0, le=120, title="证书有效月数",
        json_schema_extra=form(help="0 为长期有效", when=When(key="certificate", among=(True,))),
    )  # fmt: skip
    organisations: list[str] = pydantic.Field(
        default=[], max_length=200, title="参加机构",
        json_schema_extra=form(kind="choices", options_from=UNIT_OPTIONS, section="参加人员", help="含其下级"),
    )  # fmt: skip
    roles: list[str] = pydantic.Field(
        default=[], max_length=50, title="参加角色", json_schema_extra=form(kind="choices", options_from=ROLE_OPTIONS)
    )
    people: list[str] = pydantic.Field(
        default=[], max_length=500, title="参加人员",
        json_schema_extra=form(kind="choices", options_from=PEOPLE_OPTIONS, options_search=True),
    )  # fmt: skip


class CourseView(RecordView):
    """A course, with how many take it."""

    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=240))
    category: str = pydantic.Field(title="类别")
    keywords: list[str] = pydantic.Field(title="关键词")
    about: str = pydantic.Field(title="说明", json_schema_extra=form(kind="long", none=""))
    materials: list[str] = pydantic.Field(title="学习资料")
    exam: str = pydantic.Field(title="结业考试", json_schema_extra=form(none="没有"))
    due_at: datetime | None = pydantic.Field(title="完成期限", json_schema_extra=form(none="不限"))
    certificate: bool = pydantic.Field(title="颁发证书")
    months: int = pydantic.Field(
        title="证书有效月数", json_schema_extra=form(when=When(key="certificate", among=(True,)))
    )
    organisations: list[str] = pydantic.Field(title="参加机构")
    roles: list[str] = pydantic.Field(title="参加角色")
    people: list[str] = pydantic.Field(title="参加人员")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(options=COURSE_STATES, tones={"draft": "off", "open": "talk", "closed": "off"}),
    )
    taking: int = pydantic.Field(default=0, title="参加人数")
    finished: int = pydantic.Field(default=0, title="完成人数")


class CourseQuery(RecordQuery):
    """Filters of the list; `search` is a part of the title."""


class EnrolmentView(RecordView):
    """Somebody who takes a course."""

    course: str = pydantic.Field(title="课程", json_schema_extra=form(link="training_courses", width=220))
    person: str = pydantic.Field(title="人员")
    state: str = pydantic.Field(
        title="状态", json_schema_extra=form(options=ENROLMENT_STATES, tones={"learning": "talk", "done": "ready"})
    )
    due_at: datetime | None = pydantic.Field(title="完成期限", json_schema_extra=form(none="不限"))
    done_at: datetime | None = pydantic.Field(title="完成时间", json_schema_extra=form(none="—"))


class EnrolmentQuery(RecordQuery):
    """Filters of the list."""


class CertificateView(RecordView):
    """A certificate."""

    number: str = pydantic.Field(title="证书编号", json_schema_extra=form(width=180))
    course: str = pydantic.Field(title="课程编号", json_schema_extra=form(hidden=True))
    course_title: str = pydantic.Field(title="课程")
    person: str = pydantic.Field(title="人员")
    issued_at: datetime = pydantic.Field(title="颁发时间")
    valid_until: datetime | None = pydantic.Field(title="有效期至", json_schema_extra=form(none="长期有效"))


class CertificateQuery(RecordQuery):
    """Filters of the list; `search` is the number or a part of the course."""


# ── what somebody who learns asks and is told ────────────────────────────────────────────────────────────────────────


class LearnFile(pydantic.BaseModel):
    """A file of a material."""

    id: str
    name: str
    type: str


class MyMaterial(pydantic.BaseModel):
    """A material in one's list."""

    id: str
    title: str
    sort: str
    category: str
    keywords: list[str]
    credits: float
    length: int
    percent: int
    done: bool
    seconds: float
    times: int


class MyMaterials(pydantic.BaseModel):
    """A page of them."""

    items: list[MyMaterial]
    total: int


class MyCourse(pydantic.BaseModel):
    """A course that one is to take. `exam` is the exam at its end, `passed` whether that was passed."""

    id: str
    title: str
    about: str
    state: str
    due_at: datetime | None
    is_late: bool
    done_at: datetime | None
    materials: list[MyMaterial]
    exam: str
    exam_title: str
    passed: bool
    certificate: str
    percent: int


class Opened(pydantic.BaseModel):
    """A material that is open on a page. `token` is what its beats name; `left` are seconds still to read."""

    id: str
    token: str
    title: str
    sort: str
    about: str
    files: list[LearnFile]
    length: int
    speed: float
    position: float
    percent: int
    seconds: float
    needed: float
    credits: float
    done: bool
    beat: int


class Beat(Body):
    """Where a page is: seconds of the video, whether it plays or is read in sight."""

    token: str = pydantic.Field(min_length=1, max_length=26)
    position: float = pydantic.Field(default=0, ge=0, le=100_000)
    active: bool = True


class Counted(pydantic.BaseModel):
    """What counts now."""

    percent: int
    seconds: float
    done: bool


class MyCertificate(pydantic.BaseModel):
    """A certificate of one's own."""

    id: str
    number: str
    course: str
    issued_at: datetime
    valid_until: datetime | None
    is_valid: bool
