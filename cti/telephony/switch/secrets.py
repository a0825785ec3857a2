"""What the switch's configuration needs and nobody else may read: the control connection's secret, the trunks'."""

from __future__ import annotations

import hmac
import secrets
import string
from pathlib import Path

from cti.base.ciphers.cipher import KeyProblem
from cti.base.files.documents import DocumentError, Problem
from cti.base.files.sealed_values import opened
from cti.base.settings import Settings

LETTERS = string.ascii_letters + string.digits


def control_secret(data: Path) -> str:
    """The secret of the control connection, made at the first asking; readable by us alone."""
    return _kept(data / "secrets" / "manager", secrets.token_hex(24))


def session_proof(secret: str) -> str:
    """What a session of a leg shows so that nobody else passes for the switch, from the control connection's secret."""
    return hmac.digest(secret.encode(), b"sessions", "sha256").hex()


def forget_control_secret(data: Path) -> None:
    """Let the next switch have a new one: for whoever starts it, as one that runs knows the old one alone."""
    (data / "secrets" / "manager").unlink(missing_ok=True)


def books_key(data: Path) -> str:
    """What seals the numbers in the switch's own records: 16 characters, as AES-128 of Asterisk takes them."""
    return _kept(data / "secrets" / "books", "".join(secrets.choice(LETTERS) for _ in range(16)))


def _kept(path: Path, new: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(new, "ascii")
    return path.read_text("ascii").strip()


def trunk_secrets(settings: Settings) -> dict[str, str]:
    """The registration secret of each trunk that registers, from the file that its setting names, which may
    be sealed; DocumentError.
    """
    found: dict[str, str] = {}
    for name, trunk in settings.house.trunks.items():
        if not trunk.register_user:
            continue
        try:
            text = (settings.data / (trunk.register_secret_file or "")).read_text("utf-8").strip()
            found[name] = opened(text, settings.data)
        except (OSError, KeyProblem) as error:
            where = str(settings.data / "settings.yaml")
            message = f"trunks.{name}.register_secret_file: cannot be read: {error}"
            raise DocumentError([Problem(where, 1, 1, message)]) from None
    return found
