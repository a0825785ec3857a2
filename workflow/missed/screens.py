"""What the console shows of callers who must be called back."""

from __future__ import annotations

from cti.office.records.describing import timeline_tab
from cti.office.screens import (
    Action,
    Count,
    DeskCard,
    Detail,
    Empty,
    Filter,
    Kanban,
    List,
    Screen,
    Tab,
    Tile,
    columns_of,
    fields_of,
    options_of,
)
from workflow.missed.rules import STATES
from workflow.missed.service import BASE, Missed
from workflow.missed.views import REASONS, MissedDone, MissedView

ONE = f"{BASE}/{{id}}"
ACTIONS = (
    Action(
        name="dial", title="回拨", permission=Missed.edit_permission, kind="confirm", path=f"{ONE}/dial",
        tone="primary", confirm="先呼叫您的话机，接听后拨打市民。", told=True, done="正在呼叫您的话机",
    ),
    Action(
        name="done", title="填写结果", permission=Missed.edit_permission, kind="form", path=f"{ONE}/done",
        form=fields_of(MissedDone), told=True, done="已填写",
    ),
    Action(
        name="take", title="接手", permission=Missed.edit_permission, kind="confirm", path=f"{ONE}/take",
        confirm="由您处理这位市民的回电？", told=True, done="已接手",
    ),
    Action(
        name="release", title="放回", permission=Missed.edit_permission, kind="confirm", path=f"{ONE}/release",
        confirm="放回列表，由其他人处理？", told=True, done="已放回",
    ),
    Action(
        name="again", title="重新回电", permission=Missed.edit_permission, kind="confirm", path=f"{ONE}/again",
        confirm="重新列入待回电，拨打次数从头计？", told=True, done="已列入待回电",
    ),
)  # fmt: skip
NEXT = Action(
    name="next", title="取下一个", permission=Missed.edit_permission, kind="confirm", path=f"{BASE}/next",
    tone="primary", at_once=True, opens="missed", done="已取出",
)  # fmt: skip

SLOTS = (
    DeskCard(
        name="missed_caller", title="待回电", permission=Missed.edit_permission, source=f"{BASE}/calls/{{id}}",
        columns=columns_of(MissedView, "reason", "last_at", "said", "calls", "attempts", "state", "note"),
        row=(next(one for one in ACTIONS if one.name == "done"),), opens="missed",
        empty=Empty(title="本次通话不是回电"), rare=True,
    ),
)  # fmt: skip

TILES = (
    Tile(
        name="missed_open", title="待回电", order=20, permission=Missed.see, width=2, board=True,
        counts=(
            Count(screen="missed", title="等待回电", query={"state": "open"}, tone="ring"),
            Count(screen="missed", title="处理中", query={"state": "taken"}),
            Count(screen="missed", title="待填结果", query={"state": "talked"}, tone="break"),
            Count(screen="missed", title="留言", query={"state": "open", "reason": "voicemail"}),
        ),
    ),
)  # fmt: skip

SCREENS = (
    Screen(
        name="missed",
        title="待回电",
        also=("漏话", "未接", "留言", "回电"),
        group="work",
        icon="phone-missed",
        order=40,
        permission=Missed.see,
        kind="list",
        list=List(
            source=BASE,
            records=Missed.kind,
            badge={"state": "open"},
            columns=columns_of(
                MissedView, "last_at", "reason", "number", "sound", "said", "seconds", "queue", "calls", "state",
                "taken_name",
                "attempts", "due_at", "last_result", "result",
            ),
            filters=(
                Filter(kind="text", key="search", title="号码或后四位", wide=True),
                Filter(kind="choice", key="state", title="状态", options=options_of(STATES)),
                Filter(kind="choice", key="reason", title="原因", options=options_of(REASONS)),
                Filter(kind="period", key="at", title="来电时间"),
            ),
            sort=Missed.sort,
            sorts=("last_at", "calls", "due_at"),
            empty=Empty(title="没有待回电", text="留言的、没有接通的和非服务时间来电的市民列在这里，等待回电。"),
            actions=(NEXT,),
            row=ACTIONS,
            kanban=Kanban(
                by="state", columns=options_of(STATES), moves={"open": "release", "taken": "take", "done": "done"}
            ),
        ),
        detail=Detail(
            source=ONE,
            title="number",
            subtitle="queue",
            actions=ACTIONS,
            tabs=(
                Tab(
                    name="about",
                    title="概况",
                    kind="fields",
                    fields=columns_of(
                        MissedView, "reason", "number", "sound", "said", "seconds", "queue", "calls", "last_at",
                        "state",
                        "taken_name", "attempts", "due_at", "dialled_at", "last_result", "result", "note", "done_at",
                        "call", "called_back",
                    ),
                ),
                timeline_tab(BASE),
            ),
        ),
    ),
)  # fmt: skip
