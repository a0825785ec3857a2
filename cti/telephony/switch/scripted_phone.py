"""Telephones of the scripted exchange: each answers, refuses or stays silent as the script says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cti.telephony.switch.scripted_leg import ScriptedLine


@dataclass(slots=True, eq=False)
class ScriptedPhone:
    """A phone under `address` (an endpoint, or `digits@trunk` for somebody outside).

    `answer_after` seconds of ringing it answers, None waits for `ScriptedLine.answer`; `refuses` is a Q.850 cause
    (17 busy, 21 rejected) with which it refuses at once; `silent` means that its network is gone: it never even
    rings. `heeds_auto_answer` it answers at once when asked to. `voice` is the pitch in Hz of its person in recordings.
    """

    address: str
    name: str
    registered: bool = True
    answer_after: float | None = 1.0
    refuses: int = 0
    silent: bool = False
    heeds_auto_answer: bool = True
    voice: float = 0.0
    lines: list[ScriptedLine] = field(default_factory=list)
    on_ring: Callable[[ScriptedLine], None] | None = None
    """Called when the phone rings, for scripts that decide then."""

    @property
    def is_free(self) -> bool:
        """Whether it is registered and on no call."""
        return self.registered and not self.line

    @property
    def line(self) -> ScriptedLine | None:
        """The newest call that is not over."""
        return next((line for line in reversed(self.lines) if not line.is_over), None)
