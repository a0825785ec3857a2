"""Matrices are multiplied by the thread that asks: others would take calls' CPU by turning in loops."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

MULTIPLIED = """
import os
import {module}
import numpy as np
one = np.ones((600, 600), np.float32)
one @ one
print(len(os.listdir("/proc/self/task")))
"""


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="with one core there is one thread in any case")
@pytest.mark.parametrize("module", ["cti.process.cli", "cti.process.app"])
def test_a_process_of_the_hotline_multiplies_in_one_thread(module: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    asked = [sys.executable, "-c", MULTIPLIED.format(module=module)]
    assert subprocess.run(asked, env=environment, check=True, capture_output=True, text=True).stdout.split()[-1] == "1"
