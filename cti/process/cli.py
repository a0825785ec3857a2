"""`hotline`: the command line. Parts and plugins add their own commands in a module `commands` of their package.

Which those are stands beside it (`OWN`, and `commands` of a manifest), so that only the one that is asked for is read.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib
import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cti.base import logs
from cti.base.cli_settings import data_folder
from cti.base.files.documents import DocumentError
from cti.base.files.owner_only import owner_only
from cti.base.manifest import PluginError, find_plugins, in_order, survey
from cti.base.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
OWN = {
    "cti.process.watching": ["figure", "calls", "watch", "probe"],
    "cti.office.identity": ["user", "audit"],
    "cti.office.connectors": ["connectors"],
    "cti.office.messages": ["messages"],
    "cti.process.workshop": ["process", "form"],
    "cti.process.making": ["plugin", "services"],
    "cti.store": ["backup", "restore", "export", "seal", "reseal"],
    "cti.process.baseline": ["baseline"],
}
"""The core's packages with commands, and which those are; of plugins their manifests tell."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(prog="hotline", description="The engine of a 12345 government hotline.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_own(commands)
    for package in _packages(arguments, OWN | {one.package: one.manifest.commands for one in survey(ROOT)[0]}):
        _add_of(package, commands)
    parsed = parser.parse_args(arguments)
    logs.configure(json=False)
    try:
        with owner_only():
            return int(parsed.run(parsed) or 0)
    except DocumentError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    except PluginError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever reads has had enough (`| head`): what is left in the buffer must not complain at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _packages(arguments: Sequence[str], told: Mapping[str, Sequence[str]]) -> list[str]:
    """Those whose commands are read: the one that has the command, none for `run` and `check`, else all.

    To read all takes seconds and a quarter of a gigabyte, which `hotline run` would keep.
    """
    name = arguments[0] if arguments else ""
    if name in ("run", "check"):
        return []
    return [package for package, names in told.items() if name in names] or list(told)


def _add_own(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser("run", help="start the hotline and stop it cleanly on Ctrl-C")
    run.add_argument("--reload", action="store_true", help="for who writes modules: code that is saved runs at once")
    run.set_defaults(run=_run)
    check = commands.add_parser("check", help="check settings, manifests, imports, plugins and screens")
    check.set_defaults(run=_check)


def _add_of(package: str, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    try:
        if importlib.util.find_spec(f"{package}.commands") is not None:
            importlib.import_module(f"{package}.commands").add_commands(commands)
    except Exception as error:
        # `hotline run` must work also when one of thirty plugins is broken.
        print(f"{package}: its commands are left out: {type(error).__name__}: {error}", file=sys.stderr)


def _run(arguments: argparse.Namespace) -> int:
    from cti.process.welcome import run_hotline

    return asyncio.run(run_hotline(data_folder(), reload=arguments.reload))


def _check(_: argparse.Namespace) -> int:
    from cti.base.run_lock import is_running
    from cti.process.before_start import address_problems, port_problems, setting_problems
    from cti.process.dry_run import findings
    from cti.process.house_rules import broken_imports

    plugins = find_plugins(ROOT)
    in_order(plugins)
    settings = Settings.load(data_folder())
    settings.check_names({plugin.name for plugin in plugins})
    wrong = setting_problems(settings, plugins)
    wrong += address_problems(settings) if is_running(settings.data) else port_problems(settings)
    lacking: list[str] = []
    # It ends in seconds: to look for garbage meanwhile, and at the end, would take a third of them.
    gc.disable()
    try:
        problems = [*map(str, wrong), *broken_imports(ROOT, plugins), *asyncio.run(findings(settings, lacking))]
    finally:
        gc.freeze()
        gc.enable()
    for problem in problems:
        print(problem)
    for one in lacking:
        print(f"lacks to open: {one}")
    print(f"{len(plugins)} plugins: {', '.join(plugin.name for plugin in plugins)}; {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
