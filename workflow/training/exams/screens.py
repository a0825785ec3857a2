"""What the console shows of papers and exams, of sittings and appeals."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list, reference_filter
from cti.office.screens import Action, Count, Empty, Filter, List, Screen, Tab, Tile, columns_of, fields_of, options_of
from workflow.training.exams.appeals import APPEALS, Appeals
from workflow.training.exams.appeals import STATES as APPEAL_STATES
from workflow.training.exams.exams import Exams
from workflow.training.exams.papers import Papers
from workflow.training.exams.sitting_rules import STATES as SITTING_STATES
from workflow.training.exams.sittings import SITTINGS, Sittings
from workflow.training.exams.views import EXAMS, PAPERS, PURPOSES, STATES, More, PaperLine
from workflow.training.rules import EDIT, LEARN, MARK, SEE

MORE = (
    Action(
        name="add_people", title="补充人员", permission=EDIT, kind="form", path=f"{EXAMS}/{{id}}/people",
        form=fields_of(More), told=True, shows="words",
    ),
    Action(
        name="redraw", title="更新试题", permission=EDIT, kind="confirm", path=f"{EXAMS}/{{id}}/redraw", told=True,
        confirm="按试卷现在的内容更新？还没开始答题的人用新试题，正在答题和已交卷的不变。", done="已更新",
    ),
)  # fmt: skip

SAT = record_list(
    Sittings,
    SITTINGS,
    columns=(
        "exam",
        "person",
        "attempt",
        "state",
        "begun_at",
        "ended_at",
        "ended_by",
        "points",
        "of",
        "passed",
        "leaves",
    ),
    aside=("purpose", "away"),
    sorts=("updated_at", "ended_at"),
    search="姓名",
    imports=False,
    filters=(
        reference_filter(Sittings, "exam", "考试或练习"),
        Filter(kind="choice", key="purpose", title="性质", options=options_of(PURPOSES)),
        Filter(kind="choice", key="state", title="状态", options=options_of(SITTING_STATES)),
        reference_filter(Sittings, "person", "参加人"),
        Filter(kind="period", key="at", title="交卷时间"),
    ),
    empty=Empty(title="没有记录", text="考试或练习发布后，应参加人员列在这里。"),
).model_copy(update={"bulk": (), "row": ()})
OF_EXAM = SAT.model_copy(
    update={
        "source": f"{SITTINGS}?exam={{id}}", "columns": SAT.columns[1:], "conditions": None,
        "filters": tuple(one for one in SAT.filters if one.key not in ("exam", "purpose", "removed")),
    }
)  # fmt: skip
RECORD_TABS = (
    Tab(
        name="paper", title="答卷", kind="component", component="training/ResultTab", source=f"{SITTINGS}/{{id}}/result"
    ),
)


def _exams(purpose: str, title: str, text: str) -> List:
    """The list of one purpose."""
    found = record_list(
        Exams, EXAMS,
        columns=("title", "state", "begins_at", "ends_at", "invited", "sat", "unmarked", "passed", "average"),
        search="名称", imports=False,
        filters=(Filter(kind="choice", key="state", title="状态", options=options_of(STATES)),),
        empty=Empty(title=f"没有{title}", text=text), row=MORE,
    )  # fmt: skip
    return found.model_copy(update={"source": f"{EXAMS}?purpose={purpose}"})


CREATE = record_create(Exams, EXAMS)
"""The one form of both; practice begins with its own purpose, several tries, and points at once."""
DEFAULTS = {"purpose": "practice", "attempts": 10, "tells": "at_once"}
PRACTICE = CREATE.model_copy(
    update={
        "title": "新增练习",
        "form": tuple(
            one.model_copy(update={"default": DEFAULTS[one.key]}) if one.key in DEFAULTS else one for one in CREATE.form
        ),
    }
)
ABOUT = ("purpose", "state", "paper", "each", "shuffled", "begins_at", "ends_at", "minutes", "attempts",
         "organisations", "roles", "people", "pass_percent", "tells", "full_screen", "leaves", "difference",
         "appeal_days", "released_at", "invited", "sat", "unmarked", "passed", "average")  # fmt: skip
DETAIL = record_detail(
    Exams, EXAMS, title="title", about=ABOUT, actions=MORE,
    tabs=(Tab(name="sittings", title="参加人员和记录", kind="list", list=OF_EXAM),),
)  # fmt: skip

APPEALED = record_list(
    Appeals,
    APPEALS,
    columns=("exam", "person", "place", "question", "reason", "before", "of", "after", "state"),
    search="",
    imports=False,
    filters=(
        reference_filter(Appeals, "exam", "考试"),
        Filter(kind="choice", key="state", title="状态", options=options_of(APPEAL_STATES)),
    ),
    empty=Empty(title="没有成绩申诉", text="公布成绩后，考生可在申诉期内对单题得分提出申诉。"),
)

SCREENS = (
    Screen(
        name="training_my_exams", title="我的考试", group="training_own", icon="clipboard-check", order=10,
        permission=LEARN, kind="component", component="training/MyExams",
    ),
    Screen(
        name="training_papers", title="试卷管理", group="training_exams", icon="file-text", order=52, permission=SEE,
        kind="list",
        list=record_list(
            Papers, PAPERS, columns=("title", "way", "count", "points", "updated_at"), search="名称", imports=False,
            empty=Empty(title="没有试卷", text="按规则抽题（各类别、题型、难度抽几题），或从题库中手动选题。"),
        ),
        create=record_create(Papers, PAPERS),
        detail=record_detail(
            Papers, PAPERS, title="title", about=("way", "count", "points", "note", "created_by", "updated_at"),
            tabs=(
                Tab(
                    name="lines", title="题目", kind="list",
                    list=List(
                        source=f"{PAPERS}/{{id}}/lines",
                        columns=columns_of(PaperLine, "place", "what", "kind", "stars", "count", "available", "points"),
                        empty=Empty(title="没有题目"),
                    ),
                ),
            ),
        ),
    ),
    Screen(
        name="training_exams", title="考试管理", group="training_exams", icon="calendar-clock", order=53,
        permission=SEE,
        kind="list", list=_exams("exam", "考试", "先组好试卷，再新增考试，选定人员和时间后发布。"), create=CREATE,
        detail=DETAIL,
    ),

       Screen(
        name="training_practices", title="练习管理", group="training_exams", icon="list-checks", order=54,
        permission=SEE,
        kind="list", list=_exams("practice", "练习", "练习可以多次参加，交卷后立即看到答案和解析。"), create=PRACTICE,
        detail=DETAIL,

       ),

       Screen(
        name="training_sittings", title="考试和练习记录", group="training_exams", icon="history", order=55,
        permission=SEE,
        kind="list", list=SAT,
        detail=record_detail(
            Sittings, SITTINGS, title="person_name", subtitle="exam", tabs=RECORD_TABS,
            about=("exam", "purpose", "person", "attempt", "state", "begun_at", "ended_at", "ended_by", "points", "of",
                   "passed", "leaves", "away"),
        ).model_copy(update={"actions": ()}),
    ),
    Screen(
        name="training_marking", title="阅卷", group="training_exams", icon="file-pen", order=56, permission=MARK,
        kind="component", component="training/MarkingPage",
    ),
    Screen(
        name="training_appeals", title="成绩申诉", group="training_exams", icon="gavel", order=57, permission=MARK,
        kind="list",
        list=APPEALED.model_copy(
            update={
                "bulk": (), "row": Appeals.own_actions(APPEALS), "badge": {"state": "open"},
                "filters": tuple(one for one in APPEALED.filters if one.key not in ("search", "removed")),
            }
        ),
        detail=record_detail(
            Appeals, APPEALS, title="question", subtitle="exam",
            about=("exam", "person", "place", "question", "said", "answer", "reason", "before", "of", "after", "state",
                   "reply", "decided_by"),
        ).model_copy(update={"actions": Appeals.own_actions(APPEALS)}),
    ),
)  # fmt: skip

TILES = (
    Tile(
        name="training_appeals", title="成绩申诉", order=60, permission=MARK,
        counts=(Count(screen="training_appeals", title="待处理", query={"state": "open"}, tone="ring"),),
    ),
)  # fmt: skip
