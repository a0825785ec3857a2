"""What the console shows of materials, courses and certificates."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list, reference_filter
from cti.office.screens import Empty, Filter, Screen, Tab, options_of
from workflow.training.courses.courses import Courses, Enrolments
from workflow.training.courses.finishing import Certificates
from workflow.training.courses.materials import Materials, Studies
from workflow.training.courses.views import (
    CERTIFICATES,
    COURSE_STATES,
    COURSES,
    ENROLMENT_STATES,
    ENROLMENTS,
    MATERIAL_STATES,
    MATERIALS,
    SORTS,
    STUDIES,
)
from workflow.training.rules import LEARN, SEE

STUDIED = record_list(
    Studies, STUDIES, columns=("material", "person", "medium", "percent", "seconds", "times", "credits", "done_at"),
    search="", imports=False,
    filters=(
        reference_filter(Studies, "material", "学习资料"),
        reference_filter(Studies, "person", "人员"),
        Filter(kind="choice", key="medium", title="形式", options=options_of(SORTS)),
        Filter(kind="period", key="at", title="完成时间"),
    ),
    empty=Empty(title="还没有人学习", text="员工打开视频、录音或阅读资料后，学习时长和次数统计在这里。"),
)  # fmt: skip
ASKED = tuple(one for one in STUDIED.filters if one.key not in ("search", "removed"))
STUDIED = STUDIED.model_copy(update={"bulk": (), "row": (), "filters": ASKED})
OF_MATERIAL = STUDIED.model_copy(
    update={
        "source": f"{STUDIES}?material={{id}}", "columns": STUDIED.columns[1:], "conditions": None,
        "filters": tuple(one for one in STUDIED.filters if one.key == "person"),
    }
)  # fmt: skip
TAKEN = record_list(
    Enrolments, ENROLMENTS, columns=("person", "state", "due_at", "done_at"), search="", imports=False,
    filters=(Filter(kind="choice", key="state", title="状态", options=options_of(ENROLMENT_STATES)),),
    empty=Empty(title="没有学员", text="发布课程后，应参加的人员列在这里。"),
)  # fmt: skip
OF_COURSE = TAKEN.model_copy(
    update={
        "source": f"{ENROLMENTS}?course={{id}}", "bulk": (), "row": (), "conditions": None,
        "filters": tuple(one for one in TAKEN.filters if one.key == "state"),
    }
)  # fmt: skip

SCREENS = (
    Screen(
        name="training_my_courses", title="我的学习", group="training_own", icon="graduation-cap", order=12,
        permission=LEARN, kind="component", component="training/LearningPage",
    ),
    Screen(
        name="training_courses", title="培训课程", group="training_courses", icon="book-marked", order=60,
        permission=SEE,
        kind="list",
        list=record_list(
            Courses, COURSES, columns=("title", "state", "category", "due_at", "taking", "finished", "certificate"),
            search="名称", imports=False,
            filters=(
                reference_filter(Courses, "category", "类别"),
                Filter(kind="choice", key="state", title="状态", options=options_of(COURSE_STATES)),
            ),
            empty=Empty(title="没有培训课程", text="先上架学习资料，再把它们和结业考试组成课程，发布给人员。"),
        ),
        create=record_create(Courses, COURSES),
        detail=record_detail(
            Courses, COURSES, title="title",
            about=("state", "category", "keywords", "about", "materials", "exam", "due_at", "certificate", "months",
                   "organisations", "roles", "people", "taking", "finished"),
            tabs=(Tab(name="enrolments", title="学习情况", kind="list", list=OF_COURSE),),
        ),
    ),
    Screen(
        name="training_materials", title="在线视频和资料", group="training_courses", icon="file-up", order=61,
        permission=SEE, kind="list",
        list=record_list(
            Materials, MATERIALS,
            columns=("title", "medium", "category", "state", "viewers", "views", "studied", "finished"),
            aside=("credits", "keywords", "updated_at"), search="名称、内容或关键词", imports=False,
            filters=(
                reference_filter(Materials, "category", "类别"),
                Filter(kind="choice", key="medium", title="形式", options=options_of(SORTS)),
                Filter(kind="choice", key="state", title="状态", options=options_of(MATERIAL_STATES)),
            ),
            empty=Empty(title="没有学习资料", text="新增视频、录音或阅读资料，上传附件后上架，员工即可学习。"),
        ),
        create=record_create(Materials, MATERIALS),
        detail=record_detail(
            Materials, MATERIALS, title="title",
            about=("medium", "state", "category", "keywords", "seconds", "speed", "minutes", "credits", "viewers",
                   "views", "studied", "finished", "about"),
            tabs=(Tab(name="studies", title="学习情况", kind="list", list=OF_MATERIAL),),
        ),
    ),

       Screen(
        name="training_studies", title="查看学习情况", group="training_courses", icon="history", order=62,
        permission=SEE,
        kind="list", list=STUDIED,
    ),
    Screen(
        name="training_certificates", title="培训证书", group="training_courses", icon="badge-check", order=63,
        permission=SEE, kind="list",
        list=record_list(
            Certificates, CERTIFICATES, columns=("number", "course_title", "person", "issued_at", "valid_until"),
            search="证书编号或课程", imports=False,
            filters=(
                reference_filter(Certificates, "person", "人员"),
                Filter(kind="period", key="at", title="有效期至"),
            ),
            empty=Empty(title="还没有证书", text="课程设为颁发证书后，完成课程的人自动获得。"),
        ).model_copy(update={"bulk": (), "row": ()}),
    ),
)  # fmt: skip
