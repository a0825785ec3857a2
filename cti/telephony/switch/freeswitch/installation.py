"""FreeSWITCH on this machine: its modules, our configuration, its process and its driver."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from cti.base.settings import Settings, TrunkSettings
from cti.telephony.switch.freeswitch.books import CdrFolder
from cti.telephony.switch.freeswitch.configuration import (
    FOLDERS,
    Layout,
    missing_modules,
    write_configuration,
    write_phones,
    write_trunks,
)
from cti.telephony.switch.freeswitch.control import FreeswitchSwitch
from cti.telephony.switch.installation import Program, SwitchMissing
from cti.telephony.switch.phone import Blocked, Phone
from cti.telephony.switch.secrets import control_secret, trunk_secrets

INSTALL = (
    "install FreeSWITCH 1.10 with its modules (packages freeswitch and freeswitch-mod-*, or a build of your own), "
    "then have `freeswitch` on PATH or name its prefix in FREESWITCH_PREFIX; or choose `switch: asterisk`"
)


class FreeswitchInstallation:
    """See `cti.telephony.switch.installation.Installation`; `executable` is the program."""

    def __init__(self, settings: Settings, executable: Path, layout: Layout) -> None:
        self._settings = settings
        self._executable = executable
        self.layout = layout

    @classmethod
    def find(cls, settings: Settings) -> FreeswitchInstallation:
        """The FreeSWITCH of `FREESWITCH_PREFIX`, else the one on PATH; SwitchMissing."""
        executable = find_executable()
        try:
            layout = find_layout(executable, settings.data)
        except FileNotFoundError as error:
            raise SwitchMissing(f"{error}: {INSTALL}") from None
        return cls(settings, executable, layout)

    def prepare(self) -> None:
        """Write the configuration that the switch reads at its start."""
        house, data = self._settings.house, self._settings.data
        write_configuration(house, self.layout, control_secret(data), trunk_secrets(self._settings))

    @property
    def program(self) -> Program:
        """In the foreground, with folders of its own only."""
        return program(self._executable, self.layout)

    def write_phones(self, phones: Sequence[Phone], blocked: Blocked) -> bool:
        """Write the directory and who serves the emergency queue."""
        return write_phones(phones, self.layout, blocked)

    def write_trunks(self, trunks: Mapping[str, TrunkSettings], secrets: Mapping[str, str]) -> bool:
        """Write gateways, address lists and the carriers' part of the dialplan."""
        house, secret = self._settings.house, control_secret(self._settings.data)
        return write_trunks(trunks, secrets, house, self.layout, secret)

    def books(self) -> CdrFolder:
        """The folder in which the switch puts a record of each leg."""
        return CdrFolder(self.layout.cdr)

    def control(self, language: str) -> FreeswitchSwitch:
        """The driver by which the engine controls this switch."""
        settings = self._settings
        return FreeswitchSwitch(settings.house.switch, control_secret(settings.data), self.layout.prompts / language)


def find_executable() -> Path:
    """The program; SwitchMissing tells what to install."""
    if prefix := os.environ.get("FREESWITCH_PREFIX"):
        found = Path(prefix, "bin", "freeswitch")
        if not os.access(found, os.X_OK):
            raise SwitchMissing(f"FREESWITCH_PREFIX={prefix}: there is no program bin/freeswitch: {INSTALL}")
        return found
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/freeswitch/bin", "/opt/freeswitch/bin"])
    on_path = shutil.which("freeswitch", path=path)
    if on_path is None:
        raise SwitchMissing(f"switch: freeswitch: there is none on this machine: {INSTALL}")
    return Path(on_path)


def find_modules(executable: Path) -> Path:
    """The modules beside an executable in its prefix, else the system's; FileNotFoundError."""
    prefix = executable.resolve().parent.parent
    folders = [
        prefix / "lib" / "freeswitch" / "mod",
        prefix / "mod",
        *sorted(prefix.glob("lib/*/freeswitch/mod")),
        Path("/usr/lib/freeswitch/mod"),
    ]
    modules = next((folder for folder in folders if (folder / "mod_event_socket.so").exists()), None)
    if modules is None:
        raise FileNotFoundError(f"no FreeSWITCH modules beside {executable}")
    return modules


def find_layout(executable: Path, data: Path) -> Layout:
    """The layout for an executable. FileNotFoundError names what was looked for, or which modules are missing."""
    modules = find_modules(executable)
    if missing := missing_modules(modules):
        raise FileNotFoundError(f"{modules} lacks {', '.join(f'mod_{name}' for name in missing)}")
    return Layout(
        root=data / "switch",
        modules=modules,
        prompts=data / "prompts",
        music=data / "prompts" / "music",
        recordings=data / "recordings" / "live",
    )


def program(executable: Path, layout: Layout) -> Program:
    """How it is started: no fork, no console, no guessing of addresses."""
    places = [part for name in FOLDERS for part in (f"-{name}", str(layout.folder(name)))]
    command = [
        str(executable),
        *("-nf -nc -np -nonat -nonatmap -nocal".split()),
        *("-conf", str(layout.etc), "-recordings", str(layout.recordings), "-mod", str(layout.modules)),
        *places,
    ]
    return Program(command, {"MALLOC_ARENA_MAX": "2"}, layout.reads, layout.writes)
