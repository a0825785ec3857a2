import sys
from pathlib import Path

import pytest
from setup.progress import Progress, SetupError


def test_steps_are_numbered_with_the_seconds_that_went_by(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(tmp_path)
    progress.step("first")
    progress.note("detail")
    progress.step("second")
    lines = [line.partition("] ")[2] for line in capsys.readouterr().err.splitlines()]
    assert lines == ["1. first", "   detail", "2. second"]


def test_output_is_returned_without_colours_and_added_to_the_log(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "logs")
    assert progress.run("job", ["echo", "one"]) == "one\n"
    assert progress.run("job", ["printf", r"\033[38;5;240m二\033[0m\n"]) == "二\n"
    assert (tmp_path / "logs/job.log").read_text().startswith("\n$ echo one\none\n\n$ printf ")


def test_a_failure_tells_the_status_the_last_lines_and_where_the_rest_is(tmp_path: Path) -> None:
    program = "import sys\nfor n in range(99): print('line', n)\nsys.exit(3)"
    with pytest.raises(SetupError) as caught:
        Progress(tmp_path).run("job", [sys.executable, "-c", program])
    message = str(caught.value)
    assert "status 3" in message
    assert "| line 98" in message
    assert "line 50" not in message
    assert str(tmp_path / "job.log") in message


def test_a_program_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot run no-such-program"):
        Progress(tmp_path).run("job", ["no-such-program"])
