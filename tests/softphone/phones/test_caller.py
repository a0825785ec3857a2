"""`hotline call` from outside: a process of its own, a real Asterisk, the lines and the exit code."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from softphone.phones.audio_line import Capture
from softphone.phones.caller import local_host, split_address
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import murmur, tone, tone_level, write_sound
from softphone.phones.user_agent import UserAgent
from tests.softphone.phones.conftest import Asterisk

COMMAND = (
    "import argparse, sys; from softphone.phones.commands import add_commands; p = argparse.ArgumentParser(); "
    "add_commands(p.add_subparsers()); a = p.parse_args(); sys.exit(a.run(a))"
)


async def start(
    asterisk: Asterisk, *arguments: str, server: str = "", background: bool = False
) -> asyncio.subprocess.Process:
    """`background`: as a script starts it with `&`, without SIGINT."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "default",
        "-c",
        COMMAND,
        "call",
        *arguments,
        "--server",
        server or asterisk.server,
        "--prompts",
        str(asterisk.sounds),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "HOTLINE_DATA": str(asterisk.directory)},
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_IGN) if background else None,
    )


async def outcome(process: asyncio.subprocess.Process) -> tuple[int | None, list[str]]:
    try:
        out, err = await asyncio.wait_for(process.communicate(), 60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    assert err == b"", err.decode()
    return process.returncode, out.decode().splitlines()


@pytest.mark.asterisk
@pytest.mark.parametrize("family", ["IPv4", "IPv6"])
async def test_the_story_of_a_whole_call(asterisk: Asterisk, tmp_path: Path, family: str) -> None:
    server = asterisk.server if family == "IPv4" else asterisk.server6
    write_sound(tmp_path / "say.wav", tone(700, 2.0))
    async with SipStack("127.0.0.1" if family == "IPv4" else "::1") as stack:
        agent = await UserAgent.open(
            stack, "1001", server=server, secret=asterisk.secret, register=True, answer_after=0.5
        )
        process = await start(
            asterisk, "12345", "--press", "hear menu, 0", "--say", str(tmp_path / "say.wav"), server=server
        )
        taken = await agent.next_call(30)
        await taken.answered(5)
        kept = Capture(taken.audio)
        await taken.audio.play(murmur(5.0, 200, 3))
        await taken.hang_up()
        code, lines = await outcome(process)
    assert code == 0
    told = [re.sub(r"^\d\d:\d\d\.\d\d ", "", line) for line in lines]
    assert told[:4] == [f"dials 12345 at {server} as 13800000001", "200 answered", "hears greeting", "hears menu"]
    for line in ("presses 0", "hears a person", "says something for 2.0 s", "hears goodbye"):
        assert line in told, told
    assert any(line.startswith("no longer hears menu (cut after") for line in told)
    assert told[-2].startswith("the other side hung up after")
    assert re.fullmatch(r"sent \d+ and received \d+ packets, \d+ lost .*MOS about \d\.\d", told[-1])
    # What it says when it hears a person reaches the person.
    assert max(tone_level(kept.heard[at : at + 2000], 700) for at in range(0, kept.heard.size - 2000, 1000)) > -18


@pytest.mark.asterisk
@pytest.mark.parametrize(("number", "last"), [("404", "404 Not Found"), ("early", "486 Busy Here")])
async def test_a_refused_call_ends_with_1_and_its_status(asterisk: Asterisk, number: str, last: str) -> None:
    code, lines = await outcome(await start(asterisk, number))
    assert code == 1
    assert lines[-1].endswith(last)


@pytest.mark.asterisk
async def test_it_hangs_up_after_its_time_and_tells_facts_as_json(asterisk: Asterisk) -> None:
    code, lines = await outcome(await start(asterisk, "music", "--hold", "4", "--json", "--from", "051988880000"))
    assert code == 0
    facts = [json.loads(line) for line in lines]
    told = [fact["what"] for fact in facts if fact["what"] != "SoundEnded"]
    assert told == ["dialling", "answered", "SoundBegan", "hangs_up", "ended", "quality"]
    assert facts[0]["caller"] == "051988880000"
    assert facts[2]["kind"] == "music"
    ended = next(fact for fact in facts if fact["what"] == "ended")
    assert ended["by"] == "here"
    assert ended["seconds"] == pytest.approx(4.0, abs=0.5)
    assert facts[-1]["received"] > 150


@pytest.mark.asterisk
@pytest.mark.parametrize("background", [False, True])
async def test_ctrl_c_hangs_up(asterisk: Asterisk, background: bool) -> None:
    process = await start(asterisk, "music", background=background)
    assert process.stdout is not None
    while b"answered" not in await process.stdout.readline():
        pass
    process.send_signal(signal.SIGINT)
    code, lines = await outcome(process)
    assert code == 130, lines
    assert any("hung up after" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["12345", "--press", "x"], "neither keys"),
        (["12345", "--say", "/nowhere.wav"], "nowhere.wav"),
        (["12345", "--server", "a:b:c"], "host:port"),
        (["1 2", "--server", "127.0.0.1:9"], "no SIP address"),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_line(arguments: list[str], complaint: str, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        COMMAND,
        "call",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "HOTLINE_DATA": str(tmp_path)},
    )
    _, err = await process.communicate()
    assert process.returncode == 2
    assert complaint in err.decode()
    assert "Traceback" not in err.decode()


@pytest.mark.parametrize(
    ("server", "parts"),
    [
        ("127.0.0.1:5061", ("127.0.0.1", 5061)),
        ("[::1]:5061", ("::1", 5061)),
        ("[::1]", ("::1", 5060)),
        ("switch.city", ("switch.city", 5060)),
    ],
)
def test_addresses(server: str, parts: tuple[str, int]) -> None:
    assert split_address(server) == parts


@pytest.mark.parametrize("server", ["", ":5060", "host:x", "a:b:5060", "[::1:5060"])
def test_what_is_no_address(server: str) -> None:
    with pytest.raises(ValueError):
        split_address(server)


def test_the_own_address_is_of_the_servers_family() -> None:
    assert local_host("127.0.0.1:5060") == "127.0.0.1"
    assert local_host("[::1]:5060") == "::1"
