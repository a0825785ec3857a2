"""Plugins, settings, jobs and screens of the whole house over HTTP, as an administrator and as an agent see them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.engine_without_switch import engine_without_switch, signed_in


async def test_an_administrator_sees_and_changes_how_the_house_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    async with engine_without_switch(data, monkeypatch) as (house, url), aiohttp.ClientSession() as client:
        admin, agent = await signed_in(url, "admin"), await signed_in(url, "1001")

        async def ask(method: str, path: str, headers: dict[str, str], **more: Any) -> tuple[int, Any]:
            async with client.request(method, url + path, headers=headers, **more) as answer:
                return answer.status, await answer.json()

        _, plugins = await ask("GET", "/api/plugins", admin)
        states = {one["name"]: one["state"] for one in plugins}
        assert set(states.values()) == {"running"} and {"acd", "ivr", "recorder", "softphone"} <= set(states)
        assert next(one for one in plugins if one["name"] == "acd")["needed_by"][:2] == ["ivr", "softphone"]
        status, problem = await ask("POST", "/api/plugins/acd/stop", admin)
        assert (status, problem["code"]) == (409, "essential")
        for path in ("/api/plugins", "/api/settings", "/api/jobs"):
            assert (await ask("GET", path, agent))[0] == 403

        _, found = await ask("GET", "/api/settings", admin)
        sections = {one["name"]: one for one in found["sections"]}
        assert {"hotline", "http", "switch", "broker", "ivr", "recorder"} <= set(sections)
        body = {"version": sections["recorder"]["version"], "values": {"enabled": True, "free_megabytes": 0}}
        status, problem = await ask("PUT", "/api/settings/recorder", admin, json=body)
        assert (status, problem["field"]) == (422, "free_megabytes")
        body["values"] = {"enabled": True, "free_megabytes": 700}
        status, changed = await ask("PUT", "/api/settings/recorder", admin, json=body)
        assert (status, changed["pending"]) == (200, True)
        assert "recorder:\n  free_megabytes: 700\n" in (data / "settings.yaml").read_text()

        assert (await ask("GET", "/api/jobs", admin))[1]["items"] == []
        _, screens = await ask("GET", "/api/screens", admin)
        assert {"settings", "plugins", "jobs"} <= {one["name"] for one in screens["screens"]}
        _, few = await ask("GET", "/api/screens", agent)
        assert "settings" not in {one["name"] for one in few["screens"]}
        assert house.plugins.failed == {}
