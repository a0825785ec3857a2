"""A hotline with bots: what it knows, who works there, and requests that were answered and wait for their revisit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from trials.api import Api
from trials.people import tree

SETTINGS = """\
public: {enabled: true}
accounts: {second_factor: roles}
acd:
  queues:
    general: {title: 综合受理, need: "mandarin >= 1", wrapup: 0, ring: 120, rejected: skip, skip: 2,
              overflow: {no_agents: message}}
"""
AGENT, LEADER = "1001", "8001"
CATEGORIES = ("城乡建设/供水/停水", "城乡建设/市政道路/路灯")
FUND = "离职后公积金怎么提取"
FUND_TEXT = "离职满半年未再就业的，凭身份证到公积金中心窗口办理全额提取。"
BILL = "水费在哪里交"
BILL_TEXT = "水费可以在供水公司的营业厅交，也可以在手机上交。"
ARTICLES = (("社会保障/公积金", FUND, FUND_TEXT), ("市政公用/供水", BILL, BILL_TEXT))
TITLES = ("路灯不亮", "水压不足", "井盖松动", "垃圾清运不及时", "公交候车时间长")
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Closed:
    """A request that was answered; its citizen has this number."""

    id: str
    number: str


async def fill(admin: Api, leader: Api) -> None:
    """Categories, and the articles that citizens ask for."""
    await tree(admin, "/api/tickets/categories", CATEGORIES)
    await publish(admin, leader, ARTICLES)


async def publish(admin: Api, leader: Api, articles: Sequence[tuple[str, str, str]]) -> None:
    """Articles of category, title and text; who wrote one does not publish it."""
    made = await tree(admin, "/api/knowledge/categories", [category for category, _, _ in articles])
    for category, title, text in articles:
        article = {
            "title": title, "body": f"<p>{text}</p>", "category": made[category], "audience": "public", "summary": text,
        }  # fmt: skip
        id = (await leader.ask("POST", "/api/knowledge/articles", article))["id"]
        await leader.ask("POST", f"/api/knowledge/articles/{id}/acts/submit", {})
        await admin.ask("POST", f"/api/knowledge/articles/{id}/acts/approve", {})


async def closed(agent: Api, count: int) -> list[Closed]:
    """So many requests that an agent answered at once: they wait for their revisit."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(at: int) -> Closed:
        number, title = f"1380020{at:04}", TITLES[at % len(TITLES)]
        said = {
            "title": title, "content": f"市民反映{title}，请处理。", "contact": number, "type": "complaint",
            "channel": "phone", "caller_name": "王小明", "caller_gender": "male",
        }  # fmt: skip
        async with gate:
            id = str((await agent.ask("POST", "/api/tickets", said))["id"])
            answer = {"answer": f"{title}的问题已到现场处理完毕，当日恢复正常。"}
            await agent.ask("POST", f"/api/tickets/{id}/acts/answer", answer)
        return Closed(id, number)

    return list(await asyncio.gather(*(one(at) for at in range(count))))


async def led_by(admin: Api, flow: str) -> None:
    """Lead calls to 12345 through a flow."""
    seen = (await admin.ask("GET", "/api/flow_routing"))["digest"]
    routes = [{"number": ["12345"], "choose": [{"flow": flow}]}]
    await admin.ask("PUT", "/api/flow_routing", {"routes": routes, "seen": seen})
