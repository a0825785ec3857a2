"""MQTT 3.1.1 as a publisher speaks it, without sockets: packets as bytes, and what the broker answers.

Only what the mirror needs: CONNECT with a clean session, PUBLISH at QoS 0, PINGREQ, DISCONNECT (OASIS standard,
sections 3.1, 3.2, 3.3, 3.12, 3.14).
"""

from __future__ import annotations

from typing import Final

PINGREQ: Final = b"\xc0\x00"
DISCONNECT: Final = b"\xe0\x00"
CONNACK_TYPE: Final = 2
MAX_PACKET: Final = 4096
"""Bytes a packet of the broker may have: a publisher is only told `connected` and `alive`."""

REFUSALS: Final = {
    1: "protocol version not accepted",
    2: "client identifier refused",
    3: "broker unavailable",
    4: "user name or password wrong",
    5: "not authorised",
}


class MqttProtocolError(Exception):
    """The other side does not speak MQTT 3.1.1, or refused the connection."""


def connect(client: str, keep_alive: int, user: str | None, password: str | None) -> bytes:
    """CONNECT; `keep_alive` in seconds."""
    flags, payload = 0x02, _text(client)
    if user is not None:
        flags |= 0x80
        payload += _text(user)
        if password is not None:
            flags |= 0x40
            payload += _text(password)
    return _packet(0x10, _text("MQTT") + bytes((4, flags)) + keep_alive.to_bytes(2, "big") + payload)


def publish(topic: str, payload: bytes, *, retain: bool = False) -> bytes:
    """PUBLISH at QoS 0. ValueError for a topic that nobody may publish to."""
    if not topic or any(sign in topic for sign in "+#\0"):
        raise ValueError(f"not a topic to publish to: {topic!r}")
    return _packet(0x31 if retain else 0x30, _text(topic) + payload)


class BrokerParser:
    """Reads what the broker sends, however it is split."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[int]:
        """The types of the packets that are complete. MqttProtocolError, also when the connection is refused."""
        self._buffer += data
        found = []
        while (packet := self._take()) is not None:
            kind, body = packet
            if kind == CONNACK_TYPE:
                if len(body) != 2:
                    raise MqttProtocolError("CONNACK of a wrong length")
                if body[1]:
                    raise MqttProtocolError(REFUSALS.get(body[1], f"refused with code {body[1]}"))
            found.append(kind)
        return found

    def _take(self) -> tuple[int, bytes] | None:
        length, shift = 0, 0
        for at in range(1, min(len(self._buffer), 5)):
            byte = self._buffer[at]
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        else:
            if len(self._buffer) >= 5:
                raise MqttProtocolError("length of more than four bytes")
            return None
        if length > MAX_PACKET:
            raise MqttProtocolError(f"packet of {length} bytes")
        end = at + 1 + length
        if len(self._buffer) < end:
            return None
        kind, body = self._buffer[0] >> 4, bytes(self._buffer[at + 1 : end])
        del self._buffer[:end]
        return kind, body


def _packet(first: int, body: bytes) -> bytes:
    length, head = len(body), bytearray((first,))
    while True:
        length, low = divmod(length, 128)
        head.append(low | 0x80 if length else low)
        if not length:
            return bytes(head) + body


def _text(text: str) -> bytes:
    data = text.encode()
    if len(data) > 65535:
        raise ValueError(f"text of {len(data)} bytes; MQTT takes 65535")
    return len(data).to_bytes(2, "big") + data
