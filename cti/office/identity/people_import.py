"""People from a spreadsheet: a preview that says what is wrong in which row, then the rows that are right.

The first row has the titles. Organisations and roles are given by title or name, several roles with 、 between them.
Who has no password in the file gets one at random; either is to be changed at the first sign-in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cti.base.refusal import Faults, Invalid, Refusal, all_of
from cti.base.visitor import Visitor
from cti.office.identity.directory import Organisation
from cti.office.identity.people import People, PersonData
from cti.office.identity.permissions import Role
from cti.office.sheets import reading

TITLES = {
    "login": "账号",
    "name": "姓名",
    "agent_no": "工号",
    "organisation": "机构",
    "roles": "角色",
    "auto_answer": "自动应答",
    "password": "初始密码",
}
REQUIRED = ("login", "name", "organisation", "roles")
SEVERAL = re.compile(r"[、,，;；]\s*")
MOST = 2000
"""Each costs a password's hash, some 30 ms."""
FLAGS = {"": False, "否": False, "是": True, "0": False, "1": True, "false": False, "true": True}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in a row; `row` counts as the spreadsheet does, `field` is the title of the column."""

    row: int
    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new account and its password, shown this once."""

    login: str
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import would do or did: its rows by title, what is wrong, and the accounts made."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    problems: tuple[RowProblem, ...]
    made: tuple[Made, ...]


class PeopleImport:
    """Takes people in with what the visitor may: his organisations and the roles that he may give."""

    def __init__(
        self, people: People, visitor: Visitor, organisations: Sequence[Organisation], roles: Sequence[Role]
    ) -> None:
        self._people = people
        self._visitor = visitor
        self._organisations = {name: one.name for one in organisations for name in (one.title, one.name)}
        self._roles = {name: one.name for one in roles for name in (one.title, one.name)}

    async def run(self, file: Path, *, store: bool) -> Outcome:
        """Look at the rows, and store the right ones with `store`. Invalid when the file is no such spreadsheet."""
        self._visitor.need("people.manage")
        columns: list[str] = []
        rows: list[dict[str, str]] = []
        problems: list[RowProblem] = []
        made: list[Made] = []
        seen: dict[tuple[str, str], int] = {}
        async for number, cells in reading.read(file):
            if not columns:
                columns = columns_of(cells, TITLES, REQUIRED)
                continue
            if len(rows) >= MOST:
                raise Invalid("sheet", f"一次最多导入 {MOST} 人，请分次导入", "file")
            said = {key: cell.strip() for key, cell in zip(columns, cells, strict=False) if key}
            rows.append({TITLES[key]: said.get(key, "") for key in columns if key and key != "password"})
            faults = Faults()
            data, given = self._data(said, faults), said.get("password") or None
            _check_once(seen, number, said, faults)
            with faults.gathered():
                await self._people.check_new(self._visitor, data, given, faults.fields)
            try:
                faults.refuse()
                if store:
                    person, password = await self._people.add(self._visitor, data, given)
                    made.append(Made(person.login, person.name, password))
            except Refusal as refusal:
                for one in all_of(refusal):
                    problems.append(RowProblem(number, TITLES.get(one.field or "", one.field or ""), one.detail))
        if not columns:
            raise Invalid("sheet", "表格是空的", "file")
        shown = tuple(TITLES[key] for key in columns if key and key != "password")
        return Outcome(shown, tuple(rows), tuple(problems), tuple(made))

    def _data(self, said: dict[str, str], faults: Faults) -> PersonData:
        """What the cells make; a wrong one is told to `faults` and left empty."""
        for key in REQUIRED:
            if not said.get(key):
                faults.found(Invalid("missing", "必填", key))
        for key, text in said.items():
            if key != "password" and text.startswith("="):
                faults.found(Invalid("formula", "含有公式，请粘贴为数值", key))
        if len(said.get("name", "")) > 40:
            faults.found(Invalid("name", "至多 40 个字符", "name"))
        roles = [one for one in SEVERAL.split(said.get("roles", "")) if one]
        if unknown := [one for one in roles if one not in self._roles]:
            faults.found(Invalid("no_role", f"角色不存在，或您不能授予：{'、'.join(unknown)[:80]}", "roles"))
        where = said.get("organisation", "")
        if where and where not in self._organisations:
            faults.found(Invalid("no_organisation", f"机构不存在：{where[:40]}", "organisation"))
        auto = said.get("auto_answer", "")
        if auto.lower() not in FLAGS:
            faults.found(Invalid("auto_answer", f"“{auto[:40]}”应为是或否", "auto_answer"))
        return PersonData(
            login=said.get("login", ""),
            name=said.get("name", ""),
            agent_no=said.get("agent_no") or None,
            organisation=self._organisations.get(where, ""),
            roles=list(dict.fromkeys(self._roles[one] for one in roles if one in self._roles)),
            auto_answer=FLAGS.get(auto.lower(), False),
        )


def columns_of(cells: Sequence[str], titles: Mapping[str, str], required: Sequence[str]) -> list[str]:
    """The key of each column of a heading, empty for one that nobody knows. Invalid names those that are missing."""
    names = {name: key for key, title in titles.items() for name in (key, title)}
    found = [names.get(cell.strip().removesuffix("*").strip(), "") for cell in cells]
    if missing := [titles[key] for key in required if key not in found]:
        raise Invalid("sheet", f"第一行缺少以下列：{'、'.join(missing)}", "file")
    return found


def _check_once(seen: dict[tuple[str, str], int], number: int, said: dict[str, str], faults: Faults) -> None:
    """Refuse a login or a number that stands in an earlier row, too."""
    for key in ("login", "agent_no"):
        value = said.get(key, "").lower()
        if value and (first := seen.setdefault((key, value), number)) != number:
            faults.found(Invalid("twice", f"“{value[:40]}”与第 {first} 行重复", key))
