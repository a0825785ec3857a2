"""FastAGI without sockets: Asterisk connects, tells ``agi_…`` headers, then answers one command at a time.

Lines end with LF. ``HANGUP`` is a line of its own that can come at any moment and answers nothing.
See res/res_agi.c of Asterisk.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MAX_COMMAND: Final = 2047
"""Bytes a command may have with its LF: the buffer of the oldest Asterisk 20; a longer one is cut there."""
MAX_ARGUMENTS: Final = 126
MAX_LINE: Final = 64 * 1024
"""Bytes a line from Asterisk may have, and all of the headers together."""

_FORBIDDEN: Final = re.compile(r"[\r\n\0]")
_VERB: Final = re.compile(r"[A-Za-z]+( [A-Za-z]+)*")
_PLAIN: Final = re.compile(r"[^\s\"\\]+")
_SPECIAL: Final = re.compile(r'["\\]')
_RESULT: Final = re.compile(r"result=(\S*)(?: \((.*)\))?((?: \w+=.*)?)", re.DOTALL)
_STATUS: Final = re.compile(r"[0-9]{3} ")
_ENDPOS: Final = re.compile(r" endpos=(-?\d+)")


class AgiProtocolError(Exception):
    """The other side does not speak AGI, or a line is over the limit. The connection is of no more use."""


class AgiSignal(enum.Enum):
    """What comes besides replies."""

    ENVIRONMENT = enum.auto()
    """The headers are complete; read `AgiParser.environment`."""
    HANGUP = enum.auto()
    """The leg has hung up or was taken by something else."""


@dataclass(frozen=True, slots=True)
class AgiReply:
    """Asterisk's answer to one command."""

    code: int
    """200 done, 510 unknown command, 511 not permitted on a dead leg, 520 wrong usage."""
    result: str
    """What stands after ``result=``: digits, a number, or nothing (``200 result= (timeout)``)."""
    value: str | None
    """What stands in parentheses: a variable's value, ``timeout``, ``hangup`` …; None without them."""
    endpos: int | None
    """Samples (8,000 a second) played or recorded, for commands that tell it."""
    text: str
    """The whole reply; usage text has several lines."""

    @property
    def timed_out(self) -> bool:
        """Whether the caller stopped typing, or speaking, before the end."""
        return self.value == "timeout"

    @property
    def result_code(self) -> int:
        """The result as a number, -1 (Asterisk's own mark of failure) when it is none."""
        try:
            return int(self.result)
        except ValueError:
            return -1


class AgiParser:
    """Turns the bytes of one FastAGI connection into replies and signals, however they are split over reads.

    A variable's value may span lines: its reply ends at the first line that ends with a parenthesis. Lines that
    are no reply, such as what is left of a value after that, are skipped.
    """

    def __init__(self, *, max_line: int = MAX_LINE) -> None:
        self.environment: dict[str, str] = {}
        """The headers Asterisk began with: ``agi_uniqueid``, ``agi_channel``, ``agi_arg_1`` …"""
        self._ready = False
        self._buffer = bytearray()
        self._open: list[str] = []
        self._open_size = 0
        self._max_line = max_line
        self._environment_size = 0

    def feed(self, data: bytes) -> list[AgiReply | AgiSignal]:
        """What `data` completed, in order. Raises AgiProtocolError."""
        buffer = self._buffer
        searched = len(buffer)
        buffer += data
        end = buffer.rfind(b"\n", searched)
        if end < 0:
            self._check_size(len(buffer))
            return []
        text = buffer[:end].decode("utf-8", "replace")
        del buffer[: end + 1]
        self._check_size(len(buffer))
        found: list[AgiReply | AgiSignal] = []
        for line in text.split("\n"):
            item = self._reply_line(line) if self._ready else self._environment_line(line)
            if item is not None:
                found.append(item)
        return found

    def _environment_line(self, line: str) -> AgiSignal | None:
        line = line.removesuffix("\r")
        if not line:
            self._ready = True
            return AgiSignal.ENVIRONMENT
        self._environment_size += len(line)
        self._check_size(self._environment_size)
        name, colon, value = line.partition(":")
        if not colon or not name.startswith("agi_"):
            raise AgiProtocolError(f"not a FastAGI client: it sent {line[:80]!r}")
        self.environment[name] = value.removeprefix(" ")
        return None

    def _reply_line(self, line: str) -> AgiReply | AgiSignal | None:
        if line == "HANGUP":
            return AgiSignal.HANGUP
        if self._open:
            return self._continued(line)
        if line.startswith("200 result="):
            reply = self._result(line)
            if reply is None:
                self._keep_open(line)
            return reply
        if line.startswith("520-"):
            self._keep_open(line)
            return None
        if _STATUS.match(line):
            return AgiReply(int(line[:3]), "", None, None, line)
        return None

    def _continued(self, line: str) -> AgiReply | None:
        self._keep_open(line)
        reply: AgiReply | None = None
        if self._open[0].startswith("520-"):
            if line.startswith("520 End"):
                reply = AgiReply(520, "", None, None, "\n".join(self._open))
        elif ")" in line:
            reply = self._result("\n".join(self._open))
        if reply is not None:
            self._open.clear()
            self._open_size = 0
        return reply

    def _keep_open(self, line: str) -> None:
        self._open_size += len(line) + 1
        self._check_size(self._open_size)
        self._open.append(line)

    def _result(self, text: str) -> AgiReply | None:
        match = _RESULT.fullmatch(text, 4)
        if match is None:
            return None
        endpos = _ENDPOS.search(match[3]) if match[3] else None
        return AgiReply(200, match[1], match[2], int(endpos[1]) if endpos else None, text)

    def _check_size(self, size: int) -> None:
        if size > self._max_line:
            raise AgiProtocolError(f"line of {size} bytes or more; the limit is {self._max_line}")


@lru_cache(maxsize=1024)
def encode_command(parts: tuple[str | int, ...]) -> bytes:
    """The bytes of a command: `parts` are its words (``"SET VARIABLE"`` may be one) and its arguments.

    Raises ValueError when a part would start another command or the command is too long.
    """
    if not parts or not isinstance(parts[0], str) or not _VERB.fullmatch(parts[0]):
        raise ValueError(f"not an AGI command: {parts[:1]!r}")
    if len(parts) > MAX_ARGUMENTS:
        raise ValueError(f"{parts[0]}: {len(parts)} arguments; Asterisk takes {MAX_ARGUMENTS}")
    line = " ".join([parts[0], *(_argument(parts[0], part) for part in parts[1:])]).encode() + b"\n"
    if len(line) > MAX_COMMAND:
        raise ValueError(f"{parts[0]}: {len(line)} bytes; Asterisk takes {MAX_COMMAND}")
    return line


def _argument(verb: str, part: str | int) -> str:
    if isinstance(part, int):
        return str(int(part))
    if _FORBIDDEN.search(part):
        raise ValueError(f"{verb}: an argument has CR, LF or NUL: {part!r}")
    if _PLAIN.fullmatch(part):
        return part
    return '"' + _SPECIAL.sub(r"\\\g<0>", part) + '"'
