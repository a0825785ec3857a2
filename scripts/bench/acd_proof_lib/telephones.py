"""The SIPp processes of a run: agents' phones, their registrations, and the callers of each stretch of time."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.acd_proof_lib import scenarios
from bench.callpath_lib.callers import free_udp_ports
from bench.callpath_lib.processes import stop

MOST_AT_ONCE = 3000
FRAME = 160
SOUND_SECONDS = 2
REGISTRATIONS = 50
TURN = 45.0
RTP_FIRST, RTP_LAST = 40000, 48000


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who will call: his number, whom he calls, and his plan (see `scenarios`)."""

    number: str
    called: str
    plan: int


def _sipp(folder: Path, name: str, scenario: str, server: int, more: Sequence[str]) -> subprocess.Popen[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.xml"
    file.write_text(scenario, "utf-8")
    command = [
        os.environ["HOTLINE_SIPP"], f"127.0.0.1:{server}", "-sf", file.name, "-i", "127.0.0.1", "-mi", "127.0.0.1",
        "-nostdin", "-aa", "-buff_size", "8388608", "-trace_err", "-error_file", f"{name}.errors",
        "-trace_logs", "-log_file", f"{name}.log", *more,
    ]  # fmt: skip
    with (folder / f"{name}.screen").open("wb") as screen:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdout=screen,
            stderr=screen,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "TZ": "UTC"},
        )


class Agents:
    """All agents' phones in one SIPp, on one port: they register, again and again, and take what is offered.

    `secrets` are those of their registrations. SIPp plays the registrations and takes offers as calls of the other
    kind (`-oocsf`): the switch knows a phone by the address from which it registered.
    """

    def __init__(self, folder: Path, server: int, secrets: dict[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._count = len(secrets)
        self._log = folder / "agents.log"
        (folder / "sound.pcma").write_bytes(bytes(0xD5 ^ (17 * at % 29) for at in range(FRAME)) * 50 * SOUND_SECONDS)
        (folder / "offers.xml").write_text(scenarios.agents("sound.pcma"), "utf-8")
        rows = "".join(f"{one};[authentication username={one} password={two}]\n" for one, two in secrets.items())
        (folder / "phones.csv").write_text(f"SEQUENTIAL\n{rows}", "ascii")
        sip, media, self._control = free_udp_ports(3)
        more = [
            "-oocsf", "offers.xml", "-inf", "phones.csv", "-p", str(sip), "-mp", str(media), "-cp", str(self._control),
            "-r", str(REGISTRATIONS), "-l", str(MOST_AT_ONCE), "-deadcall_wait", "40000",
            "-min_rtp_port", str(RTP_FIRST), "-max_rtp_port", str(RTP_LAST),
        ]  # fmt: skip
        self.process = _sipp(folder, "agents", scenarios.registration(), server, more)

    def slow_down(self) -> None:
        """All are registered: from now on each phone's turn comes once in `TURN` seconds."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            control.sendto(f"cset rate {self._count / TURN:g}".encode(), ("127.0.0.1", self._control))

    def stop(self) -> None:
        """No phone is there any more."""
        # SIPp writes what its log still holds when it is told so, and ends once its calls have.
        stop(self.process, signal.SIGUSR1)


def call(folder: Path, name: str, server: int, callers: Sequence[Caller], rate: float) -> subprocess.Popen[bytes]:
    """Let them call at so many a second; the process ends with the last call."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{one.number};{one.called};{one.plan}\n" for one in callers)
    (folder / f"{name}.csv").write_text(f"SEQUENTIAL\n{rows}", "ascii")
    sip, media = free_udp_ports(2)
    more = [
        "-inf", f"{name}.csv", "-p", str(sip), "-mp", str(media), "-r", f"{rate:g}", "-m", str(len(callers)),
        "-l", str(MOST_AT_ONCE), "-deadcall_wait", "5000", "-rtp_echo",
    ]  # fmt: skip
    return _sipp(folder, name, scenarios.callers(), server, more)
