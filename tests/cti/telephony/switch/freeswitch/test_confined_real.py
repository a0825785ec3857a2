"""What a real FreeSWITCH does that is told to run a program."""

import asyncio
from pathlib import Path

import pytest

from cti.process.confinement import is_possible
from softphone.phones.sound import tone
from tests.real_freeswitch import RealFreeswitch

pytestmark = [
    pytest.mark.freeswitch,
    pytest.mark.skipif(not is_possible(), reason="this kernel has no landlock"),
]


async def _nothing(session: object) -> None:
    return


async def test_a_command_finds_no_program(tmp_path: Path) -> None:
    """mod_commands, which the engine needs, has `system`: whoever reached it ran programs as the switch's user."""
    freeswitch = RealFreeswitch(tmp_path, agents=["1001"], prompts={}, music=tone(330, 1.0))
    freeswitch.start()
    switch = freeswitch.engine()
    try:
        await switch.start(_nothing, lambda event: None)
        async with asyncio.timeout(15):
            while not switch.is_up:
                await asyncio.sleep(0.05)
        for verb in ("system", "bg_system"):
            mark = tmp_path / verb
            await switch.api(verb, "touch", str(mark))
            await asyncio.sleep(0.5)
            assert not mark.exists()
    finally:
        await switch.stop()
        freeswitch.stop()
