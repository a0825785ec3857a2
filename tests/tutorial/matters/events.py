"""What a matter tells other modules and systems."""

from dataclasses import dataclass
from typing import ClassVar

from cti.base.events import RecordEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterStepped(RecordEvent):
    """A matter went on by a step, and is in this state now."""

    kind: ClassVar[str] = "matter"

    step: str
    state: str
