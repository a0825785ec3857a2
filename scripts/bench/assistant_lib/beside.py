"""The call path while the recogniser works as hard as it can: time to the agent's INVITE, without and with it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.callpath_lib.house import OWN, UNHEARD, prepare
from bench.callpath_lib.load import put
from bench.callpath_lib.systems import hotline, phones

AGENTS, TALK = 40, 2.0
MOST = 1.2


def beside(rate: float, seconds: float, busy: Callable[[float], str]) -> Iterator[str]:
    """`rate` calls a second for `seconds`, twice; the second time `busy` works for so many seconds beside them, and
    tells what it did."""
    with tempfile.TemporaryDirectory(prefix="beside-") as folder:
        house = prepare(Path(folder) / "hotline", AGENTS, settings=OWN + UNHEARD, kind="asterisk")
        with hotline(house) as running, phones(house, Path(folder) / "phones", count=AGENTS, talk=TALK) as invites:
            # What is done once, by the first calls, belongs to neither.
            put(running, invites, Path(folder) / "first", rate, 5)
            alone = put(running, invites, Path(folder) / "alone", rate, seconds)
            with ThreadPoolExecutor(1) as beside:
                working = beside.submit(busy, seconds)
                both = put(running, invites, Path(folder) / "both", rate, seconds)
                yield working.result()
    for words, load in (("alone", alone), ("beside", both)):
        yield (
            f"calls {words:<6} {load.calls} at {rate:g} a second, {load.failed} failed; to the INVITE "
            f"{load.delay(0.5) or 0:.1f} ms, p99 {load.delay(0.99) or 0:.1f} ms"
        )
    before, after = alone.delay(0.99), both.delay(0.99)
    if before and after:
        yield f"calls: p99 of the INVITE {after / before:.2f} times as long beside the recogniser (aim: at most {MOST})"
