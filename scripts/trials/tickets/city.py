"""A city to work in: two counties, three levels of departments, their people, categories, the dispatch catalogue."""

from __future__ import annotations

from trials.api import Api
from trials.people import Person, settle, tree

SETTINGS = """\
acd:
  queues:
    general: {title: 综合受理, need: "mandarin >= 1", wrapup: 0, ring: 120, rejected: skip, skip: 2,
              overflow: {no_agents: message}}
tickets:
  processes: {"320413": short}
"""
"""Two processes: the city's, and the short one of a county that has no reviewers. Nobody waits in wrap-up."""
CITY, EAST, WEST = "320400", "320404", "320413"
ORGANISATIONS = (
    ("water", "市水务局", CITY, "city"),
    ("water_supply", "市供水总公司", CITY, "water"),
    ("water_repair", "供水抢修中心", CITY, "water_supply"),
    ("housing", "市住房和城乡建设局", CITY, "city"),
    ("traffic", "市交通运输局", CITY, "city"),
    ("market", "市市场监督管理局", CITY, "city"),
    ("branch", "公积金分中心", CITY, "city"),
    ("east", "钟楼区热线", EAST, "city"),
    ("east_roads", "钟楼区城市管理局", EAST, "east"),
    ("east_street", "荷花池街道办事处", EAST, "east_roads"),
    ("west", "金坛区热线", WEST, "city"),
    ("west_roads", "金坛区城市管理局", WEST, "west"),
)
"""Name, title, region, what it lies below."""
PEOPLE = (
    Person("reviewer1", "周明", "city", ("reviewer",)),
    Person("reviewer2", "吴婷", "city", ("reviewer",)),
    Person("chief", "郑国强", "city", ("chief_reviewer",)),
    Person("difficult", "孙丽华", "city", ("difficult_desk",)),
    Person("inspector", "冯建军", "city", ("inspector",)),
    Person("caller1", "何晓燕", "city", ("agent",), "1021"),
    Person("water1", "沈志远", "water", ("department",)),
    Person("water_head", "蒋文斌", "water", ("department_head",)),
    Person("supply1", "韩雪", "water_supply", ("department",)),
    Person("repair1", "杨帆", "water_repair", ("department",)),
    Person("housing1", "朱琳", "housing", ("department",)),
    Person("traffic1", "秦浩", "traffic", ("department",)),
    Person("market1", "魏军", "market", ("department",)),
    Person("branch1", "许静", "branch", ("department",)),
    Person("east_review", "吕鹏", "east", ("reviewer", "supervisor")),
    Person("east_roads1", "施佳", "east_roads", ("department",)),
    Person("east_street1", "张伟", "east_street", ("department",)),
    Person("west_review", "孔祥", "west", ("reviewer", "supervisor")),
    Person("west_roads1", "曹颖", "west_roads", ("department",)),
)
CATEGORIES = (
    "城乡建设/供水/停水", "城乡建设/供水/水质", "城乡建设/市政道路/路面破损", "城乡建设/市政道路/路灯",
    "城乡建设/物业管理/物业收费", "交通运输/公共交通/公交线路", "劳动社保/公积金/提取", "市场监管/消费维权/预付卡",
)  # fmt: skip
"""From the top down, with `/` between."""
CATALOGUE = (
    ("城乡建设/供水/停水", "", "water", ("housing",), "《城市供水条例》第二十二条"),
    ("城乡建设/供水/水质", "", "water", (), "《城市供水条例》第二十条"),
    ("城乡建设/市政道路/路面破损", EAST, "east_roads", (), "《城市道路管理条例》第六条"),
    ("城乡建设/市政道路/路面破损", WEST, "west_roads", (), "《城市道路管理条例》第六条"),
    ("城乡建设/物业管理/物业收费", "", "housing", (), "《物业管理条例》第五条"),
    ("交通运输/公共交通/公交线路", "", "traffic", (), "《城市公共汽车和电车客运管理规定》第四条"),
    ("劳动社保/公积金/提取", "", "branch", (), "《住房公积金管理条例》第十条"),
)
"""Category, region, lead, assisting, the legal ground."""
POINTS = (
    {"title": "派审监察", "clock": "review", "yellow": 70, "yellow_to": ["handler", "leader"]},
    {"title": "部门办理监察", "clock": "handle", "yellow": 80, "yellow_to": ["inspector"]},
)


async def fill(admin: Api, password: str) -> dict[str, str]:
    """Make all of it; returns the ids of the categories by their paths."""
    await settle(admin, ORGANISATIONS, PEOPLE, password)
    categories = await tree(admin, "/api/tickets/categories", CATEGORIES)
    for path, place, unit, assisting, ground in CATALOGUE:
        entry = {"category": categories[path], "place": place, "unit": unit, "assisting": assisting, "ground": ground}
        await admin.ask("POST", "/api/tickets/catalogue", entry)
    for point in POINTS:
        await admin.ask("POST", "/api/supervision/points", point)
    return categories
