from pathlib import Path

import pytest
from setup.environment import Environment
from setup.progress import Progress, SetupError


def test_a_folder_that_is_no_virtual_environment_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "letter").write_text("dear")
    monkeypatch.setenv("HOTLINE_VENV", str(home))
    with pytest.raises(SetupError, match="not touched"):
        Environment(tmp_path).ensure(Progress(tmp_path / "logs"))
    assert [path.name for path in home.iterdir()] == ["letter"]


def test_the_environment_lies_in_the_checkout_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOTLINE_VENV", raising=False)
    assert Environment(tmp_path).python == tmp_path / ".venv" / "bin" / "python"
    monkeypatch.setenv("HOTLINE_VENV", str(tmp_path / "other"))
    assert Environment(tmp_path).python == tmp_path / "other" / "bin" / "python"
