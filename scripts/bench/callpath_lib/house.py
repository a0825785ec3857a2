"""A hotline's state directory for the bench: settings, flow, prompts, and agents who are ready from the start."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.callpath_lib.callers import free_udp_ports
from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.settings import Settings
from cti.office.identity.demo import make_demo
from cti.office.identity.directory import Organisation
from cti.office.identity.service import Identity
from cti.plugins import find_plugins
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.store.migration import migrate
from cti.telephony.switch.installation import PROMPT_FORMATS
from ivr import house
from ivr.prompts import native
from ivr.workshop.library import FlowLibrary

PASSWORD = "of a bench"  # noqa: S105 # it lives for minutes, on this machine alone
TREE = Path(__file__).resolve().parents[3]
ZONE = ZoneInfo("Asia/Shanghai")
SHORT, SHIPPED = "12345", "12346"
"""Numbers to call: queue and talk alone, and the flow that is delivered."""

SETTINGS = """\
http: {{port: {http}}}
switch: {{kind: {kind}, sip_port: {sip}, bind6: null, ws_port: {ws}, control_port: {control}, session_port: {session},
          rtp_first: 10000, rtp_last: 19999, call_header: {call_header}}}
broker: {{port: {mqtt}}}
"""

OWN = """\
numbers:
  "12345": {flow: bench}
  "12346": {flow: hotline}
acd:
  queues:
    bench: {title: 测试, wrapup: 0}
    general: {title: 综合受理, need: "mandarin >= 1", wrapup: 0}
    enterprise: {title: 企业专席, wrapup: 0}
"""

UNHEARD = """\
transcripts: {enabled: false}
"""
"""Whether talks are transcribed hangs on the recogniser that a machine happens to have: it costs by the second of the
few talks that are heard, not by the call, and `scripts/bench/assistant` measures it."""

FLOW = """\
flow: bench
title: 测试
start: wait
default: over
nodes:
  wait:
    note: 排队与通话
    queue: bench
    steps:
      - {after: 5, every: 30, say: [{position: true}, {estimate: true}]}
    next: over
    else: over
  over:
    end: served
"""


@dataclass(frozen=True, slots=True)
class House:
    """What was made. `phones` has the secret of each agent's phone."""

    data: Path
    ports: dict[str, int]
    phones: dict[str, str]


def prepare(
    data: Path,
    agents: int,
    *,
    settings: str = OWN,
    flows: Sequence[str] = (FLOW,),
    prompts: Path | None = None,
    kind: str = "asterisk",
    call_header: bool = False,
) -> House:
    """Make the directory with so many agents, all of them ready when the engine starts.

    `settings` are numbers and queues as YAML, `flows` are published; `prompts` have been made already. `call_header`:
    phones are told whose call it is.
    """
    data.mkdir(parents=True)
    names = ("http", "sip", "ws", "control", "session", "mqtt")
    ports = dict(zip(names, free_udp_ports(len(names)), strict=True))
    (data / "settings.yaml").write_text(
        SETTINGS.format(kind=kind, call_header=str(call_header).lower(), **ports) + settings, "utf-8"
    )
    catalogue = house.catalogue(data)
    if prompts is None:
        native.install(catalogue, data / "prompts", formats=PROMPT_FORMATS[kind])
    else:
        (data / "prompts").symlink_to(prompts)
    library = FlowLibrary(data / "flows", known=lambda flows: house.known(data, flows, catalogue, {}), texts=catalogue)
    for flow in flows:
        library.publish(flow, author="bench", message="for a measurement")
    return House(data, ports, asyncio.run(_people(Settings.load(data), agents)))


async def _people(settings: Settings, count: int) -> dict[str, str]:
    """Accounts, and their state as an engine before this one would have left it."""
    own = settings.house
    store = await Store.open(own.database, settings.data)
    try:
        await migrate(store, [one.folder for one in find_plugins(TREE)])
        top = Organisation(own.organisation, own.organisation_title, own.region, None)
        identity = await Identity.open(store, Bus(), LoopClock(), top)
        await make_demo(identity, settings.data, own.organisation, count, PASSWORD)
        found = await identity.people.agents()
        identity.close()
        journal = Journal.start(store, lambda event: None)
        now = time.time()
        state = {
            "state": "ready",
            "reason": "",
            "since": now,
            "idle_since": now,
            "calls_today": 0,
            "day": datetime.now(UTC).astimezone(ZONE).date().isoformat(),
        }
        agents = [one for one in found if one.agent_no != "8001"]
        for one in agents:
            journal.put("acd_agent", one.agent_no, state)
        await journal.flushed()
        await journal.close()
        return {one.agent_no: one.sip_secret for one in agents}
    finally:
        await store.close()
