"""`hotline plugin new NAME`, `hotline plugin migrate NAME`, and what a module can use: `hotline services`."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from pathlib import Path

from cti.base.cli_settings import data_folder
from cti.plugins import PluginError, find_plugins, in_order
from cti.plugins.service_book import ServiceFacts
from cti.process.making.migrating import write_migration
from cti.process.making.skeleton import make_plugin

ROOT = Path(__file__).resolve().parents[3]
FEW = 3
"""So many services are told with their methods."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add them to the command line."""
    plugin = commands.add_parser("plugin", help="make a plugin, and migrations from its models")
    verbs = plugin.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = verbs.add_parser("new", help="a working plugin with a table, a screen and tests")
    new.add_argument("name", help="letters, digits and _, such as parking")
    new.add_argument("--title", default="", help="what people call one of its records, such as 车位")
    new.add_argument("--here", action="store_true", help="in this folder, not in the checkout: see HOTLINE_PLUGINS")
    new.set_defaults(run=_new)
    migrate = verbs.add_parser("migrate", help="write the migration that brings its tables to what its models say")
    migrate.add_argument("name")
    migrate.add_argument("--message", default="", help="what changes, in a sentence")
    migrate.add_argument(
        "--database", default=None, metavar="URL", help="an empty PostgreSQL database to try it on, beside SQLite"
    )
    migrate.set_defaults(run=_migrate)
    services = commands.add_parser("services", help="what a module can use of the house: every service with an example")
    services.add_argument("words", nargs="*", help="only those in whose name, text or methods all the words stand")
    services.set_defaults(run=_services)


def _new(arguments: argparse.Namespace) -> int:
    here = Path.cwd()
    outside = arguments.here or not here.is_relative_to(ROOT)
    root = here if outside else ROOT
    for path in make_plugin(root, arguments.name, arguments.title, outside=outside):
        print(path.relative_to(root))
    tried = "python -m pytest" if outside else f"scripts/test unit tests/workflow/{arguments.name}"
    prefix = f"HOTLINE_PLUGINS={here} " if outside else ""
    print(f"try it: {tried}, {prefix}hotline check")
    return 0


def _services(arguments: argparse.Namespace) -> int:
    # The whole house is dear to load, and needed here alone.
    from cti.base.settings import Settings
    from cti.process.dry_run import services_of_the_house

    found = asyncio.run(services_of_the_house(Settings.load(data_folder())))
    words = [one.lower() for one in arguments.words]
    shown = [one for one in found if all(word in one.text for word in words)]
    for one in shown:
        print("\n".join(_told(one, whole=len(shown) <= FEW)))
    print(f"{len(shown)} services")
    return 0 if shown else 1


def _told(one: ServiceFacts, *, whole: bool) -> Iterator[str]:
    """A service in lines; the methods, the example and who uses it where only a few are asked for."""
    yield f"{one.path}  [{one.offered_by}]"
    yield f"    {one.says.splitlines()[0] if one.says else ''}"
    if not whole:
        return
    for method in one.methods:
        yield f"  {method.signature}"
        yield f"      {method.says}"
    if (example := one.example) is not None:
        yield f"  for example {example.place}"
        yield from (f"      {line}" for line in example.lines)
    if one.uses:
        yield f"  used by {', '.join(dict.fromkeys(use.by for use in one.uses))}"
    yield ""


def _migrate(arguments: argparse.Namespace) -> int:
    plugins = in_order(find_plugins(ROOT))
    wanted = next((one for one in plugins if one.name == arguments.name), None)
    if wanted is None:
        raise PluginError(f"there is no plugin {arguments.name}: {', '.join(one.name for one in plugins)}")
    before = plugins[: plugins.index(wanted)]
    written = asyncio.run(write_migration(wanted, before, arguments.message, arguments.database))
    print(written if written else "its tables are what its models say: there is nothing to migrate")
    return 0
