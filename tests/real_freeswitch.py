"""A real FreeSWITCH of the tests' own: temporary state, free ports, nothing shared with another one on the machine."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from cti.base.settings import HouseSettings, SwitchSettings, TrunkSettings
from cti.telephony.switch.freeswitch.books import CdrFolder
from cti.telephony.switch.freeswitch.configuration import write_configuration, write_phones
from cti.telephony.switch.freeswitch.control import FreeswitchSwitch
from cti.telephony.switch.freeswitch.in_memory import RECORDS
from cti.telephony.switch.freeswitch.installation import find_executable, find_layout, program
from cti.telephony.switch.installation import SwitchMissing
from cti.telephony.switch.phone import Blocked, Phone
from cti.telephony.switch.secrets import control_secret
from softphone.phones.sound import Samples, write_sound
from tests.free_ports import free_port
from tests.real_asterisk import FAMILIES, RTP_PORTS, _free_range, restrictions

BOOT_SECONDS = 60.0


def freeswitch_executable() -> Path:
    """The program of `FREESWITCH_PREFIX` or PATH; without one the test is skipped."""
    try:
        return find_executable()
    except SwitchMissing as error:
        pytest.skip(str(error))


class RealFreeswitch:
    """FreeSWITCH in the state directory `data`, with desk phones for `agents` and sounds made by the tests.

    `prompts` maps an id to its samples; `music` is what waiting callers hear.
    """

    def __init__(
        self,
        data: Path,
        *,
        agents: Iterable[str],
        prompts: dict[str, Samples],
        music: Samples,
        patience: int = 60,
        trunks: dict[str, TrunkSettings] | None = None,
    ) -> None:
        self.data = data
        self._executable = freeswitch_executable()
        first = _free_range(RTP_PORTS)
        settings = SwitchSettings(
            kind="freeswitch",
            sip_port=free_port(hosts=FAMILIES),
            ws_port=free_port(),
            control_port=free_port(),
            session_port=free_port(),
            rtp_first=first,
            rtp_last=first + RTP_PORTS - 1,
            patience=patience,
        )
        self.house = HouseSettings(switch=settings, trunks={"carrier": TrunkSettings(), **(trunks or {})})
        self.layout = find_layout(self._executable, data)
        self.secret = control_secret(data)
        write_configuration(self.house, self.layout, self.secret, {})
        self.phones = {agent: Phone(agent, f"secret-{agent}", agent, web=False) for agent in agents}
        self.phones6 = {
            agent: Phone(f"{agent}-v6", f"secret-{agent}", agent, web=False, ipv6=True) for agent in self.phones
        }
        write_phones([*self.phones.values(), *self.phones6.values()], self.layout)
        self.layout.prompts.mkdir(parents=True, exist_ok=True)
        for name, samples in prompts.items():
            write_sound(self.layout.prompts / f"{name}.wav", samples)
        write_sound(self.layout.music / "music.wav", music)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def server(self) -> str:
        """Where it takes SIP over IPv4."""
        return f"127.0.0.1:{self.house.switch.sip_port}"

    @property
    def server6(self) -> str:
        """Where it takes SIP over IPv6."""
        return f"[::1]:{self.house.switch.sip_port}"

    def books(self) -> CdrFolder:
        """Its own records."""
        return CdrFolder(self.layout.cdr)

    def engine(self) -> FreeswitchSwitch:
        """A driver of its own for this FreeSWITCH."""
        return FreeswitchSwitch(self.house.switch, self.secret, self.layout.prompts)

    def refuse(self, blocked: Blocked) -> None:
        """Write from where phones are refused."""
        write_phones([*self.phones.values(), *self.phones6.values()], self.layout, blocked)

    def start(self) -> None:
        """Start it, and wait until it takes SIP and its control port answers."""
        started = program(self._executable, self.layout)
        with (self.data / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                list(started.command),
                preexec_fn=restrictions(started),
                env={**os.environ, **started.environment},
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
            )
        deadline = time.monotonic() + BOOT_SECONDS
        ports = [self.house.switch.control_port, self.house.switch.sip_port]
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                for port in ports:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        pytest.fail(f"FreeSWITCH does not start; it says:\n{self.messages()[-3000:]}")

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def messages(self) -> str:
        """What it has written into its log."""
        log = self.layout.root / "log" / "freeswitch.log"
        return log.read_text("utf-8", "replace") if log.exists() else ""

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        place = self.layout.cdr.resolve()
        shutil.rmtree(place.parent if place.name == RECORDS else place, ignore_errors=True)
