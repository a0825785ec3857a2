"""What stands around flows, over HTTP: names to complete by, business calendars."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.ivr.house_of_flows import HouseOfFlows, house_of_flows

FLOW = """\
flow: small
title: 小流程
start: open
default: bye
arguments: {number: text}
nodes:
  open: {hours: office, open: bye, closed: late}
  bye: {end: done}
  late: {end: closed}
"""
OWN = """\
calendars:
  office:
    title: 机关
    week: {mon-fri: "09:00-17:00"}
    makeup: "09:00-12:00"
    days: {2027-03-03: "10:00-11:00"}
    regions: {"320482": {week: {mon: "08:00-09:00"}}}
holidays:
  - {name: 元旦, first: 2027-01-01, last: 2027-01-03, makeup: [2027-01-09]}
"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[HouseOfFlows]:
    async with house_of_flows(tmp_path) as found:
        await found.ask("admin", "POST", "/api/flows/small/publish", {"text": FLOW, "message": "x"})
        yield found


async def change(house: HouseOfFlows, text: str, *, who: str = "admin", status: int = 200) -> Any:
    seen = (await house.ask("reader", "GET", "/api/flow_calendars"))["digest"]
    return await house.ask(who, "PUT", "/api/flow_calendars", {"text": text, "seen": seen}, status=status)


async def test_an_editor_learns_the_names_of_the_house(house: HouseOfFlows) -> None:
    found = await house.ask("reader", "GET", "/api/flow_vocabulary")
    assert "AnyNode" in found["schema"]["$defs"]
    assert found["flows"]["small"] == {
        "title": "小流程", "arguments": {"number": "text"}, "results": {}, "outcomes": ["closed", "done"],
    }  # fmt: skip
    assert {"offered", "valid_mobile"} <= set(found["functions"])
    await house.ask("nobody", "GET", "/api/flow_vocabulary", status=403)


async def test_calendars_as_they_came(house: HouseOfFlows) -> None:
    book = await house.ask("reader", "GET", "/api/flow_calendars")
    office = next(one for one in book["calendars"] if one["name"] == "office")
    assert (office["title"], office["week"][6]) == ("机关工作时间", [])
    assert office["week"][0] == ["09:00-12:00", "13:30-17:30"]
    assert office["uses"] == ["small/open"] and not book["own"]
    days = await house.ask("reader", "GET", "/api/flow_calendars/office?year=2026")
    assert len(days) == 365
    by_day = {one["day"]: one for one in days}
    assert by_day["2026-02-17"]["holiday"] == "春节" and by_day["2026-02-17"]["hours"] == []
    assert by_day["2026-02-28"]["is_makeup"] and by_day["2026-02-28"]["hours"] == office["week"][0]
    await house.ask("reader", "GET", "/api/flow_calendars/nothing?year=2026", status=404)


async def test_changed_calendars_count_at_once(house: HouseOfFlows) -> None:
    before = await house.ask("reader", "GET", "/api/flow_calendars")
    book = await change(house, OWN)
    assert book["own"] and book["text"] == OWN
    days = {one["day"]: one for one in await house.ask("reader", "GET", "/api/flow_calendars/office?year=2027")}
    assert (days["2027-01-01"]["holiday"], days["2027-01-09"]["hours"]) == ("元旦", ["09:00-12:00"])
    assert (days["2027-03-03"]["differs"], days["2027-03-03"]["hours"]) == (True, ["10:00-11:00"])
    regional = await house.ask("reader", "GET", "/api/flow_calendars/office?year=2027&region=320482")
    assert regional[3]["hours"] == ["08:00-09:00"]
    outdated = {"text": OWN, "seen": before["digest"]}
    await house.ask("admin", "PUT", "/api/flow_calendars", outdated, status=409)


async def test_bad_calendars_are_refused(house: HouseOfFlows) -> None:
    for text, line, words in (
        (OWN.replace("office:", "bureau:"), 1, "没有日历 office，而 small/open 在用它"),
        (OWN.replace("17:00", "8:00"), 4, "结束早于开始"),
        ("calendars: [\n", 2, "没有闭合"),
    ):
        refused = await change(house, text, status=422)
        assert refused["findings"][0]["line"] == line and words in refused["detail"]
        linted = await house.ask("reader", "POST", "/api/flow_calendars/lint", {"text": text})
        assert [one["message"] for one in linted] == [one["message"] for one in refused["findings"]]
    await change(house, OWN, who="reader", status=403)
    await change(house, OWN, who="county", status=403)
    assert not (house.folder / "calendars.yaml").exists()
