"""Signatures of what crosses between systems: over id, time and body, so that nobody changes, repeats or keeps them.

`X-Hotline-Id` names the message and stays the same over all tries: the receiver drops what it has had.
`X-Hotline-Timestamp` is the Unix time in seconds; what is older than the window is refused. `X-Hotline-Signature` is
`sha256=` or `sm3=` with the HMAC (RFC 2104, GB/T 32905) in hex, or `sm2=` with r and s (GB/T 32918) in hex, over id, a
dot, timestamp, a dot and the body.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from cti.base.ciphers.suites import INTERNATIONAL, NATIONAL
from cti.office.connectors.description import Signature

ID, TIMESTAMP, SIGNATURE = "X-Hotline-Id", "X-Hotline-Timestamp", "X-Hotline-Signature"
LONGEST_ID = 100


class NotSigned(Exception):
    """What came is not signed as agreed; the reason is for the log, never for the sender."""


def signed_headers(key: Signature, id: str, now: float, body: bytes) -> dict[str, str]:
    """The three headers of a message that leaves at the Unix time `now`."""
    at = str(int(now))
    signed = _signed(id, at, body)
    if key.sm2:
        value = "sm2=" + NATIONAL.sign(bytes.fromhex(key.sm2), signed).hex()
    else:
        value = f"{key.digest}={_mac(key, signed)}"
    return {ID: id, TIMESTAMP: at, SIGNATURE: value}


def check(key: Signature, headers: Mapping[str, str], body: bytes, now: float, window: float) -> str:
    """The message's id. NotSigned."""
    id, at, said = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not id or len(id) > LONGEST_ID or not id.isascii() or not id.isprintable():
        raise NotSigned("no id")
    if not (at.isascii() and at.isdecimal()) or len(at) > 12 or abs(int(at) - now) > window:
        raise NotSigned("time outside the window")
    signed = _signed(id, at, body)
    kind, _, value = said.partition("=")
    if key.sm2:
        good = kind == "sm2" and _is_signed(key, signed, value)
    else:
        good = kind == key.digest and hmac.compare_digest(value.lower().encode(), _mac(key, signed).encode())
    if not good:
        raise NotSigned("signature does not fit")
    return id


def _signed(id: str, at: str, body: bytes) -> bytes:
    return b".".join((id.encode(), at.encode(), body))


def _mac(key: Signature, signed: bytes) -> str:
    suite = NATIONAL if key.digest == "sm3" else INTERNATIONAL
    return suite.mac(key.hmac.encode(), signed).hex()


def _is_signed(key: Signature, signed: bytes, value: str) -> bool:
    try:
        return NATIONAL.is_signed(bytes.fromhex(key.sm2), signed, bytes.fromhex(value))
    except ValueError:
        return False


def public_key(key: Signature) -> str:
    """What the other side checks our signatures of SM2 by, in hex; empty for a shared secret."""
    return NATIONAL.public_key(bytes.fromhex(key.sm2)).hex() if len(key.sm2) == 64 else ""
