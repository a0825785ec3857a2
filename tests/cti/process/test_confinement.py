"""A program that may start no others."""

import subprocess
from pathlib import Path

import pytest

from cti.process.confinement import is_possible, needed_to_start, starting_only

pytestmark = pytest.mark.skipif(not is_possible(), reason="this kernel has no landlock")
SHELL = Path("/bin/sh")


def run(mark: Path, *, confined: bool) -> subprocess.CompletedProcess[bytes]:
    before = starting_only(needed_to_start(SHELL)) if confined else None
    command = [str(SHELL), "-c", f"touch {mark}; echo $?"]
    return subprocess.run(command, preexec_fn=before, capture_output=True, check=True)


def test_a_switch_that_is_talked_into_a_command_finds_none(tmp_path: Path) -> None:
    """A caller's text once ran `system touch …` in the switch, with the rights of whoever had started it: root's."""
    mark = tmp_path / "mark"
    assert run(mark, confined=False).stdout == b"0\n" and mark.exists()
    mark.unlink()
    assert run(mark, confined=True).stdout == b"126\n" and not mark.exists()


def test_a_script_needs_its_interpreter(tmp_path: Path) -> None:
    script = tmp_path / "tree" / "switch"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\necho up\n")
    script.chmod(0o755)
    done = subprocess.run(
        [str(script)], preexec_fn=starting_only(needed_to_start(script)), capture_output=True, check=True
    )
    assert done.stdout == b"up\n"
