"""`hotline backup|restore|export|reseal|seal`: the state away and back, in open formats, sealed anew; secrets."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from getpass import getpass
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from cti.base.ciphers.cipher import KeyProblem
from cti.base.cli_settings import ROOT, data_folder
from cti.base.files.sealed_values import sealed
from cti.base.manifest import find_plugins
from cti.base.run_lock import LOCK, RunLock, StartRefused
from cti.base.settings import Settings
from cti.store.backups.archive import ArchiveProblem
from cti.store.backups.backup import BackupProblem, Report, back_up, verify
from cti.store.backups.dump import DumpProblem
from cti.store.backups.export import ExportProblem, export
from cti.store.backups.restore import Restoration
from cti.store.backups.snapshot import SnapshotProblem
from cti.store.catalogue import load_models
from cti.store.engine import Store
from cti.store.reseal import reseal

Work = Callable[[Path, argparse.Namespace], Awaitable[int]]
PROBLEMS = (
    ArchiveProblem,
    BackupProblem,
    DumpProblem,
    ExportProblem,
    KeyProblem,
    SnapshotProblem,
    StartRefused,
    LookupError,
    OSError,
    SQLAlchemyError,
    asyncpg.PostgresError,
)


def add_commands(subparsers: Any) -> None:
    """Add the commands to the command line's subparsers (of argparse)."""
    backup = subparsers.add_parser("backup", help="save the whole state, also while the hotline runs, and check it")
    backup.add_argument(
        "file", type=Path, nargs="?", help="default: backups/hotline-TIME.backup in the state directory"
    )
    backup.add_argument(
        "--keys",
        choices=["apart", "inside"],
        default="apart",
        help="whether master.key and the secrets are in it; apart (the default): keep them elsewhere",
    )
    backup.add_argument("--recordings", action="store_true", help="with the recordings themselves, not only their list")
    backup.add_argument("--plain", action="store_true", help="not sealed: whoever has the file reads names and notes")
    backup.add_argument("--check", action="store_true", help="only check an existing FILE")
    _runs(backup, _backup)
    restore = subparsers.add_parser("restore", help="put a backup back, when the hotline does not run")
    restore.add_argument("file", type=Path, help="a backup, or a folder *.before-TIME made before migrations")
    restore.add_argument("--replace", action="store_true", help="set aside what is there")
    restore.add_argument("--keep-settings", action="store_true", help="leave settings.yaml as it is here")
    _runs(restore, _restore)
    exporting = subparsers.add_parser("export", help="write all data as CSV or JSON lines, with a catalogue")
    exporting.add_argument("folder", type=Path, help="a new or empty folder")
    exporting.add_argument("--format", choices=["csv", "jsonl"], default="csv")
    exporting.add_argument("--sealed", action="store_true", help="leave numbers sealed that are sealed in the tables")
    exporting.add_argument("--table", action="append", default=[], help="only this table; may be repeated")
    _runs(exporting, _export)
    sealing = subparsers.add_parser("seal", help="seal a secret for settings.yaml: asked for, or from standard input")
    sealing.set_defaults(run=lambda _: _seal())
    _runs(
        subparsers.add_parser("reseal", help="seal all data by the algorithms of the settings, and for its rows"),
        _reseal,
    )


def _runs(parser: argparse.ArgumentParser, work: Work) -> None:
    parser.set_defaults(run=lambda arguments: asyncio.run(_run(work, arguments)))


async def _run(work: Work, arguments: argparse.Namespace) -> int:
    try:
        return await work(data_folder(), arguments)
    except PROBLEMS as error:
        print(error, file=sys.stderr)
        return 1


async def _opened(data: Path) -> Store:
    settings = Settings.load(data)
    found = await Store.open(settings.house.database, data, settings.house.cryptography)
    if found.path is not None and not found.path.exists():
        raise BackupProblem(f"there is no database in {data}")
    return found


def _tell(report: Report) -> None:
    if report.manifest is None:
        print(f"{report.path}: {report.rows} rows")
        return
    size = report.path.stat().st_size
    audio = "with their sound" if report.manifest.recordings else "listed only"
    print(f"{report.path}: checked, {size / 1e6:.1f} MB, {len(report.manifest.files)} files")
    print(f"  {report.rows} rows of {report.manifest.database}, {report.recordings} recordings {audio}")
    if report.manifest.keys:
        print("  keys are inside: whoever has this file reads everything in it")
    else:
        print("  keys are not inside: without master.key, numbers and calls in it cannot be read; keep that file apart")


async def _backup(data: Path, arguments: argparse.Namespace) -> int:
    if arguments.check:
        if arguments.file is None:
            raise BackupProblem("--check needs FILE")
        _tell(await asyncio.to_thread(verify, arguments.file, data))
        return 0
    store = await _opened(data)
    try:
        target = arguments.file or data / "backups" / f"hotline-{datetime.now():%Y%m%dT%H%M%S}.backup"
        inside = arguments.keys == "inside"
        _tell(
            await back_up(store, target.absolute(), keys=inside, recordings=arguments.recordings, plain=arguments.plain)
        )
    finally:
        await store.close()
    return 0


async def _restore(data: Path, arguments: argparse.Namespace) -> int:
    done = await Restoration(
        arguments.file,
        data,
        tuple(plugin.folder for plugin in find_plugins(ROOT)),
        replace=arguments.replace,
        keep_settings=arguments.keep_settings,
    ).run()
    _tell(done.report)
    print(f"restored into {data}" + (f"; what was there is in {done.set_aside}" if done.set_aside else ""))
    if done.missing:
        print(f"{len(done.missing)} recordings are not here; put them into {data / 'recordings'}:")
        print("\n".join(f"  {path}" for path in done.missing[:10]))
    return 0


async def _export(data: Path, arguments: argparse.Namespace) -> int:
    load_models(plugin.package for plugin in find_plugins(ROOT))
    store = await _opened(data)
    try:
        rows = await export(
            store, arguments.folder, lines=arguments.format == "jsonl", sealed=arguments.sealed, only=arguments.table
        )
    finally:
        await store.close()
    for table, count in rows.items():
        print(f"{table}\t{count}")
    return 0


async def _reseal(data: Path, _arguments: argparse.Namespace) -> int:
    store = await _opened(data)
    try:
        load_models([plugin.package for plugin in find_plugins(ROOT)])
        with RunLock(data / LOCK):
            rows = await reseal(store)
    finally:
        await store.close()
    print(f"{rows} rows sealed by the {store.cipher.suite.name} algorithms")
    return 0


def _seal() -> int:
    text = getpass("secret: ") if sys.stdin.isatty() else sys.stdin.read().rstrip("\n")
    data = data_folder()
    try:
        print(sealed(text, data, Settings.load(data).house.cryptography))
    except KeyProblem as error:
        print(error, file=sys.stderr)
        return 1
    return 0
