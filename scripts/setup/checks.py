"""``scripts/test``: sets this machine up for the tests, then runs all of them or one part."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from setup.asterisk import ensure_asterisk
from setup.broker import ensure_mosquitto
from setup.bytecode import bytecode
from setup.cache import locked
from setup.console import Console
from setup.environment import RUNTIME, TEST, Environment
from setup.font import ensure_font
from setup.postgres import ensure_postgres
from setup.progress import Progress, SetupError
from setup.start import data_dir, fetch_speech, log_dir
from setup.tools import CHROMIUM, SIPP, SOFTHSM, ensure_tool

USAGE = """\
usage: scripts/test [unit|asterisk|browser|freeswitch] [options of pytest]

  unit       ruff, mypy, the console's own checks, and the tests that need nothing real but PostgreSQL and a
             token without hardware (SoftHSM)
  asterisk   the tests on a real Asterisk with real SIP phones
  browser    the tests with a Chromium that talks
  freeswitch the contract of switches and the restarts on a real FreeSWITCH: the one in FREESWITCH_PREFIX or on PATH.
             It is not fetched: without one this part is listed as not run
Without a part all are run. Whole parts fetch a voice and a recogniser (330 MB, once); without them the tests of
speech are skipped. With CI=true a missing PostgreSQL, SoftHSM, Asterisk, SIPp or Chromium is a failure.
"""

PARTS = {
    "unit": "not asterisk and not browser and not freeswitch",
    "asterisk": "asterisk and not browser",
    "browser": "browser",
    "freeswitch": "freeswitch",
}
FOLDERS = {
    "asterisk": ("tests/contract", "tests/integration", "tests/softphone"),
    "freeswitch": ("tests/contract", "tests/integration", "tests/cti"),
}
"""Parts of which each folder runs in a process of its own: the SIP library has one runtime a process."""
LANES = ("tests/integration", "browser")
"""Runs with real telephones and browsers mostly wait: each of these two takes about as long as all others together, so
that these three run side by side."""
REPEATED = ("asterisk", "browser", "freeswitch")
"""Parts whose failed tests are run once more: real phones and browsers share two cores with the switch."""
BOTH_CORES = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
"""How the tests that need nothing real are run: each file in one process, in the order of `tests/conftest.py`."""
SLOWEST = ["--durations", "25", "--durations-min", "2"]
"""Of a whole part it is told where its time goes."""
TESTS_FAILED, NO_TESTS_COLLECTED = 1, 5
OPENID_PROVIDER = "tests/workflow/portal/oidc"
"""A certified OpenID provider at which the tests sign in; without it they are skipped."""
LIMIT = 40 * 60.0
PATIENCE = 30.0


def run(tree: Path, arguments: list[str]) -> int:
    """Set up, run the parts asked for, and return 0 when everything passed."""
    if "--help" in arguments or "-h" in arguments:
        print(USAGE, end="")
        return 0
    parts, options = choose(arguments)
    progress = Progress(log_dir(tree))
    parts, missing = runnable(parts, os.environ)
    if not parts:
        raise SetupError(f"not run: {missing}")
    environment = Environment(tree)
    console = Console(tree, environment)
    lanes: list[list[Check]] = []
    with locked(data_dir(tree) / "setup"):
        environment.ensure(progress, RUNTIME)
        environment.ensure(progress, TEST)
        variables = prepare(parts, progress, environment, console) | bytecode(os.environ, data_dir(tree))
        if wants_speech(parts, options):
            # What cannot be had is told, and its tests are skipped.
            fetch_speech(progress, environment, {**variables, "HOTLINE_DATA": str(data_dir(tree))})
        if "unit" in parts and not options:
            lanes.append(static_checks(tree))
            if console.exists:
                console.ensure_modules(progress)
                console.ensure_packages(tree / OPENID_PROVIDER, progress)
                lanes.append([Check("the console's own checks", ["npm", "run", "check"], console.web)])
    failed = [name for name, result in side_by_side(lanes, progress, variables).items() if result]
    failed += run_pytest(tree, parts, options, progress, variables)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr, flush=True)
    if missing and not options:
        print(f"not run: {missing}", file=sys.stderr, flush=True)
    return 1 if failed else 0


def runnable(parts: Sequence[str], variables: Mapping[str, str]) -> tuple[list[str], str]:
    """Return the parts that this machine can run, and in words what it cannot.

    FreeSWITCH alone may be missing: no registry has it. A `FREESWITCH_PREFIX` without a program is an error.
    """
    if "freeswitch" not in parts:
        return list(parts), ""
    prefix = variables.get("FREESWITCH_PREFIX")
    if prefix and not os.access(Path(prefix, "bin", "freeswitch"), os.X_OK):
        raise SetupError(f"FREESWITCH_PREFIX={prefix}: there is no program bin/freeswitch")
    if prefix or shutil.which("freeswitch", path=variables.get("PATH", os.defpath)):
        return list(parts), ""
    missing = "freeswitch: no FreeSWITCH on PATH, and no FREESWITCH_PREFIX names one"
    return [part for part in parts if part != "freeswitch"], missing


def prepare(parts: Sequence[str], progress: Progress, environment: Environment, console: Console) -> dict[str, str]:
    """Fetch the real things that ``parts`` need and return the environment in which they are found.

    They are named in ``HOTLINE_POSTGRES`` (the folder of its programs), ``HOTLINE_SOFTHSM``, ``HOTLINE_MOSQUITTO``,
    ``HOTLINE_ASTERISK``, ``HOTLINE_SIPP`` and ``HOTLINE_CHROMIUM``, the last three also on PATH.
    """
    variables = {**os.environ, "PYTHONUNBUFFERED": "1"}
    folders = [environment.bin, *map(Path, os.environ.get("PATH", os.defpath).split(os.pathsep))]
    if os.environ.get("CI", "").lower() in ("1", "true"):
        variables["HOTLINE_REQUIRE_REAL"] = "1"
    node = shutil.which("node", path=console.env(progress)["PATH"]) if console.exists else None
    if node:
        folders.insert(1, Path(node).parent)
        # The driver of the browser brings a Node.js that needs a library which a small machine lacks.
        variables["PLAYWRIGHT_NODEJS_PATH"] = node
    try:
        variables["HOTLINE_MOSQUITTO"] = str(ensure_mosquitto(progress))
    except SetupError as error:
        if "HOTLINE_REQUIRE_REAL" in variables:
            raise
        progress.note(f"the embedded broker is tested alone: {error}")
    if "unit" in parts or "browser" in parts:
        try:
            ensure_font(progress)
        except SetupError as error:
            if "HOTLINE_REQUIRE_REAL" in variables:
                raise
            progress.note(f"the tests of PDF files are skipped: {error}")
    if "unit" in parts:
        try:
            variables["HOTLINE_POSTGRES"] = str(ensure_postgres(progress))
        except SetupError as error:
            if "HOTLINE_REQUIRE_REAL" in variables:
                raise
            progress.note(f"the tests on PostgreSQL are skipped: {error}")
        try:
            variables["HOTLINE_SOFTHSM"] = str(ensure_tool(SOFTHSM, progress))
        except SetupError as error:
            if "HOTLINE_REQUIRE_REAL" in variables:
                raise
            progress.note(f"the tests of a cryptographic token are skipped: {error}")
    if "asterisk" in parts or "browser" in parts:
        asterisk, sipp = ensure_asterisk(progress), ensure_tool(SIPP, progress)
        variables.update(HOTLINE_ASTERISK=str(asterisk), HOTLINE_SIPP=str(sipp))
        folders.append(sipp.parent)
    if "browser" in parts:
        console.ensure_built(progress)
        chromium = ensure_tool(CHROMIUM, progress)
        variables["HOTLINE_CHROMIUM"] = str(chromium)
        folders.append(chromium.parent)
    variables["PATH"] = os.pathsep.join(map(str, folders))
    return variables


def wants_speech(parts: Sequence[str], options: Sequence[str]) -> bool:
    """Whether the voice and the recogniser (330 MB, once) are fetched: for whole parts that have tests of them."""
    return not options and bool({"unit", "asterisk"} & set(parts))


def choose(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split the command line into the parts to run and what goes to pytest."""
    if arguments and arguments[0] in PARTS:
        return [arguments[0]], list(arguments[1:])
    return list(PARTS), list(arguments)


@dataclass(frozen=True)
class Check:
    """One command that must end with 0, and the folder in which it is run."""

    name: str
    command: Sequence[str]
    where: Path


def static_checks(tree: Path) -> list[Check]:
    """Return the checks that run no test."""
    return [
        Check("ruff check", ["ruff", "check", "."], tree),
        Check("ruff format", ["ruff", "format", "--check", "."], tree),
        Check("mypy", ["mypy"], tree),
    ]


@dataclass(frozen=True)
class Run(Check):
    """One process of pytest: a part, or one of its folders, with its whole command."""

    part: str = ""
    memory: Path | None = None
    """Where it remembers what failed, which is then run once more: a place of its own, so that it names no others'."""


def runs_of(tree: Path, parts: Sequence[str], options: Sequence[str]) -> list[Run]:
    """What is run for these parts."""
    found = []
    for part in parts:
        for folder in FOLDERS.get(part, ("",)) if not options else ("",):
            command = ["python", "-m", "pytest", "-o", "faulthandler_timeout=120", "-m", PARTS[part], *options]
            command += [folder] if folder else []
            if not options:
                command += SLOWEST
            if part == "unit" and not options:
                command += BOTH_CORES
            memory = None
            if part in REPEATED and not options:
                memory = tree / ".pytest_cache" / (folder or part).replace("/", "-")
                command += ["-o", f"cache_dir={memory}"]
            found.append(Run(f"pytest: {part} {folder}".rstrip(), command, tree, part, memory))
    return found


def run_pytest(
    tree: Path, parts: Sequence[str], options: Sequence[str], progress: Progress, variables: Mapping[str, str]
) -> list[str]:
    """Run pytest once for each part and return the names of those that failed.

    What needs both cores runs first; what mostly waits for real telephones then runs in `LANES`. A part without
    any test fails, except where options chose the tests and another part had some. What failed in one of the `REPEATED`
    parts is run once more when nothing else runs; which tests needed it is listed at the end.
    """
    runs = runs_of(tree, parts, options)
    results = {run.name: _call(progress, run.name, run.command, tree, variables) for run in runs if run.memory is None}
    real = [replace(run, command=[*run.command, "--cache-clear"]) for run in runs if run.memory is not None]
    lanes = [[run for run in real if run.name.endswith(one)] for one in LANES]
    lanes.append([run for run in real if not run.name.endswith(LANES)])
    results |= side_by_side(lanes, progress, variables)
    repeated: list[str] = []
    for run in runs:
        if run.memory is not None and results[run.name] == TESTS_FAILED and (failed := last_failed(run.memory)):
            again = f"{run.name}, once more for {len(failed)} tests"
            results[run.name] = _call(progress, again, [*run.command, "--last-failed"], tree, variables)
            repeated += failed
    for test in repeated:
        progress.note(f"needed a second run: {test}")
    chosen = bool(options) and any(result != NO_TESTS_COLLECTED for result in results.values())
    failures = [run.name for run in runs if results[run.name]]
    return [name for name in failures if not (chosen and results[name] == NO_TESTS_COLLECTED)]


def side_by_side(lanes: Sequence[Sequence[Check]], progress: Progress, variables: Mapping[str, str]) -> dict[str, int]:
    """Run the lanes at once, each check of a lane after the one before it; what each ended with, by its name.

    The output is told when a check has ended, so that those of two lanes do not mix.
    """

    def one_after_another(lane: Sequence[Check]) -> dict[str, int]:
        results = {}
        for check in lane:
            with tempfile.TemporaryFile() as output:
                results[check.name] = _call(progress, check.name, check.command, check.where, variables, output)
                output.seek(0)
                progress.tell(f"{check.name}:\n{output.read().decode(errors='replace')}")
        return results

    with ThreadPoolExecutor(max(1, len(lanes))) as pool:
        return {name: result for found in pool.map(one_after_another, lanes) for name, result in found.items()}


def last_failed(memory: Path) -> list[str]:
    """Return the tests that pytest remembers as failed in its cache ``memory``; none when it wrote nothing down."""
    try:
        return list(json.loads((memory / "v/cache/lastfailed").read_text("utf-8")))
    except (OSError, ValueError):
        return []


def _call(
    progress: Progress,
    name: str,
    command: Sequence[str],
    where: Path,
    variables: Mapping[str, str],
    output: IO[bytes] | None = None,
) -> int:
    progress.step(name)
    with subprocess.Popen(
        command,
        cwd=where,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
    ) as child:
        try:
            return child.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            progress.note(f"stopped: it takes longer than {LIMIT / 60:.0f} minutes")
            # As Ctrl-C would: what the tests have started is stopped by them.
            child.send_signal(signal.SIGINT)
            try:
                child.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()
            return 1
