"""Mends what Debian and Ubuntu add to Asterisk's translator: sound of whoever speaks next is dropped as late.

Their patch `2016_opus_plc` has `ast_translate` drop a frame whose RTP sequence number lies behind the last one's. A
translator outlives who speaks: when another telephone takes over (the first agent leaves a conference, a caller is
handed over) and began with a lower number, the recording has silence of him until his numbers catch up, up to eleven
minutes. With the jump that is changed here a frame that lies behind begins a new series, as the first one does.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

_CHECK = re.compile(
    # cmp $0xffff, last; ja BEGIN - no number yet - …
    rb"\x81[\xf8-\xff]\xff\xff\x00\x00\x77(?P<begin>.)"
    # … cmp $0x8000, missing; ja LATE
    rb".{0,64}?(?:\x3d|\x81[\xf8-\xff])\x00\x80\x00\x00\x0f\x87(?P<late>.{4})",
    re.DOTALL,
)
"""x86-64, as GCC makes it of `path->f.seqno <= 0xffff` and `0x8000 < frames_missing`. No other place has both."""


def binary_of(asterisk: Path) -> Path:
    """The program itself, where `asterisk` is the starter of a private tree."""
    inner = asterisk.parent.parent / "usr" / "sbin" / "asterisk"
    return inner if inner.is_file() else asterisk


def mended(code: bytes) -> bytes | None:
    """The program with its jump changed; None when there is nothing to mend: not that patch, or done before."""
    found = list(_CHECK.finditer(code))
    if len(found) != 1:
        return None
    (check,) = found
    begin = check.end("begin") + struct.unpack("b", check["begin"])[0]
    jump = struct.pack("<i", begin - check.end("late"))
    if check["late"] == jump:
        return None
    return code[: check.start("late")] + jump + code[check.end("late") :]


def drops_late_frames(asterisk: Path) -> bool:
    """Whether this Asterisk has the fault."""
    try:
        return mended(binary_of(asterisk).read_bytes()) is not None
    except OSError:
        return False


def mend(asterisk: Path) -> bool:
    """Put a mended program in the place of this one; True when it had the fault. One that runs goes on as it is."""
    program = binary_of(asterisk)
    better = mended(program.read_bytes())
    if better is None:
        return False
    beside = program.with_name(program.name + ".mended")
    beside.write_bytes(better)
    beside.chmod(program.stat().st_mode)
    beside.replace(program)
    return True
