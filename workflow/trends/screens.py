"""What the console shows: matters and their tickets, sudden rises, words that come up."""

from __future__ import annotations

from cti.office.screens import (
    Action,
    Detail,
    Empty,
    Filter,
    List,
    Option,
    Screen,
    Tab,
    When,
    columns_of,
    fields_of,
    options_of,
)
from workflow.trends.api import MATTERS, RISES, TALKS, TICKETS, TOPICS, WORDS
from workflow.trends.rules import HANDLE, SEE
from workflow.trends.views import (
    KINDS,
    SOURCES,
    STATES,
    Handled,
    Joined,
    JoinedTopic,
    MatterName,
    MatterTicketView,
    MatterView,
    RiseView,
    TopicTalkView,
    TopicView,
    WordView,
)

NAME = Action(
    name="name", title="命名", permission=HANDLE, kind="form", path=f"{MATTERS}/{{id}}/name",
    form=fields_of(MatterName), done="已命名",
)  # fmt: skip
JOIN = Action(
    name="join", title="并入", permission=HANDLE, kind="form", path=f"{MATTERS}/{{id}}/join", form=fields_of(Joined),
    done="已并入", opens="trend_matters",
)  # fmt: skip
APART = Action(
    name="set_apart", title="移出", permission=HANDLE, kind="confirm", path=f"{TICKETS}/{{ticket}}/set_apart",
    confirm="这张工单说的不是同一件事？移出后单独成为一个事项。", done="已移出",
)  # fmt: skip
NAME_TOPIC = NAME.model_copy(update={"path": f"{TOPICS}/{{id}}/name"})
JOIN_TOPIC = JOIN.model_copy(
    update={"path": f"{TOPICS}/{{id}}/join", "form": fields_of(JoinedTopic), "opens": "trend_topics"}
)
TALK_APART = Action(
    name="set_apart", title="移出", permission=HANDLE, kind="confirm", path=f"{TALKS}/{{call}}/set_apart",
    confirm="这通电话说的不是同一件事？移出后单独成为一个话题。", done="已移出",
)  # fmt: skip
HANDLING = Action(
    name="handle", title="处理", permission=HANDLE, kind="form", path=f"{RISES}/{{id}}/handle", form=fields_of(Handled),
    done="已处理", when=When(key="state", among=("open",)),
)  # fmt: skip

SCREENS = (
    Screen(
        name="trend_matters", title="热点事项", group="happenings", icon="radar", order=80, permission=SEE, kind="list",
        list=List(
            source=MATTERS,
            columns=columns_of(MatterView, "title", "count", "before", "grown", "places", "last_at"),
            filters=(
                Filter(kind="text", key="search", title="事项或标题"),
                Filter(kind="period", key="at", title="登记时间"),
            ),
            sort="-count", sorts=("count", "grown", "last_at"), opens="/trend_matters/{id}", row=(NAME, JOIN),
            empty=Empty(
                title="没有热点事项", text="不同市民反映同一件事的工单自动归在一起；默认列出最近七天反映两次以上的。"
            ),
        ),
        detail=Detail(
            source=f"{MATTERS}/{{id}}", title="title", subtitle="places", marks=("count", "grown", "first_at"),
            actions=(NAME, JOIN),
            tabs=(
                Tab(
                    name="tickets", title="工单", kind="list",
                    list=List(
                        source=f"{MATTERS}/{{id}}/tickets", id="ticket",
                        columns=columns_of(MatterTicketView, "number", "title", "at", "place", "by_hand"),
                        opens="/tickets/{ticket}", row=(APART,), empty=Empty(title="没有工单"),
                    ),
                ),
                Tab(name="days", title="走势", kind="component", component="trends/MatterDays"),
                Tab(
                    name="about", title="概况", kind="fields",
                    fields=columns_of(
                        MatterView, "title", "count", "before", "grown", "places", "first_at", "last_at"
                    ),
                ),
            ),
        ),
    ),
    Screen(
        name="trend_topics", title="通话话题", group="happenings", icon="messages-square", order=38, permission=SEE,
        kind="list",
        list=List(
            source=TOPICS,
            columns=columns_of(TopicView, "title", "count", "before", "grown", "places", "first_at", "last_at"),
            filters=(
                Filter(kind="text", key="search", title="话题或标题"),
                Filter(kind="period", key="at", title="通话时间"),
            ),
            sort="-count", sorts=("count", "grown", "last_at"), opens="/trend_topics/{id}",
            row=(NAME_TOPIC, JOIN_TOPIC),
            empty=Empty(
                title="没有通话话题",
                text="通话转写完成后，说同一件事的通话自动归在一起；默认列出最近七天说过两次以上的。",
            ),
        ),
        detail=Detail(
            source=f"{TOPICS}/{{id}}", title="title", subtitle="places", marks=("count", "grown", "first_at"),
            actions=(NAME_TOPIC, JOIN_TOPIC),
            tabs=(
                Tab(
                    name="talks", title="通话", kind="list",
                    list=List(
                        source=f"{TOPICS}/{{id}}/talks", id="call",
                        columns=columns_of(TopicTalkView, "at", "title", "account", "agent", "place", "by_hand"),
                        opens="/calls/{call}", row=(TALK_APART,), empty=Empty(title="没有通话"),
                    ),
                ),
                Tab(name="days", title="走势", kind="component", component="trends/MatterDays"),
                Tab(
                    name="about", title="概况", kind="fields",
                    fields=columns_of(TopicView, "title", "count", "before", "grown", "places", "first_at", "last_at"),
                ),
            ),
        ),
    ),
    Screen(
        name="trend_rises", title="诉求突增", group="happenings", icon="siren", order=81, permission=SEE, kind="list",
        list=List(
            source=RISES, badge={"state": "open"},
            columns=columns_of(
                RiseView, "began_at", "kind", "title", "count", "usual", "ended_at", "state", "note", "handled_by",
            ),
            filters=(
                Filter(kind="choice", key="state", title="处理", options=options_of(STATES)),
                Filter(kind="choice", key="kind", title="对象", options=options_of(KINDS)),
                Filter(kind="period", key="at", title="发现时间"),
            ),
            row=(HANDLING,),
            empty=Empty(
                title="没有突增", text="某件事或某类诉求一小时内远多于平时同时段，会在这里列出，并通知有权处理的人。"
            ),
        ),
    ),
    Screen(
        name="trend_words", title="诉求热词", group="happenings", icon="tags", order=82, permission=SEE, kind="list",
        list=List(
            source=WORDS, id="word", columns=columns_of(WordView, "word", "count", "expected", "sure"),
            filters=(
                Filter(kind="text", key="search", title="热词"),
                Filter(kind="choice", key="source", title="来源", options=options_of(SOURCES)),
                Filter(
                    kind="choice", key="days", title="时段",
                    options=(
                        Option(value="1", title="近一天"), Option(value="7", title="近七天"),
                        Option(value="30", title="近三十天"),
                    ),
                ),
            ),
            sort="-sure", sorts=("sure", "count"), opens="/tickets?search={word}",
            empty=Empty(title="没有热词", text="工单标题和通话中反复出现的词，按比上期上升的程度排列，默认近七天。"),
        ),
    ),
)  # fmt: skip
