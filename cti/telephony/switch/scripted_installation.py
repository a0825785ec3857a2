"""A switch that is nowhere: for a house that starts without one, to be looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cti.base.clock import LoopClock
from cti.base.settings import TrunkSettings
from cti.telephony.switch.installation import Program
from cti.telephony.switch.phone import Blocked, Phone
from cti.telephony.switch.port import SwitchControl, SwitchRecord, TalkStretch
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange


class _NoBooks:
    place: dict[str, int] = {}  # noqa: RUF012 # always empty

    def begin_at(self, place: dict[str, int]) -> None:
        """There is nothing to go on with."""

    def talks_of(self, leg: str) -> Sequence[TalkStretch]:
        """Nobody ever talked."""
        return ()

    def done(self) -> None:
        """Nothing to take away."""

    def read(self) -> list[SwitchRecord]:
        """Nothing was ever written."""
        return []


class ScriptedInstallation:
    """Does what `Installation` says on nothing."""

    def prepare(self) -> None:
        """Nothing: an exchange in memory reads no configuration."""

    @property
    def program(self) -> Program:
        """LookupError: there is none."""
        raise LookupError("a scripted switch is no program")

    def write_phones(self, phones: Sequence[Phone], blocked: Blocked) -> bool:
        """Nothing: phones of an exchange in memory register with nobody."""
        return False

    def write_trunks(self, trunks: Mapping[str, TrunkSettings], secrets: Mapping[str, str]) -> bool:
        """Nothing: an exchange in memory has no trunks."""
        return False

    def books(self) -> _NoBooks:
        """Books in which nothing ever stands."""
        return _NoBooks()

    def control(self, language: str) -> SwitchControl:
        """A switch on an exchange of its own, in real time."""
        return ScriptedSwitch(ScriptedExchange(LoopClock()))
