"""Settings, those who wait, callbacks and figures through the host, as the console and its screens use them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import openpyxl
import pytest
from sqlalchemy import insert

from acd.callbacks.callback import Callback
from acd.editing.api import SettingsApi
from acd.editing.bodies import QueueBody
from acd.editing.desk import AcdSettingsDesk
from acd.editing.service import SettingsService
from acd.floor.api import FloorApi
from acd.floor.floor import Floor
from acd.reports.api import StatisticsApi
from acd.reports.archive import Archive
from acd.reports.sharing import SharingApi
from acd.screens import GROUPS, SCREENS
from acd.service import Acd, WorkItem
from acd.settings.files import load_settings
from acd.settings.skills import parse
from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.numbers.number import Number
from cti.base.settings import AccountSettings
from cti.base.times.business_time import ZONE
from cti.base.visitor import system
from cti.office.identity.api import IdentityApi
from cti.office.identity.directory import Organisation
from cti.office.identity.people import PersonData
from cti.office.identity.roles import RoleData
from cti.office.identity.service import Identity
from cti.office.screens import lint
from cti.store.engine import Store
from cti.store.models import StateRow
from cti.telephony.calls import Calls
from cti.web import Web
from tests.acd.editing.test_desk import HAND, States
from tests.office import cheap_passwords

PASSWORD = "Rain-over-7-hills"
NAMES = {"admin": "admin", "8001": "supervisor", "8101": "county_admin", "8002": "agent", "8102": "agent"}


class Everything:
    """Calls of a house that has none."""

    def find(self, call: str) -> None:
        return None


class Place:
    """A house of people and the matching, with its routes."""

    def __init__(self, folder: Path, store: Store, identity: Identity) -> None:
        (folder / "acd").mkdir()
        (folder / "acd" / "queues.yaml").write_text(HAND.replace("8001", "8002"), "utf-8")
        self.folder, self.store, self.identity = folder, store, identity
        clock = LoopClock()
        self.acd = Acd(clock, load_settings(folder))
        self.acd.callbacks.find_dialler = lambda: cast(Any, SimpleNamespace(can_dial=lambda number: True))
        self.states = States()
        self.desk = AcdSettingsDesk(folder, self.acd, self.states, clock)
        floor = Floor(self.acd, cast(Calls, Everything()), store, identity.audit)
        settings = SettingsService(self.desk, identity.people, store, identity.audit)
        self.web = Web(identity.sessions)
        self.web.add(IdentityApi(identity, self.web.hub.end_session).routes())
        for api in (FloorApi(floor), SettingsApi(settings, self.acd)):
            self.web.add(api.routes())
        archive = Archive(self.acd.statistics, store)
        self.web.add(StatisticsApi(self.acd, archive, identity.people, identity.audit).routes())
        self.web.add(SharingApi(self.acd, archive, identity.people).routes())

    def wait(self, id: str, queue: str, **about: Any) -> None:
        self.acd.enqueue(WorkItem(id, "call", queue, **{"organisation": "city", "region": "320400", **about}))

    async def audited(self) -> list[str]:
        rows = [row async for row in self.identity.audit._entries()]
        return [f"{row.action} {row.subject}" for row in rows if row.action.startswith("acd.")]


@pytest.fixture
async def place(tmp_path: Path, sqlite_store: Store) -> AsyncIterator[Place]:
    top = Organisation("city", "市", "320400", None)
    permissions = {"acd.configure": "维护队列与技能", "acd.levels": "调整", "statistics.export": "导出统计"}
    grants = {"supervisor": ["acd.levels", "statistics.export"], "county_admin": ["acd.levels"]}
    plain = AccountSettings(second_factor="roles")
    identity = await Identity.open(sqlite_store, Bus(), LoopClock(), top, permissions, cheap_passwords(), grants, plain)
    admin = system("test")
    await identity.organisations.add(admin, Organisation("county", "县", "320481", "city"))
    for login, role in NAMES.items():
        organisation = "county" if login[1] == "1" else "city"
        number = login if login.isdecimal() else None
        person = PersonData(login=login, name=f"王{login}", agent_no=number, organisation=organisation, roles=[role])
        await identity.people.add_unchecked(admin, person, PASSWORD)
    found = Place(tmp_path, sqlite_store, identity)
    await found.desk.start(found.states.kept)
    await found.web.start("127.0.0.1", 0)
    yield found
    await found.web.stop()
    found.acd.stop()
    identity.close()


class Console:
    """Somebody who is signed in."""

    def __init__(self, client: aiohttp.ClientSession, base: str) -> None:
        self.client, self.base, self.csrf = client, base, ""

    async def ask(self, method: str, path: str, body: Any = None, *, status: int = 0) -> Any:
        headers = {"X-CSRF": self.csrf}
        async with self.client.request(method, self.base + path, headers=headers, json=body) as answer:
            assert answer.status == status if status else answer.status < 400, await answer.text()
            if "sheet" in answer.content_type:
                return await answer.read()
            return await answer.json() if answer.status != 204 else None


@pytest.fixture
async def sign_in(place: Place) -> AsyncIterator[Any]:
    clients: list[aiohttp.ClientSession] = []

    async def someone(login: str) -> Console:
        clients.append(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
        console = Console(clients[-1], f"http://127.0.0.1:{place.web.port}")
        answer = await console.ask("POST", "/api/session", {"login": login, "password": PASSWORD})
        console.csrf = answer["csrf"]
        return console

    yield someone
    for one in clients:
        await one.close()


def test_screens_fit_the_routes(place: Place) -> None:
    assert lint.problems(SCREENS, place.web.endpoints, components={"acd/SkillMatrix"}) == []
    assert {one.group for one in SCREENS} <= {one.name for one in GROUPS}


async def test_a_queue_is_edited_by_its_form_and_whoever_comes_second_is_told(place: Place, sign_in: Any) -> None:
    admin = await sign_in("admin")
    rows = (await admin.ask("GET", "/api/acd/queues?text=soc"))["items"]
    assert [(row["id"], row["title"], row["steps"], row["version"]) for row in rows] == [
        ("social", "社保专席", ["30 秒后 social >= 2"], 1)
    ]
    form = await admin.ask("GET", "/api/acd/queues/social")
    assert (form["need"], form["ring"], form["full_limit"], form["callback_attempts"]) == ("social >= 4", 20, None, 3)
    form |= {"full_limit": 5, "full_to": "callback", "base": 10, "callback_attempts": 2}
    await admin.ask("PUT", "/api/acd/queues/social", form)
    queue = place.acd.settings.queues["social"]
    assert (queue.overflow.full.limit, queue.priority.base, queue.callback.attempts) == (5, 10, 2)  # type: ignore[union-attr]
    text = (place.folder / "acd" / "queues.yaml").read_text("utf-8")
    assert "# the hard ones" in text and "full: {limit" not in text.replace("full:\n", "")
    second = await admin.ask("PUT", "/api/acd/queues/social", form, status=409)
    assert second["code"] == "changed" and "王admin于" in second["detail"]
    assert second["changes"][0]["fields"] == ["callback", "overflow", "priority"]
    wrong = await admin.ask("PUT", "/api/acd/queues/social", {**form, "version": 2, "full_limit": None}, status=422)
    assert wrong["field"] == "full_limit"
    wrong = await admin.ask("PUT", "/api/acd/queues/social", {**form, "version": 2, "need": "social >"}, status=422)
    assert (wrong["field"], wrong["position"]) == ("need", 8)
    steps = [{"after": 30}, {"after": 60, "need": "soc"}]
    wrong = await admin.ask("PUT", "/api/acd/queues/social", {**form, "version": 2, "steps": steps}, status=422)
    assert wrong["field"] == "steps" and wrong["detail"].startswith("第 2 行，第 1 个字符：没有技能“soc”")
    assert await place.audited() == ["acd.changed acd:queues/social"]


async def test_queues_come_and_go_and_a_change_is_undone(place: Place, sign_in: Any) -> None:
    admin = await sign_in("admin")
    await admin.ask("POST", "/api/acd/queues", {"name": "night", "title": "夜间", "need": "mandarin"})
    assert place.acd.settings.queues["night"].title == "夜间"
    taken = await admin.ask("POST", "/api/acd/queues", {"name": "night"}, status=409)
    assert taken["field"] == "name"
    place.wait("c1", "night")
    await admin.ask("POST", "/api/acd/queues/night/1/remove")
    assert "night" not in place.acd.settings.queues
    assert [one.work for one in place.acd.waiting("night")] == ["c1"], "who waits there is still served"
    history = (await admin.ask("GET", "/api/acd/history"))["items"]
    assert [one["what"] for one in history] == ["删除队列“night”", "新增队列“night”"]
    await admin.ask("POST", f"/api/acd/history/{history[0]['id']}/undo")
    assert place.acd.settings.queues["night"].need == "mandarin"
    assert [one.work for one in place.acd.waiting("night")] == ["c1"]


@pytest.mark.parametrize(
    ("kind", "new", "edit"),
    [
        ("skills", {"name": "粤语", "title": "粤语"}, {"title": "广东话"}),
        ("groups", {"name": "north", "title": "北片"}, {"title": "北区"}),
        ("breaks", {"name": "tea", "title": "茶歇", "limit": 300}, {"title": "茶歇", "at_once": 2}),
        (
            "calendars",
            {"name": "office", "mon": ["08:30-12:00"], "days": [{"day": "2026-10-01"}]},
            {"tue": ["09:00-24:00"]},
        ),
    ],
)
async def test_each_kind_comes_changes_and_goes(
    place: Place, sign_in: Any, kind: str, new: dict[str, Any], edit: dict[str, Any]
) -> None:
    admin = await sign_in("admin")
    path, name = f"/api/acd/{kind}", new["name"]
    await admin.ask("POST", path, new)
    form = await admin.ask("GET", f"{path}/{name}")
    assert form["version"] == 1
    await admin.ask("PUT", f"{path}/{name}", {**edit, "version": 1})
    row = next(one for one in (await admin.ask("GET", path))["items"] if one["id"] == name)
    assert (row["version"], row["changed_by"]) == (2, "王admin")
    await admin.ask("POST", f"{path}/{name}/1/remove", status=409)
    await admin.ask("POST", f"{path}/{name}/2/remove")
    await admin.ask("GET", f"{path}/{name}", status=404)
    assert load_settings(place.folder) == place.acd.settings


async def test_hours_that_are_wrong_are_told_at_their_weekday(place: Place, sign_in: Any) -> None:
    admin = await sign_in("admin")
    for body, field in (
        ({"tue": ["8:30-12:00"]}, "tue"),
        ({"days": [{"day": "2026-10-01", "hours": ["18:00-09:00"]}]}, "days"),
        ({"days": [{"day": "1st of May"}]}, "days.0.day"),
    ):
        wrong = await admin.ask("POST", "/api/acd/calendars", {"name": "office", **body}, status=422)
        assert wrong["field"] == field, wrong
    form = await admin.ask("GET", "/api/acd/agents/8002")
    assert form["skills"] == [{"skill": "social", "level": 3}, {"skill": "mandarin", "level": 2}]
    form["skills"][0]["skill"] = "french"
    wrong = await admin.ask("PUT", "/api/acd/agents/8002", form, status=422)
    assert wrong["field"] == "skills" and "没有技能“french”" in wrong["detail"]


async def test_levels_are_set_in_the_matrix_all_or_none(place: Place, sign_in: Any) -> None:
    admin = await sign_in("admin")
    matrix = await admin.ask("GET", "/api/acd/matrix?text=800")
    assert [one["value"] for one in matrix["skills"]] == ["mandarin", "social"]
    assert [(one["agent"], one["version"], one["levels"]) for one in matrix["items"]] == [
        ("8001", 0, {"mandarin": 3}),
        ("8002", 1, {"social": 3, "mandarin": 2}),
    ]
    cells = [
        {"agent": "8001", "skill": "social", "level": 5, "version": 0},
        {"agent": "8002", "skill": "mandarin", "level": 0, "version": 1},
        {"agent": "8002", "skill": "social", "level": 4, "version": 1},
    ]
    await admin.ask("PUT", "/api/acd/matrix", {"cells": cells})
    assert place.acd.agent("8001").skills == {"mandarin": 3, "social": 5}
    assert place.acd.agent("8002").skills == {"social": 4}
    await admin.ask("PUT", "/api/acd/matrix", {"cells": cells}, status=409)
    bad = [{"agent": "8001", "skill": "french", "level": 1, "version": 1}]
    assert "没有技能" in (await admin.ask("PUT", "/api/acd/matrix", {"cells": bad}, status=422))["detail"]


async def test_a_county_admin_has_his_own_agents_and_no_queues(place: Place, sign_in: Any) -> None:
    roles = place.identity.roles
    role = await roles.find(system("test"), "county_admin")
    may = RoleData(
        title=role.title,
        permissions=sorted({*role.permissions, "acd.configure"}),
        reach=role.reach,
        level=role.level,
    )
    await roles.edit(system("test"), role.name, role.version, may)
    admin = await sign_in("8101")
    assert [one["id"] for one in (await admin.ask("GET", "/api/acd/agents"))["items"]] == ["8101", "8102"]
    await admin.ask("PUT", "/api/acd/agents/8102", {"version": 0, "skills": [{"skill": "social", "level": 2}]})
    assert place.acd.agent("8102").skills == {"social": 2}
    await admin.ask("GET", "/api/acd/agents/8002", status=404)
    await admin.ask(
        "PUT", "/api/acd/agents/8002", {"version": 1, "skills": [{"skill": "social", "level": 5}]}, status=404
    )
    cells = [{"agent": "8002", "skill": "social", "level": 5, "version": 1}]
    await admin.ask("PUT", "/api/acd/matrix", {"cells": cells}, status=404)
    await admin.ask("PUT", "/api/acd/skills/social", {"version": 1, "title": "x"}, status=404)
    place.wait("city-call", "social")
    place.wait("county-call", "social", organisation="county", region="320481")
    assert [one["id"] for one in (await admin.ask("GET", "/api/acd/waiting"))["items"]] == ["county-call"]
    await admin.ask("POST", "/api/acd/waiting/city-call/priority", {"points": 9}, status=404)


async def test_a_supervisor_changes_the_levels_of_an_agent_within_reach(place: Place, sign_in: Any) -> None:
    """A supervisor had to ask the system's administrator when an agent should take other calls from now on."""
    near, county, agent = await sign_in("8001"), await sign_in("8101"), await sign_in("8002")
    path = "/api/acd/agents/8002/levels"
    form = await near.ask("GET", path)
    assert form == {"version": 1, "skills": [{"skill": "social", "level": 3}, {"skill": "mandarin", "level": 2}]}
    before = place.desk.settings.agent("8002")
    changed = {"version": 1, "skills": [{"skill": "social", "level": 5}]}
    await agent.ask("PUT", path, changed, status=403)
    await county.ask("PUT", path, changed, status=404)
    await county.ask("GET", path, status=404)
    assert place.desk.settings.agent("8002") == before
    await near.ask("PUT", path, changed)
    assert place.acd.agent("8002").skills == {"social": 5}
    now = place.desk.settings.agent("8002")
    assert now.model_copy(update={"skills": before.skills}) == before, "nothing else is another"
    assert "acd.changed acd:agents/8002" in await place.audited()
    await near.ask("PUT", path, changed, status=409)
    wrong = {"version": 2, "skills": [{"skill": "french", "level": 1}]}
    assert "没有技能" in (await near.ask("PUT", path, wrong, status=422))["detail"]
    await near.ask("GET", "/api/acd/agents/8002", status=403)


async def test_without_the_permission_nothing_is_shown_or_changed(place: Place, sign_in: Any) -> None:
    agent, boss = await sign_in("8002"), await sign_in("8001")
    for path in ("waiting", "callbacks", "statistics", "queues", "history", "matrix"):
        await agent.ask("GET", f"/api/acd/{path}", status=403)
    await boss.ask("GET", "/api/acd/queues", status=403)
    await boss.ask("PUT", "/api/acd/skills/social", {"version": 1, "title": "x"}, status=403)
    await agent.ask("POST", "/api/acd/waiting/c1/priority", {"points": 1}, status=403)


async def test_an_expression_is_checked_while_somebody_types(place: Place, sign_in: Any) -> None:
    admin = await sign_in("admin")
    for need, position, words in (
        ("social >= 9", 10, "级别应为 0 到 5"),
        ("social and", 10, "此处应为技能名称，却结束了"),
        ("socal", 0, "没有技能“socal”"),
        ("(social", 7, "右括号"),
        ("social mandarin", 7, "此处应为 and、or 或结尾"),
        ("social § 2", 7, "无法识别“§”"),
    ):
        answer = await admin.ask("POST", "/api/acd/check_need", {"need": need})
        assert (answer["ok"], answer["position"]) == (False, position)
        assert words in answer["message"]
    answer = await admin.ask("POST", "/api/acd/check_need", {"need": "social >= 3"})
    assert (answer["ok"], answer["agents"], answer["message"]) == (True, 1, "单独设置的座席中有 1 名符合（8002）")
    assert not answer["warning"]


async def test_an_expression_that_nobody_meets_is_no_success(place: Place, sign_in: Any) -> None:
    """A queue asked for what no agent had, and the form showed a green tick: its callers would have waited for ever."""
    admin = await sign_in("admin")
    answer = await admin.ask("POST", "/api/acd/check_need", {"need": "social >= 5 and mandarin >= 5"})
    assert (answer["ok"], answer["warning"]) == (True, True)
    assert answer["message"] == "表达式正确，但现在没有座席符合"
    for everybody in ("", "social >= 0"):
        answer = await admin.ask("POST", "/api/acd/check_need", {"need": everybody})
        assert (answer["ok"], answer["warning"]) == (True, False), everybody


def test_the_examples_beside_an_expression_are_right() -> None:
    """Help to the expressions was one English line, and none stood at the steps; each example is one that parses."""
    need, steps = (QueueBody.model_fields[key].json_schema_extra["x-form"] for key in ("need", "steps"))  # type: ignore[index,call-overload]
    for words, pattern in ((need["help"], r"例.：([^（\n]+(?:\([^)]*\))?)（"), (steps["help"], r"放宽到 ([^，\n]+)")):
        examples = re.findall(pattern, words)
        assert len(examples) == 2, words
        for example in examples:
            parse(example)
    assert {row["key"]: row.get("check") for row in steps["rows"]}["need"] == need["check"]


async def test_who_waits_and_why_and_what_a_supervisor_does(place: Place, sign_in: Any) -> None:
    boss = await sign_in("8001")
    place.wait("c1", "social", caller=Number.parse("13800000001").digits)
    place.wait("c2", "social", vip=True, priority=5.0)
    place.wait("c3", "general", called="12345")
    rows = (await boss.ask("GET", "/api/acd/waiting?queue=social"))["items"]
    assert [(row["id"], row["position"], row["state"]) for row in rows] == [("c2", 1, "waiting"), ("c1", 2, "waiting")]
    assert rows[0]["reasons"].startswith("流程 +5；重点来电人 +100")
    assert rows[1]["caller"] == "138****0001" and rows[1]["need"] == "social >= 4"
    await boss.ask("POST", "/api/acd/waiting/c1/priority", {"points": 200})
    rows = (await boss.ask("GET", "/api/acd/waiting?queue=social"))["items"]
    assert [row["id"] for row in rows] == ["c1", "c2"]
    assert "王8001调整 +200" in rows[0]["reasons"]
    await boss.ask("POST", "/api/acd/waiting/c1/priority", {"points": 0}, status=422)
    sent: list[tuple[str, str]] = []
    place.acd.on_decision(lambda told: sent.append((told.work, told.target)) if told.event == "overflowed" else None)
    await boss.ask("POST", "/api/acd/waiting/c1/move", {"queue": "social"}, status=422)
    await boss.ask("POST", "/api/acd/waiting/c1/move", {"queue": "gone"}, status=422)
    await boss.ask("POST", "/api/acd/waiting/c1/move", {"queue": "general"})
    await boss.ask("POST", "/api/acd/waiting/c2/take_out", {"to": "voicemail"})
    assert sent == [("c1", "queue:general"), ("c2", "voicemail")]
    place.wait("c1", "general")  # as his session does when it is told
    rows = (await boss.ask("GET", "/api/acd/waiting?queue=general"))["items"]
    assert [row["id"] for row in rows] == ["c1", "c3"], "what was given goes along"
    await boss.ask("POST", "/api/acd/waiting/c2/move", {"queue": "general"}, status=404)
    assert [line.split()[0] for line in await place.audited()] == ["acd.raise", "acd.move", "acd.take_out"]


async def test_callbacks_are_listed_moved_up_and_cancelled(place: Place, sign_in: Any) -> None:
    boss = await sign_in("8001")
    later = datetime.now(UTC) + timedelta(minutes=5)
    owed = Callback("k1", Number.parse("13800000002").digits, "general", 0.0, organisation="city", region="320400")
    place.acd.callbacks.add(owed)
    place.acd.callbacks.citizen_here("k1")
    place.acd.callbacks.not_reached(owed, "busy")
    (row,) = (await boss.ask("GET", "/api/acd/callbacks?state=later"))["items"]
    assert (row["id"], row["number"], row["result"], row["attempts_most"]) == ("k1", "13800000002", "busy", 3)
    assert abs((datetime.fromisoformat(row["next_at"]) - later).total_seconds()) < 20
    await boss.ask("POST", "/api/acd/callbacks/k1/now")
    await boss.ask("POST", "/api/acd/callbacks/k1/now", status=409)
    (waiter,) = (await boss.ask("GET", "/api/acd/waiting"))["items"]
    assert waiter["medium"] == "callback"
    await boss.ask("POST", f"/api/acd/waiting/{waiter['id']}/move", {"queue": "social"})
    assert [one["queue_title"] for one in (await boss.ask("GET", "/api/acd/callbacks"))["items"]] == ["社保专席"]
    await boss.ask("POST", "/api/acd/callbacks/k1/cancel")
    await boss.ask("POST", "/api/acd/callbacks/k1/cancel", status=404)
    (row,) = (await boss.ask("GET", "/api/acd/callbacks"))["items"]
    assert row["state"] == "cancelled" and row["ended_at"]


async def test_figures_by_interval_day_and_altogether_as_list_chart_and_spreadsheet(place: Place, sign_in: Any) -> None:
    boss = await sign_in("8001")
    place.acd.sign_in("8002")
    place.wait("c1", "general")
    work = place.acd.matching.works["c1"]
    assert work.reservation is not None
    place.acd.matching.offers.answered(work.reservation)
    place.acd.call_ended("c1")
    place.wait("c2", "social")
    place.acd.call_ended("c2")
    place.acd.message_left("c2", "social", 12.5)
    for split in ("interval", "day", "total"):
        rows = (await boss.ask("GET", f"/api/acd/statistics?split={split}"))["items"]
        by_queue = {row["queue_title"]: row for row in rows}
        assert (by_queue["general"]["answered"], by_queue["general"]["service_level"]) == (1, 100.0)
        assert (by_queue["社保专席"]["short_abandoned"], by_queue["社保专席"]["service_level"]) == (1, None)
        assert (by_queue["general"]["messages"], by_queue["社保专席"]["messages"]) == (0, 1)
    total = await boss.ask("GET", "/api/acd/statistics/total?queue=general")
    assert (total["entered"], total["connect_rate"], total["occupancy"] is not None) == (1, 100.0, True)
    (point,) = (await boss.ask("GET", "/api/acd/statistics/chart"))["items"]
    assert (point["answered"], point["short_abandoned"]) == (1, 1)
    book = openpyxl.load_workbook(io.BytesIO(await boss.ask("GET", "/api/acd/statistics/export?split=total")))
    sheet = [[cell.value for cell in row] for row in book.active.iter_rows()]  # type: ignore[union-attr]
    assert sheet[0][:4] == ["开始", "队列", "进入", "接听"]
    assert {row[1]: row[2:4] for row in sheet[1:]} == {"general": [1, 1], "社保专席": [1, 0]}
    assert {row[1]: row[sheet[0].index("留言")] for row in sheet[1:]} == {"general": 0, "社保专席": 1}
    (agent,) = (await boss.ask("GET", "/api/acd/agent_statistics"))["items"]
    assert (agent["id"], agent["answered"], agent["name"]) == ("8002", 1, "王8002")
    since = (datetime.now(UTC) - timedelta(days=500)).isoformat().replace("+00:00", "Z")
    await boss.ask("GET", f"/api/acd/statistics?from={since}", status=422)


async def test_figures_of_days_that_left_the_memory_come_from_the_store(place: Place, sign_in: Any) -> None:
    old = datetime.now(UTC) - timedelta(days=30)
    rows = [
        {
            "kind": "acd_past_figures",
            "key": f"queue {int(old.timestamp())} general",
            "data": '{"entered": 7, "answered": 6}',
        },
        {"kind": "acd_past_figures", "key": f"agent {old.date().isoformat()} 8002", "data": '{"answered": 6}'},
        {"kind": "acd_past_figures", "key": "queue 1000000000 general", "data": '{"entered": 99}'},
    ]
    async with place.store.writing() as session:
        await session.execute(insert(StateRow), rows)
    boss = await sign_in("8001")
    since = (old - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    (row,) = (await boss.ask("GET", f"/api/acd/statistics?from={since}"))["items"]
    assert (row["entered"], row["answered"], row["connect_rate"]) == (7, 6, 100.0)
    (agent,) = (await boss.ask("GET", f"/api/acd/agent_statistics?from={since}"))["items"]
    assert agent["answered"] == 6


async def test_staff_of_each_queue_is_proposed_from_what_came_in_that_hour_before(place: Place, sign_in: Any) -> None:
    """Each of two sees his own queues and agents; who can serve both goes where callers would wait longest."""
    boss, county = await sign_in("8001"), await sign_in("8101")
    week_ago = datetime.now(ZONE).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=7)
    kept = {
        "general": {"entered": 40, "answered": 30, "abandoned": 10, "abandoned_wait": 600.0, "answered_wait": 600.0,
                    "talks": 30, "talk": 3000.0},
        "social": {"entered": 4, "answered": 4, "talks": 4, "talk": 400.0},
    }  # fmt: skip
    async with place.store.writing() as session:
        await session.execute(insert(StateRow), [
            {"kind": "acd_past_figures", "key": f"queue {int(week_ago.timestamp())} {queue}", "data": json.dumps(data)}
            for queue, data in kept.items()
        ])  # fmt: skip
    weekend = "weekend" if week_ago.weekday() >= 5 else "workday"
    days = 8 if weekend == "weekend" else 20
    place.acd.sign_in("8002")
    place.acd.sign_in("8001")
    path = f"/api/acd/sharing?hour=9&days={weekend}"
    general, social = (await boss.ask("GET", path))["items"]
    assert (general["id"], general["able"], general["agents"]) == ("general", 2, 1), "8002 is the only one of the other"
    assert (social["id"], social["able"], social["agents"]) == ("social", 1, 1)
    assert general["calls"] == round(40 / days, 1) and general["handling"] == 110
    assert (general["who"], social["who"]) == ("8001", "8002")
    assert general["state"] == ("lacking" if general["lacking"] else "enough")
    assert general["wait"] > 0 and general["needed"] >= 1 and general["lacking"] == general["needed"] - 1
    (quiet, *_) = (await boss.ask("GET", f"/api/acd/sharing?hour=3&days={weekend}"))["items"]
    assert (quiet["calls"], quiet["agents"], quiet["needed"], quiet["level"]) == (0, 0, 0, None)
    assert (quiet["state"], quiet["who"]) == ("none", "")
    assert len((await boss.ask("GET", f"{path}&people=all"))["items"]) == 2
    assert (await county.ask("GET", path))["items"] == []
    await boss.ask("GET", "/api/acd/sharing?hour=24", status=422)
