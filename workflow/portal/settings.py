"""This plugin's section of the settings."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section


class PortalSettings(Section):
    """What stands on every page, and how long what the site keeps for a citizen is kept."""

    name: str = pydantic.Field(default="12345政务服务便民热线", min_length=2, max_length=40, title="网站名称")
    owner: str = pydantic.Field(default="", max_length=60, title="主办单位")
    record: str = pydantic.Field(default="", max_length=60, title="备案号")
    telephone: str = pydantic.Field(default="12345", pattern=r"^[0-9-]{3,20}$", title="热线号码")
    files: int = pydantic.Field(default=9, ge=0, le=20, title="一件诉求最多几张照片或文件")
    keep_days: int = pydantic.Field(default=400, ge=30, le=3650, title="消息保留天数")
