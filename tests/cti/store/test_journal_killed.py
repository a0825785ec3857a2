import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cti.base.ids import new_id
from cti.store.calls import StoredCalls

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("commits", [1, 5, 40])
async def test_what_was_committed_survives_sigkill_and_calls_agree_with_events(store, tmp_path, commits):
    url = "" if store.is_sqlite else store.engine.url.set(drivername="postgresql").render_as_string(False)
    call = new_id()
    victim = subprocess.Popen(  # noqa: ASYNC220 # the test waits for nothing else
        [sys.executable, "-m", "tests.cti.store.kill_me", str(tmp_path), url, call],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    told: list[int] = []
    with victim:
        assert victim.stdout is not None
        for _ in range(commits):
            told += [int(one) for one in victim.stdout.readline().split()]
        victim.send_signal(signal.SIGKILL)
        for line in victim.stdout:
            # The last line may have been cut by the kill.
            told += [int(one) for one in line.split()] if line.endswith("\n") else []
    assert victim.returncode == -signal.SIGKILL and told
    calls = StoredCalls(store)
    stored = await calls.events_of(call)
    sequences = [one.sequence for one in stored]
    assert set(told) <= set(sequences)
    # None is missing in between, and the call stands where its last event says.
    assert [one.event.revision for one in stored] == list(range(len(stored)))
    (saved,) = await calls.load_open()
    assert saved.progress["told"] == len(stored) - 1
