"""Departments' lines: what may stand there, who is offered which, and what connectors and the audit are told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select

from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid
from cti.office.connectors import Connectors, Saying
from cti.office.identity.models import AuditRow
from cti.store.engine import Store
from cti.telephony.emergency import Matter
from tests.office import BOSS, EAST, office_on
from workflow.lines.departments import CALLED, DepartmentFields, DepartmentQuery, Departments, LineConnectors


async def test_the_core_knows_what_is_registered_at_once(store: Store) -> None:
    departments = Departments(await office_on(store, "lines"), "0519")
    made = await departments.create(BOSS, DepartmentFields(title="供水热线", number="0519-88880001"))
    line = f"line:{made.id}"
    found = departments.of_line(line)
    assert found is not None and (found.title, found.number.national) == ("供水热线", "051988880001")
    (choice,) = departments.choices(EAST)
    assert (choice.value, choice.title) == (line, "供水热线 051988880001"), "those of the house are everybody's"
    with pytest.raises(Conflict, match="已登记"):
        await departments.create(BOSS, DepartmentFields(title="又一条", number="051988880001"))
    for wrong in ("110", "8001"):
        with pytest.raises(Invalid, match="外线号码"):
            await departments.create(BOSS, DepartmentFields(title="错", number=wrong))
    assert [one.title for one in (await departments.find(BOSS, DepartmentQuery(search="供水"))).items] == ["供水热线"]
    off = DepartmentFields(title="供水", number="0519-88880001", enabled=False)
    await departments.edit(BOSS, made.id, made.version, off)
    assert departments.of_line(line) is None and departments.choices(EAST) == []


class Listening:
    """Connectors of which one hears of lines."""

    def __init__(self, *hears: str) -> None:
        described = SimpleNamespace(title="供水系统", hears=dict.fromkeys(hears, "called"))
        self.all = {"water": SimpleNamespace(described=described)}
        self.told: list[tuple[str, Saying]] = []

    async def tell(self, session: object, what: str, saying: Saying) -> None:
        self.told.append((what, saying))


@pytest.mark.parametrize("hears", [(CALLED,), ()])
async def test_who_listens_is_given_what_is_known_and_the_audit_says_so(store: Store, hears: tuple[str, ...]) -> None:
    office = await office_on(store, "lines")
    connectors = Listening(*hears)
    matter = Matter(
        "01J", "051988880001", Number.parse("13800000001"), "city", "320400", "1001", office.clock.wall(),
        {"工单号": "T1"}, "供水热线", "张三",
    )  # fmt: skip
    port = LineConnectors(office, cast(Connectors, cast(Any, connectors)))
    assert await port.hand_over(matter) == ("供水系统" if hears else None)
    async with store.reading() as session:
        (entry,) = (await session.scalars(select(AuditRow).where(AuditRow.action == "call.line_called"))).all()
    assert entry.subject == "call:01J"
    assert [saying.fields["name"] for _, saying in connectors.told] == (["张三"] if hears else [])
    assert all(saying.fields["data"] == {"工单号": "T1"} for _, saying in connectors.told)
