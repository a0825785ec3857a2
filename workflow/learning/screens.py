"""What the console shows of learning."""

from __future__ import annotations

from cti.office.records.describing import record_detail, record_list
from cti.office.screens import Action, Count, Empty, Filter, List, Screen, Tab, Tile, When, options_of
from workflow.learning.changes import FlowChanges
from workflow.learning.groups import BotTurns, TurnGroups
from workflow.learning.rules import CHANGE_STATES, CHANGES, EDIT, QUESTIONS, REASONS, SEE, STATES, TURNS

ONE = f"{CHANGES}/{{id}}"
OPEN_STATE = When(key="state", among=("proposed",))
DECIDING = (
    Action(
        name="publish", title="发布", permission=EDIT, kind="confirm", path=f"{ONE}/publish", tone="primary",
        when=OPEN_STATE, confirm="按所列影响发布新版本？正在进行的通话和会话仍按原来的版本。", done="已发布",
    ),
    Action(
        name="again", title="重新检查影响", permission=EDIT, kind="confirm", path=f"{ONE}/again", when=OPEN_STATE,
        at_once=True, done="已按现在的流程重新检查",
    ),
    Action(
        name="drop", title="放弃", permission=EDIT, kind="confirm", path=f"{ONE}/drop", when=OPEN_STATE,
        confirm="不发布这个修改？", done="已放弃",
    ),
)  # fmt: skip
TALKS = (
    Action(
        name="chat", title="查看会话", permission=SEE, kind="link", method="GET", path="/chats/{talk}",
        when=When(key="medium", among=("chat",)),
    ),
    Action(
        name="call", title="查看通话", permission=SEE, kind="link", method="GET", path="/calls/{talk}",
        when=When(key="medium", among=("phone",)),
    ),
)  # fmt: skip


def without_search(found: List) -> List:
    """A list as its service has it, without what nobody can do: words that are sealed are found by nobody."""
    filters = tuple(one for one in found.filters if one.key not in ("search", "removed"))
    return found.model_copy(update={"bulk": (), "actions": (), "conditions": None, "filters": filters})


SAID = without_search(
    record_list(
        BotTurns,
        TURNS,
        columns=("at", "said", "medium", "flow_title", "how", "intent", "reason", "score"),
        sorts=("at",),
        imports=False,
        row=TALKS,
        filters=(
            Filter(kind="choice", key="reason", title="列入原因", options=options_of(REASONS)),
            Filter(kind="period", key="at", title="时间"),
        ),
        empty=Empty(title="没有机器人对话", text="市民在电话或在线会话中对机器人说的话列在这里。"),
    )
).model_copy(update={"row": TALKS})
OF_GROUP = SAID.model_copy(update={"source": f"{TURNS}?group={{id}}", "filters": (), "export": None})
OF_TALK = SAID.model_copy(update={"source": f"{TURNS}?talk={{talk}}", "filters": (), "export": None, "row": ()})
CHANGED = without_search(record_list(
    FlowChanges,
    CHANGES,
    columns=(
        "words",
        "kind",
        "flow_title",
        "intent_title",
        "recognised_words",
        "stories_words",
        "turns_words",
        "state",
    ),
    imports=False,
    row=DECIDING,
    filters=(Filter(kind="choice", key="state", title="状态", options=options_of(CHANGE_STATES)),),
    empty=Empty(title="没有学习修改", text="在“未解决的问题”中加例句、关键词或新建意图后列在这里，发布前先看影响。"),
)).model_copy(update={"row": DECIDING})  # fmt: skip
ABOUT_GROUP = record_detail(
    TurnGroups,
    QUESTIONS,
    title="said",
    subtitle="flow_title",
    about=("said", "count", "reason", "flow_title", "node_title", "near_title", "article", "last_at", "state"),
    tabs=(
        Tab(name="said", title="市民的说法", kind="list", list=OF_GROUP),
        Tab(
            name="changes", title="学习修改", kind="list",
            list=CHANGED.model_copy(update={"source": f"{CHANGES}?group={{id}}", "filters": (), "export": None}),
        ),
    ),
)  # fmt: skip

SCREENS = (
    Screen(
        name="bot_questions", title="未解决的问题", group="flows", icon="bot", order=20, permission=SEE, kind="list",
        list=without_search(record_list(
            TurnGroups,
            QUESTIONS,
            columns=("said", "count", "reason", "flow_title", "node_title", "near_title", "article", "last_at",
                     "state"),
            sorts=("count", "updated_at"),
            imports=False,
            filters=(
                Filter(kind="choice", key="state", title="状态", options=options_of(STATES)),
                Filter(kind="choice", key="reason", title="列入原因", options=options_of(REASONS)),
            ),
            empty=Empty(title="没有未解决的问题", text="机器人没听懂、转了人工或评价差的话按意思归在一起，列在这里。"),
        )).model_copy(update={"row": (), "badge": {"state": "open"}}),
        detail=ABOUT_GROUP.model_copy(update={"actions": (), "offers": f"{QUESTIONS}/{{id}}/offers"}),
    ),
    Screen(
        name="bot_changes", title="学习修改", group="flows", icon="graduation-cap", order=22, permission=SEE,
        kind="list", list=CHANGED,
        detail=record_detail(
            FlowChanges,
            CHANGES,
            title="words",
            subtitle="flow_title",
            about=("state", "kind", "intent_title", "words", "target", "flow_title", "base", "recognised_words",
                   "stories_words", "turns_words", "effect", "group", "published"),
        ).model_copy(update={"actions": DECIDING}),
    ),
    Screen(
        name="bot_turns", title="机器人对话", group="flows", icon="messages-square", order=24, permission=SEE,
        kind="list", list=SAID,
        detail=record_detail(
            BotTurns,
            TURNS,
            title="said",
            subtitle="flow_title",
            about=("at", "said", "medium", "flow_title", "revision", "node", "how", "intent", "reason", "group",
                   "score", "talk"),
            tabs=(Tab(name="talk", title="同一次接待", kind="list", list=OF_TALK),),
        ).model_copy(update={"actions": TALKS}),
    ),
)  # fmt: skip

TILES = (
    Tile(
        name="bot_questions", title="机器人学习", order=60, permission=SEE,
        counts=(
            Count(screen="bot_questions", title="待处理的问题", query={"state": "open"}, tone="break"),
            Count(screen="bot_changes", title="待发布的修改", query={"state": "proposed"}),
        ),
    ),
)  # fmt: skip
