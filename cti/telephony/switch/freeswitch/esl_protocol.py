"""FreeSWITCH's event socket (ESL) without sockets: bytes in, messages out; commands in, bytes out.

A message is lines of ``Name: value`` ended by LF, an empty line, and as many bytes of body as its Content-Length says.
See src/mod/event_handlers/mod_event_socket/mod_event_socket.c of FreeSWITCH.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from cti.telephony.switch.freeswitch.esl_messages import (
    ApiResponse,
    AuthRequest,
    DisconnectNotice,
    EslEvent,
    EslMessage,
    EslReply,
    HeaderSelection,
    OtherMessage,
    Rejected,
    decode_lines,
)

MAX_HEADERS: Final = 1024 * 1024
"""Bytes the headers of one message may have. The longest are the answer to connect: all variables of a leg."""
MAX_BODY: Final = 32 * 1024 * 1024
"""Bytes a body may have. The longest are answers to api: a thousand legs as JSON are about 1 MB."""
MAX_COMMAND: Final = 1024 * 1024
"""Bytes a command may have; FreeSWITCH cuts one at 10 MiB and carries out the rest as another."""
MYEVENTS: Final = (
    *(
        f"CHANNEL_{name}"
        for name in "ANSWER APPLICATION BRIDGE CREATE DATA DESTROY EXECUTE EXECUTE_COMPLETE HANGUP HANGUP_COMPLETE "
        "ORIGINATE UUID OUTGOING PARK PROGRESS PROGRESS_MEDIA STATE UNBRIDGE UNPARK".split()
    ),
    "DETECTED_SPEECH",
    "DTMF",
    "NOTALK",
    "TALK",
)
"""What ``myevents`` subscribes to."""

_EVENT: Final = re.compile(
    rb"Content-Length: ([0-9]{1,9})\nContent-Type: text/event-(?:json|(plain))\n\n"
    rb'(?=(?:\{"Event-Name":"|Event-Name: )([A-Z_]{1,40})["\n]|)'
)
"""An event's head as FreeSWITCH writes it: length, whether plain, and a look ahead for the name, its first header."""
_LINE_FEED: Final = 10
_FIRST_BUFFER: Final = 16 * 1024
_LAST_BUFFER: Final = 256 * 1024
"""What is read at once under load; longer messages get what they need as long as they come in."""
_LENGTH: Final = re.compile(r"[0-9]{1,9}")
_FORBIDDEN: Final = re.compile(r"[\r\n\0]")
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+")


class EslProtocolError(Exception):
    """The other side does not speak ESL, or a message is over the limit. The connection is of no more use."""


class EslParser:
    """Turns the bytes of one connection into messages, however they are split over reads.

    They are copied in by `feed`, or read into `space` and told by `filled`. Of JSON events only the headers in
    `reads` are decoded until another is asked for; None decodes all.
    """

    def __init__(
        self,
        *,
        reads: HeaderSelection | None = None,
        max_headers: int = MAX_HEADERS,
        max_body: int = MAX_BODY,
    ) -> None:
        self._reads = reads
        self._max_headers = max_headers
        self._max_body = max_body
        self._buffer = bytearray(_FIRST_BUFFER)
        self._size = 0
        """Bytes in the buffer; none of its messages is complete."""
        self._needed = 1
        """Bytes of the first of them, as far as known."""
        self._names: dict[bytes, str] = {}
        """Names of events as text."""

    def feed(self, data: bytes) -> list[EslMessage]:
        """The messages completed by `data`. Raises EslProtocolError."""
        messages: list[EslMessage] = []
        rest = memoryview(data)
        while rest:
            space = self.space()
            count = min(len(space), len(rest))
            space[:count] = rest[:count]
            messages += self.filled(count)
            rest = rest[count:]
        return messages

    def space(self) -> memoryview:
        """Where the next bytes are to be put, at least one. Good until `filled`."""
        return memoryview(self._buffer)[self._size :]

    def filled(self, count: int) -> Iterator[EslMessage]:
        """The messages completed by so many bytes put into `space`. To be taken all. Raises EslProtocolError.

        One after the other, so that one event's memory serves for the next.
        """
        self._size += count
        full = self._size == len(self._buffer)
        if self._size >= self._needed:
            yield from self._read()
        if self._size == len(self._buffer) or (full and len(self._buffer) < _LAST_BUFFER):
            self._replace(2 * len(self._buffer))
        elif len(self._buffer) > _LAST_BUFFER and self._size < _LAST_BUFFER // 2:
            self._replace(_LAST_BUFFER)

    def _read(self) -> Iterator[EslMessage]:
        buffer, begin, size = self._buffer, 0, self._size
        view, match, names, reads = memoryview(buffer), _EVENT.match, self._names, self._reads
        self._needed = 1
        while begin < size:
            head = match(buffer, begin, size)
            if head is not None:
                length, plain, name = head.groups()
                start = head.end()
                end = start + self._length(length)
                if end <= size:
                    raw = bytes(view[start:end])
                    if name is None:
                        yield EslEvent.unnamed(raw, plain is not None)
                    else:
                        yield EslEvent(raw, plain is not None, reads, names.get(name) or self._name(name))
            elif buffer[begin] == _LINE_FEED:
                end = begin + 1
            else:
                end, message = self._read_other(begin)
                if message is not None:
                    yield message
            if end > size:
                self._needed = end - begin
                break
            begin = end
        self._size = size - begin
        if begin:
            buffer[: self._size] = view[begin:size]

    def _replace(self, length: int) -> None:
        # A new one: whoever still holds `space` would not let this one change its length.
        other = bytearray(length)
        other[: self._size] = memoryview(self._buffer)[: self._size]
        self._buffer = other

    def _read_other(self, begin: int) -> tuple[int, EslMessage | None]:
        """Where the message at `begin` ends, and itself; when it is not complete, a place beyond the bytes and None."""
        buffer, size = self._buffer, self._size
        head_end = buffer.find(b"\n\n", begin, size)
        length = (head_end if head_end >= 0 else size) - begin
        if length > self._max_headers:
            raise EslProtocolError(f"headers of {length} bytes or more; the limit is {self._max_headers}")
        if head_end < 0:
            return size + 1, None
        text = buffer[begin:head_end].decode("utf-8", "replace")
        # The answer to connect is an event, with an event's escapes and all variables of a leg.
        headers = decode_lines(text, escaped=text.startswith("Event-Name: "))
        if "Content-Type" not in headers:
            raise EslProtocolError(f"not FreeSWITCH's event socket: it sent {text[:80]!r}")
        start = head_end + 2
        end = start + self._length(headers.get("Content-Length", "0"))
        return end, _message(headers, bytes(buffer[start:end])) if end <= size else None

    def _name(self, name: bytes) -> str:
        return self._names.setdefault(name, name.decode())

    def _length(self, value: bytes | str) -> int:
        if isinstance(value, str) and not _LENGTH.fullmatch(value):
            raise EslProtocolError(f"Content-Length {value[:80]!r} is no length")
        length = int(value)
        if length > self._max_body:
            raise EslProtocolError(f"body of {length} bytes; the limit is {self._max_body}")
        return length


def _message(headers: dict[str, str], body: bytes) -> EslMessage:
    content_type = headers["Content-Type"]
    if content_type == "command/reply":
        return EslReply(headers.get("Reply-Text", "").strip(), headers)
    if content_type == "api/response":
        return ApiResponse(body.decode("utf-8", "replace"))
    if content_type == "text/event-json":
        return EslEvent.unnamed(body, plain=False)
    if content_type == "text/event-plain":
        return EslEvent.unnamed(body, plain=True)
    if content_type == "auth/request":
        return AuthRequest()
    if content_type == "text/disconnect-notice":
        lingering = headers.get("Content-Disposition") == "linger"
        said = body.decode("utf-8", "replace").strip()
        return DisconnectNotice(lingering, headers.get("Controlled-Session-UUID", ""), said)
    if content_type == "text/rude-rejection":
        return Rejected(body.decode("utf-8", "replace").strip())
    return OtherMessage(content_type, headers, body)


def encode_command(line: str, headers: Mapping[str, str | int] | None = None, body: str = "") -> bytes:
    """The bytes of a command: its line, such as ``auth secret``, its headers, and a body of any text.

    Raises ValueError naming the part that would start another line or command, or when it is too long.
    """
    if not line.strip() or line[0].isspace():
        raise ValueError(f"not an ESL command: {line!r}")
    lines = [_checked("command " + line.split(" ", 1)[0][:40], line)]
    for name, value in (headers or {}).items():
        if not _NAME.fullmatch(name) or name.lower() == "content-length":
            raise ValueError(f"header name {name!r} cannot be sent")
        lines.append(f"{name}: {_checked(f'header {name}', str(value))}")
    if "\0" in body:
        raise ValueError("the body has NUL, where FreeSWITCH would end it")
    content = body.encode()
    if content:
        lines.append(f"Content-Length: {len(content)}")
    data = "\n".join([*lines, "\n"]).encode() + content
    if len(data) > MAX_COMMAND:
        raise ValueError(f"command {line[:40]!r}: {len(data)} bytes; the limit is {MAX_COMMAND}")
    return data


def join_arguments(*parts: str | int) -> str:
    """An api command and its arguments as one line. Raises ValueError for an empty one that is not the last."""
    words = [str(part) for part in parts]
    if not words or not all(words[:-1]) or not words[0]:
        raise ValueError(f"api {' '.join(words)[:80]!r}: an argument is empty; the ones after it would move up")
    return " ".join(words)


def execute_headers(
    app: str, argument: str = "", *, event_uuid: str, lock: bool = True, loops: int = 1
) -> dict[str, str | int]:
    """Headers of a sendmsg that runs a dialplan application; `event_uuid` comes back as ``Application-UUID``.

    `lock` makes FreeSWITCH run it after those before it; without it, it runs inside an application that plays.
    """
    headers: dict[str, str | int] = {"call-command": "execute", "execute-app-name": app}
    if argument:
        headers["execute-app-arg"] = argument
    if loops != 1:
        headers["loops"] = loops
    if lock:
        headers["event-lock"] = "true"
    headers["Event-UUID"] = event_uuid
    return headers


def subscription(events: tuple[str, ...], custom: tuple[str, ...] = ()) -> str:
    """The command that asks for events as JSON; `custom` holds subclasses of CUSTOM, such as ``sofia::register``."""
    words = [*events, *(("CUSTOM", *custom) if custom else ())]
    bad = next((word for word in words if not re.fullmatch(r"[\w:./-]+", word)), None)
    if bad is not None:
        raise ValueError(f"event name {bad!r}")
    return "event json " + " ".join(words)


def _checked(what: str, value: str) -> str:
    if _FORBIDDEN.search(value):
        raise ValueError(f"{what}: it has CR, LF or NUL: {value[:200]!r}")
    return value
