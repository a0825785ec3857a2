"""The broker where no Mosquitto is to be had: amqtt, pure Python, in a process of its own that never takes the engine's
time. `python -m cti.process.embedded_broker DATA PORT`; rules and credentials are those of `cti.process.broker`.
"""

from __future__ import annotations

import asyncio
import hmac
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from amqtt.broker import Action, Broker
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from cti.base.settings import Settings
from cti.process.broker import CLIENTS, EMBEDDED, FILES, HOST, USER, credentials, may


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

    @dataclass
    class Config:
        """What the broker's configuration gives: topic filters of further readers."""

        readers: dict[str, list[str]]

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        """Whether the client may."""
        user = session.username if session else None
        return may(user, topic or "", publishes=action == Action.PUBLISH, readers=self.config.readers)


async def serve(data: Path, port: int) -> None:
    """Be the broker on that port of the loopback until SIGTERM comes."""
    readers = Settings.load(data).house.broker.readers
    passwords = dict(credentials(data, user) for user in (*FILES, *readers))
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"{HOST}:{port}", "max_connections": CLIENTS}},
            "plugins": {
                f"{EMBEDDED}.PasswordPlugin": {"passwords": passwords},
                f"{EMBEDDED}.TopicPlugin": {"readers": readers},
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
