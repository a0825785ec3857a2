"""What is said of an import, and what is shown of it."""

from __future__ import annotations

from typing import Annotated

import pydantic

from cti.base.http.routes import Body
from cti.office.imports.views import ImportRunView
from cti.office.screens import form
from cti.office.screens.forms import fields_of
from recorder.importing.old_recording import TITLES

IMPORT = "recordings.import"


def _known(value: str) -> str:
    if value not in TITLES:
        raise ValueError(f"没有字段“{value[:40]}”")
    return value


FieldName = Annotated[str, pydantic.AfterValidator(_known)]


class ColumnLine(pydantic.BaseModel):
    """A column of theirs."""

    field: FieldName = pydantic.Field(title="本系统字段", json_schema_extra=form(kind="choice", options=dict(TITLES)))
    column: str = pydantic.Field(min_length=1, max_length=80, title="原平台列名")


class WordLine(pydantic.BaseModel):
    """A word of theirs."""

    field: FieldName = pydantic.Field(title="本系统字段", json_schema_extra=form(kind="choice", options=dict(TITLES)))
    theirs: str = pydantic.Field(min_length=1, max_length=80, title="原平台取值")
    ours: str = pydantic.Field(max_length=80, title="本系统取值")


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
        json_schema_extra=form(
            kind="rows", rows=fields_of(ColumnLine), help="列名与模板相同的不用填写；新建时留空则沿用同一平台上次的对照"
        ),
    )  # fmt: skip
    words: list[WordLine] = pydantic.Field(
        default=[], max_length=200, title="取值对照",
        json_schema_extra=form(
            kind="rows", rows=fields_of(WordLine), help="如 满意度：好 → 满意"
        ),
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
