"""What the console shows of campaigns: their list and page, the lists of whom they call, the card at the desk."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import (
    Action,
    Count,
    DeskCard,
    DeskForm,
    Empty,
    Filter,
    Screen,
    Tab,
    Tile,
    columns_of,
    fields_of,
    options_of,
)
from workflow.campaigns.do_not_call import DoNotCall
from workflow.campaigns.rules import STATES
from workflow.campaigns.service import SEE, WORK, Campaigns
from workflow.campaigns.sources import Sources
from workflow.campaigns.targets import Targets
from workflow.campaigns.views import (
    BASE,
    CODES,
    DO_NOT_CALL,
    SOURCES,
    TARGETS,
    FromMissed,
    FromView,
    TargetDone,
    TargetView,
)

ONE = f"{TARGETS}/{{id}}"
DONE = Action(
    name="done", title="填写结果", permission=WORK, kind="form", path=f"{ONE}/done", form=fields_of(TargetDone),
    tone="primary", told=True, done="已填写",
)  # fmt: skip
WORKING = (
    Action(
        name="dial", title="拨打", permission=WORK, kind="confirm", path=f"{ONE}/dial", tone="primary", told=True,
        confirm="先呼叫您的话机，接听后拨打对方。", done="正在呼叫您的话机",
    ),
    DONE,
    Action(
        name="take", title="接手", permission=WORK, kind="confirm", path=f"{ONE}/take", told=True, at_once=True,
        done="已接手",
    ),
    Action(
        name="release", title="放回", permission=WORK, kind="confirm", path=f"{ONE}/release", told=True,
        confirm="放回名单，由其他人拨打？", done="已放回",
    ),
    Action(
        name="again", title="重新外呼", permission=Targets.edit_permission, kind="confirm", path=f"{ONE}/again",
        told=True, confirm="重新列入待拨打，拨打次数从头计？", done="已列入待拨打",
    ),
)  # fmt: skip
NEXT = Action(
    name="next", title="取下一个", permission=WORK, kind="confirm", path=f"{TARGETS}/next", tone="primary",
    at_once=True, opens="campaign_targets", done="已取出",
)  # fmt: skip
FROM_MISSED = Action(
    name="missed", title="从待回电加入", permission=Campaigns.edit_permission, kind="form",
    path=f"{BASE}/{{id}}/missed", form=fields_of(FromMissed), shows="words",
)  # fmt: skip

WHOM = record_list(
    Targets,
    TARGETS,
    columns=("campaign", "name", "number", "state", "attempts", "result", "code", "agent_name"),
    sorts=("updated_at", "due_at", "last_at"),
    search="姓名、号码或后四位",
    row=WORKING,
    filters=(
        Filter(kind="flag", key="mine", title="我手上的"),
        Filter(kind="choice", key="campaign", title="外呼活动", options_from=f"{BASE}/choices"),
        Filter(kind="choice", key="state", title="状态", options=options_of(STATES)),
        Filter(kind="choice", key="code", title="外呼结果", options=options_of(CODES)),
        Filter(kind="period", key="at", title="最近拨打"),
    ),
    empty=Empty(title="没有外呼对象", text="管理员在外呼活动中导入名单后，可在这里逐个取出拨打。"),
)
OF_ONE = WHOM.model_copy(
    update={
        "source": f"{TARGETS}?campaign={{id}}",
        "columns": WHOM.columns[1:],
        "filters": tuple(one for one in WHOM.filters if one.key not in ("campaign", "mine")),
        "actions": (),
        "bulk": (),
        "export": None,
        "conditions": None,
    }
)

FROM_VIEW = Action(
    name="from_view", title="按视图加入", permission=Campaigns.edit_permission, kind="form",
    path=f"{BASE}/{{id}}/sources", form=fields_of(FromView), done="已添加名单来源，请在“名单来源”中预览并加入",
)  # fmt: skip
TAKE_IN = Action(
    name="take_in", title="加入名单", permission=Sources.edit_permission, kind="confirm", told=True, tone="primary",
    path=f"{SOURCES}/{{id}}/take_in", preview=f"{SOURCES}/{{id}}/take_in/preview",
)  # fmt: skip
SOURCES_OF_ONE = record_list(
    Sources,
    SOURCES,
    columns=("title", "of", "matched", "added", "taken_at"),
    row=(TAKE_IN,),
    imports=False,
    empty=Empty(
        title="没有名单来源",
        text="在工单、市民档案、待回电等列表中筛选并保存视图，再点“按视图加入”；以后可随时再次加入新符合条件的人。",
    ),
).model_copy(
    update={
        "source": f"{SOURCES}?campaign={{id}}", "filters": (), "bulk": (), "export": None, "conditions": None,
    }
)  # fmt: skip

SCREENS = (
    Screen(
        name="campaign_targets",
        title="外呼任务",
        group="outgoing",
        icon="phone-outgoing",
        order=42,
        permission=SEE,
        kind="list",
        list=WHOM.model_copy(update={"actions": (NEXT, *WHOM.actions)}),
        create=record_create(Targets, TARGETS),
        detail=record_detail(
            Targets,
            TARGETS,
            title="name",
            subtitle="number",
            actions=WORKING,
            about=("campaign", "number", "name", "place", "about", "script", "state", "attempts", "due_at", "last_at",
                   "result", "call", "agent_name", "code", "note", "answers"),
        ).model_copy(update={"offers": f"{ONE}/offers"}),
    ),
    Screen(
        name="campaigns",
        title="外呼活动",
        also=("外呼", "群呼"),
        group="outgoing",
        icon="megaphone",
        order=40,
        permission=SEE,
        kind="list",
        list=record_list(
            Campaigns,
            BASE,
            columns=("title", "mode", "state", "queue", "total", "left", "reached", "failed"),
            search="名称",
            imports=False,
            empty=Empty(title="没有外呼活动", text="新增活动、导入名单后开始；随时可以暂停，暂停后不再拨打任何人。"),
        ),
        create=record_create(Campaigns, BASE),
        detail=record_detail(
            Campaigns,
            BASE,
            title="title",
            actions=(FROM_VIEW, FROM_MISSED),
            about=("mode", "state", "queue", "calendar", "attempts", "busy_minutes", "no_answer_minutes",
                   "other_minutes", "shown", "total", "left", "reached", "failed", "script", "form"),
            tabs=(
                Tab(name="targets", title="名单", kind="list", list=OF_ONE),
                Tab(
                    name="sources", title="名单来源", kind="list", list=SOURCES_OF_ONE,
                    permission=Sources.edit_permission,
                ),
            ),
        ),
    ),
    Screen(
        name="campaign_do_not_call",
        title="免打扰号码",
        group="outgoing",
        icon="bell-off",
        order=41,
        permission=DoNotCall.see,
        kind="list",
        list=record_list(
            DoNotCall,
            DO_NOT_CALL,
            columns=("number", "reason", "updated_at"),
            search="号码或后四位",
            empty=Empty(title="没有免打扰号码", text="列入的号码不再被任何外呼活动拨打；座席回电和工单回访不受影响。"),
        ),
        create=record_create(DoNotCall, DO_NOT_CALL),
        detail=record_detail(DoNotCall, DO_NOT_CALL, title="number", about=("number", "reason", "updated_at")),
    ),
)  # fmt: skip

SLOTS = (
    DeskForm(
        name="campaign_form", title="外呼问卷", permission=WORK, order=30, source=f"{TARGETS}/calls/{{id}}/form",
        path=f"{TARGETS}/calls/{{id}}/form", form=fields_of(TargetDone), more=f"{TARGETS}/calls/{{id}}/fields",
        done="外呼结果已提交",
    ),
    DeskCard(
        name="campaign_target", title="外呼任务", permission=WORK, source=f"{TARGETS}/calls/{{id}}",
        columns=columns_of(TargetView, "name", "about", "script", "state", "code"), row=(DONE,),
        opens="campaign_targets", empty=Empty(title="本次通话不是外呼任务"), rare=True,
    ),
)  # fmt: skip

TILES = (
    Tile(
        name="campaign_tasks", title="外呼任务", order=26, permission=SEE,
        counts=(
            Count(screen="campaign_targets", title="我手上的", query={"mine": "true"}, tone="break"),
            Count(screen="campaign_targets", title="待拨打", query={"state": "waiting"}),
        ),
    ),
)  # fmt: skip
