"""What is told of publications, each once, when it is stored: a channel, such as a WeChat account, hears them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cti.base.events import RecordEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationEvent(RecordEvent):
    """Something that happened to what the public reads of a publication with this number."""

    kind: ClassVar[str] = "publication"

    number: str
    section: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationShown(PublicationEvent):
    """The public reads this edition from now on; `hot` when it was pushed as hot (热点) just now."""

    edition: int
    hot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationWithdrawn(PublicationEvent):
    """The public reads it no more. `reason` is `withdrawn` by somebody, or `expired`."""

    reason: str
