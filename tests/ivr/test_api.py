"""Flows over HTTP and the live topic."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from cti.base.events import CallEnded, NodeEntered, NodeLeft
from cti.base.files.documents import Problem
from cti.base.files.findings import Finding
from cti.base.numbers.number import Number
from cti.base.times.calendars import Calendars
from cti.office.identity.models import AuditRow
from ivr.findings.sentences import say
from tests.ivr.house_of_flows import HouseOfFlows, house_of_flows

GOOD = """\
flow: small
title: 小流程
start: ask
default: bye
nodes:
  ask: {menu: m, keys: {"1": more, "2": bye}, timeout: bye, invalid: bye}
  more: {queue: general, next: bye, else: bye}
  bye: {end: done}
tests:
  - {name: 按2, do: press 2, ends: done}
"""
BAD = GOOD.replace('"2": bye', '"2": byee')
FAILING = GOOD.replace("ends: done", "ends: other")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[HouseOfFlows]:
    async with house_of_flows(tmp_path) as found:
        yield found


async def publish(house: HouseOfFlows, text: str = GOOD, who: str = "admin", **more: object) -> None:
    body = {"text": text, "message": "试一试", **more}
    await house.ask(who, "POST", "/api/flows/small/publish", body)


async def test_from_draft_to_revision(house: HouseOfFlows) -> None:
    saved = await house.ask("admin", "PUT", "/api/flows/small/draft", {"text": BAD, "seen": ""})
    (finding,) = [one for one in saved["findings"] if one["severity"] == "error"]
    assert (finding["line"], finding["message"]) == (6, "节点 ask 的去向 2 指向 byee，而 byee 不存在")
    assert finding["suggestion"] == '是否想写 "bye"？'
    (row,) = await house.ask("reader", "GET", "/api/flows")
    assert (row["revision"], row["draft_by"]) == (0, "admin")
    refused = await house.ask(
        "admin", "POST", "/api/flows/small/publish", {"text": BAD, "message": "x", "base": 0}, status=422
    )
    assert [one["line"] for one in refused["findings"]] == [6]
    await publish(house, base=0)
    one = await house.ask("reader", "GET", "/api/flows/small")
    assert (one["text"], one["draft"], one["revision"], one["title"]) == (GOOD, None, 1, "小流程")
    await publish(house, GOOD.replace("小流程", "大流程"), base=1)
    await house.ask("admin", "POST", "/api/flows/small/publish", {"text": GOOD, "message": "x", "base": 1}, status=409)
    back = await house.ask("admin", "POST", "/api/flows/small/roll_back", {"revision": 1, "message": "改回"})
    assert (back["revision"], back["restores"]) == (3, 1)
    revisions = await house.ask("reader", "GET", "/api/flows/small/revisions")
    assert [(one["revision"], one["author"]) for one in revisions] == [(3, "admin"), (2, "admin"), (1, "admin")]
    assert "大流程" in (await house.ask("reader", "GET", "/api/flows/small/revisions/2"))["text"]
    diff = await house.ask("reader", "GET", "/api/flows/small/diff?older=1&newer=2")
    assert "+title: 大流程" in diff["lines"]
    async with house.store.reading() as session:
        actions = [row.action for row in (await session.scalars(select(AuditRow).order_by(AuditRow.sequence))).all()]
    assert actions == ["flow.draft", "flow.publish", "flow.publish", "flow.roll_back"]


async def test_a_failing_test_forbids_publishing(house: HouseOfFlows) -> None:
    body = {"text": FAILING, "message": "x"}
    refused = await house.ask("admin", "POST", "/api/flows/small/publish", body, status=422)
    assert "测试 '按2' 未通过：结束于 done，应为 other" in refused["detail"]
    (proof,) = await house.ask("reader", "POST", "/api/flows/test", {"text": FAILING})
    assert (proof["name"], proof["line"], proof["failures"]) == ("按2", 10, ["结束于 done，应为 other"])


async def test_permissions(house: HouseOfFlows) -> None:
    await publish(house)
    text, none = {"text": GOOD}, None
    for who, method, path, body in (
        ("nobody", "GET", "/api/flows", none),
        ("nobody", "POST", "/api/flows/lint", text),
        ("reader", "PUT", "/api/flows/small/draft", text),
        ("reader", "POST", "/api/flows/small/publish", {**text, "message": "x"}),
        ("reader", "POST", "/api/flows/small/roll_back", {"revision": 1}),
        ("reader", "PUT", "/api/flow_routing", {"routes": [], "seen": ""}),
        ("county", "POST", "/api/flows/small/publish", {**text, "message": "x"}),
        ("county", "PUT", "/api/flows/small/draft", text),
    ):
        await house.ask(who, method, path, body, status=403)


async def test_a_county_sees_what_is_its_own(house: HouseOfFlows) -> None:
    await publish(house)
    body = {"text": GOOD.replace("flow: small", "flow: eastern\norganisation: east"), "message": "x"}
    await house.ask("county", "POST", "/api/flows/eastern/publish", body)
    rows = {one["name"]: one["mine"] for one in await house.ask("county", "GET", "/api/flows")}
    assert rows == {"eastern": True, "small": False}
    assert (await house.ask("admin", "GET", "/api/flows/small"))["mine"]


async def test_lint_as_one_types(house: HouseOfFlows) -> None:
    found = await house.ask("reader", "POST", "/api/flows/lint", {"text": GOOD})
    assert [one["severity"] for one in found["findings"]] == []
    assert [(one["name"], one["kind"], one["line"]) for one in found["graph"]["nodes"]] == [
        ("ask", "menu", 6), ("more", "queue", 7), ("bye", "end", 8),
    ]  # fmt: skip
    assert [(one["way"], one["target"]) for one in found["graph"]["edges"] if not one["is_default"]][:2] == [
        ("1", "more"), ("2", "bye"),
    ]  # fmt: skip
    broken = await house.ask("reader", "POST", "/api/flows/lint", {"text": "flow: [\n"})
    assert broken["graph"] is None and broken["findings"][0]["line"] == 2


async def test_a_picture_tells_what_nodes_are_about(house: HouseOfFlows) -> None:
    text = """\
flow: told
start: what
default: out
nodes:
  what: {when: [{if: "caller.number == '1'", next: hear}], else: pass}
  hear:
    menu: [m, {text: "您好，{caller.number}"}, {number: "1"}]
    keys: {"1": {next: pass, if: "offered('x')"}}
    timeout: out
    invalid: out
  pass: {transfer: {emergency: 110}, next: out}
  out: {end: done}
"""
    graph = (await house.ask("reader", "POST", "/api/flows/lint", {"text": text}))["graph"]
    about = {one["name"]: one["about"] for one in graph["nodes"]}
    assert about == {"what": "", "hear": "〔m〕您好，{caller.number}…", "pass": "emergency 110", "out": "done"}
    hints = {(one["source"], one["way"]): one["hint"] for one in graph["edges"] if one["hint"]}
    assert hints == {("what", "1"): "caller.number == '1'", ("hear", "1"): "offered('x')"}


async def test_a_telephone_that_waits_for_the_next_key(house: HouseOfFlows) -> None:
    """The same script with one more step goes on from where it waited."""
    body = {"text": GOOD, "do": "", "pauses": True}
    first = await house.ask("reader", "POST", "/api/flows/try", body)
    assert (first["outcome"], first["waits"], first["nodes"]) == ("waiting", "hear", ["ask"])
    assert [(one["what"], one["prompts"]) for one in first["lines"]][-1] == ("hears", ["m"])
    second = await house.ask("reader", "POST", "/api/flows/try", {**body, "do": "press 1"})
    assert (second["waits"], second["nodes"]) == ("queue", ["ask", "more"])
    assert second["lines"][: len(first["lines"])] == first["lines"]
    third = await house.ask("reader", "POST", "/api/flows/try", {**body, "do": "press 1, agent 20"})
    assert (third["outcome"], third["waits"]) == ("done", "")
    gone = await house.ask("reader", "POST", "/api/flows/try", {**body, "do": "hangup"})
    assert gone["outcome"] == "hangup"
    late = await house.ask("reader", "POST", "/api/flows/try", {**body, "do": "wait 60"})
    assert late["nodes"] == ["ask", "bye"]
    await house.ask("reader", "POST", "/api/flows/try", {**body, "do": "jump"}, status=422)


def entered(call: str, node: str) -> NodeEntered:
    return NodeEntered(
        at=datetime.now(UTC), call=call, organisation="city", region="320400", flow="small", revision=1, node=node
    )


def left(call: str, node: str, way: str) -> NodeLeft:
    return NodeLeft(
        at=datetime.now(UTC), call=call, organisation="city", region="320400", flow="small", revision=1, node=node,
        way=way, seconds=2.0,
    )  # fmt: skip


async def test_live_counts(house: HouseOfFlows) -> None:
    await publish(house)
    house.statistics.hear(entered("a", "ask"))
    async with house.live("reader") as socket:
        first = (await socket.receive_json(timeout=5))["snapshot"]["nodes"]
        assert [(one["node"], one["now"], one["entered"]) for one in first] == [("ask", 1, 1)]
        for event in (left("a", "ask", "1"), entered("a", "more"), entered("b", "ask"), left("b", "ask", "hangup")):
            house.statistics.hear(event)
        told = await socket.receive_json(timeout=5)
        changes = {one["change"]["node"]: one["change"] for one in told}
        assert (changes["ask"]["now"], changes["ask"]["entered"], changes["ask"]["hangups"]) == (0, 2, 1)
        assert changes["more"]["now"] == 1
        house.statistics.hear(
            CallEnded(
                at=datetime.now(UTC),
                call="a",
                organisation="city",
                region="320400",
                reason="",
                seconds=1,
                answered=True,
            )
        )
        assert (await socket.receive_json(timeout=5))["change"]["now"] == 0
    (row,) = await house.ask("reader", "GET", "/api/flows")
    assert (row["now"], row["today"], row["lost"]) == (0, 2, 1)
    figures = await house.ask("reader", "GET", "/api/flows/small/figures")
    assert figures["nodes"]["ask"] == {
        "entered": 2, "ways": {"1": 1, "hangup": 1}, "seconds": 4.0, "invalid": 0, "hangups": 1,
    }  # fmt: skip
    assert [(one["entered"], one["hangups"]) for one in figures["days"]] == [(2, 1)]
    await house.ask("reader", "GET", "/api/flows/small/figures?since=2026-03-02&until=2026-03-01", status=422)


async def test_nobody_sees_flows_of_another_county(house: HouseOfFlows) -> None:
    body = {"text": GOOD.replace("flow: small", "flow: western\norganisation: west"), "message": "x"}
    await house.ask("admin", "POST", "/api/flows/western/publish", body)
    house.statistics.hear(replace(entered("a", "ask"), flow="western"))
    assert await house.ask("county", "GET", "/api/flows") == []
    for path in ("", "/graph", "/figures", "/revisions", "/revisions/1", "/diff?older=1&newer=1"):
        await house.ask("county", "GET", f"/api/flows/western{path}", status=404)
    async with house.live("county") as socket:
        assert (await socket.receive_json(timeout=5))["snapshot"] == {"nodes": []}


# ── routing ──

CHOICES = [{"flow": "small", "calendar": "office", "during": "closed"}, {"flow": "small"}]


async def test_routing_takes_effect_at_once(house: HouseOfFlows) -> None:
    await publish(house)
    table = await house.ask("reader", "GET", "/api/flow_routing")
    assert (table["routes"], table["flows"]) == ([], {"small": "小流程"})
    assert [(one["number"], one["flow"]) for one in table["answering"]] == [("12345", "small"), ("12328", "small")]
    body = {"routes": [{"number": ["12345"], "choose": CHOICES}], "seen": table["digest"]}
    after = await house.ask("admin", "PUT", "/api/flow_routing", body)
    assert after["routes"][0]["choose"][0]["calendar"] == "office"
    now = datetime(2026, 3, 3, 10)
    assert house.routing.flow(Number.parse("12345"), Calendars(), now, "320400") == "small"
    await house.ask("admin", "PUT", "/api/flow_routing", body, status=409)


async def test_a_bad_table_is_refused(house: HouseOfFlows) -> None:
    await publish(house)
    seen = (await house.ask("admin", "GET", "/api/flow_routing"))["digest"]
    for choices, words in (
        ([{"flow": "smal"}], "没有流程 smal"),
        (CHOICES[:1], "有些时段没有流程接听"),
        ([{"flow": "small"}, {"flow": "small"}], "后面的都不会用到"),
    ):
        body = {"routes": [{"number": ["12345"], "choose": choices}], "seen": seen}
        refused = await house.ask("admin", "PUT", "/api/flow_routing", body, status=422)
        assert words in refused["detail"]
    assert not (house.folder / "routing.yaml").exists()


async def test_a_county_routes_its_own_numbers(house: HouseOfFlows) -> None:
    await publish(house)
    seen = (await house.ask("county", "GET", "/api/flow_routing"))["digest"]
    mine, citys = ({"number": [number], "choose": [{"flow": "small"}]} for number in ("12328", "12345"))
    await house.ask("county", "PUT", "/api/flow_routing", {"routes": [citys], "seen": seen}, status=403)
    after = await house.ask("county", "PUT", "/api/flow_routing", {"routes": [mine], "seen": seen})
    assert after["routes"][0]["number"] == ["12328"]
    together = {"number": ["12328", "12345"], "choose": [{"flow": "small"}]}
    await house.ask("admin", "PUT", "/api/flow_routing", {"routes": [together], "seen": after["digest"]})

    # A county saw the numbers of all others, and with what it saw it could take theirs out of the table.
    table = await house.ask("county", "GET", "/api/flow_routing")
    assert table["routes"] == after["routes"] and [one["number"] for one in table["answering"]] == ["12328"]
    for sent in (citys, together):
        await house.ask("county", "PUT", "/api/flow_routing", {"routes": [sent], "seen": table["digest"]}, status=403)
    await house.ask("county", "PUT", "/api/flow_routing", {"routes": [], "seen": table["digest"]})
    left = await house.ask("admin", "GET", "/api/flow_routing")
    assert [one["number"] for one in left["routes"]] == [["12345"]]

    (house.folder / "routing.yaml").write_text("routes: what")
    seen = (await house.ask("county", "GET", "/api/flow_routing"))["digest"]
    await house.ask("county", "PUT", "/api/flow_routing", {"routes": [mine], "seen": seen}, status=403)


async def test_a_file_that_was_refused_is_a_flow_with_its_faults(house: HouseOfFlows) -> None:
    """A bad file of a new name stood in a log only; nothing of it was seen on a screen."""
    finding = Finding.of(Problem("fresh.yaml", 3, 1, say("nodes-shape")))
    house.library.refused["fresh"] = [finding]
    listed = {one["name"]: one for one in await house.ask("admin", "GET", "/api/flows")}
    assert listed["fresh"]["revision"] == 0
    assert listed["fresh"]["problems"][0]["message"] == "nodes 下应为“节点名: 节点”"
    assert listed["fresh"]["problems"][0]["code"] == "nodes-shape"
    assert (await house.ask("admin", "GET", "/api/flows/fresh"))["problems"][0]["line"] == 3
    house.library.refused.clear()
    assert "fresh" not in [one["name"] for one in await house.ask("admin", "GET", "/api/flows")]


async def test_a_try_out_says_who_calls(house: HouseOfFlows) -> None:
    """The branch for VIPs could not be tried in the console."""
    text = (
        "flow: who\nstart: a\ndefault: c\narguments: {n: number}\nnodes:\n"
        "  a: {when: [{if: \"'vip' in caller.tags and caller.language == 'en' and n == 3 and call.called == '12328'\","
        " next: b}], else: c}\n  b: {end: right}\n  c: {end: wrong}\n"
    )
    body = {"text": text, "tags": ["vip"], "language": "en", "arguments": {"n": 3}, "called": "12328"}
    assert (await house.ask("reader", "POST", "/api/flows/try", body))["outcome"] == "right"
    assert (await house.ask("reader", "POST", "/api/flows/try", {**body, "tags": []}))["outcome"] == "wrong"
