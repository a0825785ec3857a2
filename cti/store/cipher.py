"""Encryption of telephone and identity numbers in tables, and blind indexes to find them by.

One master key of 32 bytes, from `HOTLINE_MASTER_KEY` (base64) or the file `master.key` (0600) in the state
directory. AES-256-GCM (NIST SP 800-38D) seals, HMAC-SHA-256 makes the indexes, each with a key of its own (HKDF).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
FORM = "a:"
"""Names the algorithm at the head of what is sealed, so that another can be added beside it."""


class KeyProblem(Exception):
    """The master key is missing, malformed, or not the one that sealed the data."""


def load_master_key(data: Path) -> bytes:
    """The master key; made at the first start. KeyProblem when it is malformed or readable by others."""
    if text := os.environ.get("HOTLINE_MASTER_KEY"):
        return _parse(text, "HOTLINE_MASTER_KEY")
    path = data / "master.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            raise KeyProblem(f"{path} can be read by others: chmod 600") from None
        return _parse(path.read_text("utf-8", "replace"), str(path))
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_bytes(KEY_BYTES)
        file.write(base64.b64encode(key).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def _parse(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyProblem(f"{where}: not {KEY_BYTES} bytes in base64")
    return key


class Cipher:
    """Seals and opens text, and makes blind indexes, with keys derived from the master key."""

    def __init__(self, master: bytes) -> None:
        self._master = master
        self._aead = AESGCM(self.derive("seal"))
        self._index_key = self.derive("index")

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for `purpose`."""
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"hotline " + purpose.encode()).derive(self._master)

    def seal(self, text: str | bytes) -> str:
        """Encrypt; equal texts give different results."""
        nonce = os.urandom(NONCE_BYTES)
        plain = text.encode() if isinstance(text, str) else text
        return FORM + base64.b64encode(nonce + self._aead.encrypt(nonce, plain, None)).decode()

    def open(self, sealed: str) -> bytes:
        """Decrypt; KeyProblem when it was changed or sealed with another key."""
        try:
            whole = base64.b64decode(sealed.removeprefix(FORM))
            return self._aead.decrypt(whole[:NONCE_BYTES], whole[NONCE_BYTES:], None)
        except (InvalidTag, ValueError) as error:
            raise KeyProblem("sealed data does not open with this master key") from error

    def index(self, kind: str, text: str) -> str:
        """The blind index of `text`, 32 hex digits; empty for empty text. One `kind` (`number`) joins tables."""
        return hmac.digest(self._index_key, f"{kind} {text}".encode(), "sha256").hex()[:32] if text else ""

    def index_last(self, kind: str, text: str) -> str:
        """The blind index of the last four characters; empty when there are fewer."""
        return self.index(f"{kind} last four", text[-4:]) if len(text) >= 4 else ""
