"""The whole engine without a switch: a saved file holds, a bad one raises an alarm, a screen changes the file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from cti.telephony.switch.installation import PROMPT_FORMATS
from ivr import house
from ivr.prompts import native
from tests.engine_without_switch import engine_without_switch, signed_in
from tests.running_hotline import PROMPTS

GOOD = "queues:\n  general: {title: 综合, need: mandarin >= 1}\n  night: {need: mandarin >= 2}  # from ten\n"


async def until(ask: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not await ask():
        assert time.monotonic() < deadline, "it does not come"
        await asyncio.sleep(0.1)


async def test_files_and_screens_change_the_settings_of_a_running_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    native.install(house.catalogue(data), PROMPTS, formats=PROMPT_FORMATS["asterisk"])
    (data / "prompts").symlink_to(PROMPTS)
    file = data / "acd" / "queues.yaml"
    async with (
        engine_without_switch(data, monkeypatch) as (_, url),
        aiohttp.ClientSession(headers=await signed_in(url, "admin")) as http,
    ):

        async def get(path: str) -> Any:
            async with http.get(f"{url}{path}") as answer:
                return await answer.json() if answer.status == 200 else {}

        async def alarms() -> set[str]:
            return {one["name"] for one in (await get("/api/board"))["alarms"]}

        file.parent.mkdir(exist_ok=True)
        file.write_text(GOOD, "utf-8")
        form: dict[str, Any] = {}

        async def there() -> bool:
            form.update(await get("/api/acd/queues/night"))
            return bool(form)

        await until(there)
        async with http.put(f"{url}/api/acd/queues/night", json={**form, "ring": 33}) as answer:
            assert answer.status == 204, await answer.text()
        assert "# from ten" in file.read_text("utf-8") and "ring: 33" in file.read_text("utf-8")

        file.write_text(file.read_text("utf-8").replace("mandarin >= 2", "mandarin >"), "utf-8")
        await until(lambda: _has(alarms, "acd.files", True))
        (problem,) = await get("/api/acd/problems")
        assert (Path(problem["file"]).name, problem["line"]) == ("queues.yaml", 3)
        assert (await get("/api/acd/queues/night"))["need"] == "mandarin >= 2", "the old ones go on"
        file.write_text(GOOD, "utf-8")
        await until(lambda: _has(alarms, "acd.files", False))
        history = (await get("/api/acd/history"))["items"]
        assert [one["by"] for one in history if "night" in one["what"]][:3] == ["配置文件", "管理员", "配置文件"]


async def _has(alarms: Callable[[], Awaitable[set[str]]], name: str, wanted: bool) -> bool:
    return (name in await alarms()) is wanted
