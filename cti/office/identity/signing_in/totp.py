"""One-time codes from a shared secret and the time (RFC 6238): six digits, SHA-1, 30 seconds, as every app has them."""

from __future__ import annotations

import base64
import hmac
import secrets

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECONDS, DIGITS = 30, 6
DRIFT = 1
"""Steps that a telephone's clock may be ahead or behind."""
SECRET_BYTES = 20


def new_secret() -> str:
    """A secret in base32, as apps take it by hand."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of a step of time (RFC 4226 5.3)."""
    return HOTP(base64.b32decode(secret), DIGITS, SHA1()).generate(step).decode()  # noqa: S303 # what every app does


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
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), SECONDS).get_provisioning_uri(login, issuer)  # noqa: S303
