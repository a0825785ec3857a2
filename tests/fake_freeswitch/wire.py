"""What FreeSWITCH puts on the wire, byte for byte, and how it reads commands: mod_event_socket.c, switch_event.c."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

AUTH_REQUEST = b"Content-Type: auth/request\n\n"
GOODBYE = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
_UNSAFE = set(b'\r\n #%&+:;<=>?@[\\]^`{|}"')
_ESCAPED = re.compile(rb"%[0-9A-F]{2}")


@dataclass(frozen=True, slots=True)
class Command:
    """A command as FreeSWITCH reads it."""

    line: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def verb(self) -> str:
        """Its first word."""
        return self.line.split(" ", 1)[0]

    @property
    def rest(self) -> str:
        """What follows the first word."""
        return self.line.partition(" ")[2]


class CommandReader:
    """Bytes in, commands out."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[Command]:
        """The commands completed by `data`."""
        self._buffer = (self._buffer + data).lstrip(b"\r\n")
        commands = []
        while b"\n\n" in self._buffer:
            head, rest = self._buffer.split(b"\n\n", 1)
            line, *lines = head.decode().split("\n")
            headers = dict(part.split(": ", 1) for part in lines)
            length = int(headers.get("Content-Length", 0))
            if len(rest) < length:
                break
            commands.append(Command(line, headers, rest[:length].decode()))
            self._buffer = rest[length:].lstrip(b"\r\n")
        return commands


def reply(text: str, **headers: str) -> bytes:
    """``command/reply``; names have ``_`` for ``-``."""
    lines = [f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items()]
    return f"Content-Type: command/reply\nReply-Text: {text}\n{''.join(lines)}\n".encode()


def api_response(text: str) -> bytes:
    """``api/response``."""
    body = (text or "-ERR no reply\n").encode()
    return b"Content-Type: api/response\nContent-Length: %d\n\n%b" % (len(body), body)


def rejection() -> bytes:
    """``text/rude-rejection``: the access list."""
    return b"Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n"


def disconnect_notice(uuid: str = "", linger: int | None = None) -> bytes:
    """``text/disconnect-notice``; with `linger` the one of an outbound socket whose leg is gone."""
    if linger is None:
        return f"Content-Type: text/disconnect-notice\nContent-Length: {len(GOODBYE)}\n\n{GOODBYE}".encode()
    return (
        f"Content-Type: text/disconnect-notice\nControlled-Session-UUID: {uuid}\nContent-Disposition: linger\n"
        f"Channel-Name: sofia/external/1000\nLinger-Time: {linger}\nContent-Length: 0\n\n"
    ).encode()


def json_event(headers: Mapping[str, str], body: str | None = None) -> bytes:
    """``text/event-json``."""
    fields = dict(headers)
    if body is not None:
        fields |= {"Content-Length": str(len(body.encode())), "_body": body}
    content = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(content), content)


def plain_event(headers: Mapping[str, str], body: str | None = None) -> bytes:
    """``text/event-plain``."""
    content = serialized(headers) + (f"Content-Length: {len(body.encode())}\n\n{body}" if body else "\n").encode()
    return b"Content-Length: %d\nContent-Type: text/event-plain\n\n%b" % (len(content), content)


def serialized(headers: Mapping[str, str]) -> bytes:
    """Lines of headers with escaped values, as in plain events and in the answer to connect."""
    return b"".join(b"%b: %b\n" % (name.encode(), escaped(value) or b"_undef_") for name, value in headers.items())


def escaped(value: str) -> bytes:
    """switch_url_encode: what looks like an escape is not escaped again."""
    data, out, at = value.encode(), bytearray(), 0
    while at < len(data):
        byte = data[at]
        if byte == 0x25 and _ESCAPED.match(data, at):
            out.append(byte)
        elif byte < 0x20 or byte > 0x7E or byte in _UNSAFE:
            out += b"%%%02X" % byte
        else:
            out.append(byte)
        at += 1
    return bytes(out)
