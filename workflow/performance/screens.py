"""What the console shows: one's own performance, scores, periods, what does not count, points by hand, appeals."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
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
from workflow.performance.adjustments import GivenPoints
from workflow.performance.api import ONE, OWN
from workflow.performance.asking_screens import ASKED
from workflow.performance.periods import Periods
from workflow.performance.rules import (
    JUDGE,
    MANAGE,
    OF,
    PERIOD_STATES,
    PERIODS,
    SCORES,
    SEE,
)
from workflow.performance.scores import Scores
from workflow.performance.views import ScoreView

GROUPS = (Group(name="performance", title="绩效考核", icon="chart-column", order=60, within="quality"),)

COUNTING = (
    Action(
        name="count", title="计算", permission=MANAGE, kind="confirm", path=f"{PERIODS}/{{id}}/count", told=True,
        confirm="按统计口径计算本期？已有的得分按现在的数据重算。", done="已计算；对象很多时在后台继续，稍后刷新",
    ),
    Action(
        name="renew", title="改用新版方案", permission=MANAGE, kind="confirm", path=f"{PERIODS}/{{id}}/renew",
        told=True, confirm="本期改按考核方案的新版计算？原来的得分会重算。",
        done="已按新版计算；对象很多时在后台继续，稍后刷新",
    ),
)  # fmt: skip
ADJUST = Action(
    name="adjust", title="加减分", permission=MANAGE, kind="form", path=f"{ONE}/adjustments",
    form=fields_of(GivenPoints), told=True, done="已提交，审核通过后计入",
)  # fmt: skip
SCORED = ("rank", "name", "total", "score", "adjusted", "counted", "worst", "excluded", "corrected", "state")
ONE_TABS = (Tab(name="sheet", title="得分", kind="component", component="performance/ScoreTab"),)

SCREENS = (
    Screen(
        name="performance_own",
        title="我的绩效",
        group="performance",
        icon="star",
        order=10,
        permission=SEE,
        kind="list",
        list=List(
            source=OWN,
            records=Scores.kind,
            columns=columns_of(
                ScoreView, "period_title", "name", "total", "rank", "ranked", "worst", "excluded", "state"
            ),
            sort=Scores.sort,
            sorts=("first",),
            empty=Empty(title="还没有绩效结果", text="考核期发布后，本人和本单位的得分、名次和明细列在这里。"),
            opens="/performance_scores/{id}",
        ),
    ),
    Screen(
        name="performance_scores",
        title="绩效得分",
        group="performance",
        icon="list-ordered",
        order=20,
        permission=SEE,
        kind="list",
        list=List(
            source=SCORES,
            records=Scores.kind,
            columns=columns_of(
                ScoreView, "period_title", "rank", "name", "total", "worst", "excluded", "corrected", "state",
                aside=("score", "adjusted", "counted", "agent", "of"),
            ),
            filters=(
                Filter(kind="text", key="search", title="姓名、单位或工号", wide=True),
                Filter(kind="choice", key="of", title="类别", options=options_of(OF)),
            ),
            sort=Scores.sort,
            sorts=("first", "rank", "updated_at"),
            empty=Empty(title="还没有得分", text="考核期计算后，得分列在这里；发布后被考核的人和单位能看到自己的。"),
            export=f"{SCORES}/export",
            export_permission=Scores.export_permission,
            row=(ADJUST,),
        ),
        detail=Detail(
            source=ONE,
            title="name",
            subtitle="period_title",
            marks=("state", "total", "rank"),
            actions=(ADJUST,),
            offers=f"{ONE}/offers",
            tabs=ONE_TABS,
        ),
    ),
    Screen(
        name="performance_periods",
        title="考核期",
        group="performance",
        icon="calendar-clock",
        order=30,
        permission=MANAGE,
        kind="list",
        list=record_list(
            Periods,
            PERIODS,
            columns=("title", "state", "of", "scored", "average", "excluded", "counted_at", "newer"),
            aside=("unscored", "revision", "published_at", "appeal_until"),
            filters=(Filter(kind="choice", key="state", title="状态", options=options_of(PERIOD_STATES)),),
            empty=Empty(title="还没有考核期", text="选考核方案和月份建立考核期，计算、核对后发布。"),
            imports=False,
        ),
        create=record_create(Periods, PERIODS),
        detail=record_detail(
            Periods,
            PERIODS,
            title="title",
            about=(
                "title", "state", "newer", "of", "every", "first", "last", "revision", "scored", "unscored", "average",
                "excluded", "counted_at", "published_at", "appeal_until", "trouble",
            ),
            tabs=(
                Tab(
                    name="scores",
                    title="得分",
                    permission=SEE,
                    kind="list",
                    list=List(
                        source=f"{SCORES}?period={{id}}",
                        records=Scores.kind,
                        columns=columns_of(ScoreView, *SCORED),
                        sort="rank",
                        sorts=("rank",),
                        opens="/performance_scores/{id}",
                        empty=Empty(title="还没有得分", text="点“计算”，按统计口径算出各项指标和得分。"),
                        row=(ADJUST,),
                    ),
                ),
            ),
            actions=COUNTING,
        ).model_copy(update={"note": "newer", "marks": ("state", "average", "appeal_until")}),
    ),
    *ASKED,
)  # fmt: skip

TILES = (
    Tile(
        name="performance_work",
        title="绩效考核",
        order=34,
        permission=JUDGE,
        counts=(
            Count(screen="performance_exclusions", title="待认定不计考核", query={"stage": "asked"}, tone="break"),
            Count(screen="performance_appeals", title="待裁定申诉", query={"state": "asked"}, tone="ring"),
        ),
        home=False,
    ),
)
