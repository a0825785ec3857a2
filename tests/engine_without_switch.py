"""The whole engine in this process, on a scripted exchange instead of a switch: for everything but sound."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from cti.base.cli_settings import ROOT
from cti.base.clock import LoopClock
from cti.base.http.guard import COOKIE
from cti.base.settings import Settings
from cti.plugins import find_plugins
from cti.process.app import Engine, engine
from cti.telephony.switch.installation import find_installation
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.testing.tables import migrated_file

PASSWORD = "nur-zum-probieren-7"
SETTINGS = """\
broker: {enabled: false}
http: {person_per_second: 5000, address_per_second: 5000}
ivr: {voice: {cache: /nowhere}, recognition: {cache: /nowhere}}
"""
"""No voice nor recogniser that may be on this machine: to start and to run one takes longer than any test."""


@asynccontextmanager
async def engine_without_switch(
    data: Path, environment: pytest.MonkeyPatch, *, more: str = ""
) -> AsyncIterator[tuple[Engine, str]]:
    """A running engine and its address. `more` are settings."""
    install = data / "install"
    for folder in ("usr/lib/x/asterisk/modules", "usr/share/asterisk", "usr/sbin"):
        (install / folder).mkdir(parents=True)
    environment.setenv("HOTLINE_ASTERISK", str(install / "usr/sbin/asterisk"))
    environment.setenv("HOTLINE_DEMO_PASSWORD", PASSWORD)
    (data / "settings.yaml").write_text(SETTINGS + more)
    settings = Settings.load(data)
    port = settings.house.http.model_copy(update={"port": 0})
    settings.house = settings.house.model_copy(update={"http": port})
    find_installation(settings).prepare()
    switch = ScriptedSwitch(ScriptedExchange(LoopClock()))
    if settings.house.database is None and not (data / "hotline.db").exists():
        # The tables of a first start, without walking through their history.
        file = await migrated_file(tuple(plugin.folder for plugin in find_plugins(ROOT)))
        shutil.copyfile(file, data / "hotline.db")
        (data / "hotline.db").chmod(0o600)
    async with engine(settings, switch) as running:
        yield running, f"http://127.0.0.1:{running.web.port}"


async def signed_in(url: str, login: str, browser: str = "test") -> dict[str, str]:
    """The headers of a signed-in person."""
    said = {"User-Agent": browser}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        body = {"login": login, "password": PASSWORD}
        async with client.post(f"{url}/api/session", json=body, headers=said) as response:
            found = json.loads(await response.text())
            token = response.cookies[COOKIE].value
    return {"Cookie": f"{COOKIE}={token}", "X-CSRF": found["csrf"], **said}
