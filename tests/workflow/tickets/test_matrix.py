"""Everybody asks every route of the house for every ticket: nobody hears of one that is not his, on no way.

The routes, and the live topics, are read from the running house's own tables. A new one below `/api/tickets` or
`/api/supervision` is asked by itself; one that needs a body, a query or an id that is not known here makes this red.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.workflow.tickets.matrix_town import CALL, KEYS, NUMBERS, SEEN, VISITORS, Thing, Town, fill, town_of

BASES = ("/api/tickets", "/api/v1/tickets", "/api/supervision/cards", "/api/supervision/manual")
"""Where things stand that belong to somebody."""
OF_THE_HOUSE = (
    *(f"/api/tickets/{one}" for one in (
        "categories", "catalogue", "limits", "events", "imports", "import_mappings", "calls", "tasks", "duty", "next",
        "options", "tally", "bulk", "numbers")),
    "/api/v1/tickets/external", "/api/supervision/points", "/api/supervision/{agent}",
)  # fmt: skip
"""Below these stands no ticket by its id; the rows of counties there are held by the test of the house's isolation."""
IDS = {"action": "recall", "person": "01somebody", "link": "01somelink", "page": "1", "external": "x"}
QUERIES: dict[str, tuple[str, ...]] = {
    "/api/tickets": ("?size=100", "?search={title}", "?search={number}", "?search={contact}", "?search={four}"),
    "/api/tickets/history": ("?number={contact}", "?number={four}"),
    "/api/tickets/alike": ("?title={title}",),
    "/api/tickets/export": ("", "?search={title}"),
    "/api/tickets/{id}/print": ("?format=docx",),
    **{f"{base}/{{id}}/{part}/people": ("?search=x",) for base in BASES for part in ("followers", "comments")},
    "/api/tickets/{id}/links/others": ("?kind=citizen", "?kind=ticket"),
    "/api/tickets/options/open": ("", "?search={number}", "?search={title}"),
    "/api/search": ("?words={title}", "?words={number}"),
    "/api/answers": ("?path=/api/tickets",),
    "/api/options/citations": ("?search={title}",),
}
"""What is asked besides, each once for every ticket."""
ELSEWHERE = ("colleague", "inspector", "clerk", "roads", "parks", "east", "west", "key_of_east")
"""Who asks the routes of other modules."""
BODIES: dict[str, Any] = {
    "PUT /api/tickets/{id}": {"title": "小区停水", "content": "停水两天", "version": 1},
    "PUT /api/tickets/{id}/tags": {"tags": ["重点"], "version": 1},
    "POST /api/tickets/{id}/callers": {"contact": "13900003002"},
    "POST /api/tickets/{id}/acts/{action}": {"reason": "x"},
    "POST /api/tickets/{id}/followers": {},
    "POST /api/tickets/{id}/links": {"kind": "citizen", "record": "x"},
    **{f"POST {base}/{{id}}/files": {"tokens": ["a-token-of-somebody"]} for base in BASES},
    **{f"PUT {base}/{{id}}/files/{{file}}": {"name": "x"} for base in BASES},
    **{f"POST {base}/{{id}}/comments": {"text": "x"} for base in BASES},
    **{f"PUT {base}/{{id}}/comments/{{comment}}": {"text": "x"} for base in BASES},
    "POST /api/v1/tickets/{id}/additions": {"external": "x", "note": "x"},
    "POST /api/v1/tickets/{id}/answers": {"external": "x", "answer": "x"},
    "POST /api/supervision/manual/{id}/acts/{action}": {"reason": "x"},
    "POST /api/supervision/cards/{id}/handle": {"situation": "已处理"},
    "POST /api/supervision/cards/{id}/appeal": {"ground": "other", "appeal": "没有超时"},
    "POST /api/supervision/cards/{id}/decide": {"granted": True, "opinion": "同意"},
}
"""What a change is sent with, so that nothing but the row out of reach can refuse it."""


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One for all tests here: none of them changes anything."""
    async with AsyncExitStack() as stack:
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        town = await stack.enter_async_context(town_of(tmp_path_factory.mktemp("matrix") / "data", environment))
        async with AsyncExitStack() as connections:
            sockets = {who: await listening(town, who, connections) for who in VISITORS if who not in KEYS}
            await fill(town)
            told = await asyncio.gather(*map(messages, sockets.values()))
        town.heard = dict(zip(sockets, told, strict=True))
        yield town


async def listening(town: Town, who: str, stack: AsyncExitStack) -> aiohttp.ClientWebSocketResponse:
    """A connection on which somebody has asked for every topic."""
    socket = await stack.enter_async_context(town.client.ws_connect(f"{town.url}/ws", headers=town.who[who]))
    for topic in town.engine.web.hub.topics:
        await socket.send_json({"subscribe": topic})
    return socket


def filled(path: str, thing: Thing) -> str:
    """A path with the ids of a thing."""
    return re.sub(r"{(\w+)}", lambda one: {**IDS, **thing.ids}.get(one[1], f"<{one[1]}>"), path)


def asked(path: str, things: Iterable[Thing]) -> list[str]:
    """A list's path with all that it is asked, once for every ticket."""
    found = []
    for query in QUERIES.get(path, ("",)):
        for thing in things if "{" in query else list(things)[:1]:
            contact = NUMBERS[thing.name]
            found.append(path + query.format(**thing.ids, contact=contact, four=contact[-4:]))
    return found


def ones(town: Town, base: str, *, reading: bool) -> list[tuple[str, str]]:
    """The routes of one record at a time below a base."""
    return [
        (method, path) for method, path in town.routes
        if (method == "GET") is reading and path.startswith(f"{base}/{{id}}")
    ]  # fmt: skip


async def test_every_route_of_tickets_is_known(town: Town) -> None:
    """A route below theirs that stands nowhere here is asked of nobody."""
    for method, path in town.routes:
        if not path.startswith(("/api/tickets", "/api/v1/tickets", "/api/supervision")) or "{" not in path:
            continue
        is_one = any(path.startswith(f"{base}/{{id}}") for base in BASES)
        assert is_one or path.startswith(OF_THE_HOUSE), f"{method} {path}: whose rows does it show?"


async def test_no_list_search_export_count_or_message_tells_of_a_ticket_that_is_not_ones_own(town: Town) -> None:
    """Every GET route of the whole house that takes no id, and the lists of a call and of the menu."""
    tickets = [one for one in town.things if one.base == "/api/tickets"]
    paths = [path for method, path in town.routes if method == "GET" and "{" not in path]
    paths += [f"/api/tickets/calls/{CALL}/tickets"]
    paths += [f"/api/tiles/{name}/counts" for name in await tiles(town)]
    leaking = []
    heard = {}
    for path in paths:
        of_tickets = path in QUERIES or path.startswith(("/api/tickets", "/api/v1", "/api/supervision", "/api/tiles"))
        for who in VISITORS if of_tickets else ELSEWHERE:
            for one in asked(path, tickets):
                status, said = await town.ask(who, "GET", one)
                assert status < 500, (who, one, said)
                own = one.partition("=")[2] if "=" in one else ""
                leaking += [(who, one, what) for what in town.leaks(who, said, asked=own)]
                if one == "/api/tickets?size=100" and status == 200:
                    heard[who] = json.loads(said)
    assert leaking == []
    for who, page in heard.items():
        wanted = {name for name, seen in SEEN.items() if who in seen}
        assert len(page["items"]) == page["total"] == len(wanted), who
    assert set(heard) == set(VISITORS)
    for who in VISITORS:
        wanted = sum(who in seen for seen in SEEN.values())
        for path in paths:
            if path.startswith("/api/tickets/tally/"):
                counts = await town.done(who, "GET", path)
                assert sum(one["count"] for one in counts["items"] if one["count"]) <= wanted, (who, path, counts)


async def tiles(town: Town) -> list[str]:
    """What the console's first page counts for who may do all."""
    screens = await town.done("admin", "GET", "/api/screens")
    return [one["name"] for one in screens.get("tiles", [])]


async def test_nothing_of_a_ticket_that_is_not_ones_own_is_read_by_its_id(town: Town) -> None:
    """Pages, trails, tasks, attachments, comments, printouts: others find none, and the rest no more than theirs."""
    leaking, odd = [], []
    for thing in town.things:
        for method, path in ones(town, thing.base, reading=True):
            good = 0
            for who in VISITORS:
                for query in QUERIES.get(path, ("",)):
                    status, said = await town.ask(who, method, filled(path, thing) + query)
                    leaking += [(who, thing.name, path, what) for what in town.leaks(who, said)]
                    good += status < 300 or status == 409
                    if who not in thing.seen and status not in (403, 404):
                        odd.append((who, thing.name, path, status, said))
            if not good:
                odd.append(("nobody", thing.name, path, "answered nobody: the matrix does not know how to ask it", ""))
    assert (leaking, odd) == ([], [])


async def test_nothing_of_a_ticket_that_is_not_ones_own_is_changed(town: Town) -> None:
    """By its id or with many others."""
    odd = []
    for thing in town.things:
        for method, path in ones(town, thing.base, reading=False):
            for who in VISITORS:
                if who in thing.seen:
                    continue
                status, said = await town.ask(who, method, filled(path, thing), BODIES.get(f"{method} {path}"))
                if status not in (403, 404) or town.leaks(who, said):
                    odd.append((who, thing.name, f"{method} {path}", status, said))
    assert odd == []
    for method, path in town.routes:
        if not path.startswith("/api/tickets/bulk/"):
            continue
        for thing in town.things:
            for who in VISITORS if thing.base == "/api/tickets" else ():
                if who not in thing.seen:
                    body = {"ids": [thing.ids["id"]]}
                    status, said = await town.ask(who, method, path.replace("{action}", "submit"), body)
                    assert status == 200, (who, path, said)
                    answer = json.loads(said)
                    assert answer.get("done", answer.get("good")) == 0, (who, path, said)


async def test_nothing_of_a_ticket_that_is_not_ones_own_comes_live(town: Town) -> None:
    """Everybody listened to every topic that he may hear while all of it happened."""
    heard = town.heard
    leaking = [(who, what, said) for who, all in heard.items() for said in all for what in town.leaks(who, said)]
    assert leaking == []
    for who, all in heard.items():
        for topic in town.engine.web.hub.topics:
            assert f'"{topic}"' in "".join(all), (who, topic, "was neither told nor refused")
    assert "标题plain㐂" in "".join(heard["water"]), "a department is told live what it was given"


async def messages(socket: aiohttp.ClientWebSocketResponse, seconds: float = 0.7) -> list[str]:
    """All that comes until nothing came for so long."""
    found = []
    try:
        while True:
            found.append(str((await socket.receive(timeout=seconds)).data))
    except TimeoutError:
        return found
