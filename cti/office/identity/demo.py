"""Accounts for a first look: agents, a supervisor and an administrator, made once on an empty hotline."""

from __future__ import annotations

from pathlib import Path

from cti.base.visitor import system
from cti.office.identity.demo_accounts import (
    ACCOUNTS,
    DEMO_PASSWORD,
    FIRST_AGENT,
    SUPERVISOR_NO,
    demo_password,
    write_accounts,
)
from cti.office.identity.people import PersonData
from cti.office.identity.service import Identity
from cti.office.identity.signing_in.passwords import random_password

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
    return write_accounts(data / ACCOUNTS, accounts)
