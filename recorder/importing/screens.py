"""What the console shows of imports: their list with how far each is, and the page of one with its errors."""

from __future__ import annotations

from cti.office.imports.describing import faults_tab, import_actions
from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import Action, Empty, Screen
from recorder.importing.api import IMPORTS
from recorder.importing.service import Imports
from recorder.importing.views import IMPORT

CONFIRM = {
    "look": "逐行检查表格和录音文件，不保存任何录音？",
    "take": "把没有错误的行导入为录音？此前已导入的编号不会重复，表格中改过的内容会更新。",
    "stop": "停止？已导入的录音保留，可再次导入其余的行。",
    "undo": "撤销本次导入，清理其录音？已保全的保留。",
}
ACTIONS = import_actions(IMPORTS, CONFIRM)
TEMPLATE = Action(name="template", title="下载模板", kind="download", method="GET", path=f"{IMPORTS}/template")
COUNTS = ("state", "place", "good", "changed", "again", "bad", "begun_at", "ended_at")
LIST = record_list(
    Imports,
    IMPORTS,
    columns=("title", "source", *COUNTS),
    imports=False,
    row=ACTIONS,
    empty=Empty(title="还没有导入", text="把原呼叫平台的录音清单（Excel 或 CSV）上传，先试导入看有无错误，再导入。"),
)
SCREEN = Screen(
    name="recording_imports",
    title="录音导入",
    group="calls",
    icon="file-up",
    order=21,
    permission=IMPORT,
    kind="list",
    list=LIST.model_copy(update={"actions": (TEMPLATE,)}),
    create=record_create(Imports, IMPORTS),
    detail=record_detail(
        Imports,
        IMPORTS,
        title="title",
        subtitle="source",
        about=("state", "message", "folder", *COUNTS[1:]),
        actions=ACTIONS,
        tabs=(faults_tab(IMPORTS),),
    ),
)
