"""This plugin's section of the settings."""

from __future__ import annotations

import pydantic

from cti.base.settings import Section


class MissedSettings(Section):
    """Who gives up within `patience` seconds in a queue has changed his mind, and is not called back."""

    patience: float = pydantic.Field(default=10.0, ge=0, le=600, title="排队不足几秒放弃的不回电")
