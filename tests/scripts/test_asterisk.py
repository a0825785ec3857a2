import subprocess
from pathlib import Path

import pytest
from setup.asterisk import ensure_asterisk, finish, major, sid, usable
from setup.progress import Progress, SetupError
from setup.sources import Source


def program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Asterisk 22.10.1~dfsg+~cs6.17", 22),
        ("1:22.10.1+dfsg+~cs6.17.60671434-1", 22),
        ("1:20.6.0~dfsg+~cs6.13.40431414-2build5", 20),
        ("Asterisk 18.10.0~dfsg", 18),
        ("Asterisk certified/20.7-cert3", 20),
        ("Asterisk certified-22.8-cert1", 22),
        ("Asterisk GIT-master-0ac5d2f", 0),
        ("", 0),
    ],
)
def test_major_version(text: str, version: int) -> None:
    assert major(text) == version


def test_an_asterisk_that_is_too_old_broken_or_missing_is_not_usable(tmp_path: Path) -> None:
    assert usable(program(tmp_path / "new", "echo Asterisk 20.6.0"))
    assert not usable(program(tmp_path / "old", "echo Asterisk 18.10.0"))
    assert not usable(program(tmp_path / "broken", "echo Asterisk 22.1.0; exit 127"))
    assert not usable(tmp_path / "missing")


def test_sid_keeps_the_machines_mirror_and_key() -> None:
    archive = Source(
        "http://mirror.example/debian", ("trixie", "trixie-updates"), ("main", "contrib"), {"Signed-By": "/k"}
    )
    assert sid([archive]) == Source("http://mirror.example/debian", ("sid",), ("main",), {"Signed-By": "/k"})
    with pytest.raises(SetupError, match="HOTLINE_ASTERISK"):
        sid([])


def test_a_tree_without_sounds_or_with_a_program_that_does_not_start_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no sounds"):
        finish(tmp_path)
    share = tmp_path / "usr/share/asterisk"
    (share / "sounds/en_US_f_Allison").mkdir(parents=True)
    (share / "moh").mkdir()
    with pytest.raises(SetupError, match="does not start"):
        finish(tmp_path)
    assert (share / "sounds/en").readlink() == Path("en_US_f_Allison")


def test_the_starter_uses_the_trees_own_loader_and_libraries(tmp_path: Path) -> None:
    share = tmp_path / "usr/share/asterisk"
    (share / "sounds/en_US_f_Allison").mkdir(parents=True)
    (share / "moh").mkdir()
    lib = tmp_path / "usr/lib/x86_64-linux-gnu"
    program(lib / "ld-linux-x86-64.so.2", 'echo "Asterisk 22.0.0"; echo "$GCONV_PATH"; for word; do echo "$word"; done')
    finish(tmp_path)
    link = tmp_path / "elsewhere"
    link.symlink_to(tmp_path / "bin/asterisk")
    lines = subprocess.run([link, "-C", "a b.conf"], capture_output=True, text=True, check=True).stdout.splitlines()
    here = f"{tmp_path}/bin/.."
    assert lines[1] == f"{here}/usr/lib/x86_64-linux-gnu/gconv"
    assert lines[2:] == [
        "--argv0",
        "asterisk",
        "--library-path",
        f"{here}/usr/lib/x86_64-linux-gnu:{here}/usr/lib/x86_64-linux-gnu/asterisk",
        f"{here}/usr/sbin/asterisk",
        "-C",
        "a b.conf",
    ]


def test_a_named_asterisk_is_taken_and_a_wrong_one_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress(tmp_path / "logs")
    named = program(tmp_path / "asterisk", "echo Asterisk 22.1.0")
    monkeypatch.setenv("HOTLINE_ASTERISK", str(named))
    assert ensure_asterisk(progress) == named
    monkeypatch.setenv("HOTLINE_ASTERISK", str(tmp_path / "none"))
    with pytest.raises(SetupError, match="HOTLINE_ASTERISK"):
        ensure_asterisk(progress)


def test_what_is_in_the_cache_is_taken_without_asking_anyone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOTLINE_ASTERISK", raising=False)
    monkeypatch.setenv("HOTLINE_CACHE", str(tmp_path / "cache"))
    own = program(tmp_path / "bin/asterisk", "echo Asterisk 18.1.0")
    monkeypatch.setenv("PATH", f"{own.parent}:/bin")
    cached = program(tmp_path / "cache/asterisk/bin/asterisk", "echo Asterisk 22.1.0")
    assert ensure_asterisk(Progress(tmp_path / "logs")) == cached
    assert not (tmp_path / "logs").exists()


def test_an_installed_asterisk_that_is_new_enough_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOTLINE_ASTERISK", raising=False)
    monkeypatch.setenv("HOTLINE_CACHE", str(tmp_path / "cache"))
    program(tmp_path / "cache/asterisk/bin/asterisk", "echo Asterisk 22.1.0")
    own = program(tmp_path / "bin/asterisk", "echo Asterisk 20.6.0")
    monkeypatch.setenv("PATH", f"{own.parent}:/bin")
    assert ensure_asterisk(Progress(tmp_path / "logs")) == own
