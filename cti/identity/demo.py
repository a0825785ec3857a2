"""Accounts for a first look: agents, a supervisor and an administrator, made once on an empty hotline."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cti.identity.passwords import random_password
from cti.identity.people import PersonData
from cti.identity.service import Identity
from cti.identity.visitor import system

FIRST_AGENT = 1001
SUPERVISOR_NO = "8001"
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "艳", "勇", "杰", "涛", "明", "超", "霞", "平", "燕")


def name_of(index: int) -> str:
    """A made-up name; the first few hundred differ."""
    turn, place = divmod(index, len(FAMILY))
    return FAMILY[place] + GIVEN[(place + turn) % len(GIVEN)]


async def make_demo(identity: Identity, data: Path, organisation: str, count: int = 5) -> Path | None:
    """Make `count` agents from 1001 on, supervisor 8001 and admin, unless there are people already.

    Logins and passwords are written to `accounts.json` (0600) in the state directory, whose path is returned.
    Passwords are random, or all `HOTLINE_DEMO_PASSWORD`.
    """
    visitor = system("setup")
    if (await identity.people.search(visitor, size=1)).total:
        return None
    agents = [(str(FIRST_AGENT + one), name_of(one), "agent") for one in range(count)]
    wanted = [*agents, (SUPERVISOR_NO, "赵敏", "supervisor"), ("admin", "管理员", "admin")]
    given = os.environ.get("HOTLINE_DEMO_PASSWORD")
    accounts: list[dict[str, str | None]] = []
    for login, name, role in wanted:
        agent_no = login if login.isdecimal() else None
        person = PersonData(login=login, name=name, agent_no=agent_no, organisation=organisation, roles=[role])
        _, password = await identity.people.add_unchecked(visitor, person, given or random_password())
        accounts.append({"login": login, "password": password, "name": name, "role": role, "agent_no": agent_no})
    return _write(data / "accounts.json", accounts)


def _write(path: Path, accounts: list[dict[str, str | None]]) -> Path:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"accounts": accounts}, file, ensure_ascii=False, indent=2)
        file.write("\n")
    return path
