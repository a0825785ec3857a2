"""`scripts/bench/wall`: what walls cost; exit status 1 when an aim is missed."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from playwright.async_api import ViewportSize
from trials.api import signed_in
from trials.browsers import opened as browsers_at
from trials.hands import LARGE
from trials.house import PASSWORD, House, running

from bench.analysis_lib.rows import fill
from bench.database import opened
from bench.wall_lib import asking, watching
from bench.wall_lib.options import arguments
from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.office.identity.directory import Organisation
from cti.office.identity.service import Identity
from cti.store.migration import migrate

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = "accounts: {password_days: 0}\nivr: {voice: {cache: /nowhere}, recognition: {cache: /nowhere}}\n"
WALL = "synthesis"
FRAME_SECONDS = 10.0


def _filled(tickets: int, calls: int, house: House) -> None:
    async def fills() -> None:
        store = await opened(None, house.data)
        await migrate(store, [ROOT / "workflow" / "tickets"])
        # Departments of the rows lie below the city.
        identity = await Identity.open(store, Bus(), LoopClock(), Organisation("city", "市热线", "320400", None))
        identity.close()
        await fill(store, tickets, calls, datetime.now(UTC), 1.0)
        await store.close()

    asyncio.run(fills())


async def _measured(house: House, options: Namespace) -> bool:
    async with signed_in(house.url, "admin", PASSWORD) as api:
        idle, with_walls, asked = await asking.share(house, api, options.walls, options.seconds)
    own = with_walls - idle
    ok: bool = own <= options.share
    print(
        f"{options.walls} walls, {asked} tiles asked for in {options.seconds:g} s: {own:.1%} of a core at the engine "
        f"(with them {with_walls:.1%}, without {idle:.1%}; aim {options.share:.0%})",
        flush=True,
    )
    async with browsers_at(house, house.data) as browsers:
        hands = await browsers.own("admin")
        size = ViewportSize(width=LARGE[0], height=LARGE[1])
        page = await hands.page.context.new_page()
        await page.set_viewport_size(size)
        await page.goto(house.url)
        rate, updates = await watching.frames(page, house.url, WALL, FRAME_SECONDS)
        ok = ok and rate >= options.frames
        print(f"{rate:.0f} frames/s at {LARGE[0]}x{LARGE[1]} without a graphics card, {updates} answers in "
              f"{FRAME_SECONDS:g} s (aim {options.frames:g})", flush=True)  # fmt: skip
        await page.close()
        page = await hands.page.context.new_page()
        await page.set_viewport_size(size)
        await page.goto(house.url)
        before, after, updates = await watching.growth(page, house.url, WALL, options.hours)
        ok = ok and after <= before * (1 + options.growth)
        print(f"heap after {watching.SETTLED_HOURS:g} h of the page's clock {before:.2f} MB, after {options.hours:g} h "
              f"{after:.2f} MB: {updates} answers (aim +{options.growth:.0%})", flush=True)  # fmt: skip
        await page.close()
        if options.minutes:
            page = await hands.page.context.new_page()
            await page.set_viewport_size(size)
            ok = _flat(await watching.stays(page, house, WALL, options.minutes), options.growth) and ok
            await page.close()
        page = await hands.page.context.new_page()
        await watching.goes_on(page, house, WALL)
        print("engine killed: the wall said so, and went on by itself", flush=True)
    return ok


def _flat(found: list[tuple[float, float]], growth: float) -> bool:
    """Say whether the last third is no more than so much above the first."""
    part = max(1, len(found) // 3)
    ok = True
    for title, values in zip(("heap", "engine"), zip(*found, strict=True), strict=True):
        first, last = max(values[:part]), max(values[-part:])
        ok = ok and last <= first * (1 + growth)
        print(
            f"{title} over {len(found) - 1} minutes: {first:.2f} MB at first, {last:.2f} MB at last (aim +{growth:.0%})"
        )
    return ok


def main() -> int:
    """Measure and print."""
    options = arguments(sys.argv[1:])
    before = partial(_filled, options.tickets, options.calls)
    with running(options.base, SETTINGS, "/api/bigscreen/walls", before) as house:
        return 0 if asyncio.run(_measured(house, options)) else 1


if __name__ == "__main__":
    sys.exit(main())
