"""Comments and followers on each database: inside only, mentions of readers only, one's own for a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import select, update

from cti.base.bus import Bus
from cti.base.http.routes import PUBLIC
from cti.base.settings import MessageSettings
from cti.base.visitor import system
from cti.office.comments.models import CommentRow
from cti.office.followers.models import FollowerRow
from cti.office.identity.models import PersonRow
from cti.office.identity.people import PersonData
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import RoleData
from cti.office.identity.service import Identity
from cti.office.messages import Messages
from cti.office.messages.service import Told
from cti.office.records import RecordQuery, record_routes
from cti.office.records.exporting import exported
from cti.office.timeline.entries import TimelineQuery
from cti.office.timers.service import Timers
from tests.cti.office.boxes import BASE, CITY, EAST, WEST, BoxFields, Depot, depot
from tests.office import CITY_TOP, cheap_passwords

__all__ = ["depot"]


@dataclass
class Talk:
    """A box in the east, people who are really there, and what they are told."""

    depot: Depot
    box: str
    people: dict[str, str]
    told: list[tuple[str, str, str]] = field(default_factory=list)

    async def say(self, text: str, who: str = "east", *mentions: str, status: int = 201) -> Any:
        body = {"text": text, "mentions": [self.people[one] for one in mentions]}
        found, said = await self.depot.ask("POST", f"/{self.box}/comments", who, json=body)
        assert found == status, said
        return said


@pytest.fixture
async def talk(depot: Depot) -> AsyncIterator[Talk]:
    office = depot.office
    identity = await Identity.open(
        office.store, Bus(), office.clock, CITY_TOP, {"boxes.see": "看", "boxes.edit": "改"}, cheap_passwords()
    )
    readers = RoleData(title="看箱子", permissions=["boxes.see", "boxes.edit"], reach=Reach.SUBTREE)
    await identity.roles.add(system("test"), "readers", readers)
    people = {}
    for login, name, organisation, roles in (
        ("east", "李强", "east", ["readers"]), ("east2", "李小明", "east", ["readers"]),
        ("west", "赵敏", "west", ["readers"]), ("none", "李无权", "east", []), ("city", "王芳", "city", ["readers"]),
    ):  # fmt: skip
        data = PersonData(login=login, name=name, agent_no=None, organisation=organisation, roles=roles)
        people[login] = (await identity.people.add_unchecked(system("test"), data, "nur-zum-probieren-7"))[0].id
    identity.close()
    sessions: Any = depot.sessions
    for login in ("east", "city", "west"):
        sessions.visitors[login] = replace(sessions.visitors[login], person=people[login])
    sessions.visitors["east2"] = replace(sessions.visitors["east"], person=people["east2"], name="李小明")
    messages = Messages(office.store, office.clock, Timers(office.store, office.clock, Bus()), MessageSettings())
    messages.templates.add_kind("record", "关注与提到")
    office.foundations[Messages] = messages
    found = Talk(depot, await depot.box(), people)
    names = {id: login for login, id in people.items()}

    def hear(one: Told) -> None:
        found.told += [(names[person], one.said.title, one.link) for person in sorted(one.persons, key=names.get)]  # type: ignore[arg-type]

    messages.on_told(hear)
    yield found
    messages.close()


async def test_people_talk_about_a_record_and_are_told(talk: Talk) -> None:
    link = f"/boxes/{talk.box}"
    first = await talk.say("请 @李小明 看一下", "east", "east2")
    assert (first["by"], first["mine"], [one["title"] for one in first["mentions"]]) == ("李强", True, ["李小明"])
    assert talk.told == [("east2", "李强在箱子的评论中提到了您", link)]
    await talk.say("看过了", "east2")
    assert talk.told[1:] == [("east", "李小明评论了箱子", link)], "who talks follows, and is not told of himself"
    page = (await talk.depot.ask("GET", f"/{talk.box}/comments?size=1"))[1]
    assert [one["text"] for one in page["items"]] == ["看过了"] and page["next"]
    page = (await talk.depot.ask("GET", f"/{talk.box}/comments", params={"before": page["next"]}))[1]
    assert [one["text"] for one in page["items"]] == ["请 @李小明 看一下"] and not page["next"]
    [shown] = (await talk.depot.boxes.find(CITY, RecordQuery())).items
    assert shown.model_dump()["comment_count"] == 2
    timeline = (await talk.depot.boxes.timeline(CITY, talk.box, TimelineQuery(kinds="comment"))).items
    assert {(one.by, one.text) for one in timeline} == {("李强", "请 @李小明 看一下"), ("李小明", "看过了")}


async def test_only_who_may_read_the_record_is_offered_mentioned_and_told(talk: Talk) -> None:
    """A mention told people of other counties that there was something."""

    async def offered(search: str) -> list[str]:
        return [
            one["title"] for one in (await talk.depot.ask("GET", f"/{talk.box}/comments/people?search={search}"))[1]
        ]

    assert await offered("李") == ["李小明"], "not himself, nor who may see nothing"
    assert await offered("赵") == [] and await offered("%") == [] and await offered("east2") == ["李小明"]
    for one in ("west", "none"):
        assert (await talk.say("看", "east", one, status=422))["code"] == "mentions"
    assert (await talk.depot.ask("POST", f"/{talk.box}/comments", json={"text": "x", "mentions": ["01NOBODY"]}))[
        0
    ] == 422
    assert talk.told == [] and (await talk.depot.ask("GET", f"/{talk.box}/comments"))[1]["items"] == []
    await talk.say("跟进", "east2")
    async with talk.depot.office.store.writing() as session:
        moved = update(PersonRow).where(PersonRow.login == "east2").values(organisation="west")
        await session.execute(moved)
    await talk.say("他调走了", "east")
    assert talk.told == [], "a follower who may not read it any more"


async def test_ones_own_comment_is_changed_or_taken_back_for_a_while(talk: Talk) -> None:
    made = await talk.say("写错了")
    one = f"/{talk.box}/comments/{made['id']}"
    assert (await talk.depot.ask("PUT", one, "east2", json={"text": "我改"}))[0] == 403
    assert (await talk.depot.ask("DELETE", one, "city"))[0] == 403
    status, said = await talk.depot.ask("PUT", one, json={"text": "改好了", "mentions": [talk.people["east2"]]})
    assert (status, said["text"], said["edited"]) == (200, "改好了", True)
    assert [one for one, *_ in talk.told] == ["east2"], "who is new in it is told"
    assert (await talk.depot.ask("DELETE", one))[0] == 204
    [gone] = (await talk.depot.ask("GET", f"/{talk.box}/comments"))[1]["items"]
    assert (gone["removed"], gone["text"], gone["mine"]) == (True, "", False)
    assert (await talk.depot.ask("GET", f"/{talk.box}"))[1]["comment_count"] == 0
    late = await talk.say("太晚了")
    talk.depot.office.clock.advance(30 * 60 + 1)  # type: ignore[attr-defined] # a virtual one
    for method, sent in (("PUT", {"json": {"text": "x"}}), ("DELETE", {})):
        status, said = await talk.depot.ask(method, f"/{talk.box}/comments/{late['id']}", **sent)
        assert (status, said["code"]) == (409, "too_late")


async def test_another_county_learns_nothing_and_nothing_leads_outside(talk: Talk) -> None:
    made = await talk.say("内部：此人多次投诉")
    other = await talk.depot.box(WEST, "西")
    for method, path, sent in (
        ("GET", f"/{talk.box}/comments", {}), ("GET", f"/{talk.box}/comments/people?search=李", {}),
        ("POST", f"/{talk.box}/comments", {"json": {"text": "x"}}), ("GET", f"/{talk.box}/followers", {}),
        ("PUT", f"/{talk.box}/comments/{made['id']}", {"json": {"text": "x"}}),
        ("DELETE", f"/{talk.box}/comments/{made['id']}", {}), ("POST", f"/{talk.box}/followers", {"json": {}}),
        ("DELETE", f"/{talk.box}/followers/me", {}), ("DELETE", f"/{other}/comments/{made['id']}", {}),
    ):  # fmt: skip
        assert (await talk.depot.ask(method, path, "west", **sent))[0] == 404, (method, path)
    routes = record_routes(talk.depot.boxes, BASE)
    assert all(one.permission != PUBLIC for one in routes if "comments" in one.path)
    shown = await talk.depot.boxes.get(EAST, talk.box)
    assert "投诉" not in shown.model_dump_json()
    assert "投诉".encode() not in await exported(talk.depot.boxes, CITY, RecordQuery())


async def test_followers_come_go_and_are_told_what_happens(talk: Talk) -> None:
    async def change(title: str) -> None:
        version = (await talk.depot.boxes.get(EAST, talk.box)).version
        await talk.depot.boxes.edit(
            replace(EAST, person=talk.people["east"]), talk.box, version, BoxFields(title=title)
        )

    status, found = await talk.depot.ask("POST", f"/{talk.box}/followers", "east2", json={})
    assert (status, found["followed"]) == (200, True)
    assert (await talk.depot.ask("GET", f"/{talk.box}", "east2"))[1]["followed"] is True
    assert (await talk.depot.ask("GET", "?followed=true", "east"))[1]["items"] == []
    assert len((await talk.depot.ask("GET", "?followed=true", "east2"))[1]["items"]) == 1
    await change("乙")
    assert talk.told == [("east2", "李强修改了箱子", f"/boxes/{talk.box}")]
    assert (await talk.depot.ask("POST", f"/{talk.box}/followers", json={"person": talk.people["west"]}))[0] == 422
    assert (await talk.depot.ask("POST", f"/{talk.box}/followers", json={"person": talk.people["city"]}))[0] == 200
    left = (await talk.depot.ask("DELETE", f"/{talk.box}/followers/me", "east2"))[1]
    assert [one["name"] for one in left["items"]] == ["王芳"]
    await change("丙")
    assert [who for who, *_ in talk.told[1:]] == ["city"]
    await talk.depot.boxes.remove(EAST, talk.box)
    assert (await talk.depot.ask("POST", f"/{talk.box}/followers", "east2", json={}))[0] == 409
    assert (await talk.depot.ask("POST", f"/{talk.box}/comments", json={"text": "x"}))[0] == 409
    await talk.depot.boxes.purge(EAST, talk.box)
    async with talk.depot.office.store.reading() as session:
        for table in (CommentRow, FollowerRow):
            assert (await session.scalars(select(table))).all() == []


async def test_many_who_comment_and_follow_at_once_lose_nothing(talk: Talk) -> None:
    said = [talk.say(f"第 {n} 条", one) for n in range(4) for one in ("east", "east2", "city")]
    follows = [talk.depot.ask("POST", f"/{talk.box}/followers", "east2", json={}) for _ in range(3)]
    answers = await asyncio.gather(*said, *follows)
    assert all(one[0] in (200, 409) for one in answers[12:])
    page = (await talk.depot.ask("GET", f"/{talk.box}/comments?size=100"))[1]
    assert len({one["text"] + one["by"] for one in page["items"]}) == 12
    assert len((await talk.depot.ask("GET", f"/{talk.box}/followers"))[1]["items"]) == 3
