"""`hotline user add|list|password|link` and `hotline audit`: from the command line, also while the engine runs."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from getpass import getuser
from typing import Any

from cti.base.bus import Bus
from cti.base.ciphers.cipher import KeyProblem
from cti.base.clock import LoopClock
from cti.base.events import PersonChanged
from cti.base.refusal import Refusal
from cti.base.settings import Settings
from cti.base.visitor import Visitor, system
from cti.office.identity.audit.commands import add_audit
from cti.office.identity.directory import Organisation
from cti.office.identity.elsewhere import leave
from cti.office.identity.people import PersonData
from cti.office.identity.service import Identity
from cti.store.engine import Store
from cti.store.migration import migrate

Work = Callable[[Identity, Settings, Visitor, argparse.Namespace], Awaitable[int | None]]


def add_commands(subparsers: Any) -> None:
    """Add `user` and `audit` to the command line's subparsers. Each command sets `run(arguments) -> int`."""
    user = subparsers.add_parser("user", help="accounts of people").add_subparsers(required=True, metavar="COMMAND")
    listing = user.add_parser("list", help="list the accounts")
    listing.add_argument("--search", default="", help="part of a login, name or agent number")
    _runs(listing, _list)
    adding = user.add_parser("add", help="make an account and print its password")
    adding.add_argument("login")
    adding.add_argument("--name", required=True)
    adding.add_argument("--role", action="append", required=True, help="agent, supervisor, admin; may be repeated")
    adding.add_argument("--agent-no", help="agent number, for those who talk")
    adding.add_argument("--organisation", help="default: the house's")
    _runs(adding, _add)
    password = user.add_parser("password", help="give a new password and print it")
    password.add_argument("login")
    for one in (adding, password):
        one.add_argument("--keep", action="store_true", help="the password need not be changed at the first sign-in")
    _runs(password, _password)
    linking = user.add_parser("link", help="say who somebody is at a provider of OpenID Connect")
    linking.add_argument("login")
    linking.add_argument("provider", help="its name in the settings")
    linking.add_argument("subject", help="what the provider calls him (sub)")
    _runs(linking, _link)
    add_audit(subparsers, _runs)


def _runs(parser: argparse.ArgumentParser, work: Work) -> None:
    parser.set_defaults(run=lambda arguments: asyncio.run(_run(work, arguments)))


async def _run(work: Work, arguments: argparse.Namespace) -> int:
    from cti.base.cli_settings import data_folder  # which imports this module

    settings = Settings.load(data_folder())
    try:
        async with opened_identity(settings) as identity:
            return await work(identity, settings, system(f"cli:{getuser()}"[:40]), arguments) or 0
    except (Refusal, KeyProblem) as problem:
        print(problem, file=sys.stderr)
        return 1


@asynccontextmanager
async def opened_identity(settings: Settings) -> AsyncIterator[Identity]:
    """The services on a hotline's own data, for whoever owns it; the engine may run meanwhile."""
    settings.data.mkdir(parents=True, exist_ok=True)
    house = settings.house
    store = await Store.open(house.database, settings.data, house.cryptography)
    try:
        await migrate(store)
        top = Organisation(house.organisation, house.organisation_title, house.region, None)
        bus = Bus()
        bus.subscribe(PersonChanged, lambda event: leave(settings.data, event))
        identity = await Identity.open(store, bus, LoopClock(), top, settings=house.accounts)
        try:
            yield identity
        finally:
            identity.close()
    finally:
        await store.close()


async def _list(identity: Identity, _settings: Settings, visitor: Visitor, arguments: argparse.Namespace) -> None:
    page = 1
    while True:
        found = await identity.people.search(visitor, arguments.search, page=page, size=500)
        for one in found.items:
            state = "disabled" if one.disabled else "enabled"
            print("\t".join((one.login, one.name, one.agent_no or "-", one.organisation, ",".join(one.roles), state)))
        if page * 500 >= found.total:
            return
        page += 1


async def _add(identity: Identity, settings: Settings, visitor: Visitor, arguments: argparse.Namespace) -> None:
    data = PersonData(
        login=arguments.login,
        name=arguments.name,
        agent_no=arguments.agent_no,
        organisation=arguments.organisation or settings.house.organisation,
        roles=arguments.role,
    )
    person, password = await identity.people.add(visitor, data, change=not arguments.keep)
    print(f"{person.login}\t{password}")


async def _password(identity: Identity, _settings: Settings, visitor: Visitor, arguments: argparse.Namespace) -> None:
    person = await identity.people.by_login(visitor, arguments.login)
    print(await identity.people.reset_password(visitor, person.id, change=not arguments.keep))


async def _link(identity: Identity, settings: Settings, visitor: Visitor, arguments: argparse.Namespace) -> int | None:
    provider = settings.house.oidc.get(arguments.provider)
    if provider is None:
        print(f"no provider {arguments.provider} in the settings", file=sys.stderr)
        return 2
    person = await identity.people.by_login(visitor, arguments.login)
    await identity.people.link(visitor, person.id, provider.issuer, arguments.subject)
    return None
