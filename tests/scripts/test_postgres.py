from pathlib import Path

import pytest
from setup.postgres import ensure_postgres, installed, major, usable
from setup.progress import Progress, SetupError


def programs(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("text", "version"),
    [("postgres (PostgreSQL) 17.6 (Debian 17.6-0+deb13u1)", 17), ("postgres (PostgreSQL) 18beta1", 18), ("", 0)],
)
def test_major_version(text: str, version: int) -> None:
    assert major(text) == version


def test_what_is_too_old_or_half_there_is_not_usable(tmp_path: Path) -> None:
    assert usable(programs(tmp_path / "new", "14.2"))
    assert not usable(programs(tmp_path / "old", "13.9"))
    (tmp_path / "new" / "initdb").unlink()
    assert not usable(tmp_path / "new")


def test_the_newest_installed_one_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    for version in ("9.6", "15", "17"):
        programs(tmp_path / version / "bin", f"{version}.1")
    assert installed(tmp_path) == tmp_path / "17" / "bin"


def test_one_that_is_named_and_does_not_run_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_POSTGRES", str(tmp_path))
    with pytest.raises(SetupError, match="HOTLINE_POSTGRES"):
        ensure_postgres(Progress(tmp_path / "logs"))
