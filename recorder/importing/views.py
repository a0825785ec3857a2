"""What is said of an import, and what is shown of it."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Body
from cti.office.imports.mapping import ColumnLine, WordLine, columns_form, words_form
from cti.office.imports.views import ImportRunView
from cti.office.screens import form
from recorder.importing.old_recording import OldRecording

IMPORT = "recordings.import"


class ImportFields(Body):
    """What is said of an import."""

    title: str = pydantic.Field(min_length=2, max_length=120, title="名称")
    source: str = pydantic.Field(
        min_length=2, max_length=60, title="原平台", json_schema_extra=form(help="同一平台的同一录音编号只导入一次")
    )
    folder: str = pydantic.Field(
        default="", max_length=200, title="录音文件夹",
        json_schema_extra=form(
            kind="choice", options_from="/api/recordings/imports/folders",
            help="先把录音放到服务器数据目录的 imports/机构标识/ 下",
        ),
    )  # fmt: skip
    prefix: str = pydantic.Field(
        default="", max_length=200, title="路径中去掉的开头",
        json_schema_extra=form(help="如表格中写作 D:\\rec\\2024\\1.wav，文件夹中为 2024/1.wav，则填 D:\\rec"),
    )  # fmt: skip
    agent_first: bool = pydantic.Field(default=False, title="双声道录音中座席在左")
    columns: list[ColumnLine] = pydantic.Field(
        default=[], max_length=40, title="列对照",
        json_schema_extra=columns_form(OldRecording, "列名与模板相同的不用填写；新建时留空则沿用同一平台上次的对照"),
    )  # fmt: skip
    words: list[WordLine] = pydantic.Field(
        default=[], max_length=200, title="取值对照",
        json_schema_extra=words_form(OldRecording, "如 满意度：好 → 满意"),
    )  # fmt: skip


class ImportView(ImportRunView):
    """An import and how far it is."""

    source: str = pydantic.Field(title="原平台", json_schema_extra=form(width=200))
    folder: str = pydantic.Field(title="录音文件夹", json_schema_extra=form(none="机构文件夹本身"))
    prefix: str = pydantic.Field(title="路径中去掉的开头")
    agent_first: bool = pydantic.Field(title="双声道录音中座席在左")
    columns: list[ColumnLine] = pydantic.Field(title="列对照")
    words: list[WordLine] = pydantic.Field(title="取值对照")
    changed: int = pydantic.Field(title="有更新", json_schema_extra=form(width=90))
