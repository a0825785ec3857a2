"""The two sets of cryptographic algorithms: the international one and the national one of China (SM).

| | international | sm |
|---|---|---|
| seals | AES-256-GCM (NIST SP 800-38D) | SM4-GCM (GB/T 32907, RFC 8998) |
| keyed hashes, blind indexes | HMAC-SHA-256 | HMAC-SM3 (GB/T 32905) |
| keys from the master key | HKDF-SHA-256 (RFC 5869) | HKDF-SM3 |
| signatures | Ed25519 (RFC 8032) | SM2 (GB/T 32918) |
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass, field
from typing import Literal, Protocol

import gmalg
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as keyed
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SuiteName = Literal["international", "sm"]
KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
SM2_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""The order of SM2's group (GB/T 32918.5)."""
SM2_SIGNER = b"1234567812345678"
"""The signer's identity that stands where none was agreed (GB/T 35276)."""


class Broken(Exception):
    """Sealed bytes do not open: they were changed, or sealed with another key."""


class Suite(Protocol):
    """A set of algorithms; keys have 32 bytes. `form` marks what it sealed."""

    @property
    def name(self) -> SuiteName:
        """As in the settings."""

    @property
    def form(self) -> str:
        """What stands before what it sealed."""

    def derive(self, master: bytes, purpose: str) -> bytes:
        """A key for a purpose."""

    def seal(self, key: bytes, plain: bytes, context: bytes = b"") -> bytes:
        """Encrypt and authenticate; equal texts give different results. It opens in the same `context` only."""

    def open(self, key: bytes, sealed: bytes, context: bytes = b"") -> bytes:
        """What `seal` was given, under the same key and context. Broken when it is not whole."""

    def mac(self, key: bytes, data: bytes) -> bytes:
        """A keyed hash of 32 bytes."""

    def public_key(self, private: bytes) -> bytes:
        """The public key that belongs to a private one, which is any 32 bytes."""

    def sign(self, private: bytes, data: bytes) -> bytes:
        """The signature of `data`, which `is_signed` checks with the public key."""

    def is_signed(self, public: bytes, data: bytes, signature: bytes) -> bool:
        """Whether it is the signature."""


@dataclass(frozen=True, slots=True)
class International:
    """What the world uses."""

    name: SuiteName = field(default="international", init=False)
    form: str = field(default="a:", init=False)

    def derive(self, master: bytes, purpose: str) -> bytes:
        """HKDF-SHA-256."""
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"hotline " + purpose.encode()).derive(master)

    def seal(self, key: bytes, plain: bytes, context: bytes = b"") -> bytes:
        """AES-256-GCM; nonce, ciphertext, tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, plain, context)

    def open(self, key: bytes, sealed: bytes, context: bytes = b"") -> bytes:
        """AES-256-GCM."""
        try:
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
        except (InvalidTag, ValueError) as error:
            raise Broken from error

    def mac(self, key: bytes, data: bytes) -> bytes:
        """HMAC-SHA-256."""
        return hmac.digest(key, data, "sha256")

    def public_key(self, private: bytes) -> bytes:
        """Ed25519, raw."""
        return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()

    def sign(self, private: bytes, data: bytes) -> bytes:
        """Ed25519."""
        return Ed25519PrivateKey.from_private_bytes(private).sign(data)

    def is_signed(self, public: bytes, data: bytes, signature: bytes) -> bool:
        """Ed25519."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class National:
    """What China's law on cryptography asks of a city's systems (密评)."""

    name: SuiteName = field(default="sm", init=False)
    form: str = field(default="s:", init=False)

    def derive(self, master: bytes, purpose: str) -> bytes:
        """HKDF-SM3."""
        return HKDF(hashes.SM3(), KEY_BYTES, salt=None, info=b"hotline " + purpose.encode()).derive(master)

    def seal(self, key: bytes, plain: bytes, context: bytes = b"") -> bytes:
        """SM4-GCM with the key's first half, SM4 having keys of 16 bytes; nonce, ciphertext, tag."""
        nonce = os.urandom(NONCE_BYTES)
        work = BlockCipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
        work.authenticate_additional_data(context)
        return nonce + work.update(plain) + work.finalize() + work.tag

    def open(self, key: bytes, sealed: bytes, context: bytes = b"") -> bytes:
        """SM4-GCM."""
        nonce, inner, tag = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-TAG_BYTES], sealed[-TAG_BYTES:]
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise Broken
        try:
            work = BlockCipher(algorithms.SM4(key[:16]), modes.GCM(nonce, tag)).decryptor()
            work.authenticate_additional_data(context)
            return work.update(inner) + work.finalize()
        except (InvalidTag, ValueError) as error:
            raise Broken from error

    def mac(self, key: bytes, data: bytes) -> bytes:
        """HMAC-SM3."""
        work = keyed.HMAC(key, hashes.SM3())
        work.update(data)
        return work.finalize()

    def public_key(self, private: bytes) -> bytes:
        """SM2, uncompressed (04, x, y)."""
        found: bytes = gmalg.SM2().generate_pk(_scalar(private))
        return found

    def sign(self, private: bytes, data: bytes) -> bytes:
        """SM2 with SM3; r and s, 32 bytes each."""
        public = self.public_key(private)
        r, s = gmalg.SM2(sk=_scalar(private), uid=SM2_SIGNER, pk=public).sign(data)
        # The library leaves out leading zeros: one signature in a hundred would be too short.
        return bytes(r).rjust(32, b"\0") + bytes(s).rjust(32, b"\0")

    def is_signed(self, public: bytes, data: bytes, signature: bytes) -> bool:
        """SM2 with SM3."""
        if len(signature) != 64:
            return False
        try:
            return bool(gmalg.SM2(uid=SM2_SIGNER, pk=public).verify(data, signature[:32], signature[32:]))
        except (ValueError, gmalg.errors.GMError):
            return False


def _scalar(private: bytes) -> bytes:
    """A private key of SM2, which lies between 1 and the order less two."""
    return (int.from_bytes(private, "big") % (SM2_ORDER - 2) + 1).to_bytes(32, "big")


INTERNATIONAL, NATIONAL = International(), National()
SUITES: tuple[Suite, ...] = (INTERNATIONAL, NATIONAL)


def suite_of(name: SuiteName) -> Suite:
    """The set of this name."""
    return next(one for one in SUITES if one.name == name)
