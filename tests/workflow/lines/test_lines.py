"""Numbers and trunks on each database: the page changes what the core uses, at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cti.base.bus import Bus
from cti.base.events import CallArrived
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotAllowed, all_of
from cti.base.settings import CalledNumber, TrunkSettings
from cti.office.records import Office
from cti.store.engine import Store
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import DialClass
from tests.office import BOSS, EAST, office_on, visitor
from workflow.lines import numbers as called
from workflow.lines import trunks as carriers
from workflow.lines.classes import DialClasses, DialClassFields
from workflow.lines.models import NumberRow, TrunkRow
from workflow.lines.numbers import NumberFields, NumberQuery, Numbers
from workflow.lines.origin import take_in
from workflow.lines.trunks import TrunkFields, TrunkQuery, TrunkRecords

HOTLINE = CalledNumber(flow="hotline", organisation="city", region="320400")
CARRIER = TrunkSettings(peers=["192.0.2.1"], host="192.0.2.1", channels=2, caller_ids={"city": "051912345"})
SEVERAL = CARRIER.model_copy(update={"more_caller_ids": {"city": ("051988880000", "051988880001")}})


@dataclass
class House:
    office: Office
    lines: Trunks
    numbers: Numbers
    trunks: TrunkRecords

    async def start(self, numbers: Mapping[str, CalledNumber], trunks: Mapping[str, TrunkSettings]) -> None:
        await take_in(self.office, Numbers.kind, NumberRow, "number", called.from_file(numbers))
        await take_in(
            self.office, TrunkRecords.kind, TrunkRow, "name", carriers.from_file(trunks, {}, "city", "320400")
        )
        self.lines.replace((await self.trunks.in_use())[0])

    async def list_numbers(self, **query: Any) -> list[Any]:
        return (await self.numbers.find(BOSS, NumberQuery(**query))).items

    async def list_trunks(self) -> list[Any]:
        return (await self.trunks.find(BOSS, TrunkQuery())).items


@pytest.fixture
async def house(store: Store) -> House:
    office = await office_on(store, "lines")
    lines = Trunks({}, Bus(), office.clock)
    return House(office, lines, Numbers(office, "0519", lambda: ["hotline", "night"]), TrunkRecords(office, lines))


def number(said: str, **more: Any) -> NumberFields:
    return NumberFields.model_validate({"number": said, "flow": "hotline", **more})


def trunk(name: str, **more: Any) -> TrunkFields:
    return TrunkFields.model_validate({"name": name, "peers": ["192.0.2.7"], "host": "192.0.2.7", **more})


async def test_the_settings_numbers_are_taken_in_and_used_as_they_are(house: House) -> None:
    """Numbers and trunks were two boxes of JSON, without any state, that needed a restart."""
    numbers = {"12345": HOTLINE, "0519-88880001": HOTLINE.model_copy(update={"flow": "night", "language": "en"})}
    await house.start(numbers, {"carrier": SEVERAL})
    assert await house.numbers.in_use() == {
        "12345": HOTLINE, "+8651988880001": HOTLINE.model_copy(update={"flow": "night", "language": "en"}),
    }  # fmt: skip
    found, secrets = await house.trunks.in_use()
    assert (found, secrets) == ({"carrier": SEVERAL}, {})
    assert {one.origin for one in [*await house.list_numbers(), *await house.list_trunks()]} == {"file"}


async def test_the_file_counts_until_somebody_changes_the_record_on_its_page(house: House) -> None:
    """Who keeps files keeps them: an entry that changes there is followed, until the page has said something else."""
    await house.start({"12345": HOTLINE, "12306": HOTLINE}, {"carrier": CARRIER})
    night = HOTLINE.model_copy(update={"flow": "night"})
    await house.start({"12345": night, "12306": HOTLINE}, {"carrier": CARRIER.model_copy(update={"channels": 9})})
    assert (await house.numbers.in_use())["12345"].flow == "night"
    assert (await house.trunks.in_use())[0]["carrier"].channels == 9

    first = next(one for one in await house.list_numbers() if one.number == "12345")
    await house.numbers.edit(BOSS, first.id, first.version, number("12345", title="主号"))
    await house.start({"12345": night, "12306": HOTLINE}, {})
    assert (await house.numbers.in_use())["12345"].flow == "hotline"
    assert await house.list_trunks() == []  # gone from the file, and nobody had changed it

    other = next(one for one in await house.list_numbers() if one.number == "12306")
    await house.numbers.remove(BOSS, other.id)
    await house.start({"12345": night, "12306": HOTLINE}, {"carrier": CARRIER})
    assert list(await house.numbers.in_use()) == ["12345"]  # what was removed on the page stays removed
    assert [one.name for one in await house.list_trunks()] == ["carrier"]


async def test_a_number_stands_once_has_a_flow_that_exists_and_one_always_stays(house: House) -> None:
    await house.start({"12345": HOTLINE}, {})
    with pytest.raises(Conflict, match="已登记"):
        await house.numbers.create(BOSS, number("0519-12345"))
    with pytest.raises(Invalid) as refused:
        await house.numbers.create(BOSS, number("abc", flow="none"))
    assert [one.field for one in all_of(refused.value)] == ["number", "flow"]
    (only,) = await house.list_numbers()
    for change in (
        house.numbers.remove(BOSS, only.id),
        house.numbers.edit(BOSS, only.id, only.version, number("12345", enabled=False)),
    ):
        with pytest.raises(Conflict, match="至少要有一个"):
            await change
    await house.numbers.create(BOSS, number("12319", organisation="east"))
    await house.numbers.remove(BOSS, only.id)
    assert (await house.numbers.in_use())["12319"].organisation == "east"
    assert [one.number for one in (await house.numbers.find(EAST, NumberQuery())).items] == ["12319"]


async def test_a_numbers_state_and_calls_are_shown(house: House) -> None:
    await house.start({"12345": HOTLINE, "12306": HOTLINE.model_copy(update={"flow": "gone"})}, {})
    at = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
    event = CallArrived(
        at=at, call="c", organisation="city", region="320400", caller=Number.parse("13800000001"),
        called=Number.parse("051912345", area="0519"), trunk="carrier", leg="l",
    )  # fmt: skip
    house.numbers.arrived(event)
    house.numbers.arrived(event)
    shown = {one.number: (one.flow_state, one.calls_today, one.last_call_at) for one in await house.list_numbers()}
    assert shown == {"12345": ("answers", 2, at), "12306": ("no_flow", 0, None)}
    house.numbers.arrived(replace(event, at=datetime(2026, 3, 2, 4, 0, tzinfo=UTC)))
    assert {one.number: one.calls_today for one in await house.list_numbers()}["12345"] == 1


async def test_a_trunk_is_checked_shown_with_its_state_and_keeps_its_secret(house: House) -> None:
    with pytest.raises(Invalid, match="注册密码"):
        await house.trunks.create(BOSS, trunk("tel", register_user="88880000"))
    with pytest.raises(Invalid, match="至少填写一个"):
        await house.trunks.create(BOSS, trunk("tel", peers=[], host=""))
    made = await house.trunks.create(
        BOSS, trunk("tel", register_user="88880000", register_secret="s3cret-Words", channels=2)
    )
    settings, secrets = await house.trunks.in_use()
    assert secrets == {"tel": "s3cret-Words"} and settings["tel"].register_user == "88880000"
    house.lines.replace(settings)
    house.lines.began("tel")
    assert [(one.state, one.in_use) for one in await house.list_trunks()] == [("up", "1 / 2")]
    assert "s3cret" not in (await house.trunks.get(BOSS, made.id)).model_dump_json()

    changed = await house.trunks.edit(
        BOSS, made.id, made.version, trunk("tel", register_user="88880000", channels=3, enabled=True)
    )
    settings, secrets = await house.trunks.in_use()
    assert secrets == {"tel": "s3cret-Words"}
    house.lines.replace(settings)
    house.lines.change("tel", False)
    # The call that it carries is still counted, and what it is now is told.
    assert [(one.state, one.in_use) for one in await house.list_trunks()] == [("down", "1 / 3")]
    with pytest.raises(Invalid, match="不能修改"):
        await house.trunks.edit(BOSS, made.id, changed.version, trunk("other"))
    with pytest.raises(Conflict, match="已被使用"):
        await house.trunks.create(BOSS, trunk("tel"))
    looker = visitor("路人", "city", "lines.see")
    with pytest.raises(NotAllowed):
        await house.trunks.create(looker, trunk("x"))


async def test_the_furthest_of_ones_roles_counts_and_110_is_never_asked_about(house: House) -> None:
    classes = DialClasses(house.office)
    abroad, far = Number.parse("0044201234567"), Number.parse("01012345678")

    def may(kind: DialClass, dialled: Number, *roles: str, permissions: frozenset[str] = frozenset()) -> bool:
        who = replace(BOSS, roles=roles, permissions=permissions)
        return classes.may_dial(who, kind, dialled) is None

    assert may(DialClass.NATIONAL, far, "agent") and not may(DialClass.INTERNATIONAL, abroad, "agent")
    assert may(DialClass.INTERNATIONAL, abroad, "agent", permissions=frozenset({"calls.international"}))
    made = await classes.create(BOSS, DialClassFields(role="agent", furthest="local"))
    assert not may(DialClass.NATIONAL, far, "agent") and may(DialClass.LOCAL, Number.parse("13800000001"), "agent")
    assert may(DialClass.NATIONAL, far, "agent", "supervisor")
    assert may(DialClass.EMERGENCY, Number.parse("110"), "agent")
    assert "国内长途" in str(
        classes.may_dial(replace(BOSS, roles=("agent",), permissions=frozenset()), DialClass.NATIONAL, far)
    )
    with pytest.raises(Conflict):
        await classes.create(BOSS, DialClassFields(role="agent", furthest="international"))
    await classes.edit(BOSS, made.id, made.version, DialClassFields(role="agent", furthest="international"))
    assert may(DialClass.INTERNATIONAL, abroad, "agent")
    again = DialClasses(house.office)
    await again.load()
    assert (
        again.may_dial(replace(BOSS, roles=("agent",), permissions=frozenset()), DialClass.INTERNATIONAL, abroad)
        is None
    )
