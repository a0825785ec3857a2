"""The city whose year it is: districts, departments, their people, what citizens ask for, whom a wall can call."""

from __future__ import annotations

from trials.api import Api
from trials.people import Person, settle, tree

SETTINGS = """\
accounts: {second_factor: roles, password_days: 0}
ivr: {voice: {cache: /nowhere}, recognition: {cache: /nowhere}}
acd:
  queues:
    general: {title: 综合受理, need: "mandarin >= 1", wrapup: 0, ring: 30, rejected: skip, skip: 2,
              overflow: {no_agents: message}}
"""
"""Nobody listens to what a flow says: its voice takes longer to start than a month to pass."""
CITY = "320400"
PLACES = ("320402", "320404", "320411", "320412", "320413", "320481")
"""Districts; the first ones have more people."""
UNITS = {
    "water": ("市水务局", CITY), "housing": ("市住房和城乡建设局", CITY), "traffic": ("市交通运输局", CITY),
    "market": ("市市场监督管理局", CITY), "roads_tn": ("天宁区城市管理局", "320402"),
    "roads_zl": ("钟楼区城市管理局", "320404"), "roads_xb": ("新北区城市管理局", "320411"),
    "roads_wj": ("武进区城市管理局", "320412"),
}  # fmt: skip
"""Title and region of each department."""
AGENTS, LEADER, REVIEWER, CALLER = ("1001", "1002", "1003", "1004"), "8001", "reviewer1", "caller1"
DIRECTOR = "director1"
PEOPLE = (
    Person(REVIEWER, "周明", "city", ("reviewer",)),
    Person(CALLER, "何晓燕", "city", ("agent",), "1021"),
    Person(DIRECTOR, "顾建平", "city", ("leading", "agent"), "8002"),
)
CATEGORIES = {
    "城乡建设/供水/停水": "water", "城乡建设/供水/水质": "water", "城乡建设/物业管理/物业收费": "housing",
    "城乡建设/市政道路/路面破损": "roads", "城市管理/市容/占道经营": "roads", "城市管理/噪声/夜间施工": "roads",
    "交通运输/公共交通/公交线路": "traffic", "交通运输/停车/乱停车": "traffic",
    "市场监管/消费维权/预付卡": "market", "劳动社保/公积金/提取": "",
}  # fmt: skip
"""Whose each is; `roads` is the district's own department; empty is answered by the hotline itself."""
LEADING = {
    "name": "leading", "title": "热线负责人", "reach": "all", "level": "city", "note": "看统计和大屏，指挥调度",
    "permissions": [
        "reports.see", "reports.export", "calls.see", "tickets.see", "board.see", "bigscreen.see", "bigscreen.edit",
        "contacts.see", "trends.see", "knowledge.see", "knowledge.statistics", "floor.lead", "recordings.listen",
    ],
}  # fmt: skip
"""The role of who sees figures and walls, and lays walls out."""
CONTACTS = (
    ("水务局值班室", "13900020001"), ("住建局值班室", "13900020002"), ("分管副市长办公室", "13900020003"),
    ("天宁区热线", "13900020004"), ("钟楼区热线", "13900020005"),
)  # fmt: skip
"""Name and telephone of whom a wall can call."""


def clerk(unit: str) -> str:
    """The login of a department's clerk."""
    return f"{unit}1"


def unit_of(category: str, place: str) -> str:
    """Who handles it."""
    unit = CATEGORIES[category]
    of_place = next((name for name, (_, region) in UNITS.items() if region == place), "roads_tn")
    return of_place if unit == "roads" else unit


async def fill(admin: Api, password: str) -> dict[str, str]:
    """Make all of it; returns the ids of the categories by their paths."""
    await admin.ask("POST", "/api/roles", LEADING)
    organisations = [(name, title, region, "city") for name, (title, region) in UNITS.items()]
    clerks = [Person(clerk(one), f"{title}承办员", one, ("department",)) for one, (title, _) in UNITS.items()]
    await settle(admin, organisations, [*PEOPLE, *clerks], password)
    for place, (name, phone) in enumerate(CONTACTS):
        await admin.ask("POST", "/api/contacts", {"book": "internal", "name": name, "phone": phone, "place": place})
    return await tree(admin, "/api/tickets/categories", CATEGORIES)
