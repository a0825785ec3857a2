"""What the console shows of revisits: plans, strategies, and each revisit with what the citizen said."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import (
    Action,
    Count,
    Empty,
    Filter,
    List,
    Screen,
    Tab,
    Tile,
    columns_of,
    fields_of,
    options_of,
)
from workflow.revisit.api import SampleLine
from workflow.revisit.plans import Plans
from workflow.revisit.rules import ANSWERED_BY, SATISFACTIONS, STATES
from workflow.revisit.service import VERIFY, Revisits
from workflow.revisit.strategies import EDIT, SEE, Strategies
from workflow.revisit.views import BASE, PLAN_STATES, PLANS, STRATEGIES, ToHuman, Verified

ONE = f"{BASE}/{{id}}"
ACTS = (
    Action(
        name="accept", title="采用", permission=VERIFY, kind="confirm", path=f"{ONE}/accept", tone="primary", told=True,
        confirm="听到的结果无误，写入工单？", done="已写入工单",
    ),
    Action(
        name="verify", title="核实修改", permission=VERIFY, kind="form", path=f"{ONE}/verify", told=True,
        form=fields_of(Verified), done="已写入工单",
    ),
    Action(
        name="to_human", title="转人工回访", permission=EDIT, kind="form", path=f"{ONE}/to_human", told=True,
        form=fields_of(ToHuman), done="已转人工回访",
    ),
    Action(
        name="again", title="重新回访", permission=EDIT, kind="confirm", path=f"{ONE}/again", told=True,
        confirm="重新列入待拨打，拨打次数从头计？", done="已列入待拨打",
    ),
    Action(
        name="stop", title="不再回访", permission=EDIT, kind="confirm", path=f"{ONE}/stop", told=True,
        confirm="本计划不再拨打该市民？", done="不再拨打",
    ),
)  # fmt: skip
OUTLOOK = Action(
    name="outlook", title="预计工单数", permission=SEE, kind="confirm", path=f"{PLANS}/{{id}}/outlook", at_once=True,
    shows="words",
)  # fmt: skip

CALLED = record_list(
    Revisits,
    BASE,
    columns=("plan", "ticket_number", "about", "name", "number", "state", "attempts", "result", "outcome",
             "satisfaction", "medium", "last_at"),
    sorts=("updated_at", "last_at"),
    search="工单编号、号码或后四位",
    row=ACTS,
    imports=False,
    filters=(
        Filter(kind="choice", key="plan", title="回访计划", options_from=f"{PLANS}/choices"),
        Filter(kind="choice", key="state", title="状态", options=options_of(STATES)),
        Filter(kind="choice", key="satisfaction", title="对办理结果", options=options_of(SATISFACTIONS)),
        Filter(kind="choice", key="medium", title="答复渠道", options=options_of(ANSWERED_BY)),
        Filter(kind="period", key="at", title="最近拨打"),
    ),
    empty=Empty(title="没有智能回访", text="开始一个回访计划后，待回访的工单列在这里。"),
).model_copy(update={"actions": (), "bulk": (), "row": ACTS})  # fmt: skip
OF_PLAN = CALLED.model_copy(
    update={
        "source": f"{BASE}?plan={{id}}",
        "columns": CALLED.columns[1:],
        "filters": tuple(one for one in CALLED.filters if one.key != "plan"),
        "export": None,
        "conditions": None,
    }
)

SCREENS = (
    Screen(
        name="revisits_live", title="回访监控", group="outgoing", icon="headset", order=45, permission=SEE,
        kind="component", component="revisit/LivePage",
    ),
    Screen(
        name="revisits",
        title="智能回访",
        group="outgoing",
        icon="phone-outgoing",
        order=44,
        permission=SEE,
        kind="list",
        list=CALLED,
        detail=record_detail(
            Revisits,
            BASE,
            title="ticket_number",
            subtitle="about",
            actions=ACTS,
            about=("plan", "ticket", "number", "name", "state", "attempts", "due_at", "last_at", "result", "attempt",
                   "outcome", "medium", "solved", "satisfaction", "hotline", "why", "reason", "verified_by",
                   "verified_at", "note"),
            tabs=(Tab(name="heard", title="通话文字和录音", kind="component", component="revisit/HeardTab"),),
        ).model_copy(update={"actions": ACTS}),
    ),
    Screen(
        name="revisit_plans",
        title="回访计划",
        group="outgoing",
        icon="megaphone",
        order=43,
        permission=SEE,
        kind="list",
        list=record_list(
            Plans,
            PLANS,
            columns=("title", "strategy", "state", "begins_at", "ends_at", "rate", "total", "left", "talking",
                     "proposed", "accepted", "human", "failed"),
            search="名称",
            imports=False,
            filters=(Filter(kind="choice", key="state", title="状态", options=options_of(PLAN_STATES)),),
            empty=Empty(title="没有回访计划", text="选择策略、故事板和工单范围后开始；暂停后不再拨打任何人。"),
        ),
        create=record_create(Plans, PLANS),
        detail=record_detail(
            Plans,
            PLANS,
            title="title",
            actions=(OUTLOOK,),
            about=("state", "strategy", "flow", "begins_at", "ends_at", "type", "channel", "category", "lead",
                   "since_days", "human_share", "rate", "by_phone", "by_link", "total", "left", "talking",
                   "proposed", "accepted", "human", "failed"),
            tabs=(
                Tab(name="revisits", title="回访进度", kind="list", list=OF_PLAN),
                Tab(
                    name="sample", title="将要回访的工单", kind="list",
                    list=List(
                        source=f"{PLANS}/{{id}}/sample", columns=columns_of(
                            SampleLine, "number", "title", "name", "contact", "due_at"
                        ),
                        empty=Empty(title="没有符合条件的待回访工单"),
                    ),
                ),
            ),
        ),
    ),
    Screen(
        name="revisit_strategies",
        title="回访策略",
        group="outgoing",
        icon="list-checks",
        order=82,
        permission=SEE,
        kind="list",
        list=record_list(
            Strategies,
            STRATEGIES,
            columns=("title", "language", "calendar", "lines", "rest_calendar", "attempts", "accepts", "unreached",
                     "by_sms"),
            search="名称",
            imports=False,
            empty=Empty(title="没有回访策略", text="策略规定语种、拨打时间、重拨、同时通话数和结果的采用。"),
        ),
        create=record_create(Strategies, STRATEGIES),
        detail=record_detail(
            Strategies,
            STRATEGIES,
            title="title",
            about=("language", "calendar", "lines", "rest_calendar", "rest_lines", "a_minute", "ring", "attempts",
                   "busy_minutes", "no_answer_minutes", "other_minutes", "shown", "accepts", "unreached", "by_sms"),
        ),
    ),
)  # fmt: skip

TILES = (
    Tile(
        name="revisits", title="智能回访", order=27, permission=SEE,
        counts=(
            Count(screen="revisits", title="待核实", query={"state": "proposed"}, tone="break"),
            Count(screen="revisits", title="转人工", query={"state": "human"}),
        ),
    ),
)  # fmt: skip
