"""Calls through a menu of six nodes, by the engine and by native dialplan, under the same callers."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.callpath_lib.house import House, prepare
from bench.callpath_lib.load import Load, put
from bench.callpath_lib.processes import stop
from bench.callpath_lib.systems import Running, hotline
from cti.base.settings import Settings
from cti.telephony.switch.asterisk.configuration import write_configuration
from cti.telephony.switch.asterisk.installation import find_layout
from cti.telephony.switch.secrets import control_secret
from cti.telephony.switch.written import write_if_changed
from ivr import house as names
from ivr.workshop.library import FlowLibrary

CALLER = "../bench/ivr_lib/menu_caller"
"""The scenario, as seen from the folder of scenarios."""

FLOW = """\
flow: bench
title: 测试
start: open
default: over
nodes:
  open: {hours: always, open: choose, closed: over}
  choose: {menu: greeting, keys: {"1": number}, timeout: over, invalid: over}
  number: {collect: ticket/enter, into: typed, length: 4, next: check}
  check:
    when: [{if: all_digits(typed), next: told}]
    else: over
  told: {say: goodbye, next: over}
  over: {end: served}
"""

DIALPLAN = """\
[trunk]
exten => 12345,1,Answer(0)
 same => n,GotoIfTime(*,*,*,*?open:over)
 same => n(open),Read(KEY,{prompts}/zh/greeting,1,,1,5)
 same => n,GotoIf($["${{KEY}}"="1"]?number:over)
 same => n(number),Read(TYPED,{prompts}/zh/ticket/enter,4,,1,6)
 same => n,GotoIf($[${{LEN(${{TYPED}})}}=4]?told:over)
 same => n(told),Playback({prompts}/zh/goodbye)
 same => n(over),Hangup()
[phones]
"""


def house(folder: Path) -> House:
    """A hotline whose number leads to the menu."""
    found = prepare(folder, 1)
    catalogue = names.catalogue(folder)
    library = FlowLibrary(
        folder / "flows", known=lambda flows: names.known(folder, flows, catalogue, {}), texts=catalogue
    )
    library.publish(FLOW, author="bench", message="a menu of six nodes")
    return found


@contextmanager
def native(found: House) -> Iterator[Running]:
    """An Asterisk as the hotline configures it, with the menu in its dialplan."""
    asterisk = Path(os.environ["HOTLINE_ASTERISK"])
    settings = Settings.load(found.data)
    layout = find_layout(asterisk, found.data)
    write_configuration(settings.house, layout, control_secret(found.data), {})
    write_if_changed(layout.etc / "extensions.conf", DIALPLAN.format(prompts=layout.prompts))
    with (found.data / "native.log").open("wb") as log:
        process = subprocess.Popen(
            [str(asterisk), "-C", str(layout.configuration), "-f", "-n"],
            env={**os.environ, "MALLOC_ARENA_MAX": "2"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield Running("native", found.ports["sip"], {"asterisk": process.pid}, found.data, layout.recordings)
    finally:
        stop(process)


def loads(found: House, folder: Path, rates: Sequence[float], seconds: float) -> list[Load]:
    """Every rate on both systems; a first small load warms them up."""
    results: list[Load] = []
    for name, start in (("native", native), ("engine", hotline)):
        with start(found) as running:
            _wait_for_calls(running, folder / name)
            for rate in rates:
                results.append(
                    put(running, folder / "none", folder / name / f"{rate:g}", rate, seconds, scenario=CALLER)
                )
    return results


def _wait_for_calls(running: Running, folder: Path) -> None:
    """Until a call goes through: an Asterisk that has just been started takes none."""
    for attempt in range(10):
        first = put(running, folder / "none", folder / f"first-{attempt}", 1, 2, scenario=CALLER)
        if not first.failed:
            return
    raise RuntimeError(f"{running.name} takes no calls; see {folder}")
