"""What the console shows of quality: the scoring desk, results, one's own, plans, calibrations."""

from __future__ import annotations

from cti.office.records.describing import part_tabs, record_create, record_detail, record_list, reference_filter
from cti.office.screens import (
    Action,
    Count,
    Detail,
    Empty,
    Filter,
    Group,
    List,
    Screen,
    Tab,
    Tile,
    columns_of,
    fields_of,
    options_of,
)
from workflow.quality.api import ONE, OWN
from workflow.quality.calibrations import STATES as CALIBRATION_STATES
from workflow.quality.calibrations import Calibrations
from workflow.quality.plans import Plans
from workflow.quality.reviews import Reviews
from workflow.quality.rules import COUNTED, DECIDE, PLAN, PLAN_KINDS, PLAN_STATES, SCORE, SEE, STATES
from workflow.quality.views import (
    BASE,
    CALIBRATIONS,
    PLANS,
    Appealed,
    DrawLine,
    HandedOver,
    ReviewView,
    Voided,
)

GROUPS = (
    Group(name="quality_results", title="质检结果", icon="clipboard-list", order=20, within="quality"),
    Group(name="quality_rules", title="质检计划与标准", icon="list-checks", order=40, within="quality"),
)

TO_DESK = "/quality_desk?review={id}"
ACTS = (
    Action(
        name="score", title="评分", permission=SCORE, kind="link", method="GET", path=TO_DESK, tone="primary", told=True
    ),
    Action(
        name="confirm", title="确认结果", permission=SEE, path=f"{ONE}/confirm", kind="confirm",
        confirm="确认已阅读评分和辅导建议？确认后仍可在期限内申诉。", done="已确认", tone="primary", told=True,
    ),
    Action(
        name="appeal", title="申诉", permission=SEE, kind="form", path=f"{ONE}/appeal", form=fields_of(Appealed),
        done="已提交，等待裁定；录音已保全", told=True,
    ),
    Action(
        name="decide", title="裁定申诉", permission=DECIDE, kind="link", method="GET", path=TO_DESK, tone="primary",
        told=True,
    ),
    Action(
        name="hand_over", title="分派", permission=PLAN, kind="form", path=f"{ONE}/hand_over",
        form=fields_of(HandedOver), done="已分派", told=True,
    ),
    Action(
        name="void", title="不评分", permission=SCORE, kind="form", path=f"{ONE}/void", form=fields_of(Voided),
        done="已标为不评分", told=True,
    ),
)  # fmt: skip
COLUMNS = (
    "name", "talk_at", "seconds", "queue", "satisfaction", "state", "score", "passed", "fatal", "inspector",
    "scored_at",
)  # fmt: skip

SCREENS = (
    Screen(
        name="quality_desk", title="质检评分", group="quality", icon="list-checks", order=10, permission=SCORE,
        kind="component", component="quality/ScoringDesk",
    ),
    Screen(
        name="quality_reviews",
        title="质检结果",
        group="quality_results",
        icon="clipboard-list",
        order=20,
        permission=SEE,
        kind="list",
        list=List(
            source=BASE,
            records=Reviews.kind,
            badge={"state": "appealed"},
            columns=columns_of(ReviewView, *COLUMNS, "read_at"),
            filters=(
                Filter(kind="text", key="search", title="座席工号"),
                Filter(kind="choice", key="state", title="状态", options=options_of(STATES)),
                Filter(kind="flag", key="mine", title="分派给我的", permission=SCORE),
                reference_filter(Reviews, "plan").model_copy(update={"permission": PLAN}),
                Filter(kind="period", key="talk_at", title="通话时间"),
            ),
            sort=Reviews.sort,
            sorts=("talk_at", "updated_at"),
            empty=Empty(title="没有质检结果", text="质检计划抽取的通话列在这里；评分后座席能看到自己的结果。"),
            export=f"{BASE}/export",
            export_permission=Reviews.export_permission,
            row=ACTS,
        ),
        detail=Detail(
            source=ONE,
            title="name",
            subtitle="talk_at",
            marks=("state",),
            actions=ACTS,
            tabs=(
                Tab(name="sheet", title="评分", kind="component", component="quality/ScoreTab"),
                Tab(
                    name="about",
                    title="通话与结果",
                    kind="fields",
                    fields=columns_of(
                        ReviewView, "agent", "group", "queue", "talk_at", "seconds", "satisfaction", "recording",
                        "plan", "sheet", "revision", "inspector", "state", "score", "passed", "fatal",
                        "good", "scored_at", "comment", "coaching", "read_at", "appeal_until", "appeal", "appealed_at",
                        "score_before", "opinion", "decided_by", "decided_at", "void_why", "void_note",
                    ),
                ),
                *part_tabs(Reviews, BASE),
            ),
        ),
    ),
    Screen(
        name="quality_own",
        title="我的质检",
        group="quality_results",
        icon="star",
        order=30,
        permission=SEE,
        kind="list",
        list=List(
            source=OWN,
            records=Reviews.kind,
            badge={"own": "true", "unread": "true"},
            columns=columns_of(
                ReviewView, "talk_at", "seconds", "queue", "score", "passed", "fatal", "coaching", "state", "read_at",
                "appeal_until",
            ),
            filters=(
                Filter(kind="flag", key="unread", title="未确认"),
                Filter(kind="choice", key="state", title="状态", options=options_of(STATES, *COUNTED)),
                Filter(kind="period", key="talk_at", title="通话时间"),
            ),
            sort=Reviews.sort,
            sorts=("talk_at",),
            empty=Empty(title="还没有质检结果", text="您的通话评分后列在这里，可以确认辅导建议，或在期限内申诉。"),
            opens="/quality_reviews/{id}",
            row=ACTS[1:3],
        ),
    ),
    Screen(
        name="quality_plans",
        title="质检计划",
        group="quality_rules",
        icon="calendar-clock",
        order=40,
        permission=Plans.see,
        kind="list",
        list=record_list(
            Plans,
            PLANS,
            columns=("title", "kind", "state", "sheet", "each", "inspectors", "drawn_until", "talks", "left"),
            search="名称",
            filters=(
                Filter(kind="choice", key="kind", title="类别", options=options_of(PLAN_KINDS)),
                Filter(kind="choice", key="state", title="状态", options=options_of(PLAN_STATES)),
            ),
            empty=Empty(title="还没有质检计划", text="日常计划每个工作日按条件抽取；专项计划启用后抽取一次。"),
            imports=False,
        ),
        create=record_create(Plans, PLANS),
        detail=record_detail(
            Plans,
            PLANS,
            title="title",
            about=(
                "title", "kind", "state", "sheet", "inspectors", "each", "most", "since", "until", "appeal_days",
                "groups", "agents", "queues", "min_seconds", "max_seconds", "place", "level", "satisfactions",
                "began_from", "began_to", "ended_from", "ended_to", "silence", "words", "drawn_until", "talks", "left",
            ),
            tabs=(
                Tab(
                    name="talks",
                    title="抽取的通话",
                    permission=SEE,
                    kind="list",
                    list=List(
                        source=f"{BASE}?plan={{id}}", records=Reviews.kind,
                        columns=columns_of(ReviewView, "name", "talk_at", "seconds", "state", "score", "inspector"),
                        opens="/quality_reviews/{id}", empty=Empty(title="还没有抽取"), row=ACTS[4:5],
                    ),
                ),
                Tab(
                    name="draws",
                    title="抽取记录",
                    kind="list",
                    list=List(
                        source=f"{PLANS}/{{id}}/draws",
                        columns=columns_of(DrawLine, "at", "since", "until", "found", "drawn", "ungiven", "seed"),
                        empty=Empty(title="还没有抽取", text="同一随机种子和同样的通话，抽取的结果相同。"),
                    ),
                ),
            ),
        ),
    ),
    Screen(
        name="quality_calibrations",
        title="质检校准",
        group="quality_rules",
        icon="scale",
        order=50,
        permission=Calibrations.see,
        kind="list",
        list=record_list(
            Calibrations,
            CALIBRATIONS,
            columns=("title", "state", "inspectors", "scored", "kappa", "kappa_words", "agreed", "average", "spread"),
            search="名称",
            filters=(Filter(kind="choice", key="state", title="状态", options=options_of(CALIBRATION_STATES)),),
            empty=Empty(title="还没有校准", text="请多人各自给同一条录音评分，比较掌握的尺度是否一致。"),
            imports=False,
        ),
        create=record_create(Calibrations, CALIBRATIONS),
        detail=record_detail(
            Calibrations,
            CALIBRATIONS,
            title="title",
            about=(
                "title", "state", "recording", "sheet", "inspectors", "scored", "kappa", "kappa_words", "agreed",
                "average", "spread",
            ),
            tabs=(Tab(name="agreement", title="逐项比较", kind="component", component="quality/AgreementTab"),),
        ),
    ),
)  # fmt: skip

TILES = (
    Tile(
        name="quality_work",
        title="质检",
        order=32,
        permission=SCORE,
        counts=(
            Count(screen="quality_reviews", title="待我评分", query={"state": "open", "mine": "true"}, tone="break"),
            Count(screen="quality_reviews", title="申诉待裁定", query={"state": "appealed"}, tone="ring"),
        ),
    ),
    Tile(
        name="quality_own",
        title="我的质检",
        order=33,
        permission=SEE,
        counts=(Count(screen="quality_own", title="未确认", query={"unread": "true"}, tone="break"),),
    ),
)
