"""Asterisk on this machine: its modules and sounds, our configuration, its process and its driver."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cti.base.settings import Settings, TrunkSettings
from cti.telephony.switch.asterisk.books import AsteriskBooks, CdrFile
from cti.telephony.switch.asterisk.configuration import Layout, write_configuration, write_phones, write_trunks
from cti.telephony.switch.asterisk.control import AsteriskSwitch
from cti.telephony.switch.asterisk.leg_times import LegTimes
from cti.telephony.switch.installation import Program, SwitchMissing
from cti.telephony.switch.phone import Blocked, Phone
from cti.telephony.switch.secrets import books_key, control_secret, trunk_secrets


class AsteriskInstallation:
    """See `cti.telephony.switch.installation.Installation`; `executable` is the program."""

    def __init__(self, settings: Settings, executable: Path, layout: Layout) -> None:
        self._settings = settings
        self._executable = executable
        self.layout = layout

    @classmethod
    def find(cls, settings: Settings) -> AsteriskInstallation:
        """The Asterisk that `HOTLINE_ASTERISK` names; SwitchMissing."""
        found = os.environ.get("HOTLINE_ASTERISK")
        if not found:
            raise SwitchMissing(
                "HOTLINE_ASTERISK names no Asterisk: start with scripts/run, which finds or fetches one"
            )
        try:
            return cls(settings, Path(found), find_layout(Path(found), settings.data))
        except FileNotFoundError as error:
            raise SwitchMissing(f"HOTLINE_ASTERISK: {error}") from None

    def prepare(self) -> None:
        """Write the configuration that the switch reads at its start."""
        house, data = self._settings.house, self._settings.data
        write_configuration(house, self.layout, control_secret(data), trunk_secrets(self._settings), books_key(data))

    @property
    def program(self) -> Program:
        """In the foreground, without colours."""
        return program(self._executable, self.layout)

    def write_phones(self, phones: Sequence[Phone], blocked: Blocked) -> bool:
        """Write endpoints and emergency members."""
        return write_phones(phones, self._settings.house, self.layout, blocked)

    def write_trunks(self, trunks: Mapping[str, TrunkSettings], secrets: Mapping[str, str]) -> bool:
        """Write endpoints, addresses and registrations of carriers."""
        return write_trunks(trunks, secrets, self._settings.house, self.layout)

    def books(self) -> AsteriskBooks:
        """Its CDR file, and when legs talked."""
        return AsteriskBooks(
            CdrFile(self.layout.cdr_file, books_key(self._settings.data)), LegTimes(self.layout.times_file)
        )

    def control(self, language: str) -> AsteriskSwitch:
        """The driver by which the engine controls this switch."""
        settings = self._settings
        return AsteriskSwitch(settings.house.switch, control_secret(settings.data), self.layout.prompts / language)


def program(executable: Path, layout: Layout) -> Program:
    """How it is started. Two arenas instead of eight a core halve its memory."""
    command = [str(executable), "-C", str(layout.configuration), "-f", "-n"]
    return Program(command, {"MALLOC_ARENA_MAX": "2"}, layout.reads, layout.writes)


def find_layout(asterisk: Path, data: Path) -> Layout:
    """The layout for an executable: beside it in a private prefix, else the system's folders.

    FileNotFoundError names what was looked for.
    """
    executable = asterisk.resolve()
    for root in (executable.parent.parent, executable.parent.parent.parent, Path("/")):
        modules = [
            *sorted(root.glob("usr/lib/*/asterisk/modules")),
            *sorted(root.glob("usr/lib*/asterisk/modules")),
            *sorted(root.glob("lib*/asterisk/modules")),
        ]
        shares = [path for path in (root / "usr/share/asterisk", root / "var/lib/asterisk") if path.is_dir()]
        if modules and shares:
            return Layout(
                root=data / "switch",
                modules=modules[0],
                data=shares[0],
                prompts=data / "prompts",
                music=data / "prompts" / "music",
                recordings=data / "recordings" / "live",
            )
    raise FileNotFoundError(f"no Asterisk modules beside {asterisk}")
