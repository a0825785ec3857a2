"""What the console shows of what is asked and decided: what does not count, appeals, points by hand."""

from __future__ import annotations

from cti.office.records.describing import part_tabs, record_create
from cti.office.screens import (
    Action,
    Detail,
    Empty,
    Filter,
    List,
    Screen,
    Tab,
    columns_of,
    options_of,
)
from workflow.performance.adjustments import Adjustments, AdjustmentView
from workflow.performance.appeals import Appeals, AppealView
from workflow.performance.exclusions import Exclusions, ExclusionView
from workflow.performance.rules import (
    ADJUSTMENT_STATES,
    ADJUSTMENTS,
    APPEAL_STATES,
    APPEALS,
    CODES,
    EXCLUSION_STAGES,
    EXCLUSIONS,
    MANAGE,
    SEE,
)

ASKED = (
    Screen(
        name="performance_exclusions",
        title="不计考核认定",
        group="performance",
        icon="ban",
        order=40,
        permission=SEE,
        kind="list",
        list=List(
            source=EXCLUSIONS,
            records=Exclusions.kind,
            badge={"stage": "asked"},
            columns=columns_of(
                ExclusionView, "about", "subject_name", "code", "stage", "due_at", "judged_by", "judged_at",
                "created_at",
            ),
            filters=(
                Filter(kind="text", key="search", title="编号，或记录名称中的字词", wide=True),
                Filter(kind="choice", key="stage", title="状态", options=options_of(EXCLUSION_STAGES)),
                Filter(kind="choice", key="code", title="原因代码", options=options_of(CODES)),
                Filter(kind="flag", key="special", title="特殊工单"),
                Filter(kind="flag", key="mine", title="我提交的"),
            ),
            sort=Exclusions.sort,
            sorts=("updated_at",),
            empty=Empty(
                title="没有不计考核",
                text="在得分的明细里可以对一条记录申请不计考核；对所有单位都不计的登记为特殊工单。"
            ),
            export=f"{EXCLUSIONS}/export",
            export_permission=Exclusions.export_permission,
        ),
        create=record_create(Exclusions, EXCLUSIONS).model_copy(
            update={"title": "登记特殊工单", "permission": MANAGE}
        ),
        detail=Detail(
            source=f"{EXCLUSIONS}/{{id}}",
            title="about",
            subtitle="number",
            marks=("stage", "due_at"),
            offers=f"{EXCLUSIONS}/{{id}}/offers",
            tabs=(
                Tab(
                    name="about", title="不计考核", kind="fields",
                    fields=columns_of(
                        ExclusionView, "about", "subject_name", "code", "reason", "stage", "due_at", "opinion",
                        "judged_by", "judged_at", "created_by", "created_at",
                    ),
                ),
                *part_tabs(Exclusions, EXCLUSIONS),
            ),
        ),
    ),
    Screen(
        name="performance_appeals",
        title="绩效申诉",
        group="performance",
        icon="scale",
        order=50,
        permission=SEE,
        kind="list",
        list=List(
            source=APPEALS,
            records=Appeals.kind,
            badge={"state": "asked"},
            columns=columns_of(
                AppealView, "name", "period_title", "kpi_title", "reason", "state", "before", "after", "created_at"
            ),
            filters=(
                Filter(kind="choice", key="state", title="状态", options=options_of(APPEAL_STATES)),
                Filter(kind="flag", key="mine", title="我提交的"),
            ),
            sort=Appeals.sort,
            sorts=("updated_at",),
            empty=Empty(title="没有申诉", text="在自己的得分页上申诉；裁定后得分和名次随之改正。"),
            export=f"{APPEALS}/export",
            export_permission=Appeals.export_permission,
            row=Appeals.own_actions(APPEALS),
        ),
        detail=Detail(
            source=f"{APPEALS}/{{id}}",
            title="name",
            subtitle="period_title",
            marks=("state", "before", "after"),
            actions=(
                Action(
                    name="open", title="查看得分", permission=SEE, kind="link", method="GET",
                    path="/performance_scores/{score}",
                ),
                *Appeals.own_actions(APPEALS),
            ),
            tabs=(
                Tab(
                    name="about", title="申诉", kind="fields",
                    fields=columns_of(
                        AppealView, "name", "period_title", "kpi_title", "reason", "state", "before", "after",
                        "opinion", "decided_by", "decided_at", "created_by", "created_at",
                    ),
                ),
                *part_tabs(Appeals, APPEALS),
            ),
        ),
    ),
    Screen(
        name="performance_adjustments",
        title="加减分",
        group="performance",
        icon="sliders-horizontal",
        order=60,
        permission=MANAGE,
        kind="list",
        list=List(
            source=ADJUSTMENTS,
            records=Adjustments.kind,
            badge={"state": "asked"},
            columns=columns_of(AdjustmentView, "name", "points", "reason", "state", "decided_by", "created_at"),
            filters=(Filter(kind="choice", key="state", title="状态", options=options_of(ADJUSTMENT_STATES)),),
            sort=Adjustments.sort,
            sorts=("updated_at",),
            empty=Empty(title="没有加减分", text="在一条得分上登记加减分，附证明材料，由他人审核通过后计入总分。"),
            export=f"{ADJUSTMENTS}/export",
            export_permission=Adjustments.export_permission,
            row=Adjustments.own_actions(ADJUSTMENTS),
        ),
        detail=Detail(
            source=f"{ADJUSTMENTS}/{{id}}",
            title="name",
            marks=("state", "points"),
            actions=(
                Action(
                    name="open", title="查看得分", permission=MANAGE, kind="link", method="GET",
                    path="/performance_scores/{score}",
                ),
                *Adjustments.own_actions(ADJUSTMENTS),
            ),
            tabs=(
                Tab(
                    name="about", title="加减分", kind="fields",
                    fields=columns_of(
                        AdjustmentView, "name", "points", "reason", "state", "opinion", "decided_by", "decided_at",
                        "created_by", "created_at",
                    ),
                ),
                *part_tabs(Adjustments, ADJUSTMENTS),
            ),
        ),
    ),
)  # fmt: skip
