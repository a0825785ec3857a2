"""Encryption of telephone and identity numbers in tables, and blind indexes to find them by.

One master key of 32 bytes, from `HOTLINE_MASTER_KEY` (base64) or the file `master.key` (0600) in the state
directory. Which algorithms seal and index, `suites` says; each use has a key of its own.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from functools import cache, lru_cache
from pathlib import Path

from cti.store.suites import INTERNATIONAL, KEY_BYTES, SUITES, Broken, SuiteName, suite_of

INDEXES_KEPT = 4096


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
    """Seals and opens text, and makes blind indexes and keyed hashes, with keys derived from the master key.

    It seals and indexes with the algorithms of `suite`, and opens what either set sealed.
    """

    def __init__(self, master: bytes, suite: SuiteName = "international") -> None:
        self._master = master
        self.suite = suite_of(suite)
        self._seal_keys = {one.form: one.derive(master, "seal") for one in SUITES}
        self._index_key = self.suite.derive(master, "index")
        # Each call asks for the same few again and again.
        self._known = lru_cache(INDEXES_KEPT)(self._index)
        self._derived = cache(lambda suite, purpose: suite_of(suite).derive(master, purpose))

    def in_suite(self, suite: SuiteName) -> Cipher:
        """The same master key with another set of algorithms."""
        return Cipher(self._master, suite)

    def seal(self, text: str | bytes) -> str:
        """Encrypt; equal texts give different results."""
        plain = text.encode() if isinstance(text, str) else text
        form = self.suite.form
        return form + base64.b64encode(self.suite.seal(self._seal_keys[form], plain)).decode()

    def open(self, sealed: str) -> bytes:
        """Decrypt; KeyProblem when it was changed or sealed with another key."""
        suite = next((one for one in SUITES if sealed.startswith(one.form)), INTERNATIONAL)
        try:
            whole = base64.b64decode(sealed.removeprefix(suite.form))
            return suite.open(self._seal_keys[suite.form], whole)
        except (Broken, ValueError) as error:
            raise KeyProblem("sealed data does not open with this master key") from error

    def index(self, kind: str, text: str) -> str:
        """The blind index of `text`, 32 hex digits; empty for empty text. One `kind` (`number`) joins tables."""
        return self._known(kind, text)

    def _index(self, kind: str, text: str) -> str:
        return self.suite.mac(self._index_key, f"{kind} {text}".encode()).hex()[:32] if text else ""

    def index_last(self, kind: str, text: str) -> str:
        """The blind index of the last four characters; empty when there are fewer."""
        return self.index(f"{kind} last four", text[-4:]) if len(text) >= 4 else ""

    def mac(self, purpose: str, data: bytes) -> str:
        """A keyed hash, 64 hex digits."""
        return self.suite.mac(self._derived(self.suite.name, purpose), data).hex()

    def is_mac(self, purpose: str, data: bytes, said: str) -> bool:
        """Whether it is the keyed hash, by either set of algorithms: the set may have been changed since."""
        order = sorted(SUITES, key=lambda one: one is not self.suite)
        made = (one.mac(self._derived(one.name, purpose), data).hex() for one in order)
        return any(hmac.compare_digest(one, said) for one in made)

    def private_key(self, purpose: str) -> bytes:
        """A private key for the suite's signatures."""
        return self.suite.derive(self._master, purpose)
