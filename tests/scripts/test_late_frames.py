"""Debian's change of Asterisk's translator is found and mended, and nothing else is touched."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from setup.asterisk import ensure_asterisk
from setup.late_frames import drops_late_frames, mend, mended
from setup.progress import Progress

BEFORE = bytes.fromhex("8b9788000000")
"""mov 0x88(%rdi),%edx"""
NO_NUMBER = bytes.fromhex("81faffff0000 77 68")
"""cmp $0xffff,%edx; ja 0x68 bytes further"""
BETWEEN = bytes.fromhex("8bae80000000 39ea 4489e0")
LATE = bytes.fromhex("3d00800000 0f87")
"""cmp $0x8000,%eax; ja …"""
DROPS = struct.pack("<i", 0x8B3)
FAULTY = BEFORE + NO_NUMBER + BETWEEN + LATE + DROPS + bytes(200)


def test_a_frame_far_behind_begins_a_new_series() -> None:
    better = mended(FAULTY)
    assert better is not None and len(better) == len(FAULTY)
    at = len(BEFORE + NO_NUMBER + BETWEEN + LATE)
    assert better[:at] + DROPS + better[at + 4 :] == FAULTY, "only the jump is another"
    first = len(BEFORE + NO_NUMBER) + 0x68
    assert at + 4 + struct.unpack("<i", better[at : at + 4])[0] == first, "both lead to the same place"
    assert mended(better) is None


@pytest.mark.parametrize("code", [b"", BEFORE + NO_NUMBER + bytes(300), LATE + DROPS, FAULTY + FAULTY])
def test_what_is_not_surely_that_change_stays(code: bytes) -> None:
    assert mended(code) is None


def test_the_program_of_a_private_tree_is_mended_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOTLINE_ASTERISK", raising=False)
    monkeypatch.setenv("HOTLINE_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", "/bin")
    starter, program = tmp_path / "asterisk/bin/asterisk", tmp_path / "asterisk/usr/sbin/asterisk"
    for path, content in ((starter, b"#!/bin/sh\necho Asterisk 22.1.0\n"), (program, FAULTY)):
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        path.chmod(0o755)
    runs = program.open("rb")
    assert ensure_asterisk(Progress(tmp_path / "logs")) == starter
    assert not drops_late_frames(starter) and program.stat().st_mode & 0o111
    with runs:
        assert runs.read() == FAULTY, "one that runs goes on as it is"
    assert not mend(starter)
