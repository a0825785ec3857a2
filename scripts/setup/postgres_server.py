"""A PostgreSQL server of one's own for tests and measurements, on a socket in its folder."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from setup.progress import SetupError

UNPRIVILEGED = "nobody"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "max_connections": "60",
}
STOP_SECONDS = 20.0
KEEP_SECONDS = 300.0
"""Until all is written that stays."""


@contextmanager
def postgres_server(
    programs: Path, settings: Mapping[str, str] | None = None, kept: Path | None = None
) -> Iterator[str]:
    """Start the server of the folder ``programs``; yields its URL. Raises SetupError when it makes no database.

    It may not be ready yet: connect until it takes you. A ``kept`` folder stays, with the data that it has or gets.
    """
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
    folder = kept or Path(tempfile.mkdtemp(prefix="hotline-pg-"))
    try:
        who = _somebody(folder)
        programs = _readable(programs, folder, who)
        data = folder / "data"
        options: dict[str, Any] = {"cwd": folder, "stderr": subprocess.STDOUT, **who}
        if not data.exists():
            _make(programs, data, options)
        chosen = {**SETTINGS, **(settings or {}), "unix_socket_directories": str(folder)}
        arguments = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        server = subprocess.Popen([programs / "postgres", "-D", data, *arguments], stdout=subprocess.DEVNULL, **options)
        try:
            yield f"postgresql://hotline@/postgres?host={folder}"
        finally:
            # At once where nothing of it is needed any more.
            server.send_signal(signal.SIGQUIT if kept is None else signal.SIGINT)
            server.wait(STOP_SECONDS if kept is None else KEEP_SECONDS)
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def _make(programs: Path, data: Path, options: Mapping[str, Any]) -> None:
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-U", "hotline", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        **options,
    )
    if made.returncode:
        raise SetupError(f"PostgreSQL cannot make a database here: {made.stdout[-500:]}")


def _somebody(folder: Path) -> dict[str, Any]:
    """Who runs the server: PostgreSQL refuses to be root."""
    if os.getuid() != 0:
        return {}
    account = pwd.getpwnam(UNPRIVILEGED)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _readable(programs: Path, folder: Path, who: Mapping[str, Any]) -> Path:
    """The programs where that account can read them: root's own cache lies in root's own home."""
    if not who or subprocess.run(["test", "-x", programs / "initdb"], check=False, **who).returncode == 0:
        return programs
    copy = folder / "programs"
    if copy.exists():
        return copy / programs.name
    shutil.copytree(programs.parent, copy, symlinks=True)
    for path in (copy, *copy.rglob("*")):
        os.chown(path, who["user"], who["group"], follow_symlinks=False)
    return copy / programs.name
