"""What the console shows of recordings: the list by everything known of them, and each with its sound."""

from __future__ import annotations

from cti.office.screens import (
    Action,
    Column,
    Detail,
    Empty,
    Figure,
    Filter,
    List,
    Screen,
    Tab,
    Tile,
    When,
    columns_of,
    fields_of,
    options_of,
)
from recorder.api import LISTEN, MANAGE
from recorder.holding_api import KEEP, Hold
from recorder.importing.old_recording import SATISFACTION
from recorder.importing.screens import SCREEN as IMPORTS
from recorder.list_api import FAULTS, KINDS, QUALITY, STATES, RecordingLine

BASE = "/api/recordings"
READ = "transcripts.see"
"""Who may read what was said: only he may look for words of it. Without transcripts nobody has it."""
HOLD, RELEASE = (
    {"title": "保全", "permission": KEEP, "kind": "form", "form": fields_of(Hold), "done": "已保全"},
    {
        "title": "解除保全", "permission": KEEP, "kind": "confirm", "done": "已解除保全",
        "confirm": "解除后按保存期限清理，可能随即被清理。",
    },
)  # fmt: skip
NOT_HELD, IS_HELD = When(key="is_held", among=(False,)), When(key="is_held", among=(True,))
ROW = (
    Action(name="hold", path=f"{BASE}/{{id}}/hold", when=NOT_HELD, **HOLD),
    Action(name="release", path=f"{BASE}/{{id}}/hold", method="DELETE", when=IS_HELD, **RELEASE),
)

ROOM = f"{BASE}/room"
TILES = (
    Tile(
        name="recordings_room", title="录音空间", order=85, permission=MANAGE, width=2, every=600, home=False,
        figures=(
            Figure(title="预计可用天数", source=ROOM, key="days"),
            Figure(title="已用（%）", source=ROOM, key="percent"),
            Figure(title="已用（GB）", source=ROOM, key="taken"),
            Figure(title="剩余（GB）", source=ROOM, key="left"),
        ),
    ),
)  # fmt: skip

SCREENS = (
    Screen(
        name="recordings",
        title="录音",
        also=("录音", "听音"),
        group="call_log",
        icon="audio-lines",
        order=20,
        permission=LISTEN,
        kind="list",
        list=List(
            source=BASE,
            columns=columns_of(
                RecordingLine, "started_at", "seconds", "caller", "handler", "queue", "satisfaction", "fault", "held",
                aside=("kind", "state", "organisation_title", "call", "source", "old"),
            ),
            filters=(
                Filter(kind="text", key="number", title="来电号码", wide=True),
                Filter(kind="text", key="purpose", title="查询事由"),
                Filter(kind="period", key="at", title="开始时间"),
                Filter(kind="text", key="words", title="通话内容", permission=READ),
                Filter(kind="text", key="agent", title="座席工号"),
                Filter(kind="choice", key="queue", title="队列", options_from=f"{BASE}/queues/options"),
                Filter(kind="choice", key="kind", title="类型", options=options_of(KINDS)),
                Filter(
                    kind="choice", key="satisfaction", title="满意度",
                    options=options_of(SATISFACTION),
                ),
                Filter(kind="choice", key="fault", title="异常", options=options_of(FAULTS)),
                Filter(kind="choice", key="quality", title="通话质量", options=options_of(QUALITY)),
                Filter(kind="flag", key="held", title="已保全"),
                Filter(kind="text", key="longer_than", title="至少多少秒"),
                Filter(kind="text", key="call", title="来电编号"),
                Filter(kind="text", key="source", title="原平台"),
                Filter(kind="text", key="old", title="原录音编号"),
                Filter(kind="text", key="old_ticket", title="原工单编号"),
                Filter(kind="choice", key="column", title="业务项目", options_from=f"{BASE}/columns/options"),
                Filter(kind="text", key="value", title="项目内容"),
            ),
            empty=Empty(title="没有符合条件的录音"),
            bulk=(
                Action(name="hold", path=f"{BASE}/bulk/hold", **HOLD),
                Action(name="release", path=f"{BASE}/bulk/release", **RELEASE),
            ),
            row=ROW,
        ),
        detail=Detail(
            source=f"{BASE}/{{id}}",
            title="title",
            tabs=(
                Tab(name="sound", title="录音", kind="component", component="recorder/RecordingSound"),
                Tab(
                    name="facts",
                    title="信息",
                    kind="fields",
                    fields=(
                        Column(key="started_at", title="开始时间", kind="time"),
                        Column(key="seconds", title="时长", kind="duration"),
                        Column(key="caller", title="来电号码", kind="phone", dial=True, none="匿名"),
                        Column(key="handler", title="座席", none="无"),
                        Column(key="queue", title="队列", none="无"),
                        Column(key="organisation_title", title="机构"),
                        Column(
                            key="satisfaction", title="满意度", kind="choice", options=options_of(SATISFACTION),
                            none="未评价",
                        ),
                        Column(key="kind", title="类型", kind="choice", options=options_of(KINDS)),
                        Column(key="state", title="状态", kind="choice", options=options_of(STATES)),
                        Column(key="fault", title="异常", kind="choice", options=options_of(FAULTS), none="无"),
                        Column(key="held", title="保全原因", none="未保全"),
                        Column(key="call", title="来电编号", none="无"),
                        Column(key="source", title="原平台", none=""),
                        Column(key="old", title="原录音编号", none=""),
                    ),
                ),
            ),
            actions=ROW,
        ),
    ),
    IMPORTS,
)  # fmt: skip
