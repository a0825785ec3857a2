"""Encryption of telephone and identity numbers in tables, and blind indexes to find them by.

One master key of 32 bytes, see `key_sources`. Which algorithms seal and index, `suites` says; each use has a key of its
own.
"""

from __future__ import annotations

import base64
import hmac
from functools import cache, lru_cache

from cti.base.ciphers.key_sources import KeyProblem, load_master_key
from cti.base.ciphers.suites import INTERNATIONAL, SUITES, Broken, Suite, SuiteName, suite_of

__all__ = ["Cipher", "KeyProblem", "load_master_key"]

INDEXES_KEPT = 4096
PLACED = "r"
"""Before the form of what was sealed for a row."""
SEAL, INDEX = "seal", "index"
"""Purposes of derived keys."""


class Cipher:
    """Seals and opens text, and makes blind indexes and keyed hashes, with keys derived from the master key.

    It seals and indexes with the algorithms of `suite`, and opens what either set sealed.
    """

    def __init__(self, master: bytes, suite: SuiteName = "international") -> None:
        self._master = master
        self.suite = suite_of(suite)
        self.places_only = False
        """Whether all that stands in columns was sealed for its row, so that nothing else is believed there."""
        self.inner_places_only = False
        """The same of what stands inside JSON."""
        # Each call asks for the same few again and again.
        self._known = lru_cache(INDEXES_KEPT)(self._index)
        # When first asked for: who has a key for a single recording asks for one of them.
        self._derived = cache(lambda suite, purpose: suite_of(suite).derive(master, purpose))

    def in_suite(self, suite: SuiteName) -> Cipher:
        """The same master key with another set of algorithms."""
        return Cipher(self._master, suite)

    @property
    def placed_form(self) -> str:
        """What stands before what was sealed for a place."""
        return PLACED + self.suite.form

    def seal(self, text: str | bytes, place: str = "") -> str:
        """Encrypt; equal texts give different results. With a `place`, it opens there only (see `columns.place_of`)."""
        plain = text.encode() if isinstance(text, str) else text
        form = self.suite.form
        whole = base64.b64encode(self.suite.seal(self._derived(self.suite.name, SEAL), plain, place.encode())).decode()
        return (PLACED if place else "") + form + whole

    def open(self, sealed: str, place: str = "") -> bytes:
        """Decrypt; KeyProblem when it was changed, sealed with another key, or for another place.

        What was sealed for no place opens everywhere, unless `places_only`: so it was before places were sealed in.
        """
        return self._open(sealed, place, must_be_placed=self.places_only)

    def open_inner(self, sealed: str, place: str) -> bytes:
        """As `open`, for what is sealed inside JSON (see `cti.store.inner_places`), by `inner_places_only`."""
        return self._open(sealed, place, must_be_placed=self.inner_places_only)

    def _open(self, sealed: str, place: str, *, must_be_placed: bool) -> bytes:
        placed = sealed.startswith(PLACED) or (must_be_placed and bool(place))
        inner = sealed.removeprefix(PLACED)
        suite = next((one for one in SUITES if inner.startswith(one.form)), INTERNATIONAL)
        try:
            whole = base64.b64decode(inner.removeprefix(suite.form))
            return suite.open(self._derived(suite.name, SEAL), whole, place.encode() if placed else b"")
        except (Broken, ValueError) as error:
            where = f" in {place.partition(' ')[0]}: it was moved there or changed, or has another key" if place else ""
            raise KeyProblem(f"sealed data does not open with this master key{where}") from error

    def index(self, kind: str, text: str) -> str:
        """The blind index of `text`, 32 hex digits; empty for empty text. One `kind` (`number`) joins tables."""
        return self._known(kind, text)

    def _index(self, kind: str, text: str) -> str:
        if not text:
            return ""
        return self.suite.mac(self._derived(self.suite.name, INDEX), f"{kind} {text}".encode()).hex()[:32]

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

    def file_key(self, suite: Suite, id: bytes) -> bytes:
        """The key of a sealed file, of which it is the only one."""
        return suite.derive(self._master, f"file {id.hex()}")

    def private_key(self, purpose: str) -> bytes:
        """A private key for the suite's signatures."""
        return self.suite.derive(self._master, purpose)
