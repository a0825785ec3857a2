"""`hotline tickets`: whether every ticket is what its events, the audit and the calls say; what other systems send."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

from cti.base.ciphers.cipher import KeyProblem
from cti.base.settings import Settings
from cti.office.identity.commands import opened_identity
from cti.store.engine import Store
from workflow.tickets.outside.imports import command as import_command
from workflow.tickets.verifying.checks import Verifying


def add_commands(commands: Any) -> None:
    """Add `hotline tickets` with its verbs."""
    tickets = commands.add_parser("tickets", help="the requests of citizens").add_subparsers(
        required=True, metavar="COMMAND"
    )
    verifying = tickets.add_parser("verify", help="find forged, changed and ghost tickets; exit code 1 names them")
    verifying.set_defaults(run=lambda arguments: asyncio.run(_verify(arguments)))
    contract = tickets.add_parser("event-schema", help="the contract of events of other city systems, as JSON Schema")
    contract.set_defaults(run=_event_schema)
    import_command.add_command(tickets)


def _event_schema(_: argparse.Namespace) -> int:
    from workflow.tickets.outside.city_events import schema

    print(json.dumps(schema(), ensure_ascii=False, indent=2))
    return 0


async def _verify(_: argparse.Namespace) -> int:
    from cti.base.cli_settings import data_folder

    settings = Settings.load(data_folder())
    try:
        async with opened_identity(settings) as identity:
            house = settings.house
            store = await Store.open(house.database, settings.data, house.cryptography)
            try:
                found = 0
                async for one in Verifying(store, identity.audit).all():
                    found += 1
                    print("\t".join((one.number, one.sort, one.says)))
            finally:
                await store.close()
    except KeyProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{found or 'no'} problems", file=sys.stderr)
    return 1 if found else 0
