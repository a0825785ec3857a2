"""Who stands in the pictures, all of it made up: an agent, who calls, an article, shifts of a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from cti.base.times.business_time import ZONE
from trials.api import Api
from trials.house import PASSWORD
from trials.knowledge.making import found, published
from trials.people import Person, settle, tree

SETTINGS = """\
accounts: {second_factor: roles}
acd:
  queues:
    general: {title: 综合受理, need: "mandarin >= 1", wrapup: 180, ring: 60, rejected: skip, skip: 2}
missed: {patience: 1}
transcripts: {enabled: false}
"""
CITY = "320400"
AGENT, COLLEAGUE, LEADER = "1001", "1002", "8001"
INSPECTOR, EDITOR, REVIEWER = "checker1", "editor1", "reviewer1"
CALLER, IMPATIENT = "13800000168", ("13800000231", "13800000547", "13800000912")
CATEGORY = "劳动社保/公积金/提取"
TICKET = {
    "type": "咨询", "title": "离职后提取公积金", "content": "市民已离职七个月，咨询如何提取住房公积金，要带哪些材料。",
    "category": CATEGORY, "then": "直接答复",
}  # fmt: skip
ARTICLES = (
    ("离职后公积金怎么提取", "离职满半年可以全额提取，凭身份证到公积金中心窗口办理，也可以在网上办理。"),
    ("公积金贷款额度怎么算", "按账户余额、缴存年限和最高额度计算，以审批结果为准。"),
    ("公积金缴存比例", "单位和个人各为百分之五至百分之十二，由单位每年核定。"),
)
WEEK = ("early", "early", "middle", "middle", "night", "", "")
"""The agent's slots, day by day, again and again."""


async def fill(admin: Api) -> None:
    """Accounts, categories, and who will call."""
    role = {
        "name": "inspecting", "title": "质检员", "reach": "subtree", "level": "any", "note": "只评分，不管理",
        "permissions": ["quality.see", "quality.score", "recordings.listen", "calls.see", "transcripts.see"],
    }  # fmt: skip
    await admin.ask("POST", "/api/roles", role)
    accounts = [
        Person(INSPECTOR, "蒋慧", "city", ("inspecting",)), Person(EDITOR, "顾晓芸", "city", ("knowledge_editor",)),
        Person(REVIEWER, "程立", "city", ("knowledge_reviewer",)),
    ]  # fmt: skip
    await settle(admin, [("fund", "市公积金管理中心", CITY, "city")], accounts, PASSWORD)
    await tree(admin, "/api/tickets/categories", (CATEGORY,))
    citizen = {
        "name": "林小雨", "gender": "female", "numbers": [CALLER], "address": "新北区通江路 88 号", "tags": ["公积金"],
    }  # fmt: skip
    await admin.ask("POST", "/api/citizens", citizen)


async def known(people: Mapping[str, Api], admin: Api) -> None:
    """The articles, found by the agent."""
    category = (await tree(admin, "/api/knowledge/categories", ("社会保障/公积金",)))["社会保障/公积金"]
    made = []
    for title, said in ARTICLES:
        fields = {"category": category, "title": title, "summary": said, "body": f"<p>{said}</p>"}
        made.append(await published(people[EDITOR], people[REVIEWER], fields))
    await found(people[AGENT], ARTICLES[0][0], made[0])


async def planned(leader: Api, person: str) -> None:
    """The agent's next month, published."""
    first = following()
    month = {"month": f"{first:%Y-%m}", "types": ["full_day"]}
    made = await leader.ask("POST", "/api/roster/months", month)
    days = [first + timedelta(days=at) for at in range(28)]
    moves: list[Any] = [
        {"person": person, "day": day.isoformat(), "slot": f"full_day.{WEEK[at % 7]}"}
        for at, day in enumerate(days) if WEEK[at % 7]
    ]  # fmt: skip
    await leader.ask("POST", "/api/roster/table/change", {"moves": moves, "reason": "按周轮班"})
    await leader.ask("POST", f"/api/roster/months/{made['id']}/publish")


def following() -> date:
    """The first of the next month."""
    return (datetime.now(ZONE).date().replace(day=1) + timedelta(days=32)).replace(day=1)
