"""What the console shows of imports: their list with how far each is, the page of one with its errors, mappings."""

from __future__ import annotations

from cti.office.imports.describing import import_screen
from cti.office.records.describing import record_create, record_list
from cti.office.screens import Empty, Screen
from workflow.tickets.outside.imports.api import IMPORTS, MAPPINGS
from workflow.tickets.outside.imports.mappings import IMPORT, ImportMappings
from workflow.tickets.outside.imports.service import Imports

SCREENS = (
    import_screen(
        Imports,
        IMPORTS,
        name="ticket_imports",
        title="历史工单导入",
        group="ticket_all",
        order=94,
        source="mapping_title",
        confirm={
            "look": "逐行检查，不保存任何工单？",
            "take": "把没有错误的行导入为工单？此前已导入的编号不会重复。",
            "undo": "撤销本次导入的工单？已有后续办理的保留。",
        },
        empty="把原热线系统的工单表格上传，先试导入看有无错误，再导入；可整批撤销。",
    ),
    Screen(
        name="ticket_import_mappings",
        title="导入对照",
        group="business",
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
