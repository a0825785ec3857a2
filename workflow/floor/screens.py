"""What the console shows of the floor."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import Empty, Filter, Group, List, Screen, columns_of
from workflow.floor.notes import MESSAGE
from workflow.floor.rules import Rules
from workflow.floor.topics import LEAD
from workflow.floor.views import BASE, RULES, AlarmView, HandView, NoteView

GROUPS = (Group(name="floor", title="现场求助与预警", icon="headset", order=20, within="queues"),)
PERIOD = Filter(kind="period", key="period", title="时间")
ABOUT = ("title", "kind", "queue", "threshold", "back", "lasting", "level", "sound", "tells", "active")

SCREENS = (
    Screen(
        name="wall", title="现场大屏", group="queues", icon="layout-grid", order=5, permission="board.see",
        kind="component", component="floor/WallPage",
    ),
    Screen(
        name="floor_hands", title="座席求助", group="floor", icon="headset", order=60, permission=LEAD, kind="list",
        list=List(
            source=f"{BASE}/hands", columns=columns_of(HandView), filters=(PERIOD,), live="floor",
            empty=Empty(title="没有座席求助", text="座席按 Alt+J 举手，求助会显示在实时监控和这里。"),
        ),
    ),
    Screen(
        name="floor_alarms", title="现场预警", group="floor", icon="siren", order=61, permission=LEAD, kind="list",
        list=List(
            source=f"{BASE}/alarms", columns=columns_of(AlarmView), filters=(PERIOD,), live="floor",
            empty=Empty(title="没有现场预警"),
        ),
    ),
    Screen(
        name="floor_notes", title="现场消息", group="floor", icon="megaphone", order=62, permission=MESSAGE,
        kind="list",
        list=List(
            source=f"{BASE}/notes", columns=columns_of(NoteView), filters=(PERIOD,),
            empty=Empty(title="没有发送过现场消息", text="在实时监控中可以向一位或全部座席发送消息。"),
        ),
    ),
    Screen(
        name="floor_rules", title="现场预警规则", group="queue_settings", icon="bell", order=90,
        permission=Rules.see, kind="list",
        list=record_list(
            Rules, RULES, columns=(*ABOUT, "organisation", "updated_at"), sorts=("updated_at",), imports=False,
            search="名称", empty=Empty(title="没有预警规则"),
        ),
        create=record_create(Rules, RULES),
        detail=record_detail(Rules, RULES, title="title", about=(*ABOUT, "organisation", "updated_at")),
    ),
)  # fmt: skip
