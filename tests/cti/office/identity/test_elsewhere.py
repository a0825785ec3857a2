"""What the command line changes in people, the running engine knows."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.events import PersonChanged
from cti.base.settings import Settings
from cti.base.visitor import system
from cti.office.identity.commands import opened_identity
from cti.office.identity.elsewhere import FOLDER, follow
from cti.office.identity.people import PersonData


async def test_who_is_hired_at_the_command_line_is_told_to_the_engine_that_runs(tmp_path: Path) -> None:
    """The phone of somebody made by `hotline user add` got 404 until the engine was started anew."""
    settings = Settings.load(tmp_path)
    bus, heard = Bus(), list[PersonChanged]()
    bus.subscribe(PersonChanged, heard.append)
    engine = asyncio.create_task(follow(tmp_path, bus, LoopClock()))
    data = PersonData(login="wang", name="王芳", agent_no="1009", organisation="city", roles=["agent"])
    async with opened_identity(settings) as identity:
        person, _ = await identity.people.add(system("cli"), data)
    async with asyncio.timeout(10):
        while not heard:
            await asyncio.sleep(0.05)
    assert [(one.person, one.agent, one.change) for one in heard] == [(person.id, "1009", "added")]
    assert list((tmp_path / FOLDER).iterdir()) == [], "told once"
    (tmp_path / FOLDER / "broken.json").write_text("{")
    async with opened_identity(settings) as identity:
        await identity.people.add(system("cli"), replace(data, login="li", agent_no="1010"))
    async with asyncio.timeout(10):
        while len(heard) < 2:
            await asyncio.sleep(0.05)
    engine.cancel()
    with suppress(asyncio.CancelledError):
        await engine
