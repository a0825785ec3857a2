"""The command line of the scripted phones: `hotline call` and `hotline agents`."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import logging
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cti.base.settings import Settings

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_commands(subparsers: Subparsers) -> None:
    """Add `hotline call` and `hotline agents`."""
    add_call_command(subparsers)
    add_agents_command(subparsers)


def add_call_command(subparsers: Subparsers) -> None:
    """Add `call` to the sub-commands of the command line."""
    parser = subparsers.add_parser(
        "call",
        help="make a real SIP call and tell what it hears",
        description="Makes one real SIP call from this machine and tells, line by line, what it does and hears.",
        epilog="Keys: steps between commas, from the answer on: '0' presses, 'wait 3' waits, 'hear 满意' waits until a "
        "known prompt with these words begins, 'say FILE' says a sound file ('say': that of --say). "
        "Example: --press 'wait 2, 0, hear 满意, 1'. "
        "The exit code is 0 when the call was answered, else 1.",
    )
    parser.add_argument("number", help="the number to call, such as 12345")
    parser.add_argument(
        "--from", dest="caller", default="13800000001", help="the caller's number ('anonymous' hides it)"
    )
    parser.add_argument("--press", default="", help="keys to press, and when")
    parser.add_argument("--say", type=Path, help="a sound file to say when a person is heard (default: a murmur)")
    parser.add_argument("--silent", action="store_true", help="say nothing")
    parser.add_argument("--hold", type=float, default=180.0, help="seconds to stay on the line after the answer")
    parser.add_argument("--server", help="host:port of the switch (default: this machine's hotline)")
    parser.add_argument("--prompts", type=Path, help="directory of known prompts (default: HOTLINE_DATA/prompts)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run_call)


def add_agents_command(subparsers: Subparsers) -> None:
    """Add `agents` to the sub-commands of the command line."""
    parser = subparsers.add_parser(
        "agents",
        help="let scripted agents sign in, answer, talk and hang up",
        description="Scripted agents on real SIP phones: they sign in over the HTTP API with the demo accounts, go "
        "ready, answer, talk, hang up, do their wrap-up and are ready again, until Ctrl-C.",
    )
    parser.add_argument("count", type=int, help="how many agents")
    parser.add_argument("--talk", type=float, default=20.0, help="seconds to talk before hanging up")
    parser.add_argument("--answer-after", type=float, default=2.0, help="seconds to let it ring")
    parser.add_argument("--wrapup", type=float, default=3.0, help="seconds of wrap-up work")
    parser.add_argument("--say", type=Path, help="a sound file to say (default: a murmur)")
    parser.add_argument("--url", help="address of the console (default: this machine's hotline)")
    parser.add_argument("--server", help="host:port of the switch (default: what the console says)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run_agents)


def run_call(args: argparse.Namespace) -> int:
    """Make the call that the arguments ask for; returns the exit code."""
    if not _has_phones():
        return 2
    # Loaded when they are used: the parser is made for every command of the house.
    from cti.base.cli_settings import data_folder
    from cti.base.settings import Settings
    from softphone.phones.caller import Plan, full_address, make_call
    from softphone.phones.key_script import Say, parse_keys
    from softphone.phones.known_prompts import known_prompts
    from softphone.phones.sound import murmur, read_sound
    from softphone.phones.story import Story

    settings = Settings.load(data_folder())
    try:
        say = read_sound(args.say) if args.say else murmur(6.0)
        keys = parse_keys(args.press)
        plan = Plan(
            number=args.number,
            server=full_address(args.server or _switch(settings)),
            caller=args.caller,
            keys=keys,
            sounds={step.file: read_sound(Path(step.file)) for step in keys if isinstance(step, Say) and step.file},
            say=None if args.silent else say,
            hold=args.hold,
        )
        return _run(
            make_call(plan, known_prompts(args.prompts or settings.data / "prompts"), Story(_print, as_json=args.json))
        )
    except (ValueError, OSError, RuntimeError) as problem:
        print(f"hotline call: {problem}", file=sys.stderr)
        return 2


def run_agents(args: argparse.Namespace) -> int:
    """Let the agents work until Ctrl-C; returns the exit code."""
    if not _has_phones():
        return 2
    from cti.base.cli_settings import data_folder, server_url
    from cti.base.run_lock import LOCK
    from softphone.phones.agents import AgentPlan, work
    from softphone.phones.sound import murmur, read_sound
    from softphone.phones.story import Story

    if args.url is None and not (data_folder() / LOCK).exists():
        print(f"hotline agents: no hotline in {data_folder()}: start the hotline first (scripts/run)", file=sys.stderr)
        return 2
    try:
        plan = AgentPlan(
            count=args.count,
            url=(args.url or server_url()).rstrip("/"),
            data=data_folder(),
            server=args.server,
            talk=args.talk,
            answer_after=args.answer_after,
            wrapup=args.wrapup,
            say=read_sound(args.say) if args.say else murmur(12.0, pitch=210.0, seed=7),
        )
        return _run(work(plan, Story(_print, as_json=args.json)))
    except (ValueError, OSError, RuntimeError) as problem:
        print(f"hotline agents: {problem}", file=sys.stderr)
        return 2


def _switch(settings: Settings) -> str:
    switch = settings.house.switch
    host = switch.bind if switch.bind not in ("0.0.0.0", "") else "127.0.0.1"  # noqa: S104 # compared, not bound
    return f"{host}:{switch.sip_port}"


def _has_phones() -> bool:
    if importlib.util.find_spec("baresip") is not None:
        return True
    print("scripted phones need the package baresip-python: install hotline[phones]", file=sys.stderr)
    return False


def _run(doing: Coroutine[Any, Any, int]) -> int:
    from baresip import BaresipError

    # What goes wrong is told in the story; the native side's own words come on top of that.
    logging.getLogger("baresip").setLevel(logging.CRITICAL)
    try:
        return asyncio.run(_stoppable(doing))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130
    except BaresipError as problem:
        raise RuntimeError(str(problem)) from problem


async def _stoppable(doing: Coroutine[Any, Any, int]) -> int:
    """Let SIGTERM end it as Ctrl-C does: with everything hung up and signed out.

    SIGINT is asked for too: Python leaves it ignored where a script started us in the background.
    """
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await doing


def _print(line: str) -> None:
    print(line, flush=True)
