"""The MQTT broker beside the engine: who may do what there, and the program that does it, on loopback.

The engine's user may publish below `hotline/` and nobody else may; `reader` may subscribe to all of it, and each reader
of the settings (`broker: {readers: {screen: [records/east/#]}}`) to his own part below `hotline/v1/`. It is a
Mosquitto, which `HOTLINE_MOSQUITTO` names or the machine has; without one `cti.process.embedded_broker`, which costs
more. `python -m cti.process.broker DATA` writes rules and passwords for a Mosquitto of the city's own; one that is
named in the settings (or an EMQX) is used instead, and none is started.
"""

from __future__ import annotations

import base64
import hashlib
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cti.base.settings import Settings

USER, READER = "hotline", "reader"
TREE = "hotline/"
TOLD = "hotline/v1/"
"""What stands before the topics of readers in the settings."""
Readers = Mapping[str, Sequence[str]]
"""Topic filters of further readers, by their names."""
NOBODY: Readers = {}
FILES = {USER: "mqtt", READER: "mqtt-reader"}
HOST = "127.0.0.1"
CLIENTS = 200
EMBEDDED = "cti.process.embedded_broker"
_OLDEST = 2
"""Mosquitto's major version: its password file is another one before."""
_ROUNDS, _SALT_BYTES = 101, 12
"""As `mosquitto_passwd` has them; what protects our passwords is that they are random."""


def credentials(data: Path, user: str = USER) -> tuple[str, str]:
    """User and password, made at the first asking; the file is readable by us alone.

    `hotline` is the engine, which publishes; `reader` is whoever listens, any other name a reader of the settings.
    """
    path = data / "secrets" / FILES.get(user, f"{FILES[READER]}-{user}")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), "ascii")
    return user, path.read_text("ascii").strip()


def may(user: str | None, topic: str, *, publishes: bool, readers: Readers = NOBODY) -> bool:
    """The rule: the engine publishes in its own tree, readers subscribe there; the broker's own topics are nobody's.

    `topic` is a topic, or the filter of who subscribes.
    """
    if not topic.startswith(TREE):
        return False
    if publishes or user in (USER, READER):
        return user == USER or not publishes
    return any(covers(TOLD + one, topic) for one in readers.get(user or "", ()))


def covers(allowed: str, wanted: str) -> bool:
    """Whether all topics that the filter `wanted` fits are among those of `allowed` (MQTT 3.1.1, 4.7)."""
    asked = wanted.split("/")
    for at, part in enumerate(allowed.split("/")):
        if part == "#":
            return True
        if at >= len(asked) or asked[at] == "#" or part not in ("+", asked[at]):
            return False
    return len(asked) == len(allowed.split("/"))


def mosquitto_acl(readers: Readers = NOBODY) -> str:
    """The same rule as Mosquitto's `acl_file` reads it."""
    rules = {USER: [f"readwrite {TREE}#"], READER: [f"read {TREE}#"]}
    rules |= {name: [f"read {TOLD}{one}" for one in topics] for name, topics in readers.items()}
    return "\n".join(f"user {name}\n" + "".join(f"topic {one}\n" for one in found) for name, found in rules.items())


def mosquitto_password(user: str, password: str) -> str:
    """A line of Mosquitto's `password_file`: `USER:$7$rounds$salt$hash`, PBKDF2 with SHA-512."""
    salt = os.urandom(_SALT_BYTES)
    found = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS)
    return f"{user}:$7${_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(found).decode()}\n"


def write_for_mosquitto(data: Path, readers: Readers = NOBODY) -> tuple[Path, Path]:
    """Write Mosquitto's `acl_file` and `password_file`; returns both."""
    passwords = "".join(mosquitto_password(*credentials(data, user)) for user in (*FILES, *readers))
    return _written(data / "secrets/mosquitto.acl", mosquitto_acl(readers)), _written(
        data / "secrets/mosquitto.passwords", passwords
    )


def mosquitto_configuration(data: Path, port: int, readers: Readers = NOBODY) -> str:
    """For one that is our child: on loopback, with our rules, and nothing kept on the disk.

    Its user is whoever starts it (`own_user.py`): it must not look for one itself.
    """
    acl, passwords = write_for_mosquitto(data, readers)
    lines = [
        f"listener {port} {HOST}",
        f"max_connections {CLIENTS}",
        "allow_anonymous false",
        f"password_file {passwords}",
        f"acl_file {acl}",
        "persistence false",
        "sys_interval 0",
        "set_tcp_nodelay true",
        "log_dest stderr",
        *(f"log_type {kind}" for kind in ("error", "warning", "notice")),
        "connection_messages false",
        "log_timestamp_format %Y-%m-%dT%H:%M:%S",
    ]
    if os.geteuid() == 0:
        lines.append(f"user {pwd.getpwuid(0).pw_name}")
    return "\n".join(lines) + "\n"


def files_of_mosquitto(data: Path) -> list[Path]:
    """All that one of ours reads."""
    return [data / "secrets" / f"mosquitto.{name}" for name in ("conf", "acl", "passwords")]


def find_mosquitto() -> Path | None:
    """The Mosquitto that `HOTLINE_MOSQUITTO` names, else the machine's own; None: neither, or none that serves."""
    named = os.environ.get("HOTLINE_MOSQUITTO")
    paths = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = named or shutil.which("mosquitto", path=paths)
    return Path(found) if found and _serves(Path(found)) else None


def command(data: Path, port: int, mosquitto: Path | None, readers: Readers = NOBODY) -> list[str]:
    """What to start; what a Mosquitto reads is written."""
    if mosquitto is None:
        return [sys.executable, "-m", EMBEDDED, str(data), str(port)]
    written = _written(data / "secrets/mosquitto.conf", mosquitto_configuration(data, port, readers))
    return [str(mosquitto), "-c", str(written)]


def _serves(program: Path) -> bool:
    try:
        done = subprocess.run([program, "-h"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    version = re.search(r"mosquitto version (\d+)\.", done.stdout)
    return version is not None and int(version[1]) >= _OLDEST


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_text(text, "ascii")
    return path


if __name__ == "__main__":
    where = Path(sys.argv[1])
    print(*write_for_mosquitto(where, Settings.load(where).house.broker.readers), sep="\n")
