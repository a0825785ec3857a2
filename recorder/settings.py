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


class RoomSettings(Section):
    """`quota_gigabytes` is all that recordings may take here (0: what the disk has); an alarm tells when the rest lasts
    fewer than `warn_days`. With `oldest_first` the oldest are removed when nearly all is taken, but what is held and
    what is younger than `oldest_first_days`.
    """

    quota_gigabytes: float = pydantic.Field(default=0.0, ge=0, title="录音可用空间（GB，0 为不限）")
    warn_days: int = pydantic.Field(default=14, ge=1, le=3650, title="预计不足多少天时告警")
    oldest_first: bool = pydantic.Field(default=False, title="空间将满时从最早的录音开始清理")
    oldest_first_days: int = pydantic.Field(default=90, ge=1, le=36_500, title="至少保存多少天")


class RecorderSettings(Section):
    """`enabled` records every talk; `free_megabytes` of disk raise an alarm when they are no longer free.

    Of the rules of `retention` the first that fits decides; without one that fits a recording is kept for ever. With
    `s3` recordings go there after their talks.
    """

    enabled: bool = pydantic.Field(default=True, title="录制通话")
    free_megabytes: int = pydantic.Field(default=500, ge=1, title="磁盘剩余不足多少兆字节时告警")
    retention: list[RetentionRule] = pydantic.Field(default=[], title="保存期限")
    room: RoomSettings = pydantic.Field(default=RoomSettings(), title="录音空间")
    s3: S3Settings = pydantic.Field(default=S3Settings(), title="对象存储（S3 协议）")
