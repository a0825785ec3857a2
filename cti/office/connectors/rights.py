"""The permissions of connectors: to see them and what they say, and to change them."""

from __future__ import annotations

from cti.base.refusal import NotAllowed
from cti.base.scope import EVERYTHING
from cti.base.visitor import Visitor

SEE, MANAGE = "connectors.see", "connectors.manage"


def need_house(visitor: Visitor) -> None:
    """Connectors are the whole house's."""
    visitor.need(MANAGE)
    if visitor.reach(MANAGE) != EVERYTHING:
        raise NotAllowed("city_only", "连接器由市级统一管理")
