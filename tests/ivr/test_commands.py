"""`hotline flow …` as people type it: output, exit codes, and what is left on disk."""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from cti.base.files.documents import DocumentError
from ivr.commands import add_commands

GOOD = "flow: small\nstart: a\ndefault: b\nnodes:\n  a: {say: greeting, next: b}\n  b: {end: first}\n"
TESTED = GOOD + "tests:\n  - {name: good, ends: first}\n  - {name: bad, ends: second}\n"


def main(arguments: Sequence[str]) -> int:
    """As `hotline` does it, but for the set-up of logs, which is the process's."""
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    parsed = parser.parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except DocumentError:
        return 2


def test_the_command_line_itself(data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cti.process.cli", "flow", "lint", "ivr/flows/hotline.yaml", "nowhere.yaml"],
        capture_output=True, text=True, env={**os.environ, "HOTLINE_DATA": str(data)}, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.startswith("nowhere.yaml:1:1: error: cannot be read")
    assert not data.exists()


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LOGNAME", "wang")
    return tmp_path / "data"


def write(tmp_path: Path, text: str, name: str = "small.yaml") -> str:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return str(path)


def test_lint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flow", "lint", write(tmp_path, GOOD)]) == 0
    bad = write(tmp_path, GOOD.replace("greeting", "greting").replace("next: b}", "next: c}"))
    assert main(["flow", "lint", bad]) == 1
    out = capsys.readouterr().out
    assert f'{bad}:5:7: error: there is no prompt greting; did you mean "greeting"?\n' in out
    assert f"{bad}:5:21: error: a: next leads to c, which does not exist" in out
    assert main(["flow", "lint", bad, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found[0] == {
        "file": bad, "line": 5, "column": 7, "severity": "error", "message": "there is no prompt greting",
        "suggestion": 'did you mean "greeting"?', "code": "prompt-unknown", "values": {"name": "greting"},
    }  # fmt: skip


def test_lint_knows_the_house(tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = GOOD.replace("say: greeting", "queue: socail, need: dialekt >= 1, else: b")
    assert main(["flow", "lint", write(tmp_path, text)]) == 1
    out = capsys.readouterr().out
    assert "there is no queue socail" in out and "dialekt" in out
    data.mkdir()
    (data / "settings.yaml").write_text(
        "acd: {queues: {socail: {}}, skills: {dialekt: 方言, mandarin: 普通话}}\n", "utf-8"
    )
    assert main(["flow", "lint", write(tmp_path, text)]) == 0
    assert main(["flow", "lint", write(tmp_path, GOOD.replace("say: greeting", "lookup: a.b, into: c"))]) == 1
    assert "nobody offers a.b" in capsys.readouterr().out


def test_lint_of_files_that_call_each_other(tmp_path: Path) -> None:
    main_flow = write(tmp_path, GOOD.replace("say: greeting", "call: sub"))
    assert main(["flow", "lint", main_flow]) == 1
    assert (
        main(["flow", "lint", main_flow, write(tmp_path, "flow: sub\nstart: a\nnodes: {a: {end: x}}\n", "sub.yaml")])
        == 0
    )


def test_lint_of_what_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "none.yaml")
    assert main(["flow", "lint", missing]) == 1
    assert capsys.readouterr().out.startswith(f"{missing}:1:1: error: cannot be read")


def test_try(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--from", "13900000002", "--at", "2026-10-01 10:00", "--do", "press 1, wait 61, agent 20, hangup"]
    assert main(["flow", "try", "hotline", *arguments]) == 0
    out = capsys.readouterr().out
    assert "hears    您好，12345热线，通话将被录音。企业请按1。" in out
    assert "queue    enterprise" in out
    assert "talks    20 s" in out
    assert "ended hangup after 81.0 s" in out
    assert main(["flow", "try", "hotline", *arguments, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["outcome"] == "hangup"
    assert report["nodes"][:3] == ["medium", "welcome", "enterprise_hours"]


def test_try_with_services_and_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    do = "say 我要查工单, press 20260303001#, wait 9, hangup"
    service = 'tickets.progress={"number": "20260303001", "state": "closed"}'
    assert main(["flow", "try", "hotline", "--medium", "chat", "--do", do, "--service", service]) == 0
    assert "asks     tickets.progress(number=20260303001, caller=13800000001)" in capsys.readouterr().out


def test_try_of_nonsense(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flow", "try", "hotline", "--do", "jump 3"]) == 2
    assert "unknown step 'jump 3'" in capsys.readouterr().err
    assert main(["flow", "try", "hotline", "--at", "soon"]) == 2
    with pytest.raises(SystemExit):
        main(["flow", "try", "nowhere"])
    assert main(["flow", "try", write(tmp_path, "flow: [")]) == 2


def test_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flow", "test", write(tmp_path, TESTED)]) == 1
    assert capsys.readouterr().out == "passed  small: good\nFAILED  small: bad\n        ended first, not second\n"
    assert main(["flow", "test"]) == 0
    out = capsys.readouterr()
    assert "FAILED" not in out.out and " tests, 0 failed" in out.err


def test_the_life_of_a_flow(tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, GOOD)
    assert main(["flow", "publish", file, "-m", "begin"]) == 0
    assert capsys.readouterr().out.endswith("published revision 1\n")
    assert main(["flow", "publish", write(tmp_path, TESTED), "-m", "tests"]) == 1
    assert "test 'bad': ended first, not second" in capsys.readouterr().err
    second = write(tmp_path, GOOD.replace("first", "second"))
    assert main(["flow", "diff", second]) == 0
    assert "-  b: {end: first}\n+  b: {end: second}\n" in capsys.readouterr().out
    assert main(["flow", "publish", second, "-m", "more", "--base", "0"]) == 1
    assert main(["flow", "publish", second, "-m", "more", "--base", "1"]) == 0
    assert main(["flow", "rollback", "small", "1", "-m", "worse"]) == 0
    capsys.readouterr()
    assert main(["flow", "history", "small", "--json"]) == 0
    history = json.loads(capsys.readouterr().out)
    assert [(one["revision"], one["author"], one["message"]) for one in history] == [
        (1, "wang", "begin"), (2, "wang", "more"), (3, "wang", "worse"),
    ]  # fmt: skip
    assert main(["flow", "diff", "small", "1", "2"]) == 0
    assert "+  b: {end: second}" in capsys.readouterr().out
    assert main(["flow", "show", "small", "--revision", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["revision"] == 2
    assert main(["flow", "rollback", "small", "9"]) == 2
    assert main(["flow", "show", "small", "--revision", "9"]) == 2
    assert (data / "flows" / "small.yaml").read_text("utf-8") == GOOD


def test_show_and_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flow", "show", "hotline"]) == 0
    out = capsys.readouterr().out
    assert "human  [queue]  综合受理座席\n" in out
    assert "    callback     → callback_number\n" in out
    assert main(["flow", "list", "--json"]) == 0
    assert {one["flow"] for one in json.loads(capsys.readouterr().out)} >= {"hotline", "survey"}


def test_routes(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data.mkdir()
    assert main(["flow", "routes", "--at", "2026-03-03 10:00"]) == 0
    assert capsys.readouterr().out.split() == ["12345", "hotline", "2026-03-03", "10:00"]
    table = "routes: [{number: 12345, choose: [{calendar: office, during: closed, flow: survey}, {flow: hotline}]}]\n"
    (data / "routing.yaml").write_text(table, "utf-8")
    assert main(["flow", "routes", "--at", "2026-03-03 23:00"]) == 0
    assert capsys.readouterr().out.split()[1] == "survey"
    (data / "routing.yaml").write_text(table.replace("survey", "surveyy"), "utf-8")
    assert main(["flow", "routes"]) == 1


def test_chat(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("我想找人工\n/talk\n1\n"))
    assert main(["flow", "chat", "hotline"]) == 0
    out = capsys.readouterr().out
    assert "12345: 您好，这里是12345政务服务便民热线。请问您要反映或咨询什么问题？" in out
    assert "12345: 感谢您的评价，再见。" in out
    assert "(rated 1: 100)" in out
    monkeypatch.setattr("sys.stdin", io.StringIO("/quit\n"))
    assert main(["flow", "chat", "hotline"]) == 0
    assert capsys.readouterr().out.endswith("(left)\n")


def test_a_reader_who_has_had_enough_sees_no_traceback(data: Path) -> None:
    command = [sys.executable, "-m", "cti.process.cli", "flow", "schema"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(30) == 1


SUB = "flow: sub\nstart: a\ndefault: a\nnodes:\n  a: {end: given}\n"
CALLS = """\
flow: calls
start: a
default: b
nodes:
  a: {call: sub, ends: {given: b}, next: c}
  b: {end: came}
  c: {end: other}
tests:
  - {name: through the other file, ends: came}
"""


def test_sub_flows_in_files_are_found_by_test_and_try_as_by_lint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`lint a b` took b's sub-flow from the file; `test a b` and `try a` said that there is no such flow."""
    calls, sub = write(tmp_path, CALLS, "calls.yaml"), write(tmp_path, SUB, "sub.yaml")
    assert main(["flow", "lint", calls, sub]) == 0
    assert main(["flow", "test", calls, sub]) == 0
    # Also one that nobody named, beside the file that calls it.
    assert main(["flow", "lint", calls]) == 0
    assert main(["flow", "test", calls]) == 0
    assert main(["flow", "try", calls]) == 0
    assert "ended came" in capsys.readouterr().out


def test_try_says_who_calls_and_what_the_flow_is_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A branch for VIPs, for a language or for another number called could not be tried."""
    text = """\
flow: who
start: a
default: no
arguments: {ticket: text}
nodes:
  a:
    when:
      - if: >-
          'vip' in caller.tags and caller.kind == 'international' and caller.language == 'en'
          and call.called == '12328' and ticket == '42'
        next: yes
    else: no
  yes: {end: right}
  no: {end: wrong}
"""
    who = [
        "--tag",
        "vip",
        "--kind",
        "international",
        "--language",
        "en",
        "--called",
        "12328",
        "--argument",
        'ticket="42"',
    ]
    file = write(tmp_path, text)
    assert main(["flow", "try", file, *who]) == 0
    assert "ended right" in capsys.readouterr().out
    tests = (
        "tests:\n  - {name: t, tags: vip, kind: international, language: en, called: 12328,"
        " arguments: {ticket: '42'}, ends: right}\n"
    )
    assert main(["flow", "test", write(tmp_path, text + tests)]) == 0


def test_a_saved_file_that_was_refused_stands_in_the_list(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was wrong with a saved file stood in a log only: the list showed the old revision as if all were well."""
    assert main(["flow", "publish", write(tmp_path, GOOD), "-m", "first"]) == 0
    capsys.readouterr()
    (data / "flows" / "small.yaml").write_text(GOOD.replace("next: b}", "next: c}"), "utf-8")
    (data / "flows" / "fresh.yaml").write_text("flow: fresh\nnodes: [\n", "utf-8")
    assert main(["flow", "list"]) == 0
    out = capsys.readouterr().out
    assert "small: the saved file is refused, revision 1 goes on" in out
    assert "small.yaml:5:22: error: a: next leads to c, which does not exist" in out
    assert "fresh: the saved file is refused" in out
    assert main(["flow", "list", "--json"]) == 0
    listed = {one["flow"]: one["refused"] for one in json.loads(capsys.readouterr().out)}
    assert listed["small"][0]["line"] == 5 and listed["hotline"] == []
    (data / "flows" / "small.yaml").write_text(GOOD, "utf-8")
    assert main(["flow", "list"]) == 0
    assert "small: the saved file" not in capsys.readouterr().out


def test_publishing_says_what_callers_will_not_hear(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Lint, tests and publishing passed a text that nobody can speak here."""
    text = GOOD.replace("say: greeting", "say: {text: 您好}")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "settings.yaml").write_text("ivr: {voice: {enabled: false}}\n", "utf-8")
    assert main(["flow", "lint", write(tmp_path, text)]) == 0
    assert "5:7: warning: callers do not hear this text: no voice is installed here" in capsys.readouterr().out
    assert main(["flow", "publish", write(tmp_path, text), "-m", "first"]) == 0
    assert "callers do not hear this text" in capsys.readouterr().err
    for fine in ("{text: 您好, instead: greeting}", "{text: 您好, if: call.medium == 'chat'}"):
        assert main(["flow", "lint", write(tmp_path, GOOD.replace("say: greeting", f"say: {fine}"))]) == 0
        assert "callers do not hear" not in capsys.readouterr().out
