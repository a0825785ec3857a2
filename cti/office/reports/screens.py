"""What the console shows of reports and definitions of figures."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.reports.api import BASE, ONE
from cti.office.reports.service import Reports
from cti.office.screens import Empty, Screen, Tab

DETAIL = record_detail(
    Reports, BASE, title="title", subtitle="note",
    about=(
        "title", "note", "figure_titles", "split_titles", "only_words", "period", "compare", "chart", "every", "format",
        "mail", "made_for",
    ),
)  # fmt: skip

SCREENS = (
    Screen(
        name="reports",
        title="统计报表",
        also=("报表",),
        group="figures",
        icon="table",
        order=10,
        permission=Reports.see,
        kind="list",
        list=record_list(
            Reports,
            BASE,
            columns=("title", "figure_titles", "split_titles", "period", "every", "updated_at"),
            sorts=("title", "updated_at"),
            search="查找报表",
            empty=Empty(title="还没有统计报表", text="点“新增统计报表”，选指标、分组和统计期。"),
            imports=False,
        ),
        detail=DETAIL.model_copy(
            update={
                "tabs": (
                    Tab(name="report", title="报表", kind="component", component="report", source=f"{ONE}/table",
                        edit=Reports.export_permission),
                    *DETAIL.tabs,
                )
            }
        ),
        create=record_create(Reports, BASE),
    ),
)  # fmt: skip
