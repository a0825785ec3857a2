"""The plugin's settings before it starts: see `cti.plugins.checking`."""

from __future__ import annotations

from pathlib import Path

from cti.base.files.documents import Problem, Where
from cti.base.settings import Settings
from cti.plugins.checking import Names
from workflow.tickets.settings import TicketSettings

SHIPPED = Path(__file__).with_name("processes")


def check(settings: Settings, names: Names) -> list[Problem]:
    """Processes that nobody knows; DocumentError for all else that is wrong."""
    own = settings.section("tickets", TicketSettings)
    known = {path.stem for place in (SHIPPED, settings.data / "processes") for path in place.glob("*.yaml")}
    named: list[tuple[Where, str]] = [(("process",), own.process), (("enterprise_process",), own.enterprise_process)]
    named += [(("processes", region), process) for region, process in own.processes.items()]
    return [
        settings.problem(("tickets", *where), f"{'.'.join(map(str, ('tickets', *where)))}: unknown process {process!r}")
        for where, process in named
        if process not in known
    ]
