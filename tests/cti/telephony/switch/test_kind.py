"""Which switch the set-up must have, asked of the settings."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("settings", "kind"),
    [(None, "asterisk"), ("switch: freeswitch\n", "freeswitch"), ("switch: {kind: freeswitch}\n", "freeswitch")],
)
def test_the_settings_choose(settings: str | None, kind: str, tmp_path: Path) -> None:
    if settings is not None:
        (tmp_path / "settings.yaml").write_text(settings, "utf-8")
    words = [sys.executable, "-m", "cti.telephony.switch.kind", str(tmp_path)]
    assert subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout == f"{kind}\n"


def test_settings_that_are_wrong_choose_nothing(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("switch: cisco\n", "utf-8")
    words = [sys.executable, "-m", "cti.telephony.switch.kind", str(tmp_path)]
    assert subprocess.run(words, cwd=ROOT, capture_output=True, check=False).returncode != 0
