"""Permissions of messages, and what stands for the whole house."""

from __future__ import annotations

from cti.base.refusal import NotAllowed
from cti.base.scope import EVERYTHING
from cti.base.visitor import Visitor

SEE, EXPORT, MANAGE = "messages.see", "messages.export", "messages.manage"


def need_house(visitor: Visitor) -> None:
    """Templates and channels are the whole house's: who manages a part of it changes nothing that others send."""
    visitor.need(MANAGE)
    if visitor.reach(MANAGE) != EVERYTHING:
        raise NotAllowed("city_only", "消息模板和渠道由市级统一管理")
