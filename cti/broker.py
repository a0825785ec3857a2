"""The embedded MQTT broker, in a process of its own so that it never takes the engine's time.

`python -m cti.broker DATA PORT`: listens on loopback, wants the user and password that stand in DATA/secrets/mqtt.
A city that runs Mosquitto or EMQX names it in the settings, and this is not started.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from amqtt.broker import Broker
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session

USER = "hotline"


def credentials(data: Path) -> tuple[str, str]:
    """User and password, made at the first asking; the file is readable by us alone."""
    path = data / "secrets" / "mqtt"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), "ascii")
    return USER, path.read_text("ascii").strip()


class PasswordPlugin(BaseAuthPlugin):  # type: ignore[misc]  # amqtt tells no types
    """Lets in the one user that the engine and the city's subscribers share."""

    @dataclass
    class Config:
        """What the broker's configuration gives."""

        user: str
        password: str

    async def authenticate(self, *, session: Session) -> bool:
        """Whether name and password are right."""
        wanted = f"{self.config.user}:{self.config.password}".encode()
        return hmac.compare_digest(f"{session.username}:{session.password}".encode(), wanted)


async def serve(data: Path, port: int) -> None:
    """Run until SIGTERM."""
    user, password = credentials(data)
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}", "max_connections": 200}},
            "plugins": {
                "cti.broker.PasswordPlugin": {"user": user, "password": password},
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


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
