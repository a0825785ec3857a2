"""The call path while the recogniser works as hard as it can: time to the agent's INVITE, without and with it."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.callpath_lib.house import OWN, UNHEARD, prepare
from bench.callpath_lib.load import put
from bench.callpath_lib.systems import hotline, phones

AGENTS, TALK = 40, 2.0
MOST = 1.2


def beside(rate: float, seconds: float, busy: Callable[[float], object]) -> Iterator[str]:
    """`rate` calls a second for `seconds`, twice; the second time `busy` works for so many seconds beside them."""
    with tempfile.TemporaryDirectory(prefix="beside-") as folder:
        house = prepare(Path(folder) / "hotline", AGENTS, settings=OWN + UNHEARD, kind="asterisk")
        with hotline(house) as running, phones(house, Path(folder) / "phones", count=AGENTS, talk=TALK) as invites:
            # What is done once, by the first calls, belongs to neither.
            put(running, invites, Path(folder) / "first", rate, 5)
            alone = put(running, invites, Path(folder) / "alone", rate, seconds)
            working = threading.Thread(target=busy, args=(seconds,), daemon=True)
            working.start()
            both = put(running, invites, Path(folder) / "both", rate, seconds)
            working.join()
    for words, load in (("alone", alone), ("beside", both)):
        yield (
            f"calls {words:<6} {load.calls} at {rate:g} a second, {load.failed} failed; to the INVITE "
            f"{load.delay(0.5) or 0:.1f} ms, p99 {load.delay(0.99) or 0:.1f} ms"
        )
    before, after = alone.delay(0.99), both.delay(0.99)
    if before and after:
        yield f"calls: p99 of the INVITE {after / before:.2f} times as long beside the recogniser (aim: at most {MOST})"
