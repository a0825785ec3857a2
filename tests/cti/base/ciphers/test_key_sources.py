"""Where the master key may lie, and that only whoever should gets it."""

import base64
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cti.base.ciphers.key_sources import ENVIRONMENT, KeyProblem, is_there, load_master_key, source_of

KEY = bytes(range(32))
TEXT = base64.b64encode(KEY).decode()


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (ENVIRONMENT, "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)


def said(data: Path, text: str) -> None:
    (data / "settings.yaml").write_text(text, "utf-8")


def test_without_anything_it_is_made_beside_the_data(tmp_path: Path) -> None:
    assert not is_there(tmp_path) and source_of(tmp_path).kind == "beside"
    key = load_master_key(tmp_path)
    assert (tmp_path / "master.key").stat().st_mode & 0o777 == 0o600
    assert load_master_key(tmp_path) == key and is_there(tmp_path)
    (tmp_path / "master.key").chmod(0o644)
    with pytest.raises(KeyProblem, match="chmod 600"):
        load_master_key(tmp_path)


def test_a_file_elsewhere(tmp_path: Path) -> None:
    """It could only lie beside the database that it seals: whoever copied one had the other."""
    data, elsewhere = tmp_path / "data", tmp_path / "etc" / "key"
    data.mkdir()
    elsewhere.parent.mkdir()
    said(data, f"keys: {{file: {elsewhere}}}\n")
    with pytest.raises(KeyProblem, match="cannot be read"):
        load_master_key(data)
    assert not (data / "master.key").exists(), "another is not made in its place"
    elsewhere.write_text(TEXT)
    elsewhere.chmod(0o600)
    assert load_master_key(data) == KEY and source_of(data).kind == "file"


@pytest.mark.parametrize("wrong", ["keys: here", "keys: {file: 7}", "keys: {file: a, socket: b}", "keys: []"])
def test_what_is_wrong_is_said_and_nothing_is_made(tmp_path: Path, wrong: str) -> None:
    said(tmp_path, wrong)
    with pytest.raises(KeyProblem, match="one of file, socket and token"):
        load_master_key(tmp_path)
    assert not (tmp_path / "master.key").exists()


def test_a_credential_of_systemd_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    assert source_of(tmp_path).kind == "beside", "the service has other credentials"
    (folder / "hotline-master-key").write_text(TEXT)
    assert load_master_key(tmp_path) == KEY
    monkeypatch.setenv(ENVIRONMENT, base64.b64encode(KEY[::-1]).decode())
    assert load_master_key(tmp_path) == KEY[::-1]
    monkeypatch.setenv(ENVIRONMENT, "short")
    with pytest.raises(KeyProblem, match="32 bytes"):
        load_master_key(tmp_path)


@pytest.mark.parametrize(("user", "given"), [(os.getuid(), True), (os.getuid() + 1, False)])
def test_a_key_server_answers_one_user_alone(tmp_path: Path, user: int, given: bool) -> None:
    where, file = tmp_path / "keys.sock", tmp_path / "kept"
    file.write_text(TEXT)
    said(tmp_path, f"keys: {{socket: {where}}}\n")
    with pytest.raises(KeyProblem, match="does not answer"):
        load_master_key(tmp_path)
    server = subprocess.Popen([sys.executable, "-m", "cti.base.ciphers.key_server", str(where), str(file), str(user)])
    try:
        deadline = time.monotonic() + 10
        while not where.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.1)
        if given:
            assert load_master_key(tmp_path) == load_master_key(tmp_path) == KEY
        else:
            with pytest.raises(KeyProblem):
                load_master_key(tmp_path)
    finally:
        server.terminate()
        server.wait()
