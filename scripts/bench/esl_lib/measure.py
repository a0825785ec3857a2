"""`scripts/bench/esl`: events of FreeSWITCH's event socket per CPU second, our client's and the peers'.

Every client gets the same recorded events of a bridged call over a local socket and reads three headers of each.
The peers are installed into a throw-away environment, or taken from the one that --peers names.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.esl_lib.feeder import recorded_events

HERE = Path(__file__).parent
PACKAGES = ("genesis==2026.10.18", "greenswitch==0.0.19")
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
    parser = argparse.ArgumentParser(prog="scripts/bench/esl", description=__doc__)
    parser.add_argument("--events", type=int, default=100_000, help="events for the fastest (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many counts (%(default)s)")
    parser.add_argument("--peers", type=Path, help="an environment where the peers are installed already")
    parser.add_argument("--alone", action="store_true", help="ours only")
    arguments = parser.parse_args()
    for kind in ("json", "plain"):
        events = recorded_events(kind)
        print(f"{kind}: {len(events)} recorded events, {sum(map(len, events)) / len(events):.0f} bytes each")
    print(f"load average {os.getloadavg()[0]:.1f}\n")
    print("client                                   format  events/CPU s    of ours", flush=True)
    ours = 0.0
    missed = False
    with peers(arguments.peers, arguments.alone) as python:
        for row in rows(python):
            count = max(1000, int(arguments.events * row.share))
            best = max(measure(row, count) for _ in range(arguments.rounds))
            if not ours:
                ours = best
                missed = best < AIM
            print(f"{row.name:40} {row.kind:6}  {best:12,.0f}  {best / ours:8.1%}", flush=True)
    print(f"\naim: {AIM:,} JSON events per CPU second{', missed' if missed else ''}")
    return 1 if missed else 0


def rows(python: str | None) -> Iterator[Row]:
    """Ours first."""
    ours = (sys.executable, "-m", "bench.esl_lib.ours")
    yield Row("ours, the headers a driver reads", "json", (*ours, "{port}", "{count}", "selected"))
    yield Row("msgspec alone, the same headers", "json", (*ours, "{port}", "{count}", "decode"))
    yield Row("ours, all headers", "json", (*ours, "{port}", "{count}", "all"), 0.5)
    yield Row("ours, all headers", "plain", (*ours, "{port}", "{count}", "all"), 0.1)
    if python is not None:
        genesis = (python, str(HERE / "peers" / "genesis_client.py"), "{port}", "{count}")
        greenswitch = (python, str(HERE / "peers" / "greenswitch_client.py"), "{port}", "{count}")
        yield Row("genesis, decoded in a processor", "json", (*genesis, "json"), 0.05)
        yield Row("genesis", "plain", (*genesis, "plain"), 0.05)
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
def peers(installed: Path | None, alone: bool) -> Iterator[str | None]:
    """The Python that has the peers, None for ours alone."""
    if alone:
        yield None
    elif installed is not None:
        yield str(installed / "bin" / "python")
    else:
        with tempfile.TemporaryDirectory(prefix="esl-peers-") as folder:
            venv.create(folder, with_pip=True)
            python = str(Path(folder) / "bin" / "python")
            subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
            yield python


if __name__ == "__main__":
    sys.exit(main())
