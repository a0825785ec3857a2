"""Organisations from a spreadsheet: a preview that says what is wrong in which row, then the rows that are right.

What is above stands in an earlier row, or is there; it is named by its title or name (机构标识). One without a name
gets the first letters of its pinyin. One that is there already is changed to what the row says: the same file again
changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from cti.base.refusal import Faults, Invalid, Refusal, all_of
from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.identity.directory import Organisation
from cti.office.identity.organisations import MANAGE, OrganisationData, Organisations
from cti.office.identity.people_import import RowProblem, columns_of
from cti.office.sheets import reading
from cti.office.tree.pinyin import initials

TITLES = {
    "title": "机构名称", "name": "机构标识", "parent": "上级机构", "region": "行政区划", "agent_numbers": "工号范围",
}  # fmt: skip
REQUIRED = ("title", "parent")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(slots=True)
class Organised:
    """What an import would do or did."""

    columns: tuple[str, ...] = ()
    rows: list[dict[str, str]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    added: int = 0
    changed: int = 0


class OrganisationsImport:
    """One reading of a file, with what the visitor may."""

    def __init__(self, organisations: Organisations, visitor: Visitor, present: dict[str, Organisation]) -> None:
        """`present` are all organisations of the house."""
        self._organisations, self._visitor, self._present = organisations, visitor, dict(present)

    async def run(self, file: Path, *, store: bool) -> Organised:
        """Look at the rows, and store the right ones with `store`. Invalid when the file is no such spreadsheet."""
        self._visitor.need(MANAGE)
        found, columns = Organised(), list[str]()
        async for number, cells in reading.read(file):
            if not columns:
                columns = columns_of(cells, TITLES, REQUIRED)
                found.columns = tuple(TITLES[key] for key in columns if key)
                continue
            said = {key: cell.strip() for key, cell in zip(columns, cells, strict=False) if key}
            found.rows.append({TITLES[key]: said.get(key, "") for key in columns if key})
            try:
                await self._one(said, found, store=store)
            except Refusal as refusal:
                found.problems += [
                    RowProblem(number, TITLES.get(one.field or "", one.field or ""), one.detail)
                    for one in all_of(refusal)
                ]
        if not columns:
            raise Invalid("sheet", "表格是空的", "file")
        return found

    async def _one(self, said: dict[str, str], found: Organised, *, store: bool) -> None:
        wanted = self._wanted(said)
        before = self._present.get(wanted.name)
        if before is None:
            self._organisations.check(self._visitor, self._present, wanted)
            if store:
                wanted = await self._organisations.add(self._visitor, wanted)
            found.added += 1
        elif _data(wanted) != _data(before):
            self._organisations.check(self._visitor, self._present, wanted)
            if store:
                name, version = before.name, before.version
                wanted = await self._organisations.edit(self._visitor, name, version, _data(wanted))
            found.changed += 1
        self._present[wanted.name] = wanted

    def _wanted(self, said: dict[str, str]) -> Organisation:
        """What the cells make. Invalid names all that are wrong."""
        faults = Faults()
        for key in REQUIRED:
            if not said.get(key):
                faults.found(Invalid("missing", "必填", key))
        for key, text in said.items():
            if text.startswith("="):
                faults.found(Invalid("formula", "含有公式，请粘贴为数值", key))
        if len(said.get("title", "")) > 80:
            faults.found(Invalid("title", "至多 80 个字符", "title"))
        name = said.get("name", "")
        if name and not NAME.fullmatch(name):
            faults.found(Invalid("name", "小写字母开头，小写字母、数字、横线", "name"))
        above = None
        with faults.gathered():
            above = self._above(said.get("parent", ""))
        code = ""
        if above is not None:
            # Without it nobody knows where the region must lie.
            with faults.gathered():
                code = _place(said.get("region", ""), above.region)
        faults.refuse()
        assert above is not None, "else it was refused"
        known = self._known(name, said["title"], above.name)
        if known is not None:
            numbers = said.get("agent_numbers", known.agent_numbers)
            return replace(known, title=said["title"], region=code, parent=above.name, agent_numbers=numbers)
        return Organisation(
            name or self._named(said["title"]), said["title"], code, above.name, said.get("agent_numbers", "")
        )

    def _above(self, words: str) -> Organisation | None:
        if not words:
            return None
        if words in self._present:
            return self._present[words]
        called = [one for one in self._present.values() if one.title == words and not one.closed]
        if len(called) != 1:
            said = f"有多个机构叫“{words[:40]}”，请写机构标识" if called else f"没有机构“{words[:40]}”，上级应写在前面"
            raise Invalid("no_organisation", said, "parent")
        return called[0]

    def _known(self, name: str, title: str, parent: str) -> Organisation | None:
        if name:
            return self._present.get(name)
        called = (one for one in self._present.values() if one.title == title and one.parent == parent)
        return next(called, None)

    def _named(self, title: str) -> str:
        """A name that is free."""
        first = initials(title)[:30].lstrip("0123456789") or "org"
        count, name = 1, first
        while name in self._present:
            count += 1
            name = f"{first}-{count}"
        return name


def _place(words: str, above: str) -> str:
    """The code of a region that is named by it, or by its name within that of what is above. Invalid."""
    if not words or words.isdecimal():
        regions.check(words or above)
        return words or above
    inside = [code for code in sorted(regions.within(above)) if code in regions.titles()]
    found = [code for code in inside if words in (regions.titles()[code], regions.title_of(code))]
    if len(found) != 1:
        raise Invalid("no_region", f"上级机构的区划内没有“{words[:40]}”，可写 GB/T 2260 代码", "region")
    return found[0]


def _data(one: Organisation) -> OrganisationData:
    said = asdict(one)
    return OrganisationData(**{key: said[key] for key in ("title", "region", "parent", "agent_numbers")})
