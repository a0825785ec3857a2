"""A running house with tickets of a city and two counties, and everybody who may ask it for them over HTTP and live."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from cti.base.ids import new_id
from cti.base.visitor import system
from cti.office.files.service import Files
from cti.office.identity.directory import Organisation
from cti.office.identity.people import PersonData
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import RoleData
from cti.office.identity.service import Identity
from cti.process.app import Engine
from cti.store.engine import Store
from tests.engine_without_switch import PASSWORD, engine_without_switch, signed_in
from workflow.supervision.models import CardRow
from workflow.tickets.models import TicketCallRow

HOUSE = system("test")
CALL = "01CALLABOUTALLTICKETS00000"
"""A call about all tickets: who asks for its tickets finds his own among them."""
ORGANISATIONS = (
    Organisation("water", "水务局", "320400", "city"),
    Organisation("mains", "供水公司", "320400", "water"),
    Organisation("roads", "市政局", "320400", "city"),
    Organisation("parks", "园林局", "320400", "city"),
    Organisation("east", "东县热线", "320404", "city"),
    Organisation("east_roads", "东县市政局", "320404", "east"),
    Organisation("west", "西县热线", "320411", "city"),
)
PEOPLE = {
    "leader": ("city", ["supervisor", "maker"]), "registrar": ("city", ["agent"]), "colleague": ("city", ["agent"]),
    "reviewer": ("city", ["reviewer"]), "inspector": ("city", ["inspector"]),
    "water": ("water", ["below"]), "mains": ("mains", ["below"]), "roads": ("roads", ["below"]),
    "parks": ("parks", ["below"]), "clerk": ("water", ["department"]),
    "east": ("east", ["county"]), "east_roads": ("east_roads", ["below"]), "west": ("west", ["county"]),
}  # fmt: skip
"""Where each works and what he is: people of counties and departments have all permissions there are, so that nothing
but their reach stands between them and what is not theirs."""
KEYS = {"key": "leader", "key_of_east": "east"}
"""Programs, and in whose name each asks."""
VISITORS = ("admin", *PEOPLE, *KEYS)

CITY_WIDE = {"admin", "leader", "reviewer", "inspector", "key"}
AGENTS = {"registrar", "colleague"}
EAST = {"east", "key_of_east"}
SEEN: dict[str, set[str]] = {
    "plain": {*CITY_WIDE, *AGENTS, "water", "clerk", "mains", "roads"},
    "secret": {*CITY_WIDE, *AGENTS, "water", "clerk", "roads"},
    "waiting": {*CITY_WIDE, *AGENTS},
    "given": {*CITY_WIDE, *AGENTS, *EAST},
    "east": {*CITY_WIDE, *EAST, "east_roads"},
    "west": {*CITY_WIDE, "west"},
}
"""Who sees which ticket."""
INSIDE: dict[str, set[str]] = {
    **dict.fromkeys(("plain", "secret", "waiting", "given"), CITY_WIDE | AGENTS),
    "east": CITY_WIDE | EAST,
    "west": CITY_WIDE | {"west"},
}
"""Of whose own hotline it is: only they know what is said inside, and who asks."""
KNOWS: dict[str, set[str]] = INSIDE | {"secret": {"admin", "leader", "registrar", "key"}}
"""Who may know who asks. The others see the name and number masked, of the confidential one nothing."""
TAGS: dict[str, set[str]] = {name: who - {"inspector", *KEYS} for name, who in INSIDE.items()}
"""Who sees operation tags: a key takes them nowhere."""
TOLD_BELOW = {"admin", *CITY_WIDE, *AGENTS, "water", "clerk", "mains"}
"""Who reads what the lead department tells its own unit: no assistant."""
SUPERVISED: dict[str, set[str]] = {
    "plain": {"admin", "leader", "inspector", "reviewer", "key", "water", "clerk"},
    "east": {"admin", "leader", "inspector", "reviewer", "key", "east_roads", *EAST},
}
"""Who sees the card and the supervision of the ticket's department."""
NUMBERS = {name: f"1390000{place}8{place}1" for place, name in enumerate(SEEN)}
"""The citizens' telephone numbers."""


@dataclass(frozen=True)
class Thing:
    """A record with what stands below it, the words that betray it, and who may see it."""

    name: str
    base: str
    ids: dict[str, str]
    seen: set[str]


@dataclass
class Town:
    """The house, the headers of everybody, all things."""

    engine: Engine
    url: str
    client: aiohttp.ClientSession
    who: dict[str, dict[str, str]] = field(default_factory=dict)
    things: list[Thing] = field(default_factory=list)
    betrays: dict[str, tuple[str, set[str]]] = field(default_factory=dict)
    """Words and ids, what each is, and who may hear it."""
    heard: dict[str, list[str]] = field(default_factory=dict)
    """What everybody was told live while all of it happened."""

    async def ask(self, who: str, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """The status and all that was said, of files what stands in them."""
        sent = {"json": body} if body is not None else {}
        async with self.client.request(method, self.url + path, headers=self.who[who], **sent) as answer:
            return answer.status, plain(await answer.read())

    async def done(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """What was answered to a request that must be good."""
        status, said = await self.ask(who, method, path, body)
        assert status < 300, (who, method, path, status, said)
        return json.loads(said) if said else None

    @property
    def routes(self) -> list[tuple[str, str]]:
        """All methods and paths of the house."""
        return [(one.route.method, one.route.path) for one in self.engine.web.endpoints]

    def leaks(self, who: str, said: str, *, asked: str = "") -> list[str]:
        """What somebody was told and may not know; `asked` are words that were his own."""
        heard = said.replace(asked, "") if asked else said
        return [what for word, (what, may) in self.betrays.items() if who not in may and word in heard]


def plain(body: bytes) -> str:
    """Text as it is; of a spreadsheet or a document all that stands in its parts."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            body = b"\n".join(file.read(name) for name in file.namelist())
    return body.decode("utf-8", "replace")


@asynccontextmanager
async def town_of(data: Path, environment: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """A house with all its people and no ticket yet."""
    async with AsyncExitStack() as stack:
        house = engine_without_switch(data, environment, more="accounts: {second_factor: roles}\n")
        engine, url = await stack.enter_async_context(house)
        client = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        identity = engine.services.need(Identity)
        everything = sorted(identity.permissions)
        for name, permissions, reach in (
            ("county", everything, Reach.REGION), ("below", everything, Reach.SUBTREE),
            ("maker", ["keys.make"], Reach.ALL),
        ):  # fmt: skip
            await identity.roles.add(HOUSE, name, RoleData(title=name, permissions=permissions, reach=reach))
        for one in ORGANISATIONS:
            await identity.organisations.add(HOUSE, one)
        town = Town(engine, url, client, {"admin": await signed_in(url, "admin")})
        for number, (login, (organisation, roles)) in enumerate(PEOPLE.items()):
            data_of = PersonData(
                login=login, name=login, agent_no=str(3100 + number), organisation=organisation, roles=roles
            )
            await identity.people.add_unchecked(HOUSE, data_of, PASSWORD)
            town.who[login] = await signed_in(url, login)
        for name, owner in KEYS.items():
            town.who[name] = await _key(town, identity, owner)
        yield town


async def _key(town: Town, identity: Identity, owner: str) -> dict[str, str]:
    """With all that its owner may give away."""
    own = await town.done(owner, "GET", "/api/options/own-permissions")
    asked = {"title": "程序", "scopes": [one["value"] for one in own], "per_minute": 6000}
    made = await town.done(owner, "POST", "/api/session/keys", asked)
    return {"Authorization": f"Bearer {made['secret']}"}


async def fill(town: Town) -> None:
    """Tickets of all three hotlines on their ways, with all that can hang on one, a card and a supervision of two."""
    for name in SEEN:
        owner = name if name in ("east", "west") else "registrar"
        town.things.append(await _ticket(town, name, owner))
    for name, unit, region in (("plain", "water", "320400"), ("east", "east_roads", "320404")):
        town.things += await _supervision(town, name, unit, region)
    town.things += [Thing(one.name, "/api/v1/tickets", one.ids, one.seen) for one in town.things[: len(SEEN)]]


async def _ticket(town: Town, name: str, owner: str) -> Thing:
    words = {what: f"{what}{name}㐂" for what in ("标题", "内容", "地址", "诉求人", "标签", "备注", "评论", "附件")}
    said = {
        "title": words["标题"], "content": words["内容"], "address": words["地址"], "caller_name": words["诉求人"],
        "contact": NUMBERS[name], "type": "complaint", "confidential": name == "secret",
    }  # fmt: skip
    made = await town.done(owner, "POST", "/api/tickets", said)
    path = f"/api/tickets/{made['id']}"
    at = town.engine.clock.wall()
    async with town.engine.services.need(Store).writing() as session:
        session.add(
            TicketCallRow(id=new_id(), ticket=made["id"], call=CALL, purpose="added", organisation=made["organisation"],
                          at=at, person="", by="")
        )  # fmt: skip
    comment = await town.done(owner, "POST", f"{path}/comments", {"text": words["评论"]})
    tags = {"tags": [words["标签"]], "tag_note": words["备注"], "version": made["version"]}
    await town.done(owner, "PUT", f"{path}/tags", tags)
    file = await _file(town, owner, path, words["附件"])
    await _on_its_way(town, name, path)
    see, inside = SEEN[name], INSIDE[name]
    town.betrays |= {
        word: (f"{what} of {name}", see) for what, word in words.items() if what in ("标题", "内容", "地址", "附件")
    }
    town.betrays |= {made["id"]: (f"id of {name}", see), made["number"]: (f"number of {name}", see)}
    town.betrays |= {words[what]: (f"{what} of {name}", TAGS[name]) for what in ("标签", "备注")}
    town.betrays |= {words["评论"]: (f"comment on {name}", inside)}
    town.betrays |= dict.fromkeys((words["诉求人"], NUMBERS[name]), (f"who asks in {name}", KNOWS[name]))
    ids = {"id": made["id"], "file": file, "comment": comment["id"], "title": words["标题"], "number": made["number"]}
    return Thing(name, "/api/tickets", ids, see)


async def _on_its_way(town: Town, name: str, path: str) -> None:
    """Given to departments, to a county, or waiting for the review."""
    if name in ("plain", "secret"):
        await town.done("registrar", "POST", f"{path}/acts/submit", {})
        given = {"lead": "water", "assisting": ["roads"], "note": "请办理"}
        await town.done("leader", "POST", f"{path}/acts/dispatch", given)
    if name == "plain":
        tasks = (await town.done("water", "GET", f"{path}/tasks"))["items"]
        told = {"units": ["mains"], "note": "下级说明㐂"}
        await town.done("water", "POST", f"{path}/acts/down?task={tasks[0]['id']}", told)
        town.betrays[told["note"]] = ("what the lead told its unit", TOLD_BELOW)
    if name in ("waiting", "given"):
        await town.done("registrar", "POST", f"{path}/acts/submit", {})
    if name == "given":
        await town.done("leader", "POST", f"{path}/acts/county", {"unit": "east"})
    if name == "east":
        await town.done("east", "POST", f"{path}/acts/dispatch", {"lead": "east_roads"})


async def _file(town: Town, who: str, path: str, text: str) -> str:
    """The id of a file that somebody added."""
    identity, token = town.engine.services.need(Identity), f"a-token-{new_id()}"
    person = (await town.done(who, "GET", "/api/session"))["person"]
    visitor = await identity.people.visitor_of(dict(zip(PEOPLE, map(str, range(3100, 3200)), strict=False))[who])
    assert visitor is not None and person

    async def pieces() -> AsyncIterator[bytes]:
        yield text.encode()

    uploads = town.engine.services.need(Files).uploads
    await uploads.begin(visitor, token, f"{text}.txt", len(text.encode()))
    await uploads.receive(visitor, token, 0, pieces())
    added = await town.done(who, "POST", f"{path}/files", {"tokens": [token]})
    id: str = added["items"][0]["id"]
    return id


async def _supervision(town: Town, name: str, unit: str, region: str) -> list[Thing]:
    """A red card of the department and a supervision of it, each with a file."""
    now, card, seen = town.engine.clock.wall(), new_id(), SUPERVISED[name]
    of = next(one for one in town.things if one.name == name)
    owner = "east" if name == "east" else "city"
    words = {what: f"{what}{name}㐂" for what in ("缘由", "情况", "意见", "牌附件", "督办附件")}
    texts = dict.fromkeys(
        ("lifted_why", "situation", "ground", "appeal", "checked", "opinion", "decided_by", "point", "person"), ""
    )
    async with town.engine.services.need(Store).writing() as session:
        session.add(
            CardRow(
                id=card, organisation=owner, region="320404" if owner == "east" else "320400", unit=unit,
                unit_region=region, created_at=now, updated_at=now, kind="ticket", record=of.ids["id"],
                number=of.ids["number"], name=of.ids["title"], link="", root=card, case=card, clock="sign",
                clock_title="签收时限", process="department", part="department", colour="red", started_at=now,
                due_at=now, given_at=now, reason=words["缘由"], events=[], state="open", escalated=0, **texts,
            )
        )  # fmt: skip
    said = {
        "ticket": of.ids["id"],
        "source": "other",
        "unit": unit,
        "situation": words["情况"],
        "opinion": words["意见"],
    }
    inspector = "east" if name == "east" else "leader"
    manual = (await town.done(inspector, "POST", "/api/supervision/manual", said))["id"]
    things = []
    for kind, id, file in (("cards", card, words["牌附件"]), ("manual", manual, words["督办附件"])):
        path = f"/api/supervision/{kind}"
        comment = await town.done(inspector, "POST", f"{path}/{id}/comments", {"text": f"{file}评"})
        ids = {"id": id, "file": await _file(town, inspector, f"{path}/{id}", file), "comment": comment["id"]}
        things.append(Thing(f"{kind} of {name}", path, ids, seen))
        town.betrays[id] = (f"id of {kind} of {name}", seen)
    town.betrays |= {word: (f"{what} of {name}", seen) for what, word in words.items()}
    return things
