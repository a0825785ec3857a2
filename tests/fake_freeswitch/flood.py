"""A FreeSWITCH in a thread of its own that sends all it has at once and measures how long it is kept waiting."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Sequence

from tests.fake_freeswitch.wire import AUTH_REQUEST, Command, CommandReader, api_response, reply


class Flood(threading.Thread):
    """Listens on a free port for one engine. When asked `on`, it sends `pieces`, then answers what it is asked."""

    def __init__(self, pieces: Sequence[bytes], on: str = "event") -> None:
        super().__init__(daemon=True)
        self._on = on
        self.longest_wait = 0.0
        """Seconds the longest piece waited for the engine to read."""
        self.sent = threading.Event()
        self._pieces = pieces
        self._listener = socket.create_server(("127.0.0.1", 0))

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port = self._listener.getsockname()[:2]
        return str(host), int(port)

    def run(self) -> None:
        """Serve one connection."""
        connection, _ = self._listener.accept()
        self._listener.close()
        with connection, contextlib.suppress(ConnectionError):
            connection.sendall(AUTH_REQUEST)
            reader = CommandReader()
            while data := connection.recv(65536):
                for command in reader.feed(data):
                    self._answer(connection, command)

    def _answer(self, connection: socket.socket, command: Command) -> None:
        if command.verb == "api":
            connection.sendall(api_response(command.rest))
        else:
            connection.sendall(reply("+OK accepted" if command.verb == "auth" else "+OK"))
        if command.line.startswith(self._on) and not self.sent.is_set():
            for piece in self._pieces:
                before = time.monotonic()
                connection.sendall(piece)
                self.longest_wait = max(self.longest_wait, time.monotonic() - before)
            self.sent.set()
