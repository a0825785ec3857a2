"""`hotline probe`: does the public site work, tried as a citizen uses it."""

from __future__ import annotations

import argparse
from typing import Any

from cti.process.watching.asking import add_login, ask
from cti.process.watching.client import Client


def add_commands(commands: Any) -> None:
    """Add `hotline probe`."""
    probe = commands.add_parser(
        "probe",
        help="try the public site as a citizen uses it: asks, sends a request, looks it up; nothing of it stays",
        description="The running hotline does so every five minutes, with an alarm. Exit code 1 when it fails.",
    )
    add_login(probe)
    probe.set_defaults(run=lambda args: ask(args, _probe))


async def _probe(client: Client, _: argparse.Namespace) -> int:
    found = await client.get("/api/portal/probe")
    for one in found["steps"]:
        print(f"{one['title']}\t{one['milliseconds']} ms\t{one['wrong'] or 'good'}")
    return 0 if found["works"] else 1
