"""This room's section of the settings."""

from __future__ import annotations

from typing import Literal

import pydantic

from cti.base.settings import S3Settings, Section


class RetentionRule(Section):
    """Keep for `days` what is of this organisation and kind and has this value in a column; empty is any."""

    days: int = pydantic.Field(ge=1, le=36_500, title="保存天数")
    organisation: str = pydantic.Field(default="", max_length=40, title="机构")
    kind: Literal["", "talk", "voicemail", "emergency"] = pydantic.Field(default="", title="类型")
    column: str = pydantic.Field(default="", max_length=24, title="项目")
    value: str = pydantic.Field(default="", max_length=80, title="内容")


class RecorderSettings(Section):
    """`enabled` records every talk; `free_megabytes` of disk raise an alarm when they are no longer free.

    Of the rules of `retention` the first that fits decides; without one that fits a recording is kept for ever. With
    `s3` recordings go there after their talks.
    """

    enabled: bool = pydantic.Field(default=True, title="录制通话")
    free_megabytes: int = pydantic.Field(default=500, ge=1, title="磁盘剩余不足多少兆字节时告警")
    retention: list[RetentionRule] = pydantic.Field(default=[], title="保存期限")
    s3: S3Settings = pydantic.Field(default=S3Settings(), title="对象存储（S3 协议）")
