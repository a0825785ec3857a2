"""The two that are compared: the bare switch with its own queue and recording, and the whole hotline."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.callpath_lib import native_freeswitch
from bench.callpath_lib.house import SHIPPED, SHORT, TREE, House
from bench.callpath_lib.processes import children_of, stop
from cti.base import priority
from cti.base.settings import Settings
from cti.telephony.switch.asterisk.installation import AsteriskInstallation
from cti.telephony.switch.freeswitch.installation import FreeswitchInstallation
from cti.telephony.switch.installation import Program
from cti.telephony.switch.phone import NOBODY_BLOCKED, Phone
from cti.telephony.switch.written import write_if_changed

START_SECONDS = 120.0

DIALPLAN = """\
[trunk]
exten => {short},1,Answer(0)
 same => n,MixMonitor({recordings}/${{UNIQUEID}}.raw,bD)
 same => n,Set(__BENCH_SINCE=${{STRFTIME(,,%s.%6q)}})
 same => n,Queue(bench,b(leg^s^1))
 same => n,Hangup()
[phones]
[leg]
exten => s,1,Set(PJSIP_HEADER(add,X-Bench-Since)=${{BENCH_SINCE}})
 same => n,Return()
"""

QUEUE = """\
[general]
autofill=yes
[bench]
musicclass=default
strategy=rrmemory
timeout=20
retry=1
wrapuptime=0
ringinuse=no
joinempty=yes
announce-frequency=30
min-announce-frequency=30
announce-position=yes
announce-holdtime=yes
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A system under test: its processes by part, where it takes calls, and what it is called in the table."""

    name: str
    server: int
    processes: dict[str, int]
    data: Path
    recordings: Path

    def matched_at(self, calls: Sequence[tuple[float, str, str]]) -> list[float]:
        """For each INVITE at a phone, the seconds since caller and free agent both existed."""
        if self.name == "native":
            # FreeSWITCH tells microseconds.
            began = [(received, float(since)) for received, since, _ in calls if since]
            return [received - (since / 1e6 if since > 1e12 else since) for received, since in began]
        queued: dict[str, float] = {}
        offers: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
        with sqlite3.connect(f"{(self.data / 'hotline.db').as_uri()}?mode=ro", uri=True) as database:
            told = database.execute(
                "SELECT call, at, data FROM events WHERE type IN ('CallQueued', 'CallOffered') ORDER BY sequence"
            )
            for call, at, data in told:
                when = datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()
                if agent := json.loads(data).get("agent"):
                    offers[agent].append((when, call))
                else:
                    queued.setdefault(call, when)
        found = []
        for received, _, phone in calls:
            # Nobody is offered two calls at once: it rings for the last one.
            before = bisect_right(offers[phone], (received, "~"))
            if before:
                found.append(received - queued[offers[phone][before - 1][1]])
        return found


@contextmanager
def native(house: House, members: int) -> Iterator[Running]:
    """A switch as the hotline configures it, with a dialplan that queues and records by itself."""
    settings = Settings.load(house.data)
    own = _native_freeswitch if settings.house.switch.kind == "freeswitch" else _native_asterisk
    program, recordings = own(house, settings, members)
    with (house.data / "native.log").open("wb") as log:
        process = subprocess.Popen(
            list(program.command),
            env={**os.environ, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    # As the hotline's supervisor does for its switch.
    priority.take(priority.SWITCH, process.pid)
    try:
        yield Running("native", house.ports["sip"], {"switch": process.pid}, house.data, recordings)
    finally:
        stop(process)


def _native_asterisk(house: House, settings: Settings, members: int) -> tuple[Program, Path]:
    installation = AsteriskInstallation.find(settings)
    installation.prepare()
    installation.write_phones(
        [Phone(name, secret, name, False) for name, secret in house.phones.items()], NOBODY_BLOCKED
    )
    layout = installation.layout
    write_if_changed(layout.etc / "extensions.conf", DIALPLAN.format(short=SHORT, recordings=layout.recordings))
    agents = "".join(f"member => PJSIP/{name}\n" for name in list(house.phones)[:members])
    write_if_changed(layout.etc / "queues.conf", QUEUE + agents)
    return installation.program, layout.recordings


def _native_freeswitch(house: House, settings: Settings, members: int) -> tuple[Program, Path]:
    installation = FreeswitchInstallation.find(settings)
    installation.prepare()
    installation.write_phones(
        [Phone(name, secret, name, False) for name, secret in house.phones.items()], NOBODY_BLOCKED
    )
    native_freeswitch.write(installation.layout, list(house.phones)[:members])
    return installation.program, installation.layout.recordings


@contextmanager
def hotline(house: House) -> Iterator[Running]:
    """`hotline run`."""
    environment = {**os.environ, "HOTLINE_DATA": str(house.data)}
    for name in ("HOTLINE_HTTP_PORT", "HOTLINE_SIP_PORT"):
        environment.pop(name, None)
    with (house.data / "run.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cti.process.cli", "run"],
            cwd=TREE,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_healthy(process, house)
        parts = {"switch": "/switch/etc", "engine": "cti.process.app", "broker": "secrets/mosquitto.conf"}
        children = children_of(process.pid)
        found = {part: pid for part, word in parts.items() for pid, command in children.items() if word in command}
        yield Running("engine", house.ports["sip"], found, house.data, house.data / "recordings")
    finally:
        stop(process, signal.SIGINT)


def _wait_healthy(process: subprocess.Popen[bytes], house: House) -> None:
    url = f"http://127.0.0.1:{house.ports['http']}/healthz"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if json.load(answer)["status"] != "down":
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the hotline does not get healthy; see {house.data / 'run.log'} and {house.data / 'logs'}")


@contextmanager
def phones(house: House, folder: Path, *, count: int, talk: float) -> Iterator[Path]:
    """The phones of the first `count` agents, registered; yields the file that tells their INVITEs."""
    folder.mkdir(parents=True, exist_ok=True)
    invites = folder / "invites.csv"
    invites.unlink(missing_ok=True)
    wanted = {
        "server": house.ports["sip"],
        "phones": dict(list(house.phones.items())[:count]),
        "talk": talk,
        "invites": str(invites),
    }
    (folder / "phones.json").write_text(json.dumps(wanted), "utf-8")
    with (folder / "phones.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.callpath_lib.agents", str(folder / "phones.json")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while "registered" not in (folder / "phones.log").read_text("utf-8", "replace"):
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError(f"the phones cannot register; see {folder / 'phones.log'}")
            time.sleep(0.2)
        yield invites
    finally:
        stop(process)


__all__ = ["SHIPPED", "SHORT", "Running", "hotline", "native", "phones"]
