"""The user as whom a switch or a broker runs that root starts: its own, who may change nothing but what it writes.

A hotline's data and its private programs may lie below folders that are root's alone (`/root`), and every file of it is
its owner's alone. So the program keeps one right of root, to read (CAP_DAC_READ_SEARCH; for a port below 1024 also
CAP_NET_BIND_SERVICE), and landlock says what: libraries, its own program and configuration, prompts, what it writes;
no key, no database, no backup, nobody's home. The engine, which is root, reads and keeps what it writes. See
capabilities(7).
"""

from __future__ import annotations

import ctypes
import os
import pwd
import resource
import struct
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cti.process.confinement import is_possible, needed_to_start, starting_only

DEFAULT = "hotline"
"""The user, where the machine has one of this name."""
NUMBER = 61012
"""Who it is where it has none: a number that no distribution gives to anybody (Debian Policy 9.2, systemd's list)."""
FILES = 100_000
"""So many files a switch has open at most, as root may raise it."""
_CHOWN, _READ_ALL, _SETGID, _SETUID, _LOW_PORTS = 0, 2, 6, 7, 10
"""Numbers of capabilities (linux/capability.h)."""
_KEEP, _AMBIENT, _RAISE = 8, 47, 2
"""Of prctl(2)."""
_VERSION = 0x20080522
_LIBC = ctypes.CDLL(None, use_errno=True)
_PREFIX = ("bin", "lib", "lib64", "sbin", "share", "usr")
_MACHINE = (
    "/usr /lib /lib32 /lib64 /bin /sbin /proc /sys/devices/system /dev/null /dev/zero /dev/full /dev/random "
    "/dev/urandom /etc/hosts /etc/resolv.conf /run/systemd/resolve /etc/nsswitch.conf /etc/host.conf /etc/gai.conf "
    "/etc/services /etc/protocols /etc/passwd /etc/group /etc/localtime /etc/timezone /etc/ld.so.cache "
    "/etc/ssl/openssl.cnf /etc/ssl/certs /etc/mime.types"
).split()
"""What programs read of a machine; /dev has its disks, and /etc its passwords."""


@dataclass(frozen=True, slots=True)
class OwnUser:
    """Somebody who is not root."""

    uid: int
    gid: int


def own_user(run_as: str) -> OwnUser | None:
    """The user of the setting `run_as`, a name or a number; LookupError when there is none.

    None where nobody else can be had: `run_as` is root, we are not root, or have not all of its rights (a container).
    """
    if run_as.isdecimal():
        found = OwnUser(int(run_as), int(run_as))
    else:
        try:
            entry = pwd.getpwnam(run_as)
            found = OwnUser(entry.pw_uid, entry.pw_gid)
        except KeyError:
            if run_as != DEFAULT:
                raise LookupError(f"this machine has no user {run_as!r}") from None
            found = OwnUser(NUMBER, NUMBER)
    return found if found.uid and _may_become(found) else None


def _may_become(user: OwnUser) -> bool:
    needed = sum(1 << one for one in (_CHOWN, _READ_ALL, _SETGID, _SETUID))
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text("utf-8").splitlines())
    if os.geteuid() or int(status["CapEff"], 16) & needed != needed:
        return False
    return _is_mapped(user.uid, "uid_map") and _is_mapped(user.gid, "gid_map")


def _is_mapped(number: int, file: str) -> bool:
    """Whether this number exists in our user namespace (user_namespaces(7))."""
    rows = [list(map(int, line.split())) for line in Path("/proc/self", file).read_text("ascii").splitlines()]
    return any(first <= number < first + count for first, _, count in rows)


def hand_over(folders: Iterable[Path], user: OwnUser) -> None:
    """Make the user the owner of these folders and of what lies in them. Links are left as they are: who owns a folder
    can put one in it.
    """
    for folder in folders:
        with suppress(FileNotFoundError):
            os.chown(folder, user.uid, user.gid)
        for _, names, files, place in os.fwalk(folder, follow_symlinks=False):
            for name in (*names, *files):
                # The program may be running, and may just have removed it.
                with suppress(FileNotFoundError):
                    os.chown(name, user.uid, user.gid, dir_fd=place, follow_symlinks=False)


def restricted(
    executable: Path, user: OwnUser | None, reads: Sequence[Path], writes: Sequence[Path], *, low_ports: bool = False
) -> Callable[[], None]:
    """What a child calls before it becomes this program: it starts no other one, and with a user it becomes that one,
    who owns what it writes from now on and reads no more than this and the program's own files.
    """
    steps: list[Callable[[], None]] = []
    if user is not None:
        hand_over(writes, user)
        steps.append(_Become(user, (_READ_ALL, _LOW_PORTS) if low_ports else (_READ_ALL,)))
    if is_possible():
        prefix = executable.resolve().parent.parent
        own = [executable.resolve(), *(prefix / name for name in _PREFIX)]
        reading = None if user is None else [*map(Path, _MACHINE), *own, *reads, *writes]
        steps.append(starting_only(needed_to_start(executable), reading))

    def before() -> None:
        for step in steps:
            step()

    return before


@dataclass(frozen=True, slots=True)
class _Become:
    """Makes whoever calls it this user, with these capabilities and no others, in what it then starts, too."""

    user: OwnUser
    keeps: tuple[int, ...]

    def __call__(self) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(most, FILES), max(most, FILES)))
        os.setgroups([])
        os.setresgid(self.user.gid, self.user.gid, self.user.gid)
        _checked(_LIBC.prctl(_KEEP, 1, 0, 0, 0))
        os.setresuid(self.user.uid, self.user.uid, self.user.uid)
        mask = sum(1 << one for one in self.keeps)
        header, rights = struct.pack("=Ii", _VERSION, 0), struct.pack("=6I", mask, mask, mask, 0, 0, 0)
        _checked(_LIBC.capset(header, rights))
        for one in self.keeps:
            _checked(_LIBC.prctl(_AMBIENT, _RAISE, one, 0, 0))


def _checked(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
