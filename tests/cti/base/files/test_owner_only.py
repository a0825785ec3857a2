"""Nobody but the owner of the hotline reads its files."""

import os
import subprocess
import sys
from pathlib import Path

from cti.base.files.owner_only import open_to_others, owner_only, tighten


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_is_made_meanwhile_is_the_owners_also_by_children(tmp_path: Path) -> None:
    """Recordings and voice messages were 0644: the switch wrote them as the shell's umask said."""
    before = os.umask(0o022)
    try:
        with owner_only():
            (tmp_path / "messages").mkdir()
            write = "import sys; open(sys.argv[1], 'w').close()"
            subprocess.run([sys.executable, "-c", write, str(tmp_path / "messages" / "a.wav")], check=True)
        (tmp_path / "later").touch()
    finally:
        os.umask(before)
    assert (mode(tmp_path / "messages"), mode(tmp_path / "messages" / "a.wav")) == (0o700, 0o600)
    assert mode(tmp_path / "later") == 0o644


def test_what_was_left_open_is_closed_from_the_bottom_up(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "recordings" / "2026").mkdir(parents=True, mode=0o755)
    sound = folder / "recordings" / "2026" / "a.wav"
    sound.touch(mode=0o644)
    script = folder / "switch.sh"
    script.touch(mode=0o755)
    (folder / "elsewhere").symlink_to(tmp_path)
    for one in (folder, folder / "recordings", folder / "recordings" / "2026"):
        one.chmod(0o755)
    assert tighten(folder) == 5
    assert (mode(sound), mode(script), mode(folder), mode(sound.parent)) == (0o600, 0o700, 0o700, 0o700)
    assert tighten(folder) == 0
    sound.chmod(0o644)
    assert list(open_to_others(folder)) == [], "its folders are closed"
    assert [path for path, _ in open_to_others(sound)] == [sound]
