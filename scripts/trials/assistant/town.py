"""A hotline that has had tickets already: of them models are made; an article and a ticket of the same matter."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from trials.api import Api
from trials.house import PASSWORD
from trials.people import Person, settle, tree

SETTINGS = """\
accounts: {second_factor: roles}
acd:
  queues:
    general: {title: 综合受理, need: "mandarin >= 1", wrapup: 240, ring: 120, rejected: skip, skip: 2,
              overflow: {no_agents: message}}
assistant: {least_tickets: 50}
"""
CITY = "320400"
AGENT, COLLEAGUE, LEADER = "1001", "1002", "8001"
EDITOR, REVIEWER = "editor1", "reviewer1"
PEOPLE = (
    Person(EDITOR, "顾晓芸", "city", ("knowledge_editor",)),
    Person(REVIEWER, "程立", "city", ("knowledge_reviewer",)),
)
AT_ONCE = 4
OPEN = "人民路锦绣花园停水"
"""A ticket that nobody has answered yet."""
ARTICLE = "小区停水怎么办"
ARTICLE_TEXT = "先查看停水公告；没有公告的，由市供水集团二十四小时抢修，一般两小时内到现场。"


@dataclass(frozen=True, slots=True)
class Matter:
    """What many have called for, in words of several; `{}` is where."""

    category: str
    department: tuple[str, str]
    title: str
    told: tuple[str, ...]


WATER = Matter(
    "城乡建设/供水/停水", ("water", "市水务局"), "{}停水",
    ("{}从昨天开始停水，至今没有恢复，家里有老人。", "{}整栋楼都没有自来水，停水也没有通知。",
     "打开水龙头没有水，{}停水两天了，问什么时候来水。"),
)  # fmt: skip
MATTERS = (
    WATER,
    Matter(
        "城乡建设/市政道路/路灯", ("lights", "市照明管理处"), "{}路灯不亮",
        ("{}的路灯坏了一周，夜里看不见路。", "{}门口几盏路灯都不亮，晚上走路害怕。", "{}路灯晚上不亮，没人来修。"),
    ),
    Matter(
        "城乡建设/物业管理/物业收费", ("housing", "市住房和城乡建设局"), "{}物业费上涨",
        ("{}物业擅自提高物业费。", "{}的物业公司没有开业主大会就涨物业费。", "{}物业费收得高，收费标准不公示。"),
    ),
    Matter(
        "交通运输/公共交通/公交线路", ("traffic", "市交通运输局"), "{}公交候车时间长",
        ("在{}等公交车要四十分钟。", "{}的公交线路班次少，早上公交车挤不上去。", "{}公交车经常不按时，候车时间太长。"),
    ),
    Matter(
        "劳动社保/公积金/提取", ("fund", "市公积金管理中心"), "{}公积金提取",
        ("{}的职工离职后问怎么提取公积金。", "{}居民想提取公积金还房贷，问要什么材料。", "在{}租房，问公积金提取。"),
    ),
    Matter(
        "环境保护/噪声/施工噪声", ("environment", "市生态环境局"), "{}夜间施工噪声",
        ("{}的工地夜里还在施工，噪声大。", "{}旁边工地施工到半夜，噪声吵得睡不着。", "{}工地噪声扰民，周末也施工。"),
    ),
)  # fmt: skip
PLACES = (
    "人民路锦绣花园", "延陵路阳光小区", "怀德路翠竹新村", "通江路玉兰苑", "晋陵路金色家园", "长江路红梅新村",
    "和平路兰陵小区", "劳动路清潭新村", "飞龙路富都小区", "汉江路滨江花园",
)  # fmt: skip


async def fill(admin: Api, people: dict[str, Api]) -> None:
    """Departments, categories, an article, and so many answered tickets that models can be made of them."""
    departments = [(*matter.department, CITY, "city") for matter in MATTERS]
    await settle(admin, departments, PEOPLE, PASSWORD)
    categories = await tree(admin, "/api/tickets/categories", [matter.category for matter in MATTERS])
    gate = asyncio.Semaphore(AT_ONCE)

    async def answered(matter: Matter, at: int, place: str) -> None:
        ticket = {
            "title": matter.title.format(place), "content": matter.told[at % len(matter.told)].format(place),
            "type": "complaint", "category": categories[matter.category], "contact": f"1380030{at:04}",
            "channel": "phone", "address": f"{place}{at % 9 + 1}号楼",
        }  # fmt: skip
        async with gate:
            id = (await people[AGENT].ask("POST", "/api/tickets", ticket))["id"]
            answer = f"您好，您反映的问题收悉。经{matter.department[1]}核实，已经处理完毕，感谢您的监督。"
            await people[AGENT].ask("POST", f"/api/tickets/{id}/acts/answer", {"answer": answer})

    wanted = [(matter, place) for matter in MATTERS for place in PLACES]
    await asyncio.gather(*(answered(matter, at, place) for at, (matter, place) in enumerate(wanted)))
    neighbour = {
        "title": OPEN, "content": "锦绣花园3号楼从昨晚开始停水，还没有来水。", "type": "help",
        "contact": "13800309999",
        "category": categories[WATER.category], "channel": "phone", "address": "人民路锦绣花园3号楼",
    }  # fmt: skip
    await people[AGENT].ask("POST", "/api/tickets", neighbour)


async def known(editor: Api, reviewer: Api, admin: Api) -> None:
    """The article for the citizen's matter, published."""
    category = (await tree(admin, "/api/knowledge/categories", ("城乡建设/供水",)))["城乡建设/供水"]
    fields = {"category": category, "title": ARTICLE, "summary": ARTICLE_TEXT, "body": f"<p>{ARTICLE_TEXT}</p>"}
    id = (await editor.ask("POST", "/api/knowledge/articles", fields))["id"]
    await editor.act(f"/api/knowledge/articles/{id}", "提交审核")
    await reviewer.act(f"/api/knowledge/articles/{id}", "审核通过")
