"""Who may dial what, over which trunk, and which number is shown."""

from dataclasses import replace

import pytest

from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotAllowed
from cti.base.settings import TrunkSettings
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import HOUSE, INTERNATIONAL, DialClass, Dialler, WaysOut, class_of
from tests.office import visitor

CITY = TrunkSettings(host="10.0.0.1", caller_ids={"city": "051912345"})
ABROAD = Number.parse("0044123456789")
CITIZEN = Number.parse("13800000001")


def ways(**trunks: TrunkSettings) -> WaysOut:
    return WaysOut(Trunks(trunks or {"carrier": CITY}, Bus(), LoopClock()), "0519")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1002", DialClass.INTERNAL),
        ("110", DialClass.EMERGENCY),
        ("88880000", DialClass.LOCAL),
        ("051988880000", DialClass.LOCAL),
        ("13800000001", DialClass.LOCAL),
        ("12315", DialClass.LOCAL),
        ("01088880000", DialClass.NATIONAL),
        ("0044123456789", DialClass.INTERNATIONAL),
        ("+12025550100", DialClass.INTERNATIONAL),
    ],
)
def test_classes(said: str, expected: DialClass) -> None:
    assert class_of(Number.parse(said, area="0519"), "0519") is expected


async def test_abroad_only_by_permission() -> None:
    """Every agent could dial any country; and so could a caller who typed a number for a callback."""
    found = ways()
    agent, entrusted = visitor("王芳", "city", "agent.work"), visitor("李明", "city", INTERNATIONAL)
    for who in (agent, HOUSE):
        assert found.refusal(who, ABROAD) == "没有拨打国际长途的权限"
        assert not found.can_dial(who, ABROAD) and found.can_dial(who, CITIZEN)
        with pytest.raises(NotAllowed, match="国际长途"):
            found.find(ABROAD, who=who, organisation="city")
    assert [one.address.digits for one in found.find(ABROAD, who=entrusted, organisation="city")] == ["+44123456789"]


class Nothing:
    """A rule that lets nobody dial."""

    def may_dial(self, who: Dialler, kind: DialClass, number: Number) -> str | None:
        return "不能拨打"


async def test_another_rule_may_say_who_dials_but_never_forbids_the_police() -> None:
    found = ways()
    undo = found.go_by(Nothing())
    assert found.refusal(HOUSE, CITIZEN) == "不能拨打"
    assert found.find(Number.parse("110"), who=HOUSE, organisation="city")
    undo()
    undo()
    assert found.refusal(HOUSE, CITIZEN) is None


async def test_one_rule_says_which_number_is_shown() -> None:
    """A consultation outside showed the agent's number, a transfer the citizen's: a carrier refuses both, or worse."""
    found = ways(carrier=CITY, other=replace_order(TrunkSettings(host="10.0.0.2"), 2))
    shown = [one.shown.national for one in found.find(CITIZEN, who=HOUSE, organisation="city", citizen=ABROAD)]
    assert shown == ["051912345", ""], "what the trunk lets the organisation show, else the carrier's own"
    assert found.find(CITIZEN, who=HOUSE, organisation="county")[0].shown.national == ""
    police = Number.parse("110")
    assert {one.shown for one in found.find(police, who=HOUSE, organisation="city", citizen=CITIZEN)} == {CITIZEN}
    nobody = Number.parse("anonymous")
    first = found.find(police, who=HOUSE, organisation="city", citizen=nobody)[0]
    assert first.shown.national == "051912345", "who hides his number is still helped"


def replace_order(trunk: TrunkSettings, order: int) -> TrunkSettings:
    return trunk.model_copy(update={"order": order})


async def test_what_cannot_be_dialled_or_has_no_trunk() -> None:
    with pytest.raises(Invalid):
        ways().find(Number.parse("转 801"), who=HOUSE, organisation="city")
    with pytest.raises(Conflict):
        ways(inward=TrunkSettings()).find(CITIZEN, who=HOUSE, organisation="city")


async def test_an_agent_whom_nobody_knows_may_no_more_than_the_house() -> None:
    person = replace(visitor("李明", "city", INTERNATIONAL), agent_no="1001")

    async def find(number: str) -> Dialler | None:
        return person if number == "1001" else None

    found = WaysOut(Trunks({"carrier": CITY}, Bus(), LoopClock()), "0519", find)
    assert await found.agent("1001") is person
    assert await found.agent("1009") is HOUSE and await found.agent("") is HOUSE
    assert found.number("88880000").national == "051988880000"
