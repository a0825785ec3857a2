"""Thirty departments handle real tickets: signed, answered, some given back, some not content with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from trials.api import Api, Values
from trials.management.center import CALLER, DEPARTMENTS, LEADER, REVIEWER, UNITS, clerk

TICKETS, EACH = "/api/tickets", 3
"""Each department has so many."""
DONE = "已到现场核实并处理完毕，当日恢复，已电话告知市民。"
REPLY: Values = {"answer": DONE, "contacted": True}
REASON: Values = {"reason": "已核实，按职责重新办理"}
SATISFIED: Values = {"satisfaction": "满意", "hotline": "满意", "solved": True, "other_way": "短信"}
UNSATISFIED: Values = {
    "satisfaction": "不满意", "hotline": "满意", "why": "问题未解决", "reason": "问题又出现了", "other_way": "短信",
}  # fmt: skip
AT_ONCE = 6


class Handling:
    """All of them. Agents register in turn, so that each has some of his own."""

    def __init__(self, people: Mapping[str, Api], agents: tuple[str, ...]) -> None:
        self._people, self._agents = people, agents
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def all(self) -> int:
        """Until every ticket is archived; returns how many there were."""
        category = (await self._people["admin"].ask("POST", f"{TICKETS}/categories", {"name": "综合事项"}))["id"]
        async with asyncio.TaskGroup() as group:
            for at, unit in enumerate(UNITS):
                for number in range(EACH):
                    group.create_task(self._story(category, at, unit, number))
        return len(UNITS) * EACH

    async def _story(self, category: str, at: int, unit: str, number: int) -> None:
        async with self._gate:
            agent = self._agents[(at * EACH + number) % len(self._agents)]
            said = {
                "type": "complaint", "title": f"反映{DEPARTMENTS[at]}办事问题（{number + 1}）",
                "content": "多次反映没有结果，请尽快核实处理并答复。", "category": category, "place": "320404",
                "address": "北大街 8 号", "contact": f"1390519{at:02}{number:02}", "channel": "phone",
            }  # fmt: skip
            made = (await self._people[agent].ask("POST", TICKETS, said))["id"]
            await self._do(agent, made, "送审")
            await self._do(REVIEWER, made, "交办部门", {"lead": f"市{DEPARTMENTS[at]}"})
            if number == 2 and at % 5 == 0:
                await self._bounced(made, at, unit)
                return
            await self._handled(made, unit)
            if number == 1 and at % 4 == 0:
                await self._do(CALLER, made, "登记回访结果", UNSATISFIED)
                await self._do(LEADER, made, "交原单位重办", REASON)
                await self._handled(made, unit)
            await self._do(CALLER, made, "登记回访结果", SATISFIED)

    async def _bounced(self, ticket: str, at: int, unit: str) -> None:
        """It is not theirs: given back, and given to the next one."""
        ground = {"reason": "不属本单位职责", "ground": "三定方案第四条"}
        await self._do(clerk(unit), ticket, "签收")
        await self._do(clerk(unit), ticket, "退单", ground)
        await self._do(REVIEWER, ticket, "同意退单", REASON)
        following = (at + 1) % len(UNITS)
        await self._do(REVIEWER, ticket, "交办部门", {"lead": f"市{DEPARTMENTS[following]}"})
        await self._handled(ticket, UNITS[following])
        await self._do(CALLER, ticket, "登记回访结果", SATISFIED)

    async def _handled(self, ticket: str, unit: str) -> None:
        if any(
            one["title"] == "签收" for one in await self._people[clerk(unit)].ask("GET", f"{TICKETS}/{ticket}/offers")
        ):
            await self._do(clerk(unit), ticket, "签收")
        await self._do(clerk(unit), ticket, "办结反馈", REPLY)
        await self._do(REVIEWER, ticket, "审核通过")

    async def _do(self, who: str, ticket: str, title: str, values: Values | None = None) -> None:
        await self._people[who].act(f"{TICKETS}/{ticket}", title, values)
