"""Asterisk's manager interface (AMI) without sockets: bytes in, messages out; actions in, bytes out.

A message is lines of ``Name: value`` ended by CR LF, and an empty line. A connection begins with one
greeting line that has no empty line after it. See main/manager.c of Asterisk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

MAX_MESSAGE: Final = 8 * 1024 * 1024
"""Bytes one message may have. The longest are answers to the action Command."""
MAX_ACTION_LINE: Final = 1022
"""Bytes a line of an action may have without CR LF; a longer one makes Asterisk discard the action."""
MAX_ACTION_LINES: Final = 128
"""Lines an action may have; Asterisk refuses one with more."""

_END: Final = b"\r\n\r\n"
_GREETING: Final = "Asterisk Call Manager/"
_MAX_GREETING: Final = 256
_COMMAND_END: Final = "--END COMMAND--"
_FORBIDDEN: Final = re.compile(r"[\r\n\0]")
_VARIABLE_SPECIAL: Final = re.compile(r'[\\",]')

Headers = Mapping[str, str | int] | Iterable[tuple[str, str | int]]
"""Headers of an action by name, or as pairs where a name comes more than once."""


class AmiProtocolError(Exception):
    """The other side does not speak AMI, or a message is over the limit. The connection is of no more use."""


class AmiMessage:
    """One event or response. Header names are exactly as Asterisk writes them; all repeated ones are kept."""

    __slots__ = ("_first", "_lines", "_text_output", "event", "response")

    event: str
    """The event's name, ``""`` for a response. Tested first: the event OriginateResponse has ``Response``."""
    response: str
    """``Success``, ``Error``, ``Goodbye`` …, ``""`` for an event."""

    def __init__(self, text: str) -> None:
        self._text_output = ""
        if text.startswith("Response: Follows"):
            text = self._take_text_output(text)
        self._lines = lines = text.split("\r\n")
        first: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            first[name] = value
        if len(first) != len(lines):
            first.clear()
            for line in lines:
                name, _, value = line.partition(": ")
                first.setdefault(name, value)
        self._first = first
        self.event = first.get("Event", "")
        self.response = "" if self.event else first.get("Response", "")

    def __getitem__(self, name: str) -> str:
        return self._first[name]

    def __contains__(self, name: str) -> bool:
        return name in self._first

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """All headers in their order, repeated ones too."""
        for line in self._lines:
            name, _, value = line.partition(": ")
            yield name, value

    def __repr__(self) -> str:
        return f"<AmiMessage {' | '.join(self._lines)[:300]}>"

    def get(self, name: str, default: str = "") -> str:
        """The first header of that name."""
        return self._first.get(name, default)

    def get_all(self, name: str) -> list[str]:
        """Every header of that name, in order."""
        prefix = name + ": "
        start = len(prefix)
        return [line[start:] for line in self._lines if line.startswith(prefix)]

    def variables(self, name: str = "ChanVariable") -> dict[str, str]:
        """Channel variables carried as repeated ``name: VARIABLE=value`` headers (``DestChanVariable`` …)."""
        return {key: value for key, _, value in (pair.partition("=") for pair in self.get_all(name))}

    @property
    def action_id(self) -> str:
        """The ActionID of the action this answers, or ``""``."""
        return self._first.get("ActionID", "")

    @property
    def ok(self) -> bool:
        """Whether this is a response other than ``Error``."""
        return self.response not in ("", "Error")

    @property
    def message(self) -> str:
        """The ``Message`` header: why an action was refused."""
        return self._first.get("Message", "")

    @property
    def output(self) -> list[str]:
        """Lines printed by the action Command (``Output:`` headers; plain text until Asterisk 13)."""
        if self._text_output:
            return self._text_output.splitlines()
        return self.get_all("Output")

    def _take_text_output(self, text: str) -> str:
        headers: list[str] = []
        rest = text
        while rest.startswith(("Response: ", "Privilege: ", "ActionID: ", "Message: ")):
            line, _, rest = rest.partition("\r\n")
            headers.append(line)
        if rest.startswith("Output: "):
            return text
        self._text_output = rest.removesuffix(_COMMAND_END)
        return "\r\n".join(headers)


class AmiParser:
    """Turns the bytes of one connection into messages, however they are split over reads.

    Bytes that are not UTF-8 become U+FFFD; they end neither a message nor the connection.
    """

    def __init__(self, *, max_message: int = MAX_MESSAGE) -> None:
        self.version: str | None = None
        """Version of the protocol told by the greeting, such as ``11.0.0``; None until it has come."""
        self._buffer = bytearray()
        self._max_message = max_message

    def feed(self, data: bytes) -> list[AmiMessage]:
        """The messages completed by `data`. Raises AmiProtocolError."""
        buffer = self._buffer
        searched = max(0, len(buffer) - len(_END) + 1)
        buffer += data
        if self.version is None:
            if not self._read_greeting():
                return []
            searched = 0
        end = buffer.rfind(_END, searched)
        if end < 0:
            self._check_size(len(buffer))
            return []
        text = buffer[:end].decode("utf-8", "replace")
        del buffer[: end + len(_END)]
        self._check_size(len(buffer))
        parts = text.split("\r\n\r\n")
        if len(text) > self._max_message:
            self._check_size(max(map(len, parts)))
        return [AmiMessage(part) for part in parts if part]

    def _read_greeting(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0 and len(self._buffer) <= _MAX_GREETING:
            return False
        line = self._buffer[: end if end >= 0 else _MAX_GREETING].decode("utf-8", "replace")
        if end < 0 or not line.startswith(_GREETING):
            raise AmiProtocolError(f"not an Asterisk manager: it greets with {line[:80]!r}")
        self.version = line.removeprefix(_GREETING).strip()
        del self._buffer[: end + 2]
        return True

    def _check_size(self, size: int) -> None:
        if size > self._max_message:
            raise AmiProtocolError(f"message of {size} bytes or more; the limit is {self._max_message}")


def encode_action(
    name: str,
    headers: Headers = (),
    variables: Mapping[str, str | int] | None = None,
) -> bytes:
    """The bytes of an action; `variables` become ``Variable`` headers whose commas and quotes stay literal.

    Raises ValueError naming the header when a name or value would start another line or is too long.
    """
    lines = [_header("Action", name)]
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    lines += [_header(key, str(value)) for key, value in pairs]
    for key, value in (variables or {}).items():
        if not key or "=" in key:
            raise ValueError(f"channel variable {key!r}: an empty name or one with '='")
        lines.append(_header("Variable", f"{_literal(key)}={_literal(str(value))}"))
    if len(lines) > MAX_ACTION_LINES:
        raise ValueError(f"action {name}: {len(lines)} lines; Asterisk takes {MAX_ACTION_LINES}")
    lines.append(b"\r\n")
    return b"\r\n".join(lines)


def only_events(*names: str) -> str:
    """A filter (action Filter, or ``eventfilter`` in manager.conf) that lets only these events through."""
    return f"^Event: ({'|'.join(map(re.escape, names))})[[:space:]]"


def _header(name: str, value: str) -> bytes:
    if not name or ":" in name or _FORBIDDEN.search(name):
        raise ValueError(f"header name {name!r}: empty, or with a colon, CR, LF or NUL")
    if _FORBIDDEN.search(value):
        raise ValueError(f"header {name}: its value has CR, LF or NUL: {value!r}")
    line = f"{name}: {value}".encode()
    if len(line) > MAX_ACTION_LINE:
        raise ValueError(f"header {name}: {len(line)} bytes; Asterisk takes {MAX_ACTION_LINE}")
    return line


def _literal(text: str) -> str:
    return _VARIABLE_SPECIAL.sub(r"\\\g<0>", text)
