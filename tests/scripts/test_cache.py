from pathlib import Path

import pytest
from setup.cache import cache_dir, locked, replacing
from setup.progress import SetupError


def test_the_cache_lies_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_CACHE", str(tmp_path / "a"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "b"))
    assert cache_dir() == tmp_path / "a"
    monkeypatch.delenv("HOTLINE_CACHE")
    assert cache_dir() == tmp_path / "b" / "hotline"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_dir() == tmp_path / ".cache" / "hotline"


def test_a_finished_directory_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "thing"
    for text in ("old", "new"):
        with replacing(target) as made:
            (made / "file").write_text(text)
            made.with_name("download").mkdir()
    assert (target / "file").read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "thing"
    target.mkdir()
    (target / "file").write_text("old")
    with pytest.raises(ValueError, match="half"), replacing(target) as made:
        (made / "file").write_text("new")
        raise ValueError("half")
    assert (target / "file").read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_killed_setup_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / ".thing-abc.part" / "made").mkdir(parents=True)
    (tmp_path / ".other-abc.part").mkdir()
    with replacing(tmp_path / "thing"):
        assert not (tmp_path / ".thing-abc.part").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other-abc.part", "thing"]


def test_a_place_that_cannot_be_written_is_told_with_the_setting_to_change(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match="HOTLINE_CACHE"), locked(tmp_path / "file" / "thing"):
        pass
