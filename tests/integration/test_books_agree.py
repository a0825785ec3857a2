"""The books of engine, switch and telephones agree call by call: `scripts/bench/acd_proof` in a small form."""

import shutil
from pathlib import Path

import pytest
from bench.acd_proof_lib.__main__ import compare
from bench.acd_proof_lib.options import Options
from bench.acd_proof_lib.run import Marks, play

from cti.telephony.switch.installation import PROMPT_FORMATS
from ivr import house
from ivr.prompts import native
from tests.integration.test_burst import sipp
from tests.running_hotline import PROMPTS, asterisk

pytestmark = pytest.mark.asterisk

AGENTS, SECONDS, RATE = 20, 20.0, 1.5


def test_books_of_engine_switch_and_phones_agree_though_all_goes_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_ASTERISK", asterisk())
    monkeypatch.setenv("HOTLINE_SIPP", shutil.which(sipp()) or sipp())
    native.install(house.catalogue(tmp_path), PROMPTS, formats=PROMPT_FORMATS["asterisk"])
    play(tmp_path / "run", Options(AGENTS, SECONDS, RATE), PROMPTS)
    counts, found = compare(tmp_path / "run", Marks.load(tmp_path / "run" / "marks.json"))
    assert not found
    assert counts["calls of SIPp"] == counts["calls of the engine"] == AGENTS * 1.5
    assert counts["offers: answered"] > AGENTS / 2
