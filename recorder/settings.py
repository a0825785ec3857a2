"""This room's section of the settings."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section


class RecorderSettings(Section):
    """`enabled` records every talk; `free_megabytes` of disk raise an alarm when they are no longer free."""

    enabled: bool = pydantic.Field(default=True, title="录制通话")
    free_megabytes: int = pydantic.Field(default=500, ge=1, title="磁盘剩余不足多少兆字节时告警")
