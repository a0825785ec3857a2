"""Signatures of WeChat's calls to us, and its sealed messages (安全模式, 消息加解密).

A message is 16 random bytes, its length (4 bytes, big endian), itself, and the account's id, padded to blocks of
32 bytes (PKCS#7) and sealed by AES-256-CBC; the key's first 16 bytes are the initial vector.
Source: developers.weixin.qq.com/doc/offiaccount/Message_Management/Message_encryption_and_decryption_instructions.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
HEAD = 20
"""Random bytes and length before the message."""


class NotGenuine(Exception):
    """It was not made by who knows the account's token and key."""


def signature_of(*parts: str) -> str:
    """The hex SHA-1 of the parts in the order of their bytes: what WeChat asks for, whatever it is worth."""
    joined = "".join(sorted(parts)).encode()
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def check(signature: str, *parts: str) -> None:
    """NotGenuine when the signature is another."""
    if not hmac.compare_digest(signature_of(*parts).encode(), signature.encode()):
        raise NotGenuine("the signature is another")


class Envelope:
    """Opens and seals for one account; `key` is its EncodingAESKey, 43 characters of base 64."""

    def __init__(self, key: str, app_id: str) -> None:
        self._key, self._app_id = base64.b64decode(f"{key}="), app_id.encode()

    def open(self, sealed: str) -> bytes:
        """The message. NotGenuine for what is sealed for another account, or by another key."""
        try:
            raw = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            raise NotGenuine("no base 64") from None
        if not raw or len(raw) % 16:
            raise NotGenuine("no whole blocks")
        opening = self._cipher().decryptor()
        plain = opening.update(raw) + opening.finalize()
        pad = plain[-1]
        if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
            raise NotGenuine("wrong padding")
        plain = plain[:-pad]
        end = HEAD + int.from_bytes(plain[16:HEAD], "big")
        if len(plain) < HEAD or end > len(plain) or not hmac.compare_digest(plain[end:], self._app_id):
            raise NotGenuine("for another account")
        return plain[HEAD:end]

    def seal(self, message: bytes) -> str:
        """As WeChat seals it."""
        plain = secrets.token_bytes(16) + len(message).to_bytes(4, "big") + message + self._app_id
        pad = BLOCK - len(plain) % BLOCK
        sealing = self._cipher().encryptor()
        return base64.b64encode(sealing.update(plain + bytes([pad]) * pad) + sealing.finalize()).decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
