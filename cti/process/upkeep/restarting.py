"""A new engine in place of this one, while the switch keeps the calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.process.health import Health
from cti.telephony.calls import Calls

MANAGE = "system.manage"
ANSWER_SECONDS = 0.5
"""Who asked is answered before the engine ends."""


class Restart:
    """`end` ends this engine so that its supervisor starts another one; without a supervisor there is none."""

    def __init__(self, calls: Calls, health: Health, audit: Audit) -> None:
        self._calls, self._health, self._audit = calls, health, audit
        self.end: Callable[[], None] | None = None
        self.is_asked = False

    async def ask(self, visitor: Visitor) -> None:
        """End it. Conflict when nobody would start another, the switch would keep no call, or it ends already."""
        visitor.need(MANAGE)
        if self.end is None:
            raise Conflict("no_supervisor", "引擎不是由 hotline run 启动的，不能在此重启")
        if not self._calls.switch.is_up:
            raise Conflict("switch_down", "与交换机的连接已中断，此时重启会丢失来电的状态；请先恢复交换机")
        if self.is_asked or self._health.draining:
            raise Conflict("restarting", "引擎正在重启")
        self.is_asked = True
        try:
            await self._audit.note(visitor, "engine.restarted", "engine", {"calls": len(self._calls.open)})
        except BaseException:
            self.is_asked = False
            raise
        asyncio.get_running_loop().call_later(ANSWER_SECONDS, self.end)
