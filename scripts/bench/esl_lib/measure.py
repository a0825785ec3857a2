"""`scripts/bench/esl`: events of FreeSWITCH's event socket per CPU second, our client's and the peers'.

Every client gets the same recorded events of a bridged call over a local socket and reads three headers of each.
The peers are installed into a throw-away environment, or taken from the one that --peers names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.esl_lib.feeder import recorded_events
from bench.esl_lib.options import arguments

HERE = Path(__file__).parent
PACKAGES = {"genesis": "genesis==2026.10.18", "greenswitch": "greenswitch==0.0.19"}
AIM = 150_000
"""JSON events per CPU second, headers selected."""


@dataclass(frozen=True)
class Row:
    """One client on one kind of events."""

    name: str
    kind: str
    command: tuple[str, ...]
    share: float = 1.0
    """Of the events that ours gets: slow clients are measured on fewer."""


def main() -> int:
    """Measure all; 1 when the aim is missed."""
    options = arguments(sys.argv[1:])
    for kind in ("json", "plain"):
        events = recorded_events(kind)
        print(f"{kind}: {len(events)} recorded events, {sum(map(len, events)) / len(events):.0f} bytes each")
    print(f"load average {os.getloadavg()[0]:.1f}\n")
    print("client                                   format  events/CPU s    of ours", flush=True)
    ours = 0.0
    missed = False
    with peers(options.peers, options.alone) as there:
        for row in rows(there):
            count = max(1000, int(options.events * row.share))
            best = max(measure(row, count) for _ in range(options.rounds))
            if not ours:
                ours = best
                missed = best < AIM
            print(f"{row.name:40} {row.kind:6}  {best:12,.0f}  {best / ours:8.1%}", flush=True)
    print(f"\naim: {AIM:,} JSON events per CPU second{', missed' if missed else ''}")
    return 1 if missed else 0


def rows(peers: Mapping[str, str]) -> Iterator[Row]:
    """Ours first, then those of the peers that are there: the Python that has each."""
    ours = (sys.executable, "-m", "bench.esl_lib.ours")
    yield Row("ours, the headers a driver reads", "json", (*ours, "{port}", "{count}", "selected"))
    yield Row("msgspec alone, the same headers", "json", (*ours, "{port}", "{count}", "decode"))
    yield Row("ours, all headers", "json", (*ours, "{port}", "{count}", "all"), 0.5)
    yield Row("ours, all headers", "plain", (*ours, "{port}", "{count}", "all"), 0.1)
    if python := peers.get("genesis"):
        genesis = (python, str(HERE / "peers" / "genesis_client.py"), "{port}", "{count}")
        yield Row("genesis, decoded in a processor", "json", (*genesis, "json"), 0.05)
        yield Row("genesis", "plain", (*genesis, "plain"), 0.05)
    if python := peers.get("greenswitch"):
        greenswitch = (python, str(HERE / "peers" / "greenswitch_client.py"), "{port}", "{count}")
        yield Row("greenswitch", "plain", greenswitch, 0.05)


def measure(row: Row, count: int) -> float:
    """Events per CPU second of one run."""
    feeder = subprocess.Popen(
        [sys.executable, "-m", "bench.esl_lib.feeder", row.kind, str(count)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert feeder.stdout is not None
        port = feeder.stdout.readline().strip()
        command = [part.format(port=port, count=count) for part in row.command]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    finally:
        feeder.kill()
        feeder.wait()
    if done.returncode:
        raise SystemExit(f"{row.name}: {done.stderr[-2000:]}")
    return count / float(json.loads(done.stdout.splitlines()[-1])["cpu"])


@contextmanager
def peers(installed: Path | None, alone: bool) -> Iterator[dict[str, str]]:
    """For each peer that is there the Python that has it; what is missing is said."""
    if alone:
        yield {}
    elif installed is not None:
        yield {name: str(installed / "bin" / "python") for name in PACKAGES}
    else:
        with tempfile.TemporaryDirectory(prefix="esl-peers-") as folder:
            venv.create(folder, with_pip=True)
            python = str(Path(folder) / "bin" / "python")
            yield {name: python for name, package in PACKAGES.items() if is_installed(python, package)}


def is_installed(python: str, package: str) -> bool:
    """Install a peer; says so when it is not to be had for this Python."""
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if line.startswith("ERROR")), done.stderr[-200:])
        version = ".".join(map(str, sys.version_info[:2]))
        print(f"{package} cannot be installed for Python {version}: measured without it ({reason.strip()})", flush=True)
    return not done.returncode


if __name__ == "__main__":
    sys.exit(main())
