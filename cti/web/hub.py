"""Live topics over WebSocket: a snapshot, then changes, at most ten frames a second and client.

A change has a key: a newer one replaces an older one that was not sent yet. Each change is serialised once for all
clients, and so is each frame that several of them get alike. A client gets no frame while the one before is on its
way; one that does not keep up loses its changes and gets a new snapshot when it can take one.

Client → server: `{"subscribe": TOPIC}`, `{"unsubscribe": TOPIC}`. Server → client: `{"topic", "snapshot"}`,
`{"topic", "change"}`, `{"error": {topic, code, detail}}`; several of them in one frame come as a JSON array.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from aiohttp import WSMsgType, web

from cti.base.http import guard, problems
from cti.base.http.routes import SIGNED_IN
from cti.base.http.topics import Topic
from cti.base.refusal import Refusal
from cti.base.visitor import Visitor

log = structlog.get_logger(__name__)

TICK = 0.1
QUEUE = 2000
"""Messages waiting for one client; beyond, it gets a new snapshot instead."""

MESSAGE_BYTES = 4096
HEARTBEAT = 20.0
CHECK_SECONDS = 5.0
STUCK_SECONDS = 30.0
"""How long a frame may wait for a client before it is dropped."""

SIGNED_OUT, TOO_MANY = 4401, 4429
CLIENTS = 3000
PERSONS_CLIENTS = 30
"""Sockets at once, of all and of one person: windows that were forgotten, not a crowd."""


@dataclass(slots=True)
class _Change:
    data: Any
    about: Any


@dataclass(slots=True, eq=False)
class _Client:
    socket: web.WebSocketResponse
    token: str
    address: str
    browser: str
    visitor: Visitor
    transport: asyncio.Transport | None
    topics: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    pending: dict[tuple[str, str], bytes] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    busy: bool = False
    """Whether a frame with snapshots is being made or was just sent."""
    waiting_since: float | None = None
    """Since when the frame before is on its way."""

    def put(self, topic: str, key: str, message: bytes) -> None:
        if topic in self.stale:
            return
        # Taken out first, so that what is newest also comes last.
        self.pending.pop((topic, key), None)
        self.pending[topic, key] = message
        if len(self.pending) > QUEUE:
            self.pending.clear()
            self.stale |= self.topics


class Hub:
    """All topics and clients. Belongs to the loop's thread."""

    def __init__(self, sessions: guard.Sessions) -> None:
        self._sessions = sessions
        self._topics: dict[str, Topic] = {}
        self._changes: dict[tuple[str, str, str | None], _Change] = {}
        self._clients: set[_Client] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._encoder = msgspec.json.Encoder()
        self._dirty = asyncio.Event()

    @property
    def clients(self) -> int:
        """How many are connected."""
        return len(self._clients)

    @property
    def topics(self) -> list[str]:
        """What can be subscribed to."""
        return list(self._topics)

    def people_at(self, topic: str) -> set[str]:
        """The ids of those who have subscribed to a topic now."""
        return {one.visitor.person for one in self._clients if topic in one.topics}

    def is_at(self, topic: str, agent: str) -> bool:
        """Whether the agent of this number has subscribed to a topic now."""
        return any(topic in one.topics and one.visitor.agent_no == agent for one in self._clients)

    def add(self, topic: Topic) -> Callable[[], None]:
        """Offer a topic; returns the undo. ValueError when the name is taken."""
        if topic.name in self._topics:
            raise ValueError(f"two topics are named {topic.name}")
        self._topics[topic.name] = topic

        def undo() -> None:
            self._topics.pop(topic.name, None)
            for client in self._clients:
                client.topics.discard(topic.name)

        return undo

    def change(self, topic: str, key: str, data: Any, person: str | None = None, about: Any = None) -> None:
        """Tell a change to the topic's clients, or only to those of `person` (an id or an agent number).

        `data` must not be altered afterwards. `about` is what the topic's `sees` decides by, where not the data.
        """
        self._changes.pop((topic, key, person), None)
        self._changes[topic, key, person] = _Change(data, data if about is None else about)
        self._dirty.set()

    def start(self) -> None:
        """Begin to deliver what topics tell, and to watch that sessions still hold."""
        for work in (self._deliver(), self._watch()):
            self._spawn(work)

    async def stop(self) -> None:
        """Close the sockets of all pages; they come back to the next engine."""
        clients = list(self._clients)
        await asyncio.gather(*(one.socket.close(code=1001) for one in clients), return_exceptions=True)
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def end_session(self, session: str) -> None:
        """Close the clients of a session that was ended."""
        found = [one for one in self._clients if one.visitor.session == session]
        await asyncio.gather(*(one.socket.close(code=SIGNED_OUT) for one in found), return_exceptions=True)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Handle `GET /ws`: a page's socket, until it is closed."""
        address, browser, token = guard.address_of(request), guard.browser_of(request), guard.token_of(request)
        try:
            guard.check_origin(request)
        except Refusal as refusal:
            return problems.of_refusal(refusal)
        if len(self._clients) >= CLIENTS:
            return problems.of_status(503)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=MESSAGE_BYTES, compress=False)
        if not socket.can_prepare(request).ok:
            return problems.of_status(400)
        await socket.prepare(request)
        visitor = await self._sessions.visitor(token, address, browser) if token else None
        if visitor is None:
            # A browser tells its script the close code, but never the status of a refused upgrade.
            await socket.close(code=SIGNED_OUT)
            return socket
        if sum(one.visitor.person == visitor.person for one in self._clients) >= PERSONS_CLIENTS:
            await socket.close(code=TOO_MANY)
            return socket
        client = _Client(socket, token, address, browser, visitor, request.transport)
        self._clients.add(client)
        sender = self._spawn(self._send(client))
        try:
            await self._listen(client)
        finally:
            self._clients.discard(client)
            sender.cancel()
        return socket

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _listen(self, client: _Client) -> None:
        async for message in client.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                said = msgspec.json.decode(message.data, type=dict[str, str])
            except msgspec.DecodeError:
                self._error(client, "bad_message", "无法识别的消息")
                continue
            if "subscribe" in said:
                self._subscribe(client, said["subscribe"])
            elif "unsubscribe" in said:
                client.topics.discard(said["unsubscribe"])
                client.stale.discard(said["unsubscribe"])
            else:
                self._error(client, "bad_message", "无法识别的消息")

    def _subscribe(self, client: _Client, name: str) -> None:
        topic = self._topics.get(name)
        if topic is None:
            self._error(client, "no_topic", f"没有主题：{name[:40]}", name[:40])
        elif topic.permission != SIGNED_IN and not client.visitor.may(topic.permission):
            self._error(client, "not_allowed", f"没有权限订阅：{name}", name)
        else:
            client.topics.add(name)
            client.stale.add(name)
            client.wake.set()

    def _error(self, client: _Client, code: str, detail: str, topic: str = "") -> None:
        message = {"error": {"topic": topic, "code": code, "detail": detail}}
        client.put("", f"{code} {topic}", self._encoder.encode(message))
        client.wake.set()

    async def _deliver(self) -> None:
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            self._distribute()
            await asyncio.sleep(TICK)

    def _distribute(self) -> None:
        changes, self._changes = self._changes, {}
        # What is told to one person costs the same however many others are connected.
        persons: dict[str, list[_Client]] = {}
        if any(person is not None for _, _, person in changes):
            for client in self._clients:
                for known in {client.visitor.person, client.visitor.agent_no or client.visitor.person}:
                    persons.setdefault(known, []).append(client)
        for (name, key, person), change in changes.items():
            topic = self._topics.get(name)
            near = self._clients if person is None else persons.get(person, ())
            to = [one for one in near if name in one.topics]
            if topic is None or not to:
                continue
            try:
                to = [one for one in to if topic.sees(one.visitor, key, change.about)]
                message = self._encoder.encode({"topic": name, "change": change.data})
            except Exception:
                log.exception("change cannot be sent", topic=name, key=key)
                continue
            for client in to:
                client.put(name, key, message)
        frames: dict[tuple[int, ...], bytes] = {}
        now = time.monotonic()
        for client in self._clients:
            if client.stale:
                client.wake.set()
            elif client.pending and not client.busy and not self._write(client, frames, now):
                self._dirty.set()

    def _write(self, client: _Client, frames: dict[tuple[int, ...], bytes], now: float) -> bool:
        """Send a client its changes without waiting for anything; whether that could be done."""
        transport = client.transport
        if transport is None or transport.is_closing() or client.socket.closed:
            return True
        if transport.get_write_buffer_size():
            client.waiting_since = client.waiting_since or now
            return False
        client.waiting_since = None
        # Messages are shared by clients, and none is made while they are written: an id stands for one message.
        key = tuple(map(id, client.pending.values()))
        frame = frames.get(key)
        if frame is None:
            frame = frames[key] = _text_frame(_joined(list(client.pending.values())))
        client.pending.clear()
        transport.write(frame)
        return True

    async def _send(self, client: _Client) -> None:
        with contextlib.suppress(ConnectionError):
            while not client.socket.closed:
                await client.wake.wait()
                client.wake.clear()
                client.busy = True
                # Told before these snapshots were made, and so part of them: a change never comes after a newer state.
                messages = list(client.pending.values())
                client.pending.clear()
                messages += await self._snapshots(client)
                if messages:
                    client.waiting_since = time.monotonic()
                    await client.socket.send_frame(_joined(messages), WSMsgType.TEXT)
                    client.waiting_since = None
                    await asyncio.sleep(TICK)
                client.busy = False
                if client.pending or client.stale:
                    client.wake.set()

    async def _snapshots(self, client: _Client) -> list[bytes]:
        messages: list[bytes] = []
        while client.stale:
            name = client.stale.pop()
            topic = self._topics.get(name)
            if topic is None or name not in client.topics:
                continue
            try:
                found = topic.snapshot(client.visitor)
                if inspect.isawaitable(found):
                    found = await found
                messages.append(self._encoder.encode({"topic": name, "snapshot": found}))
            except Exception:
                log.exception("snapshot failed", topic=name)
                client.topics.discard(name)
                self._error(client, "failed", f"暂时无法订阅：{name}", name)
        return messages

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            now = time.monotonic()
            for client in list(self._clients):
                if client.waiting_since is not None and now - client.waiting_since > STUCK_SECONDS:
                    # No close frame would pass what is stuck before it.
                    if client.transport is not None:
                        client.transport.abort()
                    continue
                visitor = await self._sessions.visitor(client.token, client.address, client.browser)
                if visitor is None:
                    self._spawn(self._sign_out(client))
                else:
                    self._accept(client, visitor)

    def _accept(self, client: _Client, visitor: Visitor) -> None:
        """Take over what the person may do now, and whose rows that reaches."""
        before, client.visitor = client.visitor, visitor
        if (visitor.permissions, visitor.reaches) != (before.permissions, before.reaches):
            # What he no longer reaches stands on his screen, until he has the whole anew.
            client.stale |= client.topics
            client.wake.set()
        for name in list(client.topics):
            topic = self._topics.get(name)
            if topic is None or not (topic.permission == SIGNED_IN or visitor.may(topic.permission)):
                client.topics.discard(name)

    async def _sign_out(self, client: _Client) -> None:
        with contextlib.suppress(ConnectionError):
            await client.socket.close(code=SIGNED_OUT)


def _joined(messages: list[bytes]) -> bytes:
    return messages[0] if len(messages) == 1 else b"[" + b",".join(messages) + b"]"


def _text_frame(payload: bytes) -> bytes:
    """A whole text message of a server (RFC 6455 5.2)."""
    size = len(payload)
    if size < 126:
        return b"\x81" + size.to_bytes(1, "big") + payload
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload
