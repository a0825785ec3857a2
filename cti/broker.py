"""The embedded MQTT broker, in a process of its own so that it never takes the engine's time.

`python -m cti.broker DATA PORT`: listens on loopback. The engine's user may publish below `hotline/` and nobody else
may; readers may subscribe. `python -m cti.broker DATA` writes the same for Mosquitto: `mosquitto.acl` and the names for
`mosquitto_passwd`. A city that runs Mosquitto or EMQX names it in the settings, and this is not started.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from amqtt.broker import Action, Broker
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

USER, READER = "hotline", "reader"
TREE = "hotline/"
FILES = {USER: "mqtt", READER: "mqtt-reader"}


def credentials(data: Path, user: str = USER) -> tuple[str, str]:
    """User and password, made at the first asking; the file is readable by us alone.

    `hotline` is the engine, which publishes; `reader` is whoever listens.
    """
    path = data / "secrets" / FILES[user]
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), "ascii")
    return user, path.read_text("ascii").strip()


def may(user: str | None, topic: str, *, publishes: bool) -> bool:
    """The rule: the engine publishes in its own tree, readers subscribe there; the broker's own topics are nobody's."""
    if not topic.startswith(TREE):
        return False
    return user == USER if publishes else user in (USER, READER)


def mosquitto_acl() -> str:
    """The same rule as Mosquitto's `acl_file` reads it."""
    return f"user {USER}\ntopic readwrite {TREE}#\n\nuser {READER}\ntopic read {TREE}#\n"


class PasswordPlugin(BaseAuthPlugin):  # type: ignore[misc]  # amqtt tells no types
    """Lets in the engine and the readers, and nobody else."""

    @dataclass
    class Config:
        """What the broker's configuration gives: passwords by user."""

        passwords: dict[str, str]

    async def authenticate(self, *, session: Session) -> bool:
        """Whether name and password are right. Only the engine may leave a will: the broker publishes it unasked."""
        if session.will_flag and session.username != USER:
            return False
        wanted = self.config.passwords.get(session.username or "", "")
        return bool(wanted) and hmac.compare_digest((session.password or "").encode(), wanted.encode())


class TopicPlugin(BaseTopicPlugin):  # type: ignore[misc]  # amqtt tells no types
    """Who may publish and subscribe what, see `may`."""

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        """Whether the client may."""
        user = session.username if session else None
        return may(user, topic or "", publishes=action == Action.PUBLISH)


async def serve(data: Path, port: int) -> None:
    """Run until SIGTERM."""
    passwords = dict(credentials(data, user) for user in FILES)
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}", "max_connections": 200}},
            "plugins": {
                "cti.broker.PasswordPlugin": {"passwords": passwords},
                "cti.broker.TopicPlugin": {},
            },
        }
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await broker.start()
    await stop.wait()
    await broker.shutdown()


def write_for_mosquitto(data: Path) -> Path:
    """Write Mosquitto's `acl_file`, and make the passwords that its `password_file` needs; returns the first."""
    for user in FILES:
        credentials(data, user)
    path = data / "secrets" / "mosquitto.acl"
    path.touch(mode=0o600)
    path.write_text(mosquitto_acl(), "ascii")
    return path


if __name__ == "__main__":
    if len(sys.argv) > 2:
        asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
    else:
        print(write_for_mosquitto(Path(sys.argv[1])))
