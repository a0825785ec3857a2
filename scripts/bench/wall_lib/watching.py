"""A wall in a headless browser: frames while its numbers move, memory over days of its clock, what it does cut off.

The engine's answers are taken once; then the page is given them by itself, each time with other numbers, so that days
pass as quickly as the browser draws them.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from playwright.async_api import Page, expect
from trials.house import House

from bench.wall_lib.asking import engine_of, memory_of

MINUTE_SECONDS = 60.0
HOUR_MS = 3_600_000
STEP_MS = 20_000
"""By so much the page's clock jumps: as soon as most tiles are asked for again."""
SETTLED_HOURS = 1.0
"""After so long the page has all that it keeps."""
FRAMES = """(milliseconds) => new Promise((done) => {
  let frames = 0
  const begun = performance.now()
  const step = (at) => {
    frames += 1
    if (at - begun < milliseconds) requestAnimationFrame(step)
    else done(frames * 1000 / (at - begun))
  }
  requestAnimationFrame(step)
})"""
ANSWERS = """() => {
  window.updates = 0
  const changed = (value) => {
    if (Array.isArray(value)) return value.map(changed)
    if (value === null || typeof value !== 'object') return value
    const found = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, changed(one)]))
    if (typeof found.value === 'number' && 'numerator' in found) found.value += window.updates % 97
    return found
  }
  const fetched = window.fetch
  window.fetch = async (input, init) => {
    const path = new URL(typeof input === 'string' ? input : input.url ?? input.href, location.href).pathname
    if (!(path in window.answers)) return fetched(input, init)
    window.updates += 1
    const body = JSON.stringify(changed(window.answers[path]))
    return new Response(body, { status: 200, headers: { 'Content-Type': 'application/json' } })
  }
}"""


async def answers_of(page: Page, base: str, wall: str, *, every: int = 0) -> dict[str, Any]:
    """What the engine answers for a wall, by path; `every` lets all tiles be asked for after so many seconds."""

    async def asked(path: str) -> Any:
        return await page.evaluate("async (path) => (await fetch(path)).json()", path)

    walls = [one for one in await asked("/api/bigscreen/walls") if one["wall"] == wall]
    found = {"/api/bigscreen/map": await asked("/api/bigscreen/map"), "/api/bigscreen/walls": walls}
    for tile in walls[0]["tiles"]:
        path = f"/api/bigscreen/walls/{wall}/tiles/{tile['tile']}"
        found[path] = await asked(path)
        if every:
            tile["every"] = every
    return found


async def _given(page: Page, answers: dict[str, Any]) -> None:
    script = f"window.answers = {json.dumps(answers, ensure_ascii=False)}; ({ANSWERS})()"
    await page.add_init_script(script)


async def frames(page: Page, base: str, wall: str, seconds: float) -> tuple[float, int]:
    """Frames a second while each number changes every second, and how many answers that were."""
    await _given(page, await answers_of(page, base, wall, every=1))
    await page.goto(f"{base}/wall/{wall}")
    await page.locator("[data-test^='tile-'] b").first.wait_for()
    found: float = await page.evaluate(FRAMES, seconds * 1000)
    return found, await page.evaluate("window.updates")


async def growth(page: Page, base: str, wall: str, hours: float) -> tuple[float, float, int]:
    """Megabytes of the heap after an hour and after so many hours of the page's clock, and how many answers came."""
    await _given(page, await answers_of(page, base, wall))
    await page.clock.install()
    await page.goto(f"{base}/wall/{wall}")
    await page.locator("[data-test^='tile-'] b").first.wait_for()
    await _passes(page, SETTLED_HOURS)
    before = await _heap(page)
    await _passes(page, hours - SETTLED_HOURS)
    return before, await _heap(page), await page.evaluate("window.updates")


async def _passes(page: Page, hours: float) -> None:
    # Each of the frames in between would be drawn otherwise, five million a day.
    for _ in range(int(hours * HOUR_MS / STEP_MS)):
        await page.clock.fast_forward(STEP_MS)


async def stays(page: Page, house: House, wall: str, minutes: float) -> list[tuple[float, float]]:
    """A wall as it is, by the engine's own answers: megabytes of the heap and of the engine, minute by minute, which it
    prints as they pass."""
    await page.goto(f"{house.url}/wall/{wall}")
    await page.locator("[data-test^='tile-'] b").first.wait_for()
    found: list[tuple[float, float]] = []
    while len(found) <= minutes:
        heap, engine = await _heap(page), memory_of(engine_of(house))
        print(f"  minute {len(found)}: heap {heap:.2f} MB, engine {engine:.0f} MB", flush=True)
        found.append((heap, engine))
        await asyncio.sleep(MINUTE_SECONDS)
    return found


async def _heap(page: Page) -> float:
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.enable")
    for _ in range(3):
        await session.send("HeapProfiler.collectGarbage")
    used = (await session.send("Runtime.getHeapUsage"))["usedSize"]
    await session.detach()
    return float(used) / 1_000_000


async def goes_on(page: Page, house: House, wall: str, *, seconds: float = 120) -> None:
    """The engine is killed: the wall says so, and goes on when another one is there. AssertionError."""
    await page.goto(f"{house.url}/wall/{wall}")
    await page.locator("[data-test^='tile-'] b").first.wait_for()
    house.kill_engine()
    lost = page.get_by_test_id("wall-lost")
    await expect(lost).to_be_visible(timeout=seconds * 1000)
    await expect(lost).to_have_count(0, timeout=seconds * 1000)
    await asyncio.sleep(1)
    await expect(page.locator("[data-test^='tile-'] b").first).to_be_visible()
