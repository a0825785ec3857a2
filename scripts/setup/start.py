"""``scripts/run``: sets this machine up, then becomes the hotline."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from setup.asterisk import ensure_asterisk
from setup.broker import mosquitto_if_possible
from setup.bytecode import bytecode
from setup.cache import locked
from setup.console import Console
from setup.environment import RUNTIME, Environment
from setup.font import font_if_possible
from setup.progress import Progress, SetupError

USAGE = """\
usage: scripts/run [--setup-only] [--speech] [options of `hotline run`]

Sets this machine up as far as needed, then starts the hotline on 127.0.0.1. Nothing outside the checkout
(HOTLINE_DATA, HOTLINE_VENV) and the cache (HOTLINE_CACHE) is touched; root is not needed.
  --setup-only   set up, start nothing
  --speech       also fetch what reads texts aloud and what hears callers (about 330 MB, once)
"""


def data_dir(tree: Path) -> Path:
    """Return where the hotline keeps its state: ``HOTLINE_DATA``, else ``.hotline`` in the checkout."""
    return Path(os.environ.get("HOTLINE_DATA") or tree / ".hotline").absolute()


def log_dir(tree: Path) -> Path:
    """Return where the set-up's logs go. Raises SetupError when it cannot be made."""
    data = data_dir(tree)
    logs = data / "logs" / "setup"
    try:
        # Recordings and telephone numbers will lie here: nobody else's business.
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        logs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"cannot write to {logs} ({error.strerror}): name another place in HOTLINE_DATA") from error
    return logs


def fetch_speech(progress: Progress, environment: Environment, env: dict[str, str]) -> None:
    """Fetch voice and recogniser into the cache; without them the hotline starts all the same, and says so."""
    progress.step("voice and recogniser")
    for name, words in (("voice", ["prompt", "voice"]), ("recogniser", ["recogniser"])):
        try:
            progress.run(name, [environment.bin / "hotline", *words, "--install"], env=env)
        except SetupError as error:
            progress.note(f"no {name}: {error}")


def encode_prompts(progress: Progress, environment: Environment, env: dict[str, str]) -> None:
    """Write the prompts in the switch's formats before the first start: callers would wait for it, up to a minute."""
    if (Path(env["HOTLINE_DATA"]) / "prompts" / "index.json").exists():
        return
    progress.step("prompts")
    try:
        progress.run("prompts", [environment.bin / "hotline", "prompt", "encode"], env=env)
    except SetupError as error:
        # Wrong settings are told by `hotline run`, with file and line.
        progress.note(f"prompts are not encoded yet: {error}")


def run(tree: Path, arguments: list[str]) -> int:
    """Set up, then replace this process by ``hotline run``; with ``--setup-only`` return 0 instead."""
    if "--help" in arguments or "-h" in arguments:
        print(USAGE, end="")
        return 0
    progress = Progress(log_dir(tree))
    environment = Environment(tree)
    with locked(data_dir(tree) / "setup"):
        environment.ensure(progress, RUNTIME)
        # FreeSWITCH is in no package source: `hotline run` finds an installed one, or says what to install.
        switch = (
            {} if _switch(tree, environment) == "freeswitch" else {"HOTLINE_ASTERISK": str(ensure_asterisk(progress))}
        )
        broker = mosquitto_if_possible(progress)
        font_if_possible(progress)
        console = Console(tree, environment)
        console.ensure_built(progress)
        if "--speech" in arguments:
            fetch_speech(progress, environment, {**console.env(progress), "HOTLINE_DATA": str(data_dir(tree))})
        compiled = bytecode(os.environ, data_dir(tree))
        encode_prompts(progress, environment, {**os.environ, **compiled, "HOTLINE_DATA": str(data_dir(tree))})
    arguments = [one for one in arguments if one != "--speech"]
    hotline = environment.bin / "hotline"
    if "--setup-only" in arguments:
        progress.step(f"ready: {', '.join([str(hotline), *switch.values(), *broker.values()])}")
    else:
        variables = {**os.environ, **switch, **broker, **compiled, "HOTLINE_DATA": str(data_dir(tree))}
        # The hotline takes this process's place, so that Ctrl-C and a supervisor's signals reach it alone.
        os.execve(hotline, [str(hotline), "run", *arguments], variables)  # noqa: S606
    return 0


def _switch(tree: Path, environment: Environment) -> str:
    """The kind of switch that the settings choose; Asterisk when they cannot be read, which `hotline run` tells."""
    words = [str(environment.bin / "python"), "-m", "cti.telephony.switch.kind", str(data_dir(tree))]
    done = subprocess.run(words, cwd=tree, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else "asterisk"
