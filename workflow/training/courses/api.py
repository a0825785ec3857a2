"""Routes of materials, courses, certificates, and of who learns."""

from __future__ import annotations

from aiohttp import web

from cti.base.http.routes import Exchange, Route
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.records.routes import without_changes
from cti.office.screens import Choice
from workflow.training.bank.api import MOST_CHOICES, ChoiceQuery
from workflow.training.courses.courses import Courses, Enrolments
from workflow.training.courses.finishing import Certificates, Finishing
from workflow.training.courses.learning import Learning, LibraryQuery
from workflow.training.courses.materials import Materials, Studies
from workflow.training.courses.views import (
    CERTIFICATES,
    COURSES,
    ENROLMENTS,
    MATERIALS,
    MINE,
    SORTS,
    STUDIES,
    Beat,
    Counted,
    MyCertificate,
    MyCourse,
    MyMaterials,
    Opened,
)
from workflow.training.files import file_answer
from workflow.training.rules import LEARN, SEE


def routes(
    materials: Materials, studies: Studies, courses: Courses, enrolments: Enrolments, certificates: Certificates,
    learning: Learning, finishing: Finishing,
) -> list[Route]:  # fmt: skip
    """The table."""
    office = materials.office

    async def choices(visitor: Visitor, query: ChoiceQuery) -> list[Choice]:
        wanted = materials.query.model_validate({"search": query.search, "size": MOST_CHOICES, "state": "open"})
        found = await materials.find(visitor, wanted)
        return [Choice(value=row.id, title=f"{SORTS[row.medium]} {row.title}") for row in found.items]

    async def course_choices(visitor: Visitor, query: ChoiceQuery) -> list[Choice]:
        found = await courses.find(visitor, courses.query(search=query.search, size=MOST_CHOICES))
        return [Choice(value=row.id, title=row.title) for row in found.items]

    async def library(visitor: Visitor, query: LibraryQuery) -> MyMaterials:
        return await learning.library(visitor, query)

    async def open_one(visitor: Visitor, id: str) -> Opened:
        return await learning.open(visitor, id)

    async def count(visitor: Visitor, id: str, body: Beat) -> Counted:
        return await learning.count(visitor, id, body)

    async def file(visitor: Visitor, id: str, file: str, exchange: Exchange) -> web.StreamResponse:
        async with office.store.reading() as session:
            await learning.need_open(session, visitor, id)
        return await file_answer(office, exchange, Materials.kind, id, file)

    async def my_courses(visitor: Visitor) -> list[MyCourse]:
        return await finishing.mine(visitor)

    async def my_certificates(visitor: Visitor) -> list[MyCertificate]:
        return await finishing.certificates(visitor)

    one = f"{MINE}/materials/{{id}}"
    return [
        Route("GET", f"{MATERIALS}/choices", choices, SEE, "可选的学习资料"),
        Route("GET", f"{COURSES}/choices", course_choices, SEE, "可选的课程"),
        Route("GET", f"{MINE}/materials", library, LEARN, "学习资料"),
        Route("POST", f"{one}/open", open_one, LEARN, "打开学习资料"),
        Route("POST", f"{one}/beat", count, LEARN, "学习计时"),
        Route("GET", f"{one}/files/{{file}}", file, LEARN, "学习资料的视频和附件"),
        Route("GET", f"{MINE}/courses", my_courses, LEARN, "我的课程"),
        Route("GET", f"{MINE}/certificates", my_certificates, LEARN, "我的证书"),
        *record_routes(materials, MATERIALS, imports=False),
        *without_changes(record_routes(studies, STUDIES, imports=False), STUDIES),
        *record_routes(courses, COURSES, imports=False),
        *without_changes(record_routes(enrolments, ENROLMENTS, imports=False), ENROLMENTS),
        *without_changes(record_routes(certificates, CERTIFICATES, imports=False), CERTIFICATES),
    ]
