"""Models are made of the hotline's own tickets, at the screen."""

from __future__ import annotations

import asyncio

from playwright.async_api import expect

from trials.api import Api
from trials.course import Course, Failed
from trials.hands import PATIENCE, Hands

MODELS = "/api/assistant/models"
WITHIN = 300.0
"""Seconds: they are made behind everything else, and a busy machine takes its time."""


async def trained(course: Course, leader: Hands, api: Api) -> None:
    """By one press; the first of each kind are used at once, and their cards say how good they are. Failed."""
    page = leader.page
    await page.bring_to_front()
    await leader.look("/assistant_models", "models-none")
    await page.get_by_test_id("action-train").click()
    await page.locator(".el-message-box .el-button--primary").click()
    try:
        async with asyncio.timeout(WITHIN):
            while len(used := await _used(api)) < 2:
                await asyncio.sleep(0.5)
    except TimeoutError:
        raise Failed(f"models were not made: {await _used(api)}") from None
    await leader.look("/assistant_models", "models")
    for one in used:
        await leader.open(f"/assistant_models/{one['id']}")
        await expect(page.get_by_test_id("record-title")).to_be_visible(timeout=PATIENCE)
        await leader.picture(f"model-{one['purpose']}")
    course.say("models of categories and departments are made: " + ", ".join(f"{one['first_rate']}" for one in used))


async def _used(api: Api) -> list[dict[str, str]]:
    rows = (await api.ask("GET", MODELS))["items"]
    return [one for one in rows if one["state"] == "in_use"]
