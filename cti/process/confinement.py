"""Programs that may start no others, and read only what is theirs: Linux' landlock (kernel 5.13), which no program gets
out of, be it root's.

A switch needs to start nothing. What might talk it into a command (`system` in FreeSWITCH's mod_commands, which cannot
be switched off there) then finds no program that it may run. What it may read is limited where it has a user of its own
(`own_user.py`).
"""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_EXECUTE, _READ_FILE, _READ_FOLDER = 1, 4, 8
"""Rights of landlock(7)."""
_PATH_BENEATH, _VERSION = 1, 1
_NO_NEW_PRIVILEGES = 38
_OF_WRAPPERS = ("dirname", "readlink")
_LIBC = ctypes.CDLL(None, use_errno=True)


def is_possible() -> bool:
    """Whether this kernel has landlock."""
    return bool(_LIBC.syscall(_CREATE, None, 0, _VERSION) >= 1)


def needed_to_start(executable: Path) -> list[Path]:
    """What the kernel runs to start a program: itself and its loader.

    For a script: its interpreter, and what the one of a private prefix uses to find its own libraries and loader.
    """
    with executable.open("rb") as file:
        head = file.read(64)
    if not head.startswith(b"#!"):
        return [executable, *_loaders()]
    words = os.fsdecode(head[2:].splitlines()[0]).split()
    used = [found for word in (*words, *_OF_WRAPPERS) if (found := shutil.which(word)) is not None]
    tree = executable.resolve().parent.parent / "usr"
    own = [one for one in (tree / "lib", tree / "sbin" / executable.name) if one.exists()]
    return [executable, *map(Path, used), *own, *_loaders()]


def _loaders() -> list[Path]:
    return [*Path("/lib64").glob("ld-linux*.so.*"), *Path("/lib").glob("ld-linux*.so.*")]


def starting_only(paths: Iterable[Path], reading: Iterable[Path] | None = None) -> Callable[[], None]:
    """What a child calls before it becomes its program: from then on nothing but these (or what lies below them) can be
    started, and with `reading` nothing but that, or what lies below, can be read; what of it does not exist is left
    out. OSError where the kernel refuses; see `is_possible`.
    """
    handled = _EXECUTE if reading is None else _EXECUTE | _READ_FILE | _READ_FOLDER
    ruleset = _checked(_LIBC.syscall(_CREATE, ctypes.create_string_buffer(struct.pack("=Q", handled)), 8, 0))
    for path in paths:
        _allow(ruleset, path, _EXECUTE)
    for path in reading or ():
        with suppress(FileNotFoundError):
            _allow(ruleset, path, _READ_FILE | _READ_FOLDER if path.is_dir() else _READ_FILE)
    return _Restriction(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, place))
        _checked(_LIBC.syscall(_ADD, ruleset, _PATH_BENEATH, rule, 0))
    finally:
        os.close(place)


class _Restriction:
    """Restricts whoever calls it; its ruleset is gone with it."""

    def __init__(self, ruleset: int) -> None:
        self._ruleset = ruleset

    def __call__(self) -> None:
        _checked(_LIBC.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _checked(_LIBC.syscall(_RESTRICT, self._ruleset, 0))

    def __del__(self) -> None:
        os.close(self._ruleset)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"landlock: {os.strerror(number)}")
    return int(result)
