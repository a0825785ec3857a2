"""What every channel does: take a letter, say what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Carries(StrEnum):
    """What a channel brings, and so what an address of it is: a mobile number, a mailbox, a robot of a group chat."""

    SMS = "sms"
    MAIL = "mail"
    ROBOT = "robot"


CARRIES_TITLES = {Carries.SMS: "短信", Carries.MAIL: "邮件", Carries.ROBOT: "群机器人"}


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a mail; `media` is its type (RFC 6838)."""

    name: str
    media: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: `id` is ours, and the same at each try."""

    id: str
    to: str
    subject: str
    text: str
    kind: str = ""
    enclosed: Enclosure | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The other side has taken it; `number` is its own name for it, by which receipts speak of it."""

    number: str = ""


class ChannelRefuses(Exception):
    """The other side will never take this letter: no other try will do. The message says why, without the letter."""


class ChannelFails(Exception):
    """It could not be given now: no connection, no answer in time, too many at once. Another try may do."""


class Channel(Protocol):
    """One way on which letters leave the house."""

    async def send(self, letter: Letter) -> Accepted:
        """Give a letter to the other side. ChannelRefuses, ChannelFails."""

    async def close(self) -> None:
        """Let go of connections."""
