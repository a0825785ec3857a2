"""Where the master key lies: 32 bytes in base64, from the first of these that is there.

| | |
|---|---|
| `HOTLINE_MASTER_KEY` | the key itself, in the environment |
| `keys: {file: /elsewhere/master.key}` | a file that only the hotline's user may read |
| `keys: {socket: /run/keys.sock}` | a key server on this machine, see `key_server` |
| `keys: {token: token.yaml}` | a cryptographic token (PKCS#11), see `token` |
| a credential `hotline-master-key` of systemd | `LoadCredentialEncrypted=` of the service |
| `master.key` in the state directory | made at the first start; it lies beside what it seals |

`keys` is read from `settings.yaml` before anything sealed in that file can be opened.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

import yaml

from cti.base.ciphers.problem import KeyProblem
from cti.base.ciphers.suites import KEY_BYTES
from cti.base.ciphers.token import Token

__all__ = ["KeyProblem", "KeySource", "is_there", "load_master_key", "source_of"]

ENVIRONMENT = "HOTLINE_MASTER_KEY"
CREDENTIAL = "hotline-master-key"
FILE = "master.key"
SECONDS = 5.0
ANSWER_BYTES = 200


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where the key comes from: `kind` is environment, file, socket, token, credential or beside."""

    kind: str
    path: Path | None = None


def source_of(data: Path) -> KeySource:
    """Where the key of this state directory lies. KeyProblem when `keys` in the settings is wrong."""
    if os.environ.get(ENVIRONMENT):
        return KeySource("environment")
    said = _said(data / "settings.yaml")
    for kind in ("file", "socket", "token"):
        if kind in said:
            return KeySource(kind, data / said[kind])
    if folder := os.environ.get("CREDENTIALS_DIRECTORY"):
        path = Path(folder) / CREDENTIAL
        if path.exists():
            return KeySource("credential", path)
    return KeySource("beside", data / FILE)


def is_there(data: Path) -> bool:
    """Whether there is a key that need not be made."""
    source = source_of(data)
    return source.path is None or source.path.exists()


def load_master_key(data: Path) -> bytes:
    """The master key; beside the data it is made at the first start. KeyProblem."""
    source = source_of(data)
    match source.kind, source.path:
        case "environment", _:
            return _parse(os.environ[ENVIRONMENT], ENVIRONMENT)
        case "socket", Path() as path:
            return _parse(_asked(path), str(path))
        case "token", Path() as path:
            return Token.read(path).open()
        case kind, Path() as path:
            if kind == "beside" and (made := _made(path)):
                return made
            return _read(path)
    raise KeyProblem(f"no master key at {source}")


def _said(settings: Path) -> dict[str, str]:
    try:
        document = yaml.safe_load(settings.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}  # whoever reads the settings says so with file and line
    said = document.get("keys") if isinstance(document, dict) else None
    if said is None:
        return {}
    if not isinstance(said, dict) or len(said) != 1 or not all(isinstance(one, str) for one in said.values()):
        raise KeyProblem(f"{settings}: keys: one of file, socket and token, with a path")
    return said


def _made(path: Path) -> bytes | None:
    """A new key; None when there is one."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_bytes(KEY_BYTES)
        file.write(base64.b64encode(key).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_mode & 0o077 and path.name != CREDENTIAL:
            raise KeyProblem(f"{path} can be read by others: chmod 600")
        return _parse(path.read_text("utf-8", "replace"), str(path))
    except OSError as error:
        raise KeyProblem(f"{path}: the master key cannot be read: {error.strerror}") from None


def _asked(path: Path) -> str:
    """The key server's answer."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(SECONDS)
            connection.connect(str(path))
            connection.sendall(b"master\n")
            answer = b""
            while len(answer) < ANSWER_BYTES and (part := connection.recv(ANSWER_BYTES)):
                answer += part
    except OSError as error:
        raise KeyProblem(f"{path}: the key server does not answer: {error}") from None
    return answer.decode("ascii", "replace")


def _parse(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyProblem(f"{where}: not {KEY_BYTES} bytes in base64")
    return key
