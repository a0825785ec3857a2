"""`hotline plugin new NAME` and `hotline plugin migrate NAME`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from cti.plugins import PluginError, find_plugins, in_order
from cti.process.making.migrating import write_migration
from cti.process.making.skeleton import make_plugin

ROOT = Path(__file__).resolve().parents[3]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add them to the command line."""
    plugin = commands.add_parser("plugin", help="make a plugin, and migrations from its models")
    verbs = plugin.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = verbs.add_parser("new", help="a working plugin with a table, a screen and tests")
    new.add_argument("name", help="letters, digits and _, such as parking")
    new.add_argument("--title", default="", help="what people call one of its records, such as 车位")
    new.set_defaults(run=_new)
    migrate = verbs.add_parser("migrate", help="write the migration that brings its tables to what its models say")
    migrate.add_argument("name")
    migrate.add_argument("--message", default="", help="what changes, in a sentence")
    migrate.add_argument(
        "--database", default=None, metavar="URL", help="an empty PostgreSQL database to try it on, beside SQLite"
    )
    migrate.set_defaults(run=_migrate)


def _new(arguments: argparse.Namespace) -> int:
    for path in make_plugin(ROOT, arguments.name, arguments.title):
        print(path.relative_to(ROOT))
    print(f"try it: scripts/test unit tests/workflow/{arguments.name}, hotline check")
    return 0


def _migrate(arguments: argparse.Namespace) -> int:
    plugins = in_order(find_plugins(ROOT))
    wanted = next((one for one in plugins if one.name == arguments.name), None)
    if wanted is None:
        raise PluginError(f"there is no plugin {arguments.name}: {', '.join(one.name for one in plugins)}")
    before = plugins[: plugins.index(wanted)]
    written = asyncio.run(write_migration(wanted, before, arguments.message, arguments.database))
    print(written.relative_to(ROOT) if written else "its tables are what its models say: there is nothing to migrate")
    return 0
