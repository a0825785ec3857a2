"""One-time codes from a shared secret and the time (RFC 6238): six digits, SHA-1, 30 seconds, as every app has them."""

from __future__ import annotations

import base64
import hmac
import secrets
from urllib.parse import quote, urlencode

SECONDS, DIGITS = 30, 6
DRIFT = 1
"""Steps that a telephone's clock may be ahead or behind."""
SECRET_BYTES = 20


def new_secret() -> str:
    """A secret in base32, as apps take it by hand."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of a step of time (RFC 4226 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(seconds: float) -> int:
    """The step at a time in seconds since 1970."""
    return int(seconds) // SECONDS


def matching_step(secret: str, code: str, seconds: float) -> int | None:
    """The step whose code this is, now or a step aside; None when it is none of them."""
    now = step_of(seconds)
    steps = range(now - DRIFT, now + DRIFT + 1)
    return next((one for one in steps if hmac.compare_digest(code_at(secret, one).encode(), code.encode())), None)


def uri_of(secret: str, login: str, issuer: str) -> str:
    """What an app reads from the picture."""
    values = urlencode({"secret": secret, "issuer": issuer, "digits": DIGITS, "period": SECONDS}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?{values}"
