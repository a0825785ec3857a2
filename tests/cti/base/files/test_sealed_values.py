import argparse
import io
import stat

import pytest

from cti.base.files.documents import DocumentError
from cti.base.files.sealed_values import MARK, opened, sealed
from cti.base.settings import Settings
from cti.store.commands import add_commands

URL = "postgresql://hotline:very-secret@db/hotline"


@pytest.mark.parametrize("suite", ["international", "sm"])
def test_a_secret_in_the_settings_is_sealed_in_the_file_and_open_in_the_house(tmp_path, suite):
    said = sealed(URL, tmp_path, suite)
    assert said.startswith(MARK) and "very-secret" not in said
    (tmp_path / "settings.yaml").write_text(f"database: {said}\nbroker: {{url: '{said}'}}\ncryptography: {suite}\n")
    house = Settings.load(tmp_path).house
    assert (house.database, house.broker.url, house.cryptography) == (URL, URL, suite)
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600
    assert opened("plain", tmp_path) == "plain"


def test_a_secret_of_another_hotline_is_refused_with_its_line(tmp_path):
    (tmp_path / "other").mkdir()
    said = sealed(URL, tmp_path / "other")
    (tmp_path / "settings.yaml").write_text(f"area: '0519'\ndatabase: {said}\n")
    with pytest.raises(DocumentError) as caught:
        Settings.load(tmp_path)
    (problem,) = caught.value.problems
    assert problem.line == 2 and "database" in problem.message and "does not open" in problem.message


def test_the_command_line_seals(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO("a secret\n"))
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    assert parser.parse_args(["seal"]).run(None) == 0
    assert opened(capsys.readouterr().out.strip(), tmp_path) == "a secret"
