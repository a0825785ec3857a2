"""What the console shows of imports: their list with how far each is, the page of one with its errors, mappings."""

from __future__ import annotations

from cti.office.imports.describing import faults_tab, import_actions
from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import Action, Empty, Screen
from workflow.tickets.outside.imports.api import IMPORTS, MAPPINGS
from workflow.tickets.outside.imports.mappings import IMPORT, ImportMappings
from workflow.tickets.outside.imports.service import Imports

CONFIRM = {
    "look": "逐行检查，不保存任何工单？",
    "take": "把没有错误的行导入为工单？此前已导入的编号不会重复。",
    "stop": "停止？已处理的行保留，可再次导入其余的行。",
    "undo": "撤销本次导入的工单？已有后续办理的保留。",
}
ACTIONS = import_actions(IMPORTS, CONFIRM)
TEMPLATE = Action(name="template", title="下载模板", kind="download", method="GET", path=f"{IMPORTS}/template")
COUNTS = ("state", "place", "good", "again", "bad", "begun_at", "ended_at")
LIST = record_list(
    Imports,
    IMPORTS,
    columns=("title", "mapping_title", *COUNTS),
    imports=False,
    row=ACTIONS,
    empty=Empty(title="还没有导入", text="把原热线系统的工单表格上传，先试导入看有无错误，再导入；可整批撤销。"),
)
SCREENS = (
    Screen(
        name="ticket_imports",
        title="历史工单导入",
        group="tickets",
        icon="file-up",
        order=94,
        permission=IMPORT,
        kind="list",
        list=LIST.model_copy(update={"actions": (TEMPLATE,)}),
        create=record_create(Imports, IMPORTS),
        detail=record_detail(
            Imports,
            IMPORTS,
            title="title",
            subtitle="mapping_title",
            about=("state", "message", *COUNTS[1:]),
            actions=ACTIONS,
            tabs=(faults_tab(IMPORTS),),
        ),
    ),
    Screen(
        name="ticket_import_mappings",
        title="导入对照",
        group="rules",
        icon="arrow-right-left",
        order=60,
        permission=IMPORT,
        kind="list",
        list=record_list(
            ImportMappings,
            MAPPINGS,
            columns=("title", "updated_at"),
            imports=False,
            empty=Empty(title="还没有导入对照", text="说明原系统的哪一列是哪个字段、哪个取值是哪个取值，可反复使用。"),
        ),
        create=record_create(ImportMappings, MAPPINGS),
    ),
)
