"""What the checks look at, gathered once: settings, files, accounts, processes, sockets. Nothing is changed."""

from __future__ import annotations

import platform
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from cti.base.settings import Settings
from cti.office.identity.demo_accounts import demo_password
from cti.office.identity.directory import load_roles
from cti.office.identity.models import PersonRow, SessionRow
from cti.office.identity.signing_in.first_things import administers
from cti.process import processes
from cti.store.engine import Store

LISTENS = "0A"
"""The state of a listening socket in /proc/net/tcp (proc(5))."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `seen` is his last session, or when the account was made."""

    login: str
    administers: bool
    second_factor: bool
    password_due: bool
    password_at: datetime | None
    demo: bool
    roles: frozenset[str]
    permissions: frozenset[str]
    seen: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """A hotline at a moment. `users` maps our processes (switch, engine, broker) to the user they run as."""

    settings: Settings
    now: datetime
    accounts: tuple[Account, ...] = ()
    users: dict[str, int] = field(default_factory=dict)
    listening: frozenset[tuple[str, int]] = frozenset()
    synchronised: bool | None = None
    demo: bool = False
    python: tuple[int, int] = (3, 13)

    @property
    def data(self) -> Path:
        """The state directory whose files are looked at."""
        return self.settings.data


async def gather(settings: Settings, store: Store) -> Facts:
    """Read settings, database and machine once: checks only look at what was found."""
    major, minor, _ = platform.python_version_tuple()
    return Facts(
        settings,
        datetime.now(UTC),
        accounts=tuple(await _accounts(store)),
        users=dict(users(settings.data)),
        listening=frozenset(_sockets()),
        synchronised=_synchronised(),
        demo=bool(demo_password()),
        python=(int(major), int(minor)),
    )


async def _accounts(store: Store) -> list[Account]:
    async with store.reading() as session:
        roles = await load_roles(session)
        people = (await session.scalars(select(PersonRow).where(PersonRow.disabled_at.is_(None)))).all()
        last = select(SessionRow.person, func.max(SessionRow.seen_at).label("at")).group_by(SessionRow.person)
        seen = {row.person: row.at for row in await session.execute(last)}
    found = []
    for one in people:
        own = [roles[name] for name in one.roles if name in roles]
        found.append(
            Account(
                one.login,
                administers(own),
                one.totp_since is not None,
                one.password_due,
                one.password_at,
                one.demo,
                frozenset(one.roles),
                frozenset().union(*(role.permissions for role in own)),
                seen.get(one.id) or one.created_at,
            )
        )
    return sorted(found, key=lambda one: one.login)


def users(data: Path) -> Iterator[tuple[str, int]]:
    """The user of each of our processes that lives."""
    for name, one in processes.read(data).items():
        try:
            yield name, user_of(one["process"]["pid"])
        except (OSError, KeyError, TypeError):
            continue


def user_of(pid: int) -> int:
    """As whom a process runs (its effective user, proc(5)); OSError when there is none."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8", "replace").splitlines()
    return next(int(line.split()[2]) for line in lines if line.startswith("Uid:"))


def _sockets() -> Iterator[tuple[str, int]]:
    for family in ("tcp", "tcp6"):
        try:
            lines = Path(f"/proc/net/{family}").read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        yield from listening_in(lines)


def listening_in(lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Addresses in hexadecimal, and ports, of the listening sockets in lines of /proc/net/tcp."""
    for line in lines:
        fields = line.split()
        if len(fields) > 3 and fields[3] == LISTENS:
            address, _, port = fields[1].partition(":")
            yield address, int(port, 16)


def _synchronised() -> bool | None:
    """Whether the clock follows another; None where nobody says so (systemd-timesyncd, chrony)."""
    if Path("/run/systemd/timesync/synchronized").exists():
        return True
    running = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                running.add((entry / "comm").read_text("utf-8", "replace").strip())
            except OSError:
                continue
    return True if running & {"chronyd", "ntpd", "ntpd-rs"} else None if not running else False


def is_open(path: Path) -> bool:
    """Whether others than the owner may do something with a file."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
