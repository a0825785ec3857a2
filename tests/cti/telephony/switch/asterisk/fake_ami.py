"""A manager that answers as main/manager.c does, as far as the client asks."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import TypeAlias, cast

Action: TypeAlias = dict[str, str]


class ManagerSession(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, manager: FakeManager) -> None:
        self.manager = manager
        self.actions: list[Action] = []
        self.lost = False
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.manager.sessions.append(self)
        self.transport.write(self.manager.greeting)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            text, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
            action = dict(line.split(": ", 1) for line in text.decode().split("\r\n"))
            self.actions.append(action)
            name = action["Action"]
            answer = self.manager.answers.get(name, getattr(self, f"on_{name.lower()}", ManagerSession.unknown))
            answer(self, action)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True

    def names(self) -> list[str]:
        return [action["Action"] for action in self.actions]

    def send(self, *lines: str) -> None:
        self.transport.write("".join(f"{line}\r\n" for line in lines).encode() + b"\r\n")

    def event(self, name: str, **headers: str) -> None:
        self.send(f"Event: {name}", *(f"{key}: {value}" for key, value in headers.items()))

    def respond(self, action: Action, response: str = "Success", **headers: str) -> None:
        lines = [f"{key}: {value}" for key, value in headers.items()]
        self.send(f"Response: {response}", f"ActionID: {action['ActionID']}", *lines)

    def unknown(self, action: Action) -> None:
        self.respond(action, "Error", Message="Invalid/unknown command")

    @staticmethod
    def on_challenge(session: ManagerSession, action: Action) -> None:
        session.respond(action, Challenge="123456")

    @staticmethod
    def on_login(session: ManagerSession, action: Action) -> None:
        key = hashlib.md5(b"123456" + session.manager.secret.encode()).hexdigest()
        if action["Username"] != "engine" or action["Key"] != key:
            session.respond(action, "Error", Message="Authentication failed")
            session.transport.close()
            return
        session.respond(action, Message="Authentication accepted")
        if session.manager.booted:
            session.event("FullyBooted", Status="Fully Booted")

    @staticmethod
    def on_filter(session: ManagerSession, action: Action) -> None:
        session.respond(action, Message="Success")

    @staticmethod
    def on_ping(session: ManagerSession, action: Action) -> None:
        session.respond(action, Ping="Pong")

    @staticmethod
    def on_coreshowchannels(session: ManagerSession, action: Action) -> None:
        session.respond(action, EventList="start", Message="Channels will follow")
        for channel in session.manager.channels:
            session.event("CoreShowChannel", ActionID=action["ActionID"], Channel=channel)
        session.event("CoreShowChannelsComplete", ActionID=action["ActionID"], EventList="Complete", ListItems="0")


class FakeManager:
    """Listens on ("127.0.0.1", 5038) of the running loop; `answers` replaces the answer to an action by name."""

    def __init__(self, secret: str = "s3cret") -> None:
        self.secret = secret
        self.booted = True
        self.greeting = b"Asterisk Call Manager/11.0.0\r\n"
        self.channels: list[str] = []
        self.answers: dict[str, Callable[[ManagerSession, Action], None]] = {}
        self.sessions: list[ManagerSession] = []
        self._server: asyncio.AbstractServer | None = None

    async def listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: ManagerSession(self), "127.0.0.1", 5038)

    def vanish(self) -> None:
        """As when Asterisk is killed: no listener, no connection."""
        assert self._server is not None
        self._server.close()
        for session in self.sessions:
            session.transport.abort()

    @property
    def session(self) -> ManagerSession:
        return self.sessions[-1]
