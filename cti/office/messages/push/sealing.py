"""A message sealed for one browser (RFC 8291, RFC 8188), and the word of who sends it (VAPID, RFC 8292).

The service that carries it reads nothing of it. The library for this (pywebpush) needs a package that has no wheel,
and the house installs wheels alone; what is needed of it are these functions, on the house's own libraries.
"""

from __future__ import annotations

import base64
import secrets
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from cti.base.ciphers.cipher import Cipher

RECORD = 4096
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256."""
KEY, SECRET = 65, 16
"""Bytes of a browser's public key and of what it shares with its senders."""
GOOD_FOR = 12 * 3600


def unpacked(text: str, length: int) -> bytes:
    """Bytes of base64url without padding. ValueError when they are not so many."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != length:
        raise ValueError(f"{len(raw)} bytes instead of {length}")
    return raw


def packed(raw: bytes) -> str:
    """As base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sealed(
    text: bytes, key: bytes, secret: bytes, own: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """The body of the request; `key` and `secret` are the browser's. `own` and `salt` are new each time."""
    own, salt = own or ec.generate_private_key(ec.SECP256R1()), salt or secrets.token_bytes(16)
    public = _point(own)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key))
    material = HKDF(SHA256(), 32, secret, b"WebPush: info\0" + key + public).derive(shared)
    content_key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(material)
    nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(material)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(public)]) + public
    return head + AESGCM(content_key).encrypt(nonce, text + b"\x02", None)


class Sender:
    """Who sends: one key for the house, made of its own secret, so that there is nothing more to keep."""

    def __init__(self, cipher: Cipher) -> None:
        number = int(cipher.mac("web push", b"sender"), 16) % (ORDER - 1) + 1
        self._own = ec.derive_private_key(number, ec.SECP256R1())
        self._pem = self._own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.key = packed(_point(self._own))

    def headers(self, endpoint: str, contact: str, now: float) -> dict[str, str]:
        """Who sends to this address; `contact` is whom its owner may ask."""
        # Loaded when somebody is told: callers wait for a starting engine, and it takes long.
        from joserfc import jwt
        from joserfc.jwk import ECKey

        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(now) + GOOD_FOR, "sub": contact}
        token = jwt.encode({"alg": "ES256", "typ": "JWT"}, claims, ECKey.import_key(self._pem))
        return {"Authorization": f"vapid t={token}, k={self.key}", "Content-Encoding": "aes128gcm"}


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
