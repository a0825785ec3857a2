"""The master key kept by a cryptographic token (PKCS#11): a card, a hardware module, a city's pool of such services.

The token has an AES key that never leaves it. What lies on the disk is the master key sealed by that key (AES-GCM), and
the token opens it at each start. `keys: {token: token.yaml}` names a file beside the settings or elsewhere:

    module: /usr/lib/softhsm/libsofthsm2.so   # the token's driver
    token: hotline                            # its label
    key: hotline                              # the label of its key
    pin: /etc/hotline/pin                     # a file with the PIN, for the hotline's user alone
    sealed: master.key.sealed                 # the master key, sealed by the token

`python -m cti.base.ciphers.token token.yaml` seals the key of `HOTLINE_DATA` so, once, and makes the token's key
if it has none; the clear key can then go. It needs `pip install hotline[token]`.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from cti.base.ciphers.problem import KeyProblem
from cti.base.ciphers.suites import KEY_BYTES, NONCE_BYTES, TAG_BYTES

if TYPE_CHECKING:
    from pkcs11 import Session

CONTEXT = b"hotline master key"
NAMES = frozenset({"module", "token", "key", "pin", "sealed"})


@dataclass(frozen=True, slots=True)
class Token:
    """What the file says; paths are absolute."""

    module: Path
    token: str
    key: str
    pin: Path
    sealed: Path

    @classmethod
    def read(cls, path: Path) -> Token:
        """Of a file; relative paths in it begin where it lies. KeyProblem."""
        try:
            said = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise KeyProblem(f"{path}: {error}") from None
        if not isinstance(said, dict) or set(said) != NAMES or not all(isinstance(one, str) for one in said.values()):
            raise KeyProblem(f"{path}: needs texts for {', '.join(sorted(NAMES))}, and nothing else")
        place = path.absolute().parent
        return cls(place / said["module"], said["token"], said["key"], place / said["pin"], place / said["sealed"])

    def open(self) -> bytes:
        """The master key, opened by the token. KeyProblem."""
        try:
            whole = base64.b64decode(self.sealed.read_text("ascii").strip(), validate=True)
        except (OSError, ValueError) as error:
            raise KeyProblem(f"{self.sealed}: {error}") from None
        with self._key() as (key, pkcs11):
            how = pkcs11.GCMParams(whole[:NONCE_BYTES], aad=CONTEXT, tag_bits=8 * TAG_BYTES)
            found: bytes = key.decrypt(whole[NONCE_BYTES:], mechanism=pkcs11.Mechanism.AES_GCM, mechanism_param=how)
        if len(found) != KEY_BYTES:
            raise KeyProblem(f"{self.sealed}: not {KEY_BYTES} bytes")
        return found

    def seal(self, master: bytes) -> None:
        """Write the master key sealed by the token. KeyProblem, FileExistsError."""
        nonce = os.urandom(NONCE_BYTES)
        with self._key(make=True) as (key, pkcs11):
            how = pkcs11.GCMParams(nonce, aad=CONTEXT, tag_bits=8 * TAG_BYTES)
            whole = nonce + key.encrypt(master, mechanism=pkcs11.Mechanism.AES_GCM, mechanism_param=how)
        with os.fdopen(os.open(self.sealed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.b64encode(whole).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def _key(self, *, make: bool = False) -> Iterator[tuple[Any, Any]]:
        """The token's key and the library."""
        try:
            import pkcs11  # only who has a token needs it
        except ImportError:
            raise KeyProblem("a token needs python-pkcs11: pip install hotline[token]") from None
        try:
            if self.pin.stat().st_mode & 0o077:
                raise KeyProblem(f"{self.pin} can be read by others: chmod 600")
            pin = self.pin.read_text("utf-8").strip()
            token = pkcs11.lib(str(self.module)).get_token(token_label=self.token)
            with token.open(rw=make, user_pin=pin) as session:
                yield (self._found(session) if not make else self._found_or_made(session)), pkcs11
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            said = f"{type(error).__name__} {error}".strip()
            raise KeyProblem(f"token {self.token} of {self.module}: key {self.key}: {said}") from None

    def _found(self, session: Session) -> Any:
        from pkcs11 import KeyType, ObjectClass  # as above

        return session.get_key(object_class=ObjectClass.SECRET_KEY, key_type=KeyType.AES, label=self.key)

    def _found_or_made(self, session: Session) -> Any:
        from pkcs11 import Attribute, KeyType, NoSuchKey  # as above

        try:
            return self._found(session)
        except NoSuchKey:
            # It can be used, and by nobody be read.
            closed = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
            return session.generate_key(KeyType.AES, 256, label=self.key, store=True, template=closed)


if __name__ == "__main__":
    from cti.base.ciphers.key_sources import load_master_key
    from cti.base.cli_settings import data_folder

    Token.read(Path(sys.argv[1])).seal(load_master_key(data_folder()))
