"""What the console shows of chats: the list, and the entrances."""

from __future__ import annotations

from cti.office.records.describing import PURPOSE, record_create, record_detail, record_list
from cti.office.screens import Dock, Empty, Filter, Group, List, Screen, Tab, columns_of, options_of
from workflow.chat.desk import SUPERVISE, TALK
from workflow.chat.entrances import ENTRANCES, Entrances
from workflow.chat.occasions import OCCASIONS
from workflow.chat.phrases import PHRASES, Phrases
from workflow.chat.sayings import SAYINGS, Sayings
from workflow.chat.service import Chats
from workflow.chat.states import STATES
from workflow.chat.views import BASE, ChatView

GROUPS = (Group(name="chats", title="在线会话", icon="message-square", order=15, within="work"),)
SLOTS = (Dock(name="chat_dock", permission=TALK, component="chat/ChatDock"),)

SCREENS = (
    Screen(
        name="chat_desk", title="在线接待", group="chats", icon="message-square", order=15, permission=TALK,
        kind="component", component="chat/ChatPage",
    ),
    Screen(
        name="chat_floor", title="会话监控", group="chats", icon="headset", order=17, permission=SUPERVISE,
        kind="component", component="chat/FloorPage",
    ),
    Screen(
        name="chats",
        title="会话记录",
        group="chats",
        icon="message-square",
        order=38,
        permission=Chats.see,
        kind="list",
        list=List(
            source=BASE,
            records=Chats.kind,
            columns=columns_of(
                ChatView, "began_at", "channel", "name", "number", "state", "queue", "agent", "waited", "said", "last",
                "score", "end_reason",
            ),
            filters=(
                Filter(kind="text", key="words", title="写过的话", wide=True),
                Filter(kind="text", key="search", title="号码或后四位"),
                Filter(kind="text", key="agent", title="工号"),
                Filter(kind="choice", key="state", title="状态", options=options_of(STATES)),
                Filter(kind="period", key="at", title="开始时间"),
                PURPOSE,
            ),
            sort=Chats.sort,
            sorts=("began_at",),
            empty=Empty(title="没有在线会话", text="市民在网页、微信或移动应用发起的咨询列在这里。"),
        ),
        detail=record_detail(
            Chats, BASE, title="name",
            about=("began_at", "channel", "name", "number", "state", "queue", "agent", "waited", "last", "score",
                   "ended_at", "end_reason"),
            tabs=(Tab(name="said", title="会话内容", kind="component", component="chat/SaidTab"),),
        ).model_copy(update={"actions": ()}),
    ),
    Screen(
        name="chat_phrases",
        title="常用语",
        group="chats",
        icon="message-square",
        order=16,
        permission=Phrases.see,
        kind="list",
        list=record_list(
            Phrases, PHRASES, columns=("category", "title", "text", "shared", "updated_at"),
            search="名称、内容或分类",
            filters=(
                Filter(
                    kind="choice", key="shared", title="共用", options=options_of({"true": "共用", "false": "个人"})
                ),
            ),
            empty=Empty(title="还没有常用语", text="在线接待时输入“/”即可查找并插入。"),
        ),
        create=record_create(Phrases, PHRASES),
        detail=record_detail(Phrases, PHRASES, title="title", about=("category", "title", "text", "shared")),
    ),
    Screen(
        name="chat_sayings",
        title="会话话术",
        group="channels",
        icon="message-square",
        order=81,
        permission=Sayings.see,
        kind="list",
        list=record_list(
            Sayings, SAYINGS, columns=("occasion", "flow_title", "channel", "text", "updated_at"), imports=False,
            search="内容",
            filters=(Filter(kind="choice", key="occasion", title="场合", options=options_of(OCCASIONS)),),
            empty=Empty(
                title="都用系统默认的话术",
                text="欢迎、没有座席、全忙、市民静默、座席静默、结束时说什么，可以按流程和渠道改写。",
            ),
        ),
        create=record_create(Sayings, SAYINGS),
        detail=record_detail(
            Sayings, SAYINGS, title="text", about=("occasion", "flow_title", "channel", "text")
        ),
    ),
    Screen(
        name="chat_entrances",
        title="会话接入点",
        group="channels",
        icon="globe",
        order=80,
        permission=Entrances.see,
        kind="list",
        list=record_list(
            Entrances, ENTRANCES, columns=("name", "title", "flow", "sites", "used", "region", "updated_at"),
            search="名称", imports=False,
            empty=Empty(title="还没有接入点", text="为一个网站建一个，把嵌入代码放进它的网页，市民就能在线咨询。"),
        ),
        create=record_create(Entrances, ENTRANCES),
        detail=record_detail(
            Entrances, ENTRANCES, title="name",
            about=("name", "tag", "key", "title", "welcome", "flow", "sites", "used"),
        ),
    ),
)  # fmt: skip
