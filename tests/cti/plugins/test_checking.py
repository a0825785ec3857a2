"""Wrong sections of plugins are found before anything starts, with file and line."""

from pathlib import Path

import pytest

from cti.base.cli_settings import ROOT
from cti.base.settings import Settings
from cti.plugins import survey
from cti.process.before_start import setting_problems


def problems(folder: Path, text: str) -> list[str]:
    (folder / "settings.yaml").write_text(text, "utf-8")
    return [str(one) for one in setting_problems(Settings.load(folder), survey(ROOT)[0])]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("acd:\n  queues:\n    general:\n      ring: -5\n", "settings.yaml:4:7: queues.general.ring: "),
        ("acd:\n  queues:\n    general:\n      need: 'juggling >= 1'\n", "settings.yaml:4:7: queues.general.need: "),
        ("acd:\n  agents:\n    '1001': {queues: [nowhere]}\n", "agents.1001.queues.0: unknown queue 'nowhere'"),
        (
            "acd:\n  queues:\n    general:\n      overflow: {no_agents: 'flow:nowhere'}\n",
            "settings.yaml:4:18: queues.general.overflow.no_agents: unknown flow 'nowhere'",
        ),
        ("ivr:\n  human_queue: nowhere\n", "settings.yaml:2:3: ivr.human_queue: unknown queue 'nowhere'"),
        ("ivr:\n  voice: {speed: 9}\n", "settings.yaml:2:11: ivr.voice.speed"),
        ("recorder:\n  free_megabytes: 0\n", "settings.yaml:2:3: recorder.free_megabytes"),
        ("numbers:\n  '12345':\n    flow: nowhere\n", "settings.yaml:3:5: numbers.12345.flow: unknown flow 'nowhere'"),
        ("trunks:\n  one: {peers: [no.such.machine.invalid]}\n", "settings.yaml:2:17: trunks.one.peers.0: "),
        ("run_as: nobody-like-that\n", "settings.yaml:1:1: run_as: this machine has no user 'nobody-like-that'"),
        ("trunks:\n  one: {register_user: us}\n", "trunks.one.register_secret_file: there is no such file"),
    ],
)
def test_what_is_wrong_in_a_section_is_told_before_the_start(tmp_path: Path, text: str, complaint: str) -> None:
    """The hotline said that it runs while acd or ivr had refused its section, or a number led to no flow."""
    (found,) = problems(tmp_path, text)
    assert complaint in found


def test_settings_as_they_come_along_are_right(tmp_path: Path) -> None:
    assert not problems(tmp_path, "")


def test_a_flow_of_the_city_is_known_before_it_was_ever_published(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "county.yaml").write_text("flow: county\n", "utf-8")
    assert not problems(tmp_path, "numbers: {'12345': {flow: county}}\n")


def test_files_beside_the_settings_are_checked_as_well(tmp_path: Path) -> None:
    (tmp_path / "acd").mkdir()
    (tmp_path / "acd" / "queues.yaml").write_text("queues: {general: {ring: 0}}\n", "utf-8")
    (found,) = problems(tmp_path, "")
    assert "queues.yaml:1:" in found and "queues.general.ring" in found
