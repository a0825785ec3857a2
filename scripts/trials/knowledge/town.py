"""A town to know things about: departments, a county, their people, categories, and what the day begins with."""

from __future__ import annotations

from trials.api import Api
from trials.people import Person, settle, tree

SETTINGS = """\
public: {enabled: true}
accounts: {second_factor: roles}
acd:
  queues:
    general: {title: 综合受理, need: "mandarin >= 1", wrapup: 0, ring: 120, rejected: skip, skip: 2,
              overflow: {no_agents: message}}
"""
CITY, EAST = "320400", "320404"
ORGANISATIONS = (
    ("fund", "市公积金管理中心", CITY, "city"),
    ("water", "市水务局", CITY, "city"),
    ("east", "钟楼区热线", EAST, "city"),
)
EDITOR, REVIEWER, MANAGER, DEPARTMENT, COUNTY, AGENT = "editor1", "checker1", "manager1", "fund1", "east1", "1001"
PEOPLE = (
    Person(EDITOR, "顾晓芸", "city", ("knowledge_editor",)),
    Person(REVIEWER, "程立", "city", ("knowledge_reviewer",)),
    Person(MANAGER, "梁卫东", "city", ("knowledge_manager",)),
    Person(DEPARTMENT, "许静", "fund", ("department",)),
    Person(COUNTY, "吕鹏", "east", ("county_admin",)),
)
CATEGORIES = ("社会保障/公积金", "社会保障/社保卡", "城乡建设/供水")
TICKET_CATEGORIES = ("劳动社保/公积金/提取",)


async def fill(admin: Api, password: str) -> None:
    """Make all of it."""
    await settle(admin, ORGANISATIONS, PEOPLE, password)
    await tree(admin, "/api/knowledge/categories", CATEGORIES)
    await tree(admin, "/api/knowledge/industries", ("房地产业", "公用事业"))
    await tree(admin, "/api/knowledge/scenarios", ("离职办事",))
    await tree(admin, "/api/tickets/categories", TICKET_CATEGORIES)
