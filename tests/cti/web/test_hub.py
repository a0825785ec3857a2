import asyncio
import json
import socket
import time
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import WSMsgType

from cti.base.http.routes import SIGNED_IN
from cti.base.http.topics import Topic
from cti.web import hub as hub_module
from cti.web.hub import PERSONS_CLIENTS, QUEUE


def everybody(visitor, key, about):
    return True


@dataclass
class Board:
    """A board whose snapshot is its cells."""

    cells: dict[str, int]

    def snapshot(self, visitor):
        return {"cells": dict(self.cells), "for": visitor.person}


@pytest.fixture
def board(web):
    board = Board({"a": 1})
    web.hub.add(Topic("board", "board.see", board.snapshot, everybody))
    web.hub.add(Topic("agent", SIGNED_IN, board.snapshot, everybody))
    return board


class Screen:
    """A client that understands frames as the console does."""

    def __init__(self, socket):
        self.socket = socket
        self.waiting = []
        self.frames = 0

    async def say(self, **message):
        await self.socket.send_str(json.dumps(message))

    async def hear(self, seconds=3.0):
        while not self.waiting:
            async with asyncio.timeout(seconds):
                frame = await self.socket.receive()
            assert frame.type is WSMsgType.TEXT, frame
            found = json.loads(frame.data)
            self.frames += 1
            self.waiting = found if isinstance(found, list) else [found]
        return self.waiting.pop(0)

    async def closed(self):
        async with asyncio.timeout(3):
            while (await self.socket.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR):
                pass
        return self.socket.close_code


@pytest.fixture
async def screen(browse):
    opened = []

    async def open_one(token, *topics, **rest):
        socket = await browse.live(token, **rest)
        opened.append(socket)
        found = Screen(socket)
        for topic in topics:
            await found.say(subscribe=topic)
            assert (await found.hear())["topic"] == topic
        return found

    yield open_one
    for one in opened:
        await one.close()


async def test_a_snapshot_comes_first_then_changes(web, board, screen):
    boss = await screen("boss")
    await boss.say(subscribe="board")
    assert await boss.hear() == {"topic": "board", "snapshot": {"cells": {"a": 1}, "for": "8001"}}
    web.hub.change("board", "a", {"a": 2})
    assert await boss.hear() == {"topic": "board", "change": {"a": 2}}


async def test_a_newer_change_replaces_an_older_one_and_others_keep_their_order(web, board, screen):
    boss = await screen("boss", "board")
    for key, value in (("a", 1), ("b", 1), ("a", 2), ("c", 1), ("a", 3)):
        web.hub.change("board", key, {key: value})
    assert [(await boss.hear())["change"] for _ in range(3)] == [{"b": 1}, {"c": 1}, {"a": 3}]


async def test_at_most_ten_frames_a_second_whatever_happens(web, board, screen):
    boss = await screen("boss", "board")
    boss.frames = 0
    begun = time.monotonic()
    number = 0
    while time.monotonic() - begun < 1.0:
        number += 1
        web.hub.change("board", f"story{number}", {"number": number})
        await asyncio.sleep(0.005)
    heard = [(await boss.hear())["change"]["number"] for _ in range(number)]
    assert heard == list(range(1, number + 1)), "none is lost, none is out of order"
    assert boss.frames <= 10 * (time.monotonic() - begun) + 1


async def test_a_change_during_a_slow_snapshot_is_not_lost(web, screen):
    inside = asyncio.Event()
    go_on = asyncio.Event()

    async def slow(visitor):
        inside.set()
        await go_on.wait()
        return {"old": True}

    web.hub.add(Topic("slow", SIGNED_IN, slow, everybody))
    boss = await screen("boss")
    await boss.say(subscribe="slow")
    await inside.wait()
    web.hub.change("slow", "a", {"new": True})
    await asyncio.sleep(0.25)
    go_on.set()
    assert await boss.hear() == {"topic": "slow", "snapshot": {"old": True}}
    assert await boss.hear() == {"topic": "slow", "change": {"new": True}}


async def test_one_persons_changes_reach_that_person_only(web, board, screen):
    mine, others = await screen("agent", "agent"), await screen("other", "agent")
    web.hub.change("agent", "state", {"state": "ready"}, person="1001")
    web.hub.change("agent", "state", {"state": "break"}, person="1002")
    assert (await mine.hear())["change"] == {"state": "ready"}
    assert (await others.hear())["change"] == {"state": "break"}
    web.hub.change("agent", "all", {})
    assert (await mine.hear())["change"] == (await others.hear())["change"] == {}


async def test_a_topic_can_hide_changes_by_what_they_are(web, board, screen):
    seen = Topic("mine", SIGNED_IN, board.snapshot, sees=lambda visitor, key, data: data["person"] == visitor.person)
    web.hub.add(seen)
    boss, agent = await screen("boss", "mine"), await screen("agent", "mine")
    web.hub.change("mine", "1", {"person": "1001"})
    web.hub.change("mine", "2", {"person": "8001"})
    assert (await boss.hear())["change"] == {"person": "8001"}
    assert (await agent.hear())["change"] == {"person": "1001"}


async def test_topics_need_their_permission_and_must_exist(web, board, screen):
    agent = await screen("agent")
    for topic, code in (("board", "not_allowed"), ("nothing", "no_topic")):
        await agent.say(subscribe=topic)
        heard = await agent.hear()
        assert (heard["error"]["code"], heard["error"]["topic"]) == (code, topic)
    web.hub.change("board", "a", {})
    await agent.say(subscribe="agent")
    assert (await agent.hear())["topic"] == "agent"


async def test_unsubscribed_topics_are_silent(web, board, screen):
    boss = await screen("boss", "board", "agent")
    await boss.say(unsubscribe="board")
    await asyncio.sleep(0.1)
    web.hub.change("board", "a", {})
    web.hub.change("agent", "a", {})
    assert (await boss.hear())["topic"] == "agent"


@pytest.mark.parametrize("garbage", ["", "{", "[]", "7", '{"subscribe": 7}', '{"shout": "board"}', '{"a": {"b": []}}'])
async def test_garbage_is_answered_and_does_no_harm(web, board, screen, garbage):
    boss = await screen("boss")
    await boss.socket.send_str(garbage)
    assert (await boss.hear())["error"]["code"] == "bad_message"
    await boss.socket.send_bytes(b"\x00")
    await boss.say(subscribe="board")
    assert (await boss.hear())["topic"] == "board"


async def test_a_huge_message_closes_the_socket(web, board, screen):
    boss = await screen("boss")
    await boss.socket.send_str("x" * 100_000)
    assert await boss.closed() == 1009


async def test_a_topic_that_fails_is_told_and_the_others_go_on(web, board, screen):
    web.hub.add(Topic("broken", SIGNED_IN, lambda visitor: 1 / 0, everybody))
    boss = await screen("boss", "board")
    await boss.say(subscribe="broken")
    assert (await boss.hear())["error"] == {"topic": "broken", "code": "failed", "detail": "暂时无法订阅：broken"}
    web.hub.change("board", "x", object())
    web.hub.change("board", "a", {"a": 5})
    assert (await boss.hear())["change"] == {"a": 5}


async def test_nobody_and_other_sites_get_no_socket(web, board, browse, screen):
    for token in (None, "stolen"):
        assert await (await screen(token)).closed() == 4401
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await browse.live("boss", headers={"Origin": "http://evil.example"})
    assert caught.value.status == 403
    await screen("boss", "board", headers={"Origin": browse.base})
    assert (await browse("GET", "/ws", "boss")).status == 400


async def test_one_person_has_a_bounded_number_of_sockets_and_others_are_not_touched(web, board, screen):
    many = [await screen("agent", "agent") for _ in range(PERSONS_CLIENTS)]
    assert await (await screen("agent")).closed() == 4429
    await screen("other", "agent")
    await many[0].socket.close()
    await asyncio.sleep(0.1)
    await screen("agent", "agent")


async def test_a_session_that_ends_closes_its_sockets(web, board, screen):
    boss, agent = await screen("boss", "board"), await screen("agent", "agent")
    await web.hub.end_session("s-8001")
    assert await boss.closed() == 4401
    web.hub.change("agent", "a", {})
    assert (await agent.hear())["topic"] == "agent"
    assert web.hub.clients == 1


async def test_an_expired_session_and_a_lost_permission_are_noticed(web, board, screen, sessions, monkeypatch):
    monkeypatch.setattr(hub_module, "CHECK_SECONDS", 0.05)
    # The watch sleeps for its first, long interval: a hub of its own begins with the short one.
    await web.hub.stop()
    web.hub.start()
    boss, agent = await screen("boss", "board"), await screen("agent", "agent")
    del sessions.visitors["agent"]
    assert await agent.closed() == 4401
    sessions.visitors["boss"] = sessions.visitors["other"]
    await asyncio.sleep(0.2)
    web.hub.change("board", "a", {})
    web.hub.change("agent", "a", {})
    await boss.say(subscribe="agent")
    assert (await boss.hear())["topic"] == "agent"


async def test_a_client_that_does_not_keep_up_gets_a_new_snapshot(web, board, screen):
    boss, slow = await screen("boss", "board"), await screen("other")
    await slow.say(subscribe="agent")
    await slow.hear()
    for number in range(QUEUE + 10):
        web.hub.change("board", f"cell{number}", {"number": number})
    board.cells = {"new": 7}
    heard = await boss.hear()
    assert heard == {"topic": "board", "snapshot": {"cells": {"new": 7}, "for": "8001"}}
    web.hub.change("board", "a", {"after": True})
    assert (await boss.hear())["change"] == {"after": True}


class Silent:
    """A client that subscribes and then reads nothing until it is told to."""

    def __init__(self, browse, port):
        self.headers = browse.headers("boss")
        self.port = port

    async def __aenter__(self):
        plain = socket.socket()
        # So small that the server's own buffers fill at once.
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plain.setblocking(False)
        await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", self.port))
        self.reader, self.writer = await asyncio.open_connection(sock=plain, limit=2**24)
        said = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        self.writer.write(
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{said}\r\n".encode()
        )
        await self.reader.readuntil(b"\r\n\r\n")
        await self.say(b'{"subscribe": "board"}')
        assert (await self.hear())[0]["topic"] == "board"
        self.writer.transport.pause_reading()
        return self

    async def say(self, payload):
        self.writer.write(b"\x81" + bytes([0x80 | len(payload)]) + bytes(4) + payload)

    async def hear(self):
        """The messages of the next frame."""
        async with asyncio.timeout(5):
            size = (await self.reader.readexactly(2))[1]
            if size > 125:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
            found = json.loads(await self.reader.readexactly(size))
        return found if isinstance(found, list) else [found]

    async def __aexit__(self, *_):
        self.writer.transport.abort()


async def test_a_client_that_stops_reading_costs_bounded_memory_and_comes_back_with_a_snapshot(
    web, board, browse, screen
):
    quick = await screen("agent", "agent")
    async with Silent(browse, web.port) as slow:
        (client,) = [one for one in web.hub._clients if one.visitor.person == "8001"]
        for turn in range(30):
            for cell in range(200):
                web.hub.change("board", f"{turn}.{cell}", {"turn": turn, "text": "x" * 2000})
            web.hub.change("agent", "turn", {"turn": turn})
            assert (await quick.hear())["change"] == {"turn": turn}, "others are not held up"
            assert len(client.pending) <= QUEUE
        assert client.transport.get_write_buffer_size() < 2_000_000
        board.cells = {"new": 7}
        slow.writer.transport.resume_reading()
        last = None
        while last is None or "snapshot" not in last:
            last = (await slow.hear())[-1]
        assert last["snapshot"]["cells"] == {"new": 7}
        web.hub.change("board", "a", {"after": True})
        assert (await slow.hear())[-1] == {"topic": "board", "change": {"after": True}}


async def test_a_client_that_takes_nothing_for_long_is_dropped(web, board, browse, monkeypatch):
    monkeypatch.setattr(hub_module, "CHECK_SECONDS", 0.1)
    monkeypatch.setattr(hub_module, "STUCK_SECONDS", 0.5)
    await web.hub.stop()
    web.hub.start()
    async with Silent(browse, web.port):
        assert web.hub.clients == 1
        for turn in range(40):
            for cell in range(100):
                web.hub.change("board", f"{cell}", {"turn": turn, "text": "x" * 20_000})
            await asyncio.sleep(0.1)
            if not web.hub.clients:
                break
        assert web.hub.clients == 0


@pytest.mark.parametrize("size", [0, 40, 125, 126, 60_000, 65_535, 65_536, 200_000])
async def test_frames_of_every_size_arrive_whole(web, board, screen, size):
    boss = await screen("boss", "board")
    web.hub.change("board", "a", "字" * (size // 3))
    assert (await boss.hear())["change"] == "字" * (size // 3)


async def test_a_removed_topic_can_come_back(web, board, screen):
    undo = web.hub.add(Topic("plugin", SIGNED_IN, board.snapshot, everybody))
    with pytest.raises(ValueError, match="two topics"):
        web.hub.add(Topic("plugin", SIGNED_IN, board.snapshot, everybody))
    boss = await screen("boss", "plugin")
    undo()
    web.hub.change("plugin", "a", {})
    web.hub.add(Topic("plugin", SIGNED_IN, board.snapshot, everybody))
    await boss.say(subscribe="plugin")
    assert "snapshot" in await boss.hear()


async def test_stopping_closes_all_sockets(web, board, screen):
    boss = await screen("boss", "board")
    await web.stop()
    assert await boss.closed() in (1001, 1006)
