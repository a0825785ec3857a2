"""States of letters and what is asked of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cti.office.messages.channels.port import Carries
from cti.office.messages.templates import Said


class State(StrEnum):
    """How a letter is. Dropped ones were never sent, and why stands with them."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


STATE_TITLES = {
    State.WAITING: "待发送",
    State.SENDING: "发送中",
    State.SENT: "已发出",
    State.DELIVERED: "已送达",
    State.FAILED: "失败",
    State.DROPPED: "未发送",
}
OPEN = (State.WAITING, State.SENDING)
ENDED = (State.SENT, State.DELIVERED, State.FAILED, State.DROPPED)


@dataclass(frozen=True, slots=True)
class Posting:
    """A letter to post. `about` is the record that it belongs to (`ticket:01J…`), `sender` the name of who sends it.

    `channel` asks for one by name. It is not sent before `not_before`, and not at all when `dropped` says why.
    """

    carries: Carries
    address: str
    said: Said
    organisation: str
    region: str
    channel: str = ""
    person: str | None = None
    about: str = ""
    sender: str = ""
    automatic: bool = True
    urgent: bool = False
    not_before: datetime | None = None
    dropped: str = ""

    @property
    def text(self) -> str:
        """What stands in the letter: of a text for the inbox that is all in its title, that."""
        return self.said.sms if self.carries is Carries.SMS else self.said.text or self.said.title
