"""The switch that the settings choose, on this machine: its program, its files, its books and its driver.

The only place that names drivers: each driver's folder has an `installation` that does what `Installation` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cti.base.settings import Settings, TrunkSettings
from cti.telephony.switch.phone import Blocked, Phone
from cti.telephony.switch.port import SwitchControl, SwitchRecord, TalkStretch

PROMPT_FORMATS: Mapping[str, tuple[str, ...]] = {"asterisk": ("alaw", "sln16"), "freeswitch": ("wav",)}
"""In which formats each kind of switch plays prompts without converting them (`ivr.prompts.native`)."""


class SwitchMissing(Exception):
    """The chosen switch is not installed here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """How the switch is started: a process that stays in the foreground and ends on SIGTERM.

    `reads` and `writes` are all files and folders that it needs besides its own program and the machine's libraries.
    """

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    reads: Sequence[Path] = ()
    writes: Sequence[Path] = ()


class Books(Protocol):
    """The switch's own records of calls, which only the switch writes; read as they are asked for.

    Whole numbers stand in them no longer than needed: they are taken away when they are kept elsewhere.
    """

    @property
    def place(self) -> dict[str, int]:
        """How far was read, to be kept."""

    def begin_at(self, place: dict[str, int]) -> None:
        """Go on where another engine stopped."""

    def read(self) -> list[SwitchRecord]:
        """Whole records written since the last reading. OSError when the file is there and cannot be read."""

    def talks_of(self, leg: str) -> Sequence[TalkStretch]:
        """When a leg was in a talk, oldest first, as far as that was read."""

    def done(self) -> None:
        """Take away what was read: it is kept elsewhere now."""


class Installation(Protocol):
    """A switch installed on this machine, for one state directory."""

    def prepare(self) -> None:
        """Write all that the switch reads, but for the phones, which are kept or made empty; DocumentError."""

    @property
    def program(self) -> Program:
        """What to start, once prepared."""

    def write_phones(self, phones: Sequence[Phone], blocked: Blocked) -> bool:
        """Write the phones' part, and from where they are refused; returns whether it changed, so that the switch must
        be told.
        """

    def write_trunks(self, trunks: Mapping[str, TrunkSettings], secrets: Mapping[str, str]) -> bool:
        """Write the carriers' part, with the secret of each that registers; returns whether it changed, as above."""

    def books(self) -> Books:
        """The switch's own records."""

    def control(self, language: str) -> SwitchControl:
        """A driver that plays prompts of `language`."""


def find_installation(settings: Settings) -> Installation:
    """The installation of the switch that `switch.kind` names; SwitchMissing."""
    # A driver is read only where it is chosen.
    match settings.house.switch.kind:
        case "asterisk":
            from cti.telephony.switch.asterisk.installation import AsteriskInstallation

            return AsteriskInstallation.find(settings)
        case "freeswitch":
            from cti.telephony.switch.freeswitch.installation import FreeswitchInstallation

            return FreeswitchInstallation.find(settings)
