import os
import subprocess
import sys
from pathlib import Path

import pytest

from cti.base import priority


def test_a_process_and_its_children_give_way() -> None:
    child = "import os; print(os.getpriority(os.PRIO_PROCESS, 0))"
    code = (
        "import subprocess, sys; from cti.base import priority; assert priority.take(priority.LATER);"
        f"subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert int(told.stdout) == priority.LATER


def groups(code: str, *, leads: bool) -> list[str]:
    """What the kernel says of a new process's group, before and after the code; empty where it has none."""
    look = "print(Path('/proc/self/autogroup').read_text().strip())"
    told = subprocess.run(
        [sys.executable, "-c", f"from pathlib import Path; from cti.base import priority; {look}; {code}; {look}"],
        check=True, capture_output=True, text=True, start_new_session=leads,
    )  # fmt: skip
    return told.stdout.splitlines()


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel groups no processes by session")
@pytest.mark.parametrize("leads", [True, False])
def test_who_leads_a_session_takes_it_along(leads: bool) -> None:
    before, after = groups("assert priority.take(priority.LATER)", leads=leads)
    # A session of the kernel's root group (one from before the grouping, or with it switched off) has no value.
    if leads and before:
        assert after.endswith(f"nice {priority.LATER}")
    else:
        assert after == before


def test_without_permission_everything_runs_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(which: int, who: int, nice: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    assert not priority.take(priority.SWITCH)


def test_a_process_that_is_gone_is_no_error() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    assert not priority.take(priority.LATER, ended.pid)
