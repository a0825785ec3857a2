"""What the console shows of imports: their list with how far each is, and the page of one with its errors."""

from __future__ import annotations

from cti.office.imports.describing import import_screen
from recorder.importing.api import IMPORTS
from recorder.importing.service import Imports

SCREEN = import_screen(
    Imports,
    IMPORTS,
    name="recording_imports",
    title="录音导入",
    group="call_log",
    order=21,
    source="source",
    about=("folder",),
    confirm={
        "look": "逐行检查表格和录音文件，不保存任何录音？",
        "take": "把没有错误的行导入为录音？此前已导入的编号不会重复，表格中改过的内容会更新。",
        "undo": "撤销本次导入，清理其录音？已保全的保留。",
    },
    empty="把原呼叫平台的录音清单（Excel 或 CSV）上传，先试导入看有无错误，再导入。",
)
