"""A real Asterisk of the tests' own: temporary state, free ports, nothing shared with another one on the machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cti.base.settings import HouseSettings, SwitchSettings, TrunkSettings
from cti.process.own_user import DEFAULT, hand_over, own_user, restricted
from cti.telephony.switch.asterisk.books import AsteriskBooks, CdrFile
from cti.telephony.switch.asterisk.configuration import write_configuration, write_phones
from cti.telephony.switch.asterisk.control import AsteriskSwitch
from cti.telephony.switch.asterisk.installation import find_layout, program
from cti.telephony.switch.asterisk.leg_times import LegTimes
from cti.telephony.switch.installation import Program
from cti.telephony.switch.phone import Blocked, Phone
from cti.telephony.switch.secrets import control_secret
from softphone.phones.sound import Samples, write_sound
from tests.free_ports import free_port

BOOT_SECONDS = 30.0
RTP_PORTS = 400
FAMILIES = ("127.0.0.1", "::1")
"""A SIP port is free in both."""


def asterisk_executable() -> Path:
    """The program that `HOTLINE_ASTERISK` names; without one the test is skipped, or fails where it must run."""
    found = os.environ.get("HOTLINE_ASTERISK")
    if not found:
        reason = "HOTLINE_ASTERISK names no Asterisk (scripts/test sets it)"
        if os.environ.get("HOTLINE_REQUIRE_REAL"):
            pytest.fail(reason)
        pytest.skip(reason)
    return Path(found)


def restrictions(program: Program) -> Callable[[], None]:
    """As the supervisor starts it: as its own user where we are root, and it may start no other program."""
    return restricted(Path(program.command[0]), own_user(DEFAULT), program.reads, program.writes)


def place_of(layout: Any, name: str) -> Path:
    """A new folder in which a switch with this layout may write."""
    folder: Path = layout.recordings / name
    folder.mkdir()
    if (user := own_user(DEFAULT)) is not None:
        hand_over([folder], user)
    return folder


class RealAsterisk:
    """Asterisk in the state directory `data`, with desk phones for `agents` and sounds made by the tests.

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
        self._executable = asterisk_executable()
        first = _free_range(RTP_PORTS)
        settings = SwitchSettings(
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
        write_phones([*self.phones.values(), *self.phones6.values()], self.house, self.layout)
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

    def books(self) -> AsteriskBooks:
        """Its own records."""
        return AsteriskBooks(CdrFile(self.layout.cdr_file), LegTimes(self.layout.times_file))

    def engine(self) -> AsteriskSwitch:
        """A driver of its own for this Asterisk."""
        return AsteriskSwitch(self.house.switch, self.secret, self.layout.prompts)

    def refuse(self, blocked: Blocked) -> None:
        """Write from where phones are refused."""
        write_phones([*self.phones.values(), *self.phones6.values()], self.house, self.layout, blocked)

    def start(self) -> None:
        """Start it, and wait until its control port answers."""
        started = program(self._executable, self.layout)
        self._process = subprocess.Popen(
            list(started.command),
            preexec_fn=restrictions(started),
            env={**os.environ, **started.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.house.switch.control_port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        pytest.fail(f"Asterisk does not start; it says:\n{self.messages()[-3000:]}")

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def messages(self) -> str:
        """What it has written into its log."""
        log = self.layout.root / "log" / "messages"
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


def _free_range(count: int) -> int:
    """The first of `count` RTP ports; a port that is taken all the same is passed over by Asterisk."""
    return 15000 + count * int(np.random.default_rng().integers(7000 // count))
