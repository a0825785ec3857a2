"""Becomes a bench in the project's environment, with the tools that it needs: `python -m bench.ready NAME options`.

The options are read first, by the system's Python: for `--help` nothing is fetched. What the caller's environment says
of a hotline of his (`HOTLINE_DATA`, ports …) is none of the bench's business; where tools are, is.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from setup.asterisk import ensure_asterisk
from setup.broker import ensure_mosquitto
from setup.cache import locked
from setup.checks import prepare
from setup.console import Console
from setup.environment import RUNTIME, TEST, Environment
from setup.postgres import ensure_postgres
from setup.progress import Progress, SetupError
from setup.start import data_dir, log_dir
from setup.tools import SIPP, ensure_tool

TREE = Path(__file__).resolve().parents[2]
KEPT = frozenset(f"HOTLINE_{tool}" for tool in ("CACHE", "VENV", "ASTERISK", "MOSQUITTO", "SIPP", "POSTGRES"))
"""What the caller may say of tools."""


@dataclass(frozen=True)
class Tool:
    """Where the bench looks for a tool, how it is found or fetched, and for which options it is needed."""

    variable: str
    ensure: Callable[[Progress], Path]
    needed: Callable[[argparse.Namespace], bool] = lambda options: True


@dataclass(frozen=True)
class Bench:
    """A bench: its module to run, and the folder whose `options` reads the command line.

    One with a `browser` has what a trial has: the console as it is built, a browser, a switch.
    """

    folder: str
    module: str
    tools: tuple[Tool, ...] = ()
    browser: bool = False


def _asterisk(needed: Callable[[argparse.Namespace], bool] = lambda options: True) -> Tool:
    return Tool("HOTLINE_ASTERISK", ensure_asterisk, needed)


MOSQUITTO = Tool("HOTLINE_MOSQUITTO", ensure_mosquitto)


def _sipp(needed: Callable[[argparse.Namespace], bool] = lambda options: True) -> Tool:
    return Tool("HOTLINE_SIPP", lambda progress: ensure_tool(SIPP, progress), needed)


def _with_a_switch(options: argparse.Namespace) -> bool:
    return not options.alone


def _beside_calls(options: argparse.Namespace) -> bool:
    return "legs" in options.what and options.calls > 0


BENCHES = {
    "acd": Bench("acd_lib", "acd_lib.measure"),
    "acd_proof": Bench("acd_proof_lib", "acd_proof_lib", (_asterisk(), _sipp())),
    "analysis": Bench(
        "analysis_lib", "analysis_lib.measure", (Tool("HOTLINE_POSTGRES", ensure_postgres, lambda one: one.postgresql),)
    ),
    "assistant": Bench("assistant_lib", "assistant_lib.measure", (_asterisk(_beside_calls), _sipp(_beside_calls))),
    "board": Bench("board_lib", "board_lib.measure"),
    "broker": Bench("broker_lib", "broker_lib.measure", (MOSQUITTO,)),
    # A FreeSWITCH is found by the bench itself, or missed.
    "callpath": Bench(
        "callpath_lib", "callpath_lib", (_asterisk(lambda one: one.switch == "asterisk"), MOSQUITTO, _sipp())
    ),
    "chat": Bench("chat_lib", "chat_lib.measure"),
    "counted": Bench("counted_lib", "counted_lib.measure"),
    "esl": Bench("esl_lib", "esl_lib.measure"),
    "exam": Bench(
        "exam_lib", "exam_lib.measure", (Tool("HOTLINE_POSTGRES", ensure_postgres, lambda one: one.postgresql),)
    ),
    "ivr": Bench("ivr_lib", "ivr_lib.measure", (_asterisk(_with_a_switch), _sipp(_with_a_switch))),
    "knowledge": Bench(
        "knowledge_lib",
        "knowledge_lib.measure",
        (Tool("HOTLINE_POSTGRES", ensure_postgres, lambda one: one.postgresql),),
    ),
    "office": Bench(
        "office_lib", "office_lib.measure", (Tool("HOTLINE_POSTGRES", ensure_postgres, lambda one: one.postgresql),)
    ),
    "portal": Bench("portal_lib", "portal_lib.measure"),
    "recordings": Bench(
        "recordings_lib",
        "recordings_lib.measure",
        (Tool("HOTLINE_POSTGRES", ensure_postgres, lambda one: one.postgresql),),
    ),
    "return": Bench("return_lib", "return_lib.measure", (_asterisk(), MOSQUITTO, _sipp())),
    "roster": Bench("roster_lib", "roster_lib.measure"),
    "sealing": Bench("sealing_lib", "sealing_lib.measure"),
    "speech_set": Bench("speech_set_lib", "speech_set_lib.make"),
    "tickets": Bench(
        "tickets_lib", "tickets_lib.measure", (Tool("HOTLINE_POSTGRES", ensure_postgres, lambda one: one.postgresql),)
    ),
    "wall": Bench("wall_lib", "wall_lib.measure", browser=True),
    "web": Bench("web_lib", "web_lib.measure", (Tool("HOTLINE_POSTGRES", ensure_postgres),)),
}


def prepared(bench: Bench, options: argparse.Namespace) -> tuple[str, dict[str, str]]:
    """The project's Python, and the environment in which a bench with these options finds everything; SetupError."""
    for name in [name for name in os.environ if name.startswith("HOTLINE_") and name not in KEPT]:
        del os.environ[name]
    environment, progress = Environment(TREE), Progress(log_dir(TREE))
    found: dict[str, str] = {}
    with locked(data_dir(TREE) / "setup"):
        environment.ensure(progress, RUNTIME)
        for tool in bench.tools:
            if tool.needed(options):
                found[tool.variable] = os.environ.get(tool.variable) or str(tool.ensure(progress))
        if bench.browser:
            environment.ensure(progress, TEST)
            found = prepare(["browser"], progress, environment, Console(TREE, environment))
    path = f"{TREE / 'scripts'}{os.pathsep}{TREE}"
    return str(environment.python), {**os.environ, **found, "PYTHONPATH": path}


def main(words: Sequence[str]) -> None:
    """Does not return: the process becomes the bench, or ends with what is wrong."""
    bench = BENCHES[words[0]]
    options = importlib.import_module(f"bench.{bench.folder}.options").arguments(list(words[1:]))
    try:
        python, variables = prepared(bench, options)
    except SetupError as error:
        sys.exit(f"error: {error}")
    os.execve(python, [python, "-m", f"bench.{bench.module}", *words[1:]], variables)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
