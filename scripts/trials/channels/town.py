"""A town with doors: departments, people, what is known, and a neighbour who has reported the same."""

from __future__ import annotations

from trials.api import Api
from trials.people import Person, settle, tree

CITY, DISTRICT = "320400", "320404"
ORGANISATIONS = (("lamps", "市路灯管理处", CITY, "city"),)
AGENT, LEADER, EDITOR, CHECKER, REVIEWER, CLERK = "1001", "8001", "editor1", "checker1", "reviewer1", "lamps1"
PEOPLE = (
    Person(EDITOR, "顾晓芸", "city", ("supervisor",)),
    Person(CHECKER, "程立", "city", ("supervisor",)),
    Person(REVIEWER, "周明", "city", ("reviewer",)),
    Person(CLERK, "秦浩", "lamps", ("department",)),
)
LIGHT, FUND_CATEGORY = "城乡建设/市政道路/路灯", "劳动社保/公积金/提取"
FUND = "离职后公积金怎么提取"
FUND_TEXT = "离职满半年未再就业的，凭身份证到公积金中心窗口办理全额提取。"
PLACE, ADDRESS = "钟楼区", "怀德中路锦绣小区5号楼"
NORTH, EAST = 31.78125, 119.93871
MAP_LINK = f'a[href="geo:{NORTH},{EAST}"]'
TITLE = "怀德中路锦绣小区路灯不亮"
TEXT = "怀德中路锦绣小区5号楼旁边的路灯已经三天不亮，晚上老人出门看不见路，请尽快修好。"
WHO = "我家在5幢3单元301室，电话13900060001。"
"""What a good case must not tell."""


async def fill(admin: Api, leader: Api, agent: Api, password: str) -> None:
    """Make all of it."""
    await settle(admin, ORGANISATIONS, PEOPLE, password)
    made = await tree(admin, "/api/tickets/categories", (LIGHT, FUND_CATEGORY))
    await tree(admin, "/api/knowledge/scenarios", ("离职办事",))
    known = await tree(admin, "/api/knowledge/categories", ("社会保障/公积金",))
    article = {
        "title": FUND, "body": f"<p>{FUND_TEXT}</p>", "category": known["社会保障/公积金"], "audience": "public",
        "summary": FUND_TEXT,
    }  # fmt: skip
    id = (await leader.ask("POST", "/api/knowledge/articles", article))["id"]
    await leader.ask("POST", f"/api/knowledge/articles/{id}/acts/submit", {})
    await admin.ask("POST", f"/api/knowledge/articles/{id}/acts/approve", {})
    await admin.ask("POST", "/api/chat-entrances", {"name": "门户网站", "sites": [], "flow": "hotline"})
    neighbour = {
        "type": "complaint", "title": TITLE, "content": "怀德中路锦绣小区5号楼边上的路灯不亮好几天了，请派人来修。",
        "category": made[LIGHT], "place": DISTRICT, "address": ADDRESS, "contact": "13900060099", "channel": "phone",
        "caller_name": "钱卫东",
    }  # fmt: skip
    id = (await agent.ask("POST", "/api/tickets", neighbour))["id"]
    await agent.act(f"/api/tickets/{id}", "送审")
