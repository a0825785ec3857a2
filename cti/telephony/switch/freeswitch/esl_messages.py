"""What FreeSWITCH says on its event socket: events, replies to commands, notices. Decoding is of no socket's concern.

See mod_event_socket.c, and switch_event_serialize and switch_event_serialize_json in switch_event.c.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypedDict
from urllib.parse import unquote

import msgspec

UNDEFINED: Final = "_undef_"
"""Stands for an empty value in plain events, and for an unset variable in the answer to uuid_getvar."""

_decode_strings: Final = msgspec.json.Decoder(dict[str, str]).decode


class EslUnreadable(Exception):
    """An event's content is broken; its length was right, so the connection goes on."""


class EslRefused(Exception):
    """FreeSWITCH answered a command with an error (``-ERR …``, ``-USAGE: …``)."""

    def __init__(self, command: str, text: str) -> None:
        super().__init__(f"{command}: {text.strip()}")
        self.text = text.strip()
        """The answer, such as ``-ERR No such channel!``."""


class HeaderSelection:
    """Headers that are decoded from JSON events without the others: a third of the price of all."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = frozenset(names)
        make: Any = TypedDict
        selected = make("Selected", dict.fromkeys(names, str), total=False)
        self.decode: Callable[[bytes], dict[str, str]] = msgspec.json.Decoder(selected).decode
        """Those of the names that the event has. Raises msgspec.DecodeError or UnicodeDecodeError when one is odd."""


class EslEvent(msgspec.Struct, eq=False, gc=False):
    """One event. Header names are FreeSWITCH's own; values are decoded, a repeated header keeps one value.

    Headers are decoded when first asked for: then EslUnreadable is raised when they are broken.
    """

    raw: bytes
    """Its content as it was received."""
    plain: bool = False
    reads: HeaderSelection | None = None
    """Which headers are decoded until another is asked for; None for all."""
    name: str = ""
    """``CHANNEL_ANSWER``, ``CUSTOM`` …; ``""`` when the event cannot be read."""
    _known: dict[str, str] | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> EslEvent:
        """An event from its decoded headers."""
        return cls(b"", name=headers.get("Event-Name", ""), _known=dict(headers))

    @classmethod
    def unnamed(cls, raw: bytes, plain: bool) -> EslEvent:
        """An event whose name is found by reading it."""
        event = cls(raw, plain)
        with suppress(EslUnreadable):
            event.name = event.get("Event-Name")
        return event

    def __getitem__(self, name: str) -> str:
        known = self._known if self._known is not None else self.check()
        value = known.get(name)
        return self.headers[name] if value is None else value

    def __contains__(self, name: str) -> bool:
        return name in self.headers

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """All headers, with ``_body`` for the body."""
        return iter(self.headers.items())

    def __repr__(self) -> str:
        return f"<EslEvent {self.name} {self.raw[:300]!r}>"

    @property
    def headers(self) -> dict[str, str]:
        """All headers; do not change it."""
        if self._known is None or self.reads is not None:
            self._known = decode_plain(self.raw) if self.plain else decode_json(self.raw)
            self.reads = None
        return self._known

    def get(self, name: str, default: str = "") -> str:
        """A header's value."""
        known = self._known if self._known is not None else self.check()
        value = known.get(name)
        if value is not None:
            return value
        if self.reads is None or name in self.reads.names:
            return default
        return self.headers.get(name, default)

    def variable(self, name: str, default: str = "") -> str:
        """A channel variable as the event carries it."""
        return self.get("variable_" + name, default)

    @property
    def uuid(self) -> str:
        """The leg it is about (``Unique-ID``), or ``""``."""
        return self.get("Unique-ID")

    @property
    def subclass(self) -> str:
        """Of a CUSTOM event: ``sofia::register`` …"""
        return self.get("Event-Subclass")

    @property
    def body(self) -> str:
        """What follows the headers: a background job's output."""
        return self.get("_body")

    def check(self) -> dict[str, str]:
        """Decode and return the headers that are decoded without being asked for. Raises EslUnreadable."""
        if self.reads is None or self.plain:
            return self.headers
        try:
            self._known = self.reads.decode(self.raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self.headers  # decoded with more patience
        return self._known


@dataclass(frozen=True, slots=True)
class EslReply:
    """``command/reply``: the answer to any command but api."""

    text: str
    """``+OK …`` or ``-ERR …``; getvar answers with the bare value."""
    headers: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether it begins with ``+OK``."""
        return self.text.startswith("+OK")

    def checked(self, command: str) -> EslReply:
        """Itself; raises EslRefused naming `command` when it is not `ok`."""
        if not self.ok:
            raise EslRefused(command, self.text)
        return self


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """``api/response``, or what a background job printed."""

    text: str
    """All that the command printed, with its last line feed."""

    @property
    def ok(self) -> bool:
        """Whether it is neither ``-ERR …`` nor ``-USAGE: …``; much output has no ``+OK`` at all."""
        return not self.text.startswith(("-ERR", "-USAGE"))

    @property
    def value(self) -> str:
        """The text without ``+OK`` and surrounding blanks: the uuid of an originated leg, a variable's value."""
        return self.text.removeprefix("+OK").strip()

    @property
    def error(self) -> str:
        """What follows ``-ERR``, such as ``USER_BUSY`` or ``No such channel!``; ``""`` when `ok`."""
        return "" if self.ok else self.text.removeprefix("-ERR").strip()

    def checked(self, command: str) -> ApiResponse:
        """Itself; raises EslRefused naming `command` when it is not `ok`."""
        if not self.ok:
            raise EslRefused(command, self.text)
        return self


@dataclass(frozen=True, slots=True)
class AuthRequest:
    """``auth/request``: FreeSWITCH asks an inbound connection for the password."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """``text/rude-rejection``: the access list does not let this address in."""

    text: str


@dataclass(frozen=True, slots=True)
class DisconnectNotice:
    """``text/disconnect-notice``: FreeSWITCH is about to close, or the leg is gone and the socket lingers."""

    lingering: bool
    """Whether events still follow until FreeSWITCH closes."""
    uuid: str
    """The leg of an outbound socket, or ``""``."""
    text: str


@dataclass(frozen=True, slots=True)
class OtherMessage:
    """A message of another type, such as ``log/data``."""

    content_type: str
    headers: Mapping[str, str]
    body: bytes


EslMessage: TypeAlias = EslEvent | EslReply | ApiResponse | AuthRequest | Rejected | DisconnectNotice | OtherMessage


def decode_json(raw: bytes) -> dict[str, str]:
    """Headers of a JSON event. Arrays become ``ARRAY::a|:b`` as in plain events; bytes not UTF-8 become U+FFFD."""
    try:
        return _decode_strings(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        found: Any = msgspec.json.decode(raw.decode("utf-8", "replace"))
    except msgspec.DecodeError as error:
        raise EslUnreadable(f"JSON event: {error}: {raw[:200]!r}") from None
    if not isinstance(found, dict):
        raise EslUnreadable(f"JSON event that is no object: {raw[:200]!r}")
    return {str(name): _text(value) for name, value in found.items()}


def decode_plain(raw: bytes) -> dict[str, str]:
    """Headers of a plain event: lines first, then the values' escapes, so that no value can start a header."""
    head, _, body = raw.partition(b"\n\n")
    headers = decode_lines(head.decode("utf-8", "replace"), escaped=True)
    if body:
        headers["_body"] = body.decode("utf-8", "replace")
    return headers


def decode_lines(text: str, *, escaped: bool) -> dict[str, str]:
    """``Name: value`` lines; `escaped` undoes the escapes of each value. Of repeated names the first counts."""
    headers: dict[str, str] = {}
    for line in text.split("\n"):
        name, colon, value = line.partition(": ")
        if not colon:
            name, value = line.removesuffix(":"), ""
        if escaped:
            if "%" in value:
                value = unquote(value, errors="replace")
            elif value == UNDEFINED:
                value = ""
        if name:
            headers.setdefault(name, value)
    return headers


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "ARRAY::" + "|:".join(map(_text, value))
    return msgspec.json.encode(value).decode()
