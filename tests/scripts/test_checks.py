import os
import subprocess
import sys
from pathlib import Path

import pytest
from setup.bytecode import bytecode
from setup.checks import FOLDERS, LANES, PARTS, choose, run_pytest, runnable, wants_speech
from setup.progress import Progress, SetupError


@pytest.mark.parametrize(
    ("arguments", "parts", "options"),
    [
        ([], ["unit", "asterisk", "browser", "freeswitch"], []),
        (["unit"], ["unit"], []),
        (["browser", "-k", "desk"], ["browser"], ["-k", "desk"]),
        (["tests/acd", "-x"], ["unit", "asterisk", "browser", "freeswitch"], ["tests/acd", "-x"]),
    ],
)
def test_the_first_word_chooses_a_part_and_the_rest_goes_to_pytest(
    arguments: list[str], parts: list[str], options: list[str]
) -> None:
    assert choose(arguments) == (parts, options)


def test_whole_parts_have_the_models_of_speech_and_single_tests_wait_for_none() -> None:
    assert wants_speech(*choose([]))
    assert wants_speech(*choose(["unit"]))
    assert wants_speech(*choose(["asterisk"]))
    assert not wants_speech(*choose(["browser"]))
    assert not wants_speech(*choose(["asterisk", "tests/integration"]))


def test_the_code_is_compiled_once_for_all_processes(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("print('here')")
    forbidding = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(tmp_path)}
    for _ in range(2):
        environment = forbidding | bytecode(forbidding, tmp_path)
        assert subprocess.check_output([sys.executable, "-c", "import module"], env=environment) == b"here\n"
    assert list((tmp_path / "bytecode").rglob("module.*.pyc")) and not (tmp_path / "__pycache__").exists()
    assert bytecode({}, tmp_path) == {}, "as it is usual: beside the code"


def test_every_test_belongs_to_exactly_one_part() -> None:
    for marks in ({"asterisk"}, {"browser"}, {"asterisk", "browser"}, {"freeswitch"}, set[str]()):
        names = {name: name in marks for name in ("asterisk", "browser", "freeswitch")}
        assert [eval(expression, {}, names) for expression in PARTS.values()].count(True) == 1


def test_a_missing_freeswitch_is_told_and_nothing_else_is_left_out(tmp_path: Path) -> None:
    path = {"PATH": str(tmp_path)}
    parts, missing = runnable(list(PARTS), path)
    assert parts == ["unit", "asterisk", "browser"]
    assert missing.startswith("freeswitch: no FreeSWITCH")
    assert runnable(["unit"], path) == (["unit"], "")
    with pytest.raises(SetupError, match=r"FREESWITCH_PREFIX=.*no program bin/freeswitch"):
        runnable(list(PARTS), {**path, "FREESWITCH_PREFIX": str(tmp_path)})
    program = tmp_path / "bin" / "freeswitch"
    program.parent.mkdir()
    program.touch(0o755)
    assert runnable(list(PARTS), {**path, "FREESWITCH_PREFIX": str(tmp_path)}) == (list(PARTS), "")
    assert runnable(list(PARTS), {"PATH": str(program.parent)}) == (list(PARTS), "")


@pytest.mark.parametrize(
    ("statuses", "options", "failed"),
    [
        ({"unit": 0, "asterisk": 0, "browser": 0}, [], []),
        ({"unit": 0, "asterisk": 1, "browser": 0}, [], [f"pytest: asterisk {one}" for one in FOLDERS["asterisk"]]),
        ({"unit": 0, "asterisk": 5, "browser": 0}, [], [f"pytest: asterisk {one}" for one in FOLDERS["asterisk"]]),
        ({"unit": 0, "asterisk": 5, "browser": 5}, ["-k", "x"], []),
        ({"unit": 5, "asterisk": 5}, ["-k", "x"], ["pytest: unit", "pytest: asterisk"]),
        ({"unit": 1, "asterisk": 5}, ["-k", "x"], ["pytest: unit"]),
    ],
)
def test_a_part_without_tests_fails_unless_options_chose_tests_of_another(
    statuses: dict[str, int], options: list[str], failed: list[str], tmp_path: Path
) -> None:
    cases = "\n".join(f'"{PARTS[part]}") exit {status};;' for part, status in statuses.items())
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\ncase "$6" in\n{cases}\nesac\nexit 99\n')
    python.chmod(0o755)
    variables = {"PATH": str(tmp_path)}
    assert run_pytest(tmp_path, list(statuses), options, Progress(tmp_path / "logs"), variables) == failed


@pytest.mark.parametrize(("second", "failed"), [(0, []), (1, ["pytest: browser"])])
def test_what_failed_with_a_real_browser_is_run_once_more_and_listed(
    second: int, failed: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    python = tmp_path / "python"
    memory = tmp_path / ".pytest_cache/browser/v/cache"
    python.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *--last-failed) exit {second};; esac\n'
        f"/bin/mkdir -p {memory}\n"
        f"echo '{{\"tests/browser/test_desk.py::test_rings\": true}}' > {memory}/lastfailed\n"
        "exit 1\n"
    )
    python.chmod(0o755)
    assert run_pytest(tmp_path, ["browser"], [], Progress(tmp_path / "logs"), {"PATH": str(tmp_path)}) == failed
    assert "needed a second run: tests/browser/test_desk.py::test_rings" in capsys.readouterr().err


def test_long_runs_with_real_telephones_are_beside_the_others_and_what_each_wrote_stays_together(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """One after the other they took twice as long, and mostly waited."""
    python = tmp_path / "python"
    begun = tmp_path / "begun"
    python.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *{LANES[0]}*) /bin/touch {begun}; for n in 1 2 3; do echo integration; /bin/sleep 0.1; done;;\n'
        "*) for n in 1 2 3; do echo other; /bin/sleep 0.1; done\n"
        f"for n in $(/usr/bin/seq 100); do test -e {begun} && exit 0; /bin/sleep 0.1; done; exit 1;; esac\n"
    )
    python.chmod(0o755)
    assert run_pytest(tmp_path, ["asterisk"], [], Progress(tmp_path / "logs"), {"PATH": str(tmp_path)}) == []
    lines = capfd.readouterr().out.split()
    assert "".join(line[0] for line in lines if line in ("integration", "other")).count("iii") == 1
    assert lines.count("other") == 6
