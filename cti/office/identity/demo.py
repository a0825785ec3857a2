"""Accounts for a first look: agents, a supervisor and an administrator, made once on an empty hotline."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cti.base.visitor import system
from cti.office.identity.people import PersonData
from cti.office.identity.service import Identity
from cti.office.identity.signing_in.first_things import DEMO_PASSWORD, demo_password
from cti.office.identity.signing_in.passwords import random_password

ACCOUNTS = "accounts.json"
FIRST_AGENT = 1001
SUPERVISOR_NO = "8001"
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "艳", "勇", "杰", "涛", "明", "超", "霞", "平", "燕")


def name_of(index: int) -> str:
    """A made-up name; the first few hundred differ."""
    turn, place = divmod(index, len(FAMILY))
    return FAMILY[place] + GIVEN[(place + turn) % len(GIVEN)]


async def make_demo(
    identity: Identity, data: Path, organisation: str, count: int = 5, given: str | None = None
) -> Path | None:
    """Make `count` agents from 1001 on, supervisor 8001 and admin, unless there are people already.

    Passwords are random and to be changed at the first sign-in, or all `given` (by default `HOTLINE_DEMO_PASSWORD`).
    They lie in `accounts.json` (0600) in the state directory, whose path is returned, until `hotline run` has shown
    them.
    """
    visitor = system("setup")
    if (await identity.people.search(visitor, size=1)).total:
        return None
    agents = [(str(FIRST_AGENT + one), name_of(one), "agent") for one in range(count)]
    wanted = [*agents, (SUPERVISOR_NO, "赵敏", "supervisor"), ("admin", "管理员", "admin")]
    given = demo_password() if given is None else given
    accounts: list[dict[str, str | None]] = []
    for login, name, role in wanted:
        agent_no = login if login.isdecimal() else None
        person = PersonData(login=login, name=name, agent_no=agent_no, organisation=organisation, roles=[role])
        password = given or random_password()
        await identity.people.add_unchecked(visitor, person, password, change=not given, demo=True)
        shown = DEMO_PASSWORD if given else password
        accounts.append({"login": login, "password": shown, "name": name, "role": role, "agent_no": agent_no})
    return _write(data / ACCOUNTS, accounts)


def shown_once(data: Path) -> list[dict[str, str]]:
    """The accounts of the first start, to be shown now: afterwards nobody can. Empty at later starts."""
    path = data / ACCOUNTS
    try:
        found: list[dict[str, str]] = json.loads(path.read_text("utf-8"))["accounts"]
    except (OSError, ValueError, KeyError):
        return []
    path.unlink()
    return found


def _write(path: Path, accounts: list[dict[str, str | None]]) -> Path:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"accounts": accounts}, file, ensure_ascii=False, indent=2)
        file.write("\n")
    return path
