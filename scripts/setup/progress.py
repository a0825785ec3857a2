"""What the person at the terminal sees while a machine is set up, and where the long output goes."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

TAIL_LINES = 25
STILL_AFTER = 15.0
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class SetupError(Exception):
    """The set-up cannot go on; the message says what is wrong and what to do about it."""


class Progress:
    """Numbered steps with elapsed seconds on standard error; the output of commands goes to files in ``logs``."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self._started = time.monotonic()
        self._step = 0

    def step(self, text: str) -> None:
        """Announce a step that is about to begin."""
        self._step += 1
        self._print(f"{self._step}. {text}")

    def note(self, text: str) -> None:
        """Tell a detail of the current step."""
        self._print(f"   {text}")

    def tell(self, output: str) -> None:
        """Print what a command wrote, in one piece."""
        print(output, flush=True)

    def _print(self, text: str) -> None:
        elapsed = time.monotonic() - self._started
        print(f"[{elapsed:5.1f} s] {text}", file=sys.stderr, flush=True)

    def run(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Run ``command`` without standard input, add its output to ``name``.log and return that output.

        Raises SetupError with the last lines of the output and the log's path when it fails.
        """
        words = [str(word) for word in command]
        self.logs.mkdir(parents=True, exist_ok=True)
        path = self.logs / f"{name}.log"
        with path.open("a", encoding="utf-8") as log:
            log.write(f"\n$ {' '.join(words)}\n")
            log.flush()
            begin = path.stat().st_size
            try:
                with subprocess.Popen(
                    words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
                ) as child:
                    status = self._wait(child, name)
            except OSError as error:
                raise SetupError(f"cannot run {words[0]}: {error.strerror or error}") from error
        with path.open("rb") as log_bytes:
            log_bytes.seek(begin)
            output = _COLOUR.sub("", log_bytes.read().decode(errors="replace"))
        if status != 0:
            tail = "\n".join(f"   | {line}" for line in output.splitlines()[-TAIL_LINES:])
            raise SetupError(f"{Path(words[0]).name} ended with status {status}:\n{tail}\n   whole output: {path}")
        return output

    def _wait(self, child: subprocess.Popen[bytes], name: str) -> int:
        while True:
            try:
                return child.wait(timeout=STILL_AFTER)
            except subprocess.TimeoutExpired:
                self.note(f"still at it ({name})")
