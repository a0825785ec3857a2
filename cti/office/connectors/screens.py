"""Screens: connectors with their state and a call to try them, and the log of calls."""

from __future__ import annotations

from cti.office.connectors.api import DIRECTIONS, STATES, CallDetail, CallView, ConnectorView, TryBody
from cti.office.connectors.readings_api import BASE as READINGS
from cti.office.connectors.readings_api import ReadingView, ValueView
from cti.office.connectors.rights import MANAGE, SEE
from cti.office.screens import Action, Detail, Empty, Filter, Group, List, Option, Screen, Tab, When, columns_of
from cti.office.screens.forms import fields_of

GROUPS = (Group(name="outside", title="对外接口", icon="plug", order=70, within="system"),)
CALL = "/api/connector_calls/{id}"


def _options(words: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value=value, title=title) for value, title in words.items())


REPLAY = Action(
    name="replay", title="重发", permission=MANAGE, kind="confirm", path=f"{CALL}/replay",
    confirm="失败的以原编号再试，对方不会重复办理；已完成的作为新的调用再发一次。",
    when=When(key="replayable", among=(True,)), done="已重发",
)  # fmt: skip

TRY = Action(
    name="try", title="试调", permission=MANAGE, kind="form", path="/api/connectors/{name}/try",
    form=fields_of(TryBody), shows="words", done="试调成功", when=When(key="callable", among=(True,)),
)  # fmt: skip

READ = Action(
    name="read", title="立即读取", permission=MANAGE, kind="confirm", path=f"{READINGS}/{{id}}/read",
    confirm="现在向对方询问最近一期的数值？已有的数值不会改动。", shows="words", done="已读取",
)  # fmt: skip

SCREENS = (
    Screen(
        name="connectors", title="连接器", also=("API", "接口", "对接"), group="outside", icon="plug", order=10,
        permission=MANAGE, kind="list",
        list=List(
            source="/api/connectors",
            id="name",
            columns=columns_of(
                ConnectorView, "title", "state", "url", "hears", "last_error", "problem",
            ),
            empty=Empty(
                title="还没有连接器",
                text="在数据目录的 connectors 文件夹中为每个外部系统写一个文件，保存后立即生效。",
            ),
            row=(TRY,),
        ),
        detail=Detail(
            source="/api/connectors/{name}", title="title", subtitle="name", tags="state", actions=(TRY,),
            tabs=(
                Tab(
                    name="all", title="概况", kind="fields",
                    fields=columns_of(
                        ConnectorView, "name", "url", "auth", "verbs", "hears", "hook", "last_error", "problem",
                        "public_key",
                    ),
                ),
            ),
        ),
    ),
    Screen(
        name="connector_readings", title="外部读数", group="outside", icon="chart-column", order=12, permission=MANAGE,
        kind="list",
        list=List(
            source=READINGS,
            columns=columns_of(ReadingView, "title", "connector", "state", "value", "of", "read_at", "every", "fault"),
            empty=Empty(
                title="没有外部读数",
                text="在连接器文件的 readings 中写明要读的数值，它们按期读取并可用于统计指标。",
            ),
            row=(READ,),
        ),
        detail=Detail(
            source=f"{READINGS}/{{id}}", title="title", subtitle="connector", tags="state", actions=(READ,),
            tabs=(
                Tab(
                    name="all", title="概况", kind="fields",
                    fields=columns_of(ReadingView, "connector", "value", "of", "read_at", "every", "at", "fault"),
                ),
                Tab(
                    name="values", title="历史", kind="list",
                    list=List(
                        source=f"{READINGS}/{{id}}/values", columns=columns_of(ValueView, "of", "value", "read_at"),
                        empty=Empty(title="还没有读到数值"),
                    ),
                ),
            ),
        ),
    ),
    Screen(
        name="connector_calls", title="调用日志", group="outside", icon="scroll-text", order=20, permission=SEE,
        kind="list",
        list=List(
            source="/api/connector_calls",
            columns=columns_of(
                CallView, "created_at", "connector", "direction", "verb", "state", "status", "tries", "next_at",
                "last_error",
            ),
            filters=(
                Filter(kind="period", key="at", title="时间"),
                Filter(kind="choice", key="connector", title="连接器", options_from="/api/options/connectors"),
                Filter(kind="choice", key="direction", title="方向", options=_options(DIRECTIONS)),
                Filter(kind="choice", key="state", title="状态", options=_options(STATES)),
                Filter(kind="text", key="about", title="所属记录"),
            ),
            empty=Empty(title="没有调用", text="与其他系统之间发出和收到的内容会出现在这里。"),
            bulk=(
                Action(
                    name="replay_many", title="重发", permission=MANAGE, kind="confirm",
                    path="/api/connector_calls/bulk/replay", confirm="重发选中的调用？", done="已重发",
                ),
            ),
            row=(REPLAY,),
        ),
        detail=Detail(
            source=CALL, title="verb", subtitle="connector", tags="state", actions=(REPLAY,),
            tabs=(
                Tab(
                    name="all", title="内容", kind="fields",
                    fields=columns_of(
                        CallDetail, "created_at", "direction", "about", "status", "milliseconds", "tries",
                        "last_error", "sender", "repeats", "fields", "answer",
                    ),
                ),
            ),
        ),
    ),
)  # fmt: skip
