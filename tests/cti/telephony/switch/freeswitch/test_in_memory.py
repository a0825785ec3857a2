"""The switch's records, which have callers' numbers in clear, lie in memory and on no disk."""

from pathlib import Path

import pytest

from cti.telephony.switch.freeswitch.books import SUFFIX, CdrFolder
from cti.telephony.switch.freeswitch.in_memory import keep_in_memory


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    found = tmp_path / "memory"
    found.mkdir()
    return found


def test_records_lie_in_memory_and_those_of_before_come_along(tmp_path: Path, memory: Path) -> None:
    """They lay on the disk, whole numbers in them, until an engine read them."""
    folder = tmp_path / "switch" / "cdr"
    folder.mkdir(parents=True)
    (folder / f"1{SUFFIX}").write_text("{}")
    keep_in_memory(folder, memory)
    (private,) = memory.iterdir()
    assert private.stat().st_mode & 0o777 == 0o700
    (place,) = private.iterdir()
    assert [path.name for path in place.iterdir()] == [f"1{SUFFIX}"]
    assert place.stat().st_mode & 0o777 == 0o700
    (folder / f"2{SUFFIX}").write_text("{}")
    keep_in_memory(folder, memory)
    assert sorted(path.name for path in place.iterdir()) == [f"1{SUFFIX}", f"2{SUFFIX}"]
    books = CdrFolder(folder)
    books.read()
    books.done()
    assert list(place.iterdir()) == []


def test_after_a_boot_the_memory_is_empty_and_the_folder_there_again(tmp_path: Path, memory: Path) -> None:
    """The link alone would lead nowhere, and the switch would write no records."""
    folder = tmp_path / "cdr"
    keep_in_memory(folder, memory)
    folder.resolve().rmdir()
    keep_in_memory(folder, memory)
    assert folder.resolve().parent.parent == memory and list(folder.iterdir()) == []


def test_a_place_that_somebody_else_could_read_is_not_used(tmp_path: Path, memory: Path) -> None:
    """All of the machine may write there: whoever guesses the name could make the folder first, open to himself."""
    folder = tmp_path / "cdr"
    keep_in_memory(folder, memory)
    taken = folder.resolve().parent
    taken.chmod(0o755)
    keep_in_memory(folder, memory)
    assert folder.resolve() == tmp_path / "cdr-on-disk" and folder.stat().st_mode & 0o077 == 0
    (taken / "records").rmdir()
    taken.rmdir()
    taken.symlink_to(tmp_path)
    keep_in_memory(folder, memory)
    assert folder.resolve() == tmp_path / "cdr-on-disk"


def test_without_such_memory_they_lie_on_the_disk(tmp_path: Path) -> None:
    """Not every system has one; calls matter more."""
    folder = tmp_path / "cdr"
    keep_in_memory(folder, tmp_path / "none")
    (folder / "x").write_text("x")
    assert (tmp_path / "cdr-on-disk" / "x").exists()
