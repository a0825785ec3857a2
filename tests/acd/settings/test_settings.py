from __future__ import annotations

from pathlib import Path

import pytest

from acd.settings.files import load_settings
from acd.settings.schema import AcdSettings
from cti.base.files.documents import DocumentError


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_without_any_file_there_are_two_queues_and_everybody_speaks_mandarin(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert {name: queue.title for name, queue in settings.queues.items()} == {
        "general": "综合受理",
        "enterprise": "企业服务专席",
    }
    assert settings.agent("8001").skills == {"mandarin": 3}
    assert (settings.queues["general"].wrapup, settings.queues["general"].ring) == (10, 20)


def test_section_and_files_are_put_together(tmp_path: Path) -> None:
    write(
        tmp_path, "settings.yaml", "organisation: city\nacd:\n  skills: [social]\n  queues:\n    one: {need: social}\n"
    )
    write(tmp_path, "acd/agents.yaml", "agents:\n  '8001': {skills: {social: 4}}\neveryone: {skills: {}}\n")
    write(tmp_path, "acd/queues.yaml", "queues:\n  two: {need: social >= 3}\n")
    settings = load_settings(tmp_path)
    assert set(settings.queues) == {"one", "two"}
    assert settings.agent("8001").skills == {"social": 4}


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("queues:\n  one:\n    need: mandarin >\n", "3:5", "a level expected, the end found at character 11"),
        ("queues:\n  one:\n    need: klingon\n", "3:5", "unknown skill 'klingon' at character 1"),
        ("queues:\n  one:\n    steps:\n    - {after: 5, need: xx}\n", "4:18", "unknown skill 'xx'"),
        ("queues:\n  one:\n    steps: [{after: 5}, {after: 5}]\n", "3:5", "must come after the one before"),
        ("queues:\n  one:\n    overflow: {no_agents: 'queue:two'}\n", "3:16", "unknown queue 'two'"),
        ("queues:\n  one:\n    overflow: {no_agents: nowhere}\n", "3:16", "pattern"),
        ("queues:\n  one:\n    calendar: work\n", "3:5", "unknown calendar 'work'"),
        ("queues:\n  one:\n    strategie: rank\n", "3:5", "Extra inputs are not permitted"),
        ("agents:\n  '8001': {skills: {mandarin: 7}}\n", "2:21", "less than or equal to 5"),
        ("agents:\n  '8001': {skills: {elvish: 2}}\n", "2:21", "unknown skill 'elvish'"),
        ("agents:\n  '8001': {queues: [nine]}\n", "2:21", "unknown queue 'nine'"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, place: str, message: str) -> None:
    write(tmp_path, "acd/all.yaml", text)
    with pytest.raises(DocumentError) as caught:
        load_settings(tmp_path)
    complaint = str(caught.value)
    assert message in complaint
    assert f"all.yaml:{place}" in complaint


def test_what_two_files_say_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "acd/a.yaml", "queues:\n  one: {}\ninterval: 900\n")
    write(tmp_path, "acd/b.yaml", "interval: 1800\nqueues:\n  one: {}\n")
    with pytest.raises(DocumentError) as caught:
        load_settings(tmp_path)
    assert [str(problem).split("b.yaml:")[1] for problem in caught.value.problems] == [
        "1:1: interval is set elsewhere already",
        "3:3: queues.one is set elsewhere already",
    ]


def test_a_queue_that_is_not_named_any_more_goes_on_until_it_is_empty() -> None:
    from acd.simulator.world import World
    from tests.acd.worlds import play

    _, world = play(
        [
            '{"at": 0, "config": {"queues": {"a": {}, "b": {}}}}',
            '{"at": 0, "agent": "x", "state": "ready"}',
            '{"at": 1, "call": "c1", "queue": "a", "talk": 5}',
            '{"at": 2, "call": "c2", "queue": "a", "talk": 5}',
            '{"at": 3, "config": {"queues": {"b": {}}}}',
            '{"at": 4, "call": "c3", "queue": "b", "talk": 5}',
        ]
    )
    assert isinstance(world, World)
    assert {name: world.acd.statistics.day(name, world.acd.statistics.today(0)).answered for name in "ab"} == {
        "a": 2,
        "b": 1,
    }
    world.configure(AcdSettings.model_validate({"queues": {"b": {}}}))
    assert list(world.acd.matching.queues) == ["b"]


def test_the_command_checks_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    from acd.commands import add_commands

    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["acd", "check", str(tmp_path)])
    assert arguments.run(arguments) == 0
    assert "2 queues" in capsys.readouterr().out
    write(tmp_path, "acd/all.yaml", "queues:\n  one: {need: klingon}\n")
    assert arguments.run(arguments) == 2
    assert "all.yaml:2:9" in capsys.readouterr().err
