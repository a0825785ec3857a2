"""What of this plugin's section of the settings is about quality."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section


class QualitySettings(Section):
    """A leg is bad below `bad_mos`, from `bad_loss` percent on, or when no sound came of it.

    Of a line, an agent's telephone or a network it is told when `alarm_percent` of its last `alarm_legs` legs are bad.
    """

    bad_mos: float = pydantic.Field(default=3.6, ge=1, le=4.4, title="评分（MOS）低于几分算质量差")
    bad_loss: float = pydantic.Field(default=3.0, gt=0, le=100, title="丢包率达到百分之几算质量差")
    alarm_legs: int = pydantic.Field(default=20, ge=5, le=500, title="按最近几段通话判断是否告警")
    alarm_percent: float = pydantic.Field(default=25.0, gt=0, le=100, title="其中百分之几质量差时告警")
    quality_days: int = pydantic.Field(default=90, ge=1, le=3650, title="每段通话的质量保存几天")
