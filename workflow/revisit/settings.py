"""This plugin's section of the settings."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section


class RevisitSettings(Section):
    """`kept_free` is the share of each trunk's channels that is left to calls that come in.

    Links by SMS lead to `site`, without it to the first of `public.names`, and are good for `link_days`.
    """

    kept_free: float = pydantic.Field(default=0.3, ge=0, le=1, title="每条中继为来电保留的线路比例")
    later_hours: float = pydantic.Field(default=2.0, ge=0.5, le=48, title="市民没有说明时间时，几小时后再回访")
    site: str = pydantic.Field(
        default="", max_length=200, pattern=r"^(https?://[^\s/?#]+/?)?$", title="短信链接中公众网站的地址（https://…）"
    )
    link_days: int = pydantic.Field(default=7, ge=1, le=30, title="短信链接有效天数")
