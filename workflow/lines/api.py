"""Routes of numbers, trunks and classes of dialling."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cti.base.http.routes import SIGNED_IN, Route
from cti.base.visitor import Visitor
from cti.office.identity.directory import load_organisations, load_roles
from cti.office.records import record_routes
from cti.office.screens import Choice
from workflow.lines.classes import DialClasses
from workflow.lines.departments import Departments
from workflow.lines.numbers import OPTIONS, Numbers
from workflow.lines.trunks import TrunkRecords
from workflow.lines.trying import TestBody, TestResult, TrunkTests

BASE = "/api/lines"
NUMBERS, TRUNKS, CLASSES = f"{BASE}/numbers", f"{BASE}/trunks", f"{BASE}/classes"
DEPARTMENTS = f"{BASE}/departments"


def routes(
    numbers: Numbers,
    trunks: TrunkRecords,
    classes: DialClasses,
    departments: Departments,
    tests: TrunkTests,
    flows: Callable[[], Sequence[Choice]],
) -> list[Route]:
    """The usual routes of the four kinds, test calls, and what forms choose from."""
    see = numbers.see

    async def test(visitor: Visitor, id: str, body: TestBody) -> TestResult:
        return await tests.call(visitor, id, body.number)

    async def flow_options() -> list[Choice]:
        return list(flows())

    async def organisation_options(visitor: Visitor) -> list[Choice]:
        reach = visitor.reach(see)
        async with numbers.office.store.reading() as session:
            found = (await load_organisations(session)).values()
        return [Choice(value=one.name, title=one.title) for one in found if reach.covers(one.name, one.region)]

    async def role_options() -> list[Choice]:
        async with numbers.office.store.reading() as session:
            return [Choice(value=one.name, title=one.title) for one in (await load_roles(session)).values()]

    async def department_options(visitor: Visitor) -> list[Choice]:
        return departments.choices(visitor)

    return [
        *record_routes(numbers, NUMBERS),
        *record_routes(trunks, TRUNKS, imports=False),
        *record_routes(classes, CLASSES, imports=False),
        Route("GET", f"{DEPARTMENTS}/choices", department_options, SIGNED_IN, "可呼叫的部门专线"),
        *record_routes(departments, DEPARTMENTS, imports=False),
        Route("POST", f"{TRUNKS}/{{id}}/test", test, trunks.edit_permission, "测试呼叫"),
        Route("GET", f"{OPTIONS}/flows", flow_options, see, "可选的语音流程"),
        Route("GET", f"{OPTIONS}/organisations", organisation_options, see, "可选的机构"),
        Route("GET", f"{OPTIONS}/roles", role_options, see, "可选的角色"),
    ]
