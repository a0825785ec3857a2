from collections.abc import AsyncIterator

import pytest

from softphone.phones.agent_desk import AgentDesk, DeskRefused
from tests.softphone.phones.fake_console import FakeConsole


@pytest.fixture
async def console() -> AsyncIterator[FakeConsole]:
    running = FakeConsole("1001", "geheim1", "127.0.0.1:5060")
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def desk(console: FakeConsole) -> AsyncIterator[AgentDesk]:
    made = AgentDesk(console.url)
    yield made
    await made.close()


async def test_an_agent_signs_in_and_asks(console: FakeConsole, desk: AgentDesk) -> None:
    person = await desk.sign_in("1001", "geheim")
    assert person["name"] == "王芳"
    assert (await desk.phone())["endpoint"] == "1001"
    await desk.ask_state("break", "lunch")
    await desk.end_wrapup()
    await desk.sign_out()
    assert console.asked[2:] == [
        ("PUT", "/api/agent/state", {"state": "break", "reason": "lunch"}),
        ("POST", "/api/agent/wrapup/end", {}),
        ("DELETE", "/api/session", None),
    ]


async def test_a_refusal_carries_status_and_code(desk: AgentDesk) -> None:
    with pytest.raises(DeskRefused) as refused:
        await desk.sign_in("1001", "falsch")
    assert (refused.value.status, refused.value.code) == (401, "wrong_password")
    with pytest.raises(DeskRefused, match="not_signed_in"):
        await desk.phone()


async def test_changes_come_after_the_snapshot_until_the_connection_ends(console: FakeConsole, desk: AgentDesk) -> None:
    await desk.sign_in("1001", "geheim")
    states = []
    async for snapshot in desk.snapshots():
        states.append(snapshot["state"])
        if len(states) == 1:
            await console.tell("ringing")
            await console.tell("talking")
        if len(states) == 3:
            await console.drop_sockets()
    assert states == ["signed_out", "ringing", "talking"]
