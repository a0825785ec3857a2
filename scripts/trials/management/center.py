"""A center to work in: 60 agents, a leader, inspectors, 30 departments with a clerk each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cti.base.times.business_time import ZONE
from cti.base.times.calendars import FILE, SEEDED
from trials.api import Api
from trials.house import House
from trials.people import Person, settle

SETTINGS = """\
accounts: {second_factor: roles}
roster: {solver_seconds: 40}
acd:
  queues:
    general: {title: 综合受理, need: "mandarin >= 1", wrapup: 0, ring: 30, rejected: skip, skip: 2,
              overflow: {no_agents: message}}
quality: {draw_at: "* * * * *"}
"""
"""Daily plans draw each minute what the working day before has: nobody waits for the next morning."""
CITY = "320400"
LEADER, INSPECTOR, OTHER_INSPECTOR, REVIEWER, CALLER = "8001", "checker1", "checker2", "reviewer1", "caller1"
AGENTS = tuple(str(1001 + at) for at in range(60))
SCORED, EXAMINED = AGENTS[:20], AGENTS[:30]
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "芳娜敏静丽强磊军洋艳勇杰涛明超霞平燕倩峰"
DEPARTMENTS = (
    "发展和改革委员会", "教育局", "科学技术局", "工业和信息化局", "公安局", "民政局", "司法局", "财政局", "人社局",
    "自然资源和规划局", "生态环境局", "住房和城乡建设局", "城市管理局", "交通运输局", "水务局", "农业农村局",
    "商务局", "文化广电和旅游局", "卫生健康委员会", "退役军人事务局", "应急管理局", "市场监督管理局", "体育局",
    "统计局", "医疗保障局", "信访局", "园林绿化局", "供电公司", "燃气集团", "公交集团",
)  # fmt: skip
UNITS = tuple(f"unit{number:02}" for number in range(1, len(DEPARTMENTS) + 1))
SHIFTS = """\
shift: hotline
title: 热线排班
slots:
  early:
    title: 早班
    begin: "08:00"
    end: "16:30"
    breaks: ["11:30-12:00"]
    need: {workday: 16, weekend: 11, holiday: 10}
  day:
    title: 日班
    begin: "09:00"
    end: "17:30"
    breaks: ["12:00-12:30"]
    need: {workday: 7, weekend: 3, holiday: 3}
  late:
    title: 中班
    begin: "14:00"
    end: "22:30"
    breaks: ["17:30-18:00"]
    need: {workday: 13, weekend: 9, holiday: 8}
  night:
    title: 晚班
    begin: "22:00"
    end: "08:00"
    breaks: ["02:00-04:00"]
    need: {workday: 4, weekend: 4, holiday: 4}
"""
"""As a city of 60 agents writes it; published at its page."""


def clerk(unit: str) -> str:
    """The login of a department's clerk."""
    return f"{unit}_clerk"


def people() -> list[Person]:
    """All of them but those who are there from the beginning."""
    found = [
        Person(number, FAMILY[at % 20] + GIVEN[(at // 20 * 7 + at) % 20], "city", ("agent",), number)
        for at, number in enumerate(AGENTS)
        if at >= 5
    ]
    found += [
        Person(INSPECTOR, "蒋慧", "city", ("inspecting",)), Person(OTHER_INSPECTOR, "沈博", "city", ("inspecting",)),
        Person(REVIEWER, "周明", "city", ("reviewer",)), Person(CALLER, "何晓燕", "city", ("agent",)),
    ]  # fmt: skip
    found += [
        Person(clerk(unit), f"{FAMILY[at % 20]}{GIVEN[at % 20]}{GIVEN[(at + 3) % 20]}", unit, ("department",))
        for at, unit in enumerate(UNITS)
    ]
    return found


def open_day(house: House) -> None:
    """Today is a working day, whatever day the trial is made on: daily plans draw on no other."""
    today = datetime.now(ZONE).date()
    text = SEEDED.read_text("utf-8")
    line = f"  - {{name: 演练, first: {today:%Y}-01-01, last: {today:%Y}-01-01, makeup: [{today}]}}\n"
    (house.data / FILE).write_text(text.rstrip("\n") + "\n" + line, "utf-8")


async def fill(admin: Api, password: str) -> None:
    """Make all of it."""
    role = {
        "name": "inspecting", "title": "质检员", "reach": "subtree", "level": "any", "note": "只评分，不管理",
        "permissions": ["quality.see", "quality.score", "recordings.listen", "calls.see", "transcripts.see"],
    }  # fmt: skip
    await admin.ask("POST", "/api/roles", role)
    organisations = [(unit, f"市{title}", CITY, "city") for unit, title in zip(UNITS, DEPARTMENTS, strict=True)]
    await settle(admin, organisations, people(), password)
    await publish(admin, "/api/shift_types", "hotline", SHIFTS)


async def publish(admin: Api, path: str, name: str, text: str) -> None:
    """Put a file of a workshop into effect."""
    await admin.ask("POST", f"{path}/{name}/publish", {"text": text, "message": "按本中心人数"})


async def ids(admin: Api) -> dict[str, str]:
    """The ids of all people, by their logins."""
    found: dict[str, str] = {}
    page = 1
    while len(batch := await _page(admin, page)):
        found |= {one["login"]: one["id"] for one in batch}
        page += 1
    return found


async def _page(admin: Api, page: int) -> Sequence[dict[str, str]]:
    found: list[dict[str, str]] = (await admin.ask("GET", f"/api/people?size=100&page={page}"))["items"]
    return found
