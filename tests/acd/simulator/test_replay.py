"""Scenarios: what is said comes out, and what cannot be said is refused with its line."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from acd.commands import add_commands
from acd.simulator.replay import Replay
from acd.simulator.scenario import read
from cti.base.files.documents import DocumentError

EXAMPLE = """\
{"at": 0, "config": {"skills": ["mandarin", "social"], "queues": {"general": {"need": "mandarin"}, "social": {"need": \
"social >= 2", "wrapup": 5, "steps": [{"after": 30, "need": "social"}], "overflow": {"longest_wait": {"limit": 60, \
"to": "voicemail"}}}}}}
{"at": 0, "agent": "a1", "skills": {"mandarin": 3}, "state": "ready"}
{"at": 1.5, "call": "c1", "queue": "general", "from": "13800000001", "vip": false, "patience": 90, "talk": 120}

{"at": 9, "agent": "a1", "state": "break", "reason": "lunch"}
{"at": 12, "hangup": "c1"}
{"at": 2, "call": "c2", "queue": "social", "from": "13800000002"}
{"at": 20, "agent": "a2", "skills": {"social": 1}, "state": "ready", "answers": "never"}
{"at": 40, "call": "c3", "queue": "social", "patience": 5}
"""


def run(text: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    Replay(read(text.splitlines(), "test.jsonl"), lines.append).run()
    return lines


def brief(lines: list[dict[str, Any]]) -> list[str]:
    return [
        " ".join(str(line[key]) for key in ("at", "event", "call", "agent", "state", "reason") if line.get(key))
        for line in lines
    ]


def test_every_decision_is_printed_with_its_time_and_reason() -> None:
    lines = run(EXAMPLE)
    assert brief(lines) == [
        "state a1 ready",
        "1.5 queued c1",
        "1.5 offered c1 a1",
        "1.5 ringing c1 a1",
        "2.0 queued c2",
        "3.5 answered c1 a1",
        "9.0 requested a1 talking",
        "12.0 ended c1 a1",
        "12.0 state a1 break lunch",
        "20.0 state a2 ready",
        "32.0 relaxed c2",
        "32.0 offered c2 a2",
        "32.0 ringing c2 a2",
        "40.0 queued c3",
        "45.0 abandoned c3",
        "52.0 no_answer c2 a2",
        "52.0 state a2 break ring_no_answer",
        "62.0 overflowed c2",
        "3612.0 overdue a1 break lunch",
    ]
    by_event = {line["event"]: line for line in lines}
    assert by_event["relaxed"]["why"] == "after 30 s: social"
    assert by_event["overflowed"]["to"] == "voicemail" and "60 s" in by_event["overflowed"]["why"]
    assert all("why" in line for line in lines)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"at": 1, "call": "c1", "pateince": 9}', "pateince: Extra inputs are not permitted"),
        ('{"at": 1}', "a line needs one of config, call, chat"),
        ("[1]", "a line must be a JSON object"),
        ('{"at": 1, "call"', "Expecting"),
        ('{"call": "c1"}', "at: Field required"),
        ('{"at": -1, "call": "c1"}', "at: Input should be greater"),
        ('{"at": 1, "call": "c1", "queue": "nowhere"}', "queue: unknown queue 'nowhere'"),
        ('{"at": 1, "agent": "a1", "answers": "perhaps"}', "answers: must be 'after SECONDS'"),
        ('{"at": 1, "agent": "a1", "state": "asleep"}', "state: Input should be"),
        ('{"at": 1, "config": {"queues": {"q": {"need": "a >"}}}}', "config.queues.q.need: a level"),
        (
            '{"at": 1, "config": {"skills": ["a"], "queues": {"q": {"need": "b"}}}}',
            "config.queues.q.need: unknown skill",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_the_number_of_its_line(row: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(["", '{"at": 0, "agent": "a1"}', row], "test.jsonl")
    assert [(problem.line, message in problem.message) for problem in caught.value.problems] == [(3, True)], (
        caught.value
    )


def command(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["acd", *words])
    return int(arguments.run(arguments))


def test_the_command_prints_lines_or_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text(EXAMPLE, "utf-8")
    assert command("replay", str(file)) == 0
    assert "32.000  offered     c2 → a2" in capsys.readouterr().out
    assert command("replay", str(file), "--json") == 0
    lines = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert lines == run(EXAMPLE)


def test_the_command_names_file_and_line_of_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"at": 0, "agent": "a1"}\n{"at": 0, "what": 1}\n', "utf-8")
    assert command("replay", str(file)) == 2
    assert f"{file}:2:1: a line needs one of" in capsys.readouterr().err
    assert command("replay", str(tmp_path / "none.jsonl")) == 2
    assert "none.jsonl" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("after 3", ["ringing", "answered", "ended", "wrapup"]),
        ("never", ["ringing", "no_answer", "state break ring_no_answer"]),
        ("after 25", ["ringing", "no_answer", "state break ring_no_answer"]),
        ("reject", ["ringing", "rejected", "state break rejected"]),
        ("lost", ["unreachable", "state offline unreachable"]),
    ],
)
def test_how_agents_react(answers: str, expected: list[str]) -> None:
    lines = run(
        '{"at": 0, "config": {"queues": {"q": {}}}}\n'
        f'{{"at": 0, "agent": "a1", "state": "ready", "answers": "{answers}"}}\n'
        '{"at": 1, "call": "c1", "patience": 26, "talk": 5}\n'
    )
    told = [
        f"state {line['state']} {line.get('reason', '')}".strip() if line["event"] == "state" else line["event"]
        for line in lines[3:]
    ]
    assert told[: len(expected)] == expected


def test_a_phone_that_is_back_brings_the_agent_back() -> None:
    lines = run(
        '{"at": 0, "config": {"queues": {"q": {"wrapup": 0}}}}\n'
        '{"at": 0, "agent": "a1", "state": "ready", "answers": "lost"}\n'
        '{"at": 1, "call": "c1", "talk": 5}\n'
        '{"at": 9, "agent": "a1", "answers": "after 1"}\n'
    )
    assert brief(lines)[3:] == [
        "1.0 unreachable c1 a1",
        "1.0 state a1 offline unreachable",
        "9.0 state a1 ready",
        "9.0 offered c1 a1",
        "9.0 ringing c1 a1",
        "10.0 answered c1 a1",
        "15.0 ended c1 a1",
        "15.0 state a1 ready",
    ]


def test_chats_and_calls_share_an_agent_by_capacity() -> None:
    lines = run(
        '{"at": 0, "config": {"queues": {"q": {"wrapup": 0}}}}\n'
        '{"at": 0, "agent": "a1", "state": "ready", "chats": 2, "answers": "after 0"}\n'
        '{"at": 1, "chat": "x1", "talk": 20}\n'
        '{"at": 2, "chat": "x2", "talk": 30}\n'
        '{"at": 3, "chat": "x3", "talk": 5}\n'
        '{"at": 4, "call": "c1", "talk": 5}\n'
    )
    assert [row for row in brief(lines) if "answered" in row] == [
        "1.0 answered x1 a1",
        "2.0 answered x2 a1",
        "21.0 answered x3 a1",
        "32.0 answered c1 a1",
    ]


def test_the_engine_dies_and_the_queue_stands_as_before() -> None:
    lines = run(
        '{"at": 0, "config": {"queues": {"q": {"wrapup": 0}}}}\n'
        '{"at": 0, "agent": "a1", "state": "ready", "answers": "after 0"}\n'
        '{"at": 1, "call": "c1", "talk": 50}\n'
        '{"at": 2, "call": "c2", "talk": 5}\n'
        '{"at": 3, "call": "c3", "talk": 5, "vip": true}\n'
        '{"at": 10, "restart": 5}\n'
        '{"at": 12, "call": "c4", "talk": 5}\n'
    )
    assert [row for row in brief(lines) if "answered" in row or "returned" in row] == [
        "1.0 answered c1 a1",
        "15.0 returned c2",
        "15.0 returned c3",
        "51.0 answered c3 a1",
        "56.0 answered c2 a1",
        "61.0 answered c4 a1",
    ]


def test_callbacks_by_key_keep_the_place_and_try_again() -> None:
    lines = run(
        '{"at": 0, "config": {"queues": {"q": {"wrapup": 0, "callback": {"attempts": 2, "delay": 100, "ring": 20}}}}}\n'
        '{"at": 1, "call": "c1", "from": "13800000001", "answers": "never"}\n'
        '{"at": 2, "call": "c2", "from": "13800000002", "talk": 10}\n'
        '{"at": 9, "to_callback": "c1"}\n'
        '{"at": 20, "agent": "a1", "state": "ready", "answers": "after 1"}\n'
    )
    states = [f"{line['at']} {line['state']}" for line in lines if line["event"] == "callback"]
    assert states == [
        "9.0 waiting",
        "20.0 reserved",
        "21.0 dialling",
        "41.0 later",
        "141.0 waiting",
        "141.0 reserved",
        "142.0 dialling",
        "162.0 failed",
    ]
    assert "42.0 answered c2 a1" in brief(lines)
