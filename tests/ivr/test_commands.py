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

from cti.documents import DocumentError
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
        [sys.executable, "-m", "cti.cli", "flow", "lint", "ivr/flows/hotline.yaml", "nowhere.yaml"],
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
        "suggestion": 'did you mean "greeting"?',
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
    assert "hears    您好，欢迎致电12345政务服务便民热线。" in out
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
    assert "12345: 您好，欢迎致电12345政务服务便民热线。请问您要反映或咨询什么问题？" in out
    assert "12345: 感谢您的评价，再见。" in out
    assert "(rated 1: 100)" in out
    monkeypatch.setattr("sys.stdin", io.StringIO("/quit\n"))
    assert main(["flow", "chat", "hotline"]) == 0
    assert capsys.readouterr().out.endswith("(left)\n")


def test_a_reader_who_has_had_enough_sees_no_traceback(data: Path) -> None:
    command = [sys.executable, "-m", "cti.cli", "flow", "schema"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(30) == 1
