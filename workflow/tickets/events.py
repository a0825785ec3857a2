"""What tickets tell, each once, when it is stored. What citizens said is asked of the API, by rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cti.base.events import RecordEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEvent(RecordEvent):
    """Something that happened to a ticket with this number (工单编号)."""

    kind: ClassVar[str] = "ticket"

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(TicketEvent):
    """It was registered; `type` and `channel` as in its form, `call` the call it came by, empty for none."""

    type: str
    channel: str
    urgent: bool
    enterprise: bool
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMoved(TicketEvent):
    """It came to another step of its process (环节); `stage` is the step's, as lists of duties have it."""

    step: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReminded(TicketEvent):
    """The citizen asked again (催单); `reminders` is how often until now."""

    reminders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSupplemented(TicketEvent):
    """The citizen added to it (补充诉求)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClosed(TicketEvent):
    """It is over; `satisfaction` is what the revisit came to, empty for none."""

    outcome: str
    satisfaction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReopened(TicketEvent):
    """It goes on although it was over (重新办理)."""

    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTaskEvent(TicketEvent):
    """Something that happened to a department's `task` of a ticket; `department` is the organisation's name."""

    task: str
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDispatched(TicketTaskEvent):
    """A department was given a task, as `role`: `lead` (主办), `assist` (协办) or what its process says."""

    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTaskEnded(TicketTaskEvent):
    """A department's task is over: replied, returned, withdrawn, as its process calls it."""

    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCarded(TicketEvent):
    """A time limit turned `yellow` (nearly over) or `red` (missed): of the ticket, or of a department's `task`."""

    card: str
    clock: str
    due_at: datetime
    task: str
