"""The callers: SIPp with a scenario of scripts/load, at a rate, a number of calls in all."""

from __future__ import annotations

import csv
import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.callpath_lib.processes import stop

SCENARIOS = Path(__file__).resolve().parents[2] / "load"
MOST_AT_ONCE = 3000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many calls were made, how many of them failed, and why."""

    calls: int
    failed: int
    why: str


class Callers:
    """SIPp under way. `folder` gets its files; `echo` sends back what the caller hears, as his own voice."""

    def __init__(
        self,
        folder: Path,
        server: int,
        scenario: str,
        *,
        number: str = "12345",
        rate: float,
        calls: int,
        seconds: float,
        echo: bool = True,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._calls = calls
        self._seconds = seconds
        numbers = folder / "numbers.csv"
        numbers.write_text("SEQUENTIAL\n" + "".join(f"139{index:08d}\n" for index in range(calls)), "ascii")
        sip, media = free_udp_ports(2)
        command = [
            os.environ["HOTLINE_SIPP"], f"127.0.0.1:{server}", "-sf", str(SCENARIOS / f"{scenario}.xml"),
            "-s", number, "-inf", str(numbers), "-i", "127.0.0.1", "-p", str(sip), "-mi", "127.0.0.1",
            "-mp", str(media), "-r", f"{rate:g}", "-m", str(calls), "-l", str(MOST_AT_ONCE), "-nostdin",
            "-timeout", f"{seconds:.0f}", "-timeout_error", "-buff_size", "8388608",
            "-trace_stat", "-stf", str(folder / "statistics.csv"), "-fd", "1",
            "-trace_err", "-error_file", str(folder / "errors.log"),
            *(["-rtp_echo"] if echo else []),
        ]  # fmt: skip
        with (folder / "screen.log").open("wb") as screen:
            self.process = subprocess.Popen(command, cwd=folder, stdout=screen, stderr=screen, stdin=subprocess.DEVNULL)

    def wait(self) -> Outcome:
        """Until all calls are over. A call that did not end in time failed."""
        try:
            self.process.wait(self._seconds + 20)
        except subprocess.TimeoutExpired:
            stop(self.process)
        last = self._statistics()
        if not last:
            return Outcome(self._calls, self._calls, f"sipp: {(self._folder / 'screen.log').read_text()[-300:]}")
        good = int(last["SuccessfulCall(C)"])
        why = ", ".join(
            f"{name.removeprefix('Failed').removesuffix('(C)')} {value}"
            for name, value in last.items()
            if name.startswith("Failed") and name.endswith("(C)") and name != "FailedCall(C)" and value != "0"
        )
        return Outcome(self._calls, self._calls - good, why)

    def present(self) -> int:
        """How many are in a call now."""
        return int(self._statistics().get("CurrentCall", "0"))

    def _statistics(self) -> dict[str, str]:
        """The newest line of SIPp's statistics by column; empty when it has written none."""
        path = self._folder / "statistics.csv"
        if not path.exists():
            return {}
        with path.open(encoding="ascii", errors="replace") as lines:
            found = list(csv.DictReader(lines, delimiter=";"))
        return {name: value for name, value in found[-1].items() if name and value} if found else {}

    def stop(self) -> None:
        """End it now."""
        stop(self.process)


def free_udp_ports(count: int) -> list[int]:
    """Ports that nobody uses now, over UDP and over TCP."""
    found: list[int] = []
    while len(found) < count:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = int(tcp.getsockname()[1])
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            # SIPp takes the media port and the two above it.
            if all(abs(port - other) > 4 for other in found):
                found.append(port)
    return found
