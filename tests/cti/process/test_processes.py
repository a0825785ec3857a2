"""Processes that a killed supervisor left: found again when they are provably ours, and never mistaken."""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cti.process.processes import FILE, Adopted, Identity, Register, end, troubles

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)", "switch"]
DEAF = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)", "x"]


async def started(command: list[str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(*command)


async def identity_of(process: asyncio.subprocess.Process, command: list[str], purpose: str = "p") -> Identity:
    found = Identity.of(process.pid, command, purpose)
    assert found is not None
    for _ in range(200):
        if found.lives():
            return found
        await asyncio.sleep(0.01)  # Until the program has taken the place of its parent's copy.
    raise AssertionError("not alive")


async def test_who_runs_is_found_by_the_next_supervisor_and_ended_through_it(tmp_path: Path) -> None:
    """A supervisor that was killed left switch and broker running, unknown to the next one, which started others."""
    process = await started(SLEEPER)
    Register(tmp_path).runs("switch", await identity_of(process, SLEEPER))
    found = Register(tmp_path).left()
    assert [(name, one.pid, one.purpose) for name, one in found.items()] == [("switch", process.pid, "p")]
    adopted = Adopted(found["switch"])
    waiting = asyncio.create_task(adopted.wait())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    assert await end(adopted, 5)
    await asyncio.wait_for(waiting, 1)
    await process.wait()
    assert not Register(tmp_path).left()
    adopted.terminate()  # Of one that has ended nothing is signalled.


async def test_who_does_not_listen_is_killed() -> None:
    process = await started(DEAF)
    adopted = Adopted(await identity_of(process, DEAF))
    await asyncio.sleep(0.3)
    assert not await end(adopted, 0.2)
    assert await process.wait() == -9


@pytest.mark.parametrize(
    "change", [{"began": 1}, {"boot": "another"}, {"arguments": ("-c", "print()", "switch")}, {"arguments": ()}]
)
async def test_another_process_with_the_same_id_is_not_ours(change: dict[str, object]) -> None:
    """Only what has our id, our start and our command line may ever be signalled."""
    process = await started(SLEEPER)
    try:
        stranger = replace(await identity_of(process, SLEEPER), **change)
        assert not stranger.lives()
        with pytest.raises(ProcessLookupError):
            Adopted(stranger)
    finally:
        process.kill()
        await process.wait()


async def test_what_a_wrapper_script_starts_in_its_place_is_ours(tmp_path: Path) -> None:
    wrapper = tmp_path / "asterisk"
    wrapper.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'import time; time.sleep(60)' \"$@\"\n", "utf-8")
    wrapper.chmod(0o755)
    process = await started([str(wrapper), "-C", "asterisk.conf"])
    try:
        await identity_of(process, [str(wrapper), "-C", "asterisk.conf"])
    finally:
        process.kill()
        await process.wait()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"switch": {"process": {"pid": 1}}}', '{"switch": {}}'])
def test_a_damaged_register_knows_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    assert not Register(tmp_path).left()


def test_what_stands_still_is_told(tmp_path: Path) -> None:
    register = Register(tmp_path)
    register.stands_still("switch", "ended (code 1)")
    register.stands_still("broker", "")
    assert troubles(tmp_path) == {"switch": "ended (code 1)"}
    assert json.loads((tmp_path / FILE).read_text("utf-8"))["broker"] == {}
    register.runs("switch", None)
    assert not troubles(tmp_path)
