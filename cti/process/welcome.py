"""What `hotline run` says: where everything is reached, who may sign in, what to try next."""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path

from cti.base import logs
from cti.base.cli_settings import ROOT
from cti.base.files.documents import DocumentError
from cti.base.manifest import survey
from cti.base.run_lock import StartRefused
from cti.base.settings import Settings
from cti.office.identity.demo_accounts import DEMO_PASSWORD, shown_once
from cti.process.before_start import setting_problems
from cti.process.supervisor import Supervisor
from cti.telephony.switch.installation import SwitchMissing, find_installation

VARIABLES = ("HOTLINE_DATA", "HOTLINE_PORT_BASE", "HOTLINE_HTTP_PORT", "HOTLINE_SIP_PORT")


async def run_hotline(data: Path, *, reload: bool = False) -> int:
    """Run until Ctrl-C; returns the exit code. With `reload` the engine follows the code that is saved."""
    logs.configure(json=False)
    data.mkdir(parents=True, exist_ok=True)
    settings = Settings.load(data)
    plugins, broken = survey(ROOT)
    settings.check_names({*(plugin.name for plugin in plugins), *broken})
    if problems := setting_problems(settings, plugins):
        raise DocumentError(problems)
    began = time.monotonic()
    try:
        supervisor = Supervisor(settings, find_installation(settings), say=lambda text: print(text, flush=True))
        await supervisor.run(
            on_ready=lambda: print(welcome(settings, time.monotonic() - began), flush=True), reload=reload
        )
    except (StartRefused, SwitchMissing) as error:
        print(error, file=sys.stderr)
        return 2
    return 2 if supervisor.refused else 0


def welcome(settings: Settings, seconds: float) -> str:
    """The lines for somebody whose hotline took `seconds` to start."""
    house = settings.house
    host = "127.0.0.1" if house.http.host in ("0.0.0.0", "127.0.0.1") else house.http.host  # noqa: S104 # compared, not bound
    number = next(iter(house.numbers))
    # Another terminal does not know them, and would look for the hotline elsewhere.
    prefix = "".join(f"{name}={shlex.quote(value)} " for name in VARIABLES if (value := os.environ.get(name)))
    lines = [
        "",
        f"The hotline runs (started in {seconds:.1f} s). Ctrl-C stops it.",
        f"  console   http://{host}:{house.http.port}/",
        f"  SIP       sip:{number}@{house.switch.bind}:{house.switch.sip_port}",
        f"  data      {settings.data}",
        "",
        *_accounts(settings.data),
        "",
        "Try next, in two other terminals:",
        *(f"  {prefix}.venv/bin/hotline {words}" for words in ("agents 2", f"call {number}")),
        "",
    ]
    return "\n".join(lines)


def _accounts(data: Path) -> list[str]:
    accounts = shown_once(data)
    if not accounts:
        return ["Accounts: see `hotline user list`; `hotline user password LOGIN` gives a new password"]
    rows = [f"  {one['login']:<8} {one['password']:<22} {one['name']} ({one['role']})" for one in accounts]
    first = "Accounts made at this first start. They are shown this once; each is changed at its first sign-in:"
    if accounts[0]["password"] == DEMO_PASSWORD:
        first = f"Accounts made at this first start, for trials: all have the password of {DEMO_PASSWORD}:"
    return [first, *rows]
