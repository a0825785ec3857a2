"""A leg whose dialplan says ``socket host:port async full``: it connects to an engine and does what that says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast
from uuid import uuid4

from tests.fake_freeswitch.wire import (
    Command,
    CommandReader,
    api_response,
    disconnect_notice,
    json_event,
    reply,
    serialized,
)


class FakeLeg(asyncio.Protocol):
    """One leg. Applications complete at once; those named in `slow` when `complete` is called."""

    def __init__(self, uuid: str | None = None, variables: dict[str, str] | None = None) -> None:
        self.uuid = uuid or str(uuid4())
        self.variables = dict(variables or {})
        self.commands: list[Command] = []
        self.slow: set[str] = set()
        self.running: list[Command] = []
        """Applications that have not completed; the first is the one that runs."""
        self.verbs: dict[str, Callable[[FakeLeg, Command], None]] = {}
        self.alive = True
        self.lost = False
        self.resume = False
        self.linger: int | None = None
        self.subscribed: set[str] = set()
        self._reader = CommandReader()

    async def connect(self, host: str, port: int) -> FakeLeg:
        """What the application ``socket`` does."""
        await asyncio.get_running_loop().create_connection(lambda: self, host, port)
        return self

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        for command in self._reader.feed(data):
            self.commands.append(command)
            handler = self.verbs.get(command.verb)
            if handler is not None:
                handler(self, command)
            else:
                self._carry_out(command)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True

    def lines(self) -> list[str]:
        """The lines of all commands received."""
        return [command.line for command in self.commands]

    def applications(self) -> list[str]:
        """Names of the applications that were queued."""
        return [command.headers["execute-app-name"] for command in self.commands if command.verb == "sendmsg"]

    def write(self, data: bytes) -> None:
        """Put bytes on the wire."""
        if not self.transport.is_closing():
            self.transport.write(data)

    def event(self, name: str, headers: dict[str, str] | None = None) -> None:
        """Tell an event of this leg."""
        fields = {"Event-Name": name, "Unique-ID": self.uuid, **(headers or {})}
        fields |= {f"variable_{key}": value for key, value in self.variables.items()}
        self.write(json_event(fields))

    def complete(self, response: str = "_none_") -> None:
        """The application that runs ends, and the next begins."""
        command = self.running.pop(0)
        name = command.headers["execute-app-name"]
        application = {"Application": name, "Application-UUID": command.headers["Event-UUID"]}
        self.event("CHANNEL_EXECUTE_COMPLETE", {**application, "Application-Response": response})
        if self.running and self.running[0].headers["execute-app-name"] not in self.slow:
            self.complete()

    def hang_up(self, cause: str = "NORMAL_CLEARING") -> None:
        """The leg ends; with linger the socket stays a while."""
        if not self.alive:
            return
        self.alive = False
        self.event("CHANNEL_HANGUP", {"Hangup-Cause": cause})
        if self.linger is None:
            self.transport.close()
            return
        self.write(disconnect_notice(self.uuid, self.linger))
        self.event("CHANNEL_HANGUP_COMPLETE", {"Hangup-Cause": cause})
        asyncio.get_running_loop().call_later(self.linger, self.transport.close)

    def _carry_out(self, command: Command) -> None:
        match command.verb:
            case "connect":
                self._tell_all()
            case "linger":
                self.linger = int(command.rest)
                self.write(reply(f"+OK will linger {self.linger} seconds"))
            case "myevents":
                self.write(reply("+OK Events Enabled"))
            case "nixevent":
                self.write(reply("+OK events nixed"))
            case "resume":
                self.resume = True
                self.write(reply("+OK"))
            case "event":
                self.subscribed.update(command.rest.split()[1:])
                self.write(reply("+OK event listener enabled json"))
            case "api":
                self.write(api_response(self._api(command.rest)))
            case "sendmsg":
                self._queue(command)
            case _:
                self.write(reply("-ERR command not found"))

    def _tell_all(self) -> None:
        fields = {"Event-Name": "CHANNEL_DATA", "Unique-ID": self.uuid}
        fields |= {f"variable_{key}": value for key, value in self.variables.items()}
        fields |= {"Content-Type": "command/reply", "Reply-Text": "+OK\n", "Socket-Mode": "async", "Control": "full"}
        data = serialized(fields).replace(b"Content-Type: command%2Freply", b"Content-Type: command/reply")
        self.write(data + b"\n")

    def _queue(self, command: Command) -> None:
        if not self.alive:
            self.write(reply(f"-ERR invalid session id [{self.uuid}]"))
            return
        self.write(reply("+OK"))
        self.running.append(command)
        if len(self.running) == 1 and command.headers["execute-app-name"] not in self.slow:
            self.complete()

    def _api(self, line: str) -> str:
        name, uuid, *rest = line.split(" ", 3)
        if uuid != self.uuid or not self.alive:
            return "-ERR No such channel!\n"
        match name:
            case "uuid_getvar":
                return self.variables.get(rest[0], "_undef_")
            case "uuid_setvar":
                self.variables[rest[0]] = rest[1]
                return "+OK\n"
            case "uuid_kill":
                asyncio.get_running_loop().call_soon(self.hang_up, *rest)
                return "+OK\n"
            case _:
                return f"-ERR {name} Command not found!\n"
