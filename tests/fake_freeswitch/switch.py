"""A FreeSWITCH's event socket that engines connect to: answers as mod_event_socket does, as far as they ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeAlias, cast
from uuid import uuid4

from tests.fake_freeswitch.wire import (
    AUTH_REQUEST,
    Command,
    CommandReader,
    api_response,
    disconnect_notice,
    json_event,
    plain_event,
    rejection,
    reply,
)

Api: TypeAlias = Callable[["Session", str], str | None]
"""An api command: its arguments in, what it prints out; None when it never answers."""


class FakeSwitch:
    """Listens on `address` of the running loop. `apis` and `verbs` add and replace commands, by name."""

    def __init__(self, password: str = "ClueCon", address: tuple[str, int] = ("127.0.0.1", 8021)) -> None:
        self.password = password
        self.address = address
        self.banned = False
        """Whether the access list refuses everybody."""
        self.silent = False
        """Whether connections are accepted and nothing is ever said."""
        self.apis: dict[str, Api] = {
            "uptime": lambda _session, _arguments: "42\n",
            "echo": lambda _session, arguments: arguments,
            "uuid_kill": lambda _session, _arguments: "-ERR No such channel!\n",
            "show": lambda _session, _arguments: '{"row_count":0}\n',
        }
        self.verbs: dict[str, Callable[[Session, Command], None]] = {}
        self.sessions: list[Session] = []
        self.channels: set[str] = set()
        """Legs that take a sendmsg."""
        self._server: asyncio.AbstractServer | None = None

    async def listen(self) -> None:
        """Port 0 takes a free one; see `address` then."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Session(self), *self.address)
        self._server = server
        self.address = server.sockets[0].getsockname()[:2]

    def vanish(self) -> None:
        """As when FreeSWITCH is killed: no listener, no connection."""
        if self._server is not None:
            self._server.close()
        for session in self.sessions:
            session.transport.abort()

    @property
    def session(self) -> Session:
        """The newest connection."""
        return self.sessions[-1]

    def event(self, name: str, headers: dict[str, str] | None = None, body: str | None = None) -> None:
        """Tell an event to all who subscribed to it."""
        for session in self.sessions:
            session.event(name, headers, body)


class Session(asyncio.Protocol):
    """One engine's connection."""

    def __init__(self, switch: FakeSwitch) -> None:
        self.switch = switch
        self.commands: list[Command] = []
        self.authenticated = False
        self.lost = False
        self.subscribed: set[str] = set()
        self.plain = True
        self.filters: list[tuple[str, str]] = []
        self._reader = CommandReader()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.switch.sessions.append(self)
        if self.switch.banned:
            self.transport.write(rejection())
            self.transport.close()
        elif not self.switch.silent:
            self.transport.write(AUTH_REQUEST)

    def data_received(self, data: bytes) -> None:
        for command in self._reader.feed(data):
            self.commands.append(command)
            if self.transport.is_closing() or self.switch.silent:
                return
            handler = self.switch.verbs.get(command.verb)
            if handler is not None:
                handler(self, command)
            elif not self.authenticated:
                self._authenticate(command)
            else:
                self._carry_out(command)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True

    def lines(self) -> list[str]:
        """The lines of all commands received."""
        return [command.line for command in self.commands]

    def write(self, data: bytes) -> None:
        """Put bytes on the wire."""
        if not self.transport.is_closing():
            self.transport.write(data)

    def event(self, name: str, headers: dict[str, str] | None = None, body: str | None = None) -> None:
        """Tell an event if it is subscribed to and passes the filters."""
        fields = {"Event-Name": name, **(headers or {})}
        wanted = name in self.subscribed or "ALL" in self.subscribed
        if wanted and (not self.filters or any(fields.get(key) == value for key, value in self.filters)):
            self.write(plain_event(fields, body) if self.plain else json_event(fields, body))

    def goodbye(self) -> None:
        """Say why, and close."""
        self.write(disconnect_notice())
        self.transport.close()

    def _authenticate(self, command: Command) -> None:
        if command.line == f"auth {self.switch.password}":
            self.authenticated = True
            self.write(reply("+OK accepted"))
        else:
            self.write(reply("-ERR invalid"))
            self.goodbye()

    def _carry_out(self, command: Command) -> None:
        match command.verb:
            case "api":
                if (output := self.run_api(command.rest)) is not None:
                    self.write(api_response(output))
            case "bgapi":
                self._run_job(command)
            case "event":
                self._subscribe(command)
            case "filter":
                name, value = command.rest.split(" ", 1)
                self.filters.append((name, value))
                self.write(reply(f"+OK filter added. [{name}]=[{value}]"))
            case "sendmsg":
                known = command.rest in self.switch.channels
                self.write(reply("+OK" if known else f"-ERR invalid session id [{command.rest}]"))
            case "exit":
                self.write(reply("+OK bye"))
                self.goodbye()
            case _:
                self.write(reply("-ERR command not found"))

    def run_api(self, line: str) -> str | None:
        """What an api command prints."""
        name, _, arguments = line.partition(" ")
        api = self.switch.apis.get(name)
        return api(self, arguments) if api is not None else f"-ERR {name} Command not found!\n"

    def _run_job(self, command: Command) -> None:
        job = command.headers.get("Job-UUID") or str(uuid4())
        self.write(reply(f"+OK Job-UUID: {job}", Job_UUID=job))
        output = self.run_api(command.rest)
        if output is not None:
            name, _, arguments = command.rest.partition(" ")
            fields = {"Job-UUID": job, "Job-Command": name} | ({"Job-Command-Arg": arguments} if arguments else {})
            self.event("BACKGROUND_JOB", fields, output)

    def _subscribe(self, command: Command) -> None:
        words = command.rest.split()
        if words and words[0] in ("plain", "json"):
            self.plain = words.pop(0) == "plain"
        if not words:
            self.write(reply("-ERR no keywords supplied"))
            return
        self.subscribed.update(words)
        self.write(reply(f"+OK event listener enabled {'plain' if self.plain else 'json'}"))
