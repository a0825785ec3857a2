"""The hotline under trial: started as a newcomer starts it, in a folder of its own that goes with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.free_ports import free_port

TREE = Path(__file__).resolve().parents[2]
PASSWORD = "nur-zum-probieren-7"  # noqa: S105 # of a hotline that lives some minutes on 127.0.0.1
START_SECONDS, STOP_SECONDS = 180.0, 60.0
TRUNK = """\
trunks:
  carrier: {{host: 127.0.0.1, port: {port}, caller_ids: {{city: "051912345"}}}}
"""


class NotStarted(Exception):
    """The hotline does not run; the message says why."""


@dataclass(frozen=True, slots=True)
class House:
    """Where it is reached; calls to citizens arrive at the port `carrier`; `process` is the supervisor's id."""

    data: Path
    base: int
    carrier: int
    process: int = 0

    @property
    def url(self) -> str:
        """The console."""
        return f"http://127.0.0.1:{self.base}"

    @property
    def sip(self) -> str:
        """Where citizens call."""
        return f"127.0.0.1:{self.base + 1}"

    @property
    def public(self) -> str:
        """The public site, where the settings open it."""
        return f"http://127.0.0.1:{self.base + 7}"

    @property
    def environment(self) -> dict[str, str]:
        """In which its commands know it."""
        return {
            **os.environ, "HOTLINE_DATA": str(self.data), "HOTLINE_PORT_BASE": str(self.base),
            "HOTLINE_DEMO_PASSWORD": PASSWORD,
        }  # fmt: skip

    @property
    def log(self) -> str:
        """The end of what it wrote, for a failure."""
        return (self.data / "run.log").read_text("utf-8", "replace")[-3000:]

    def kill_engine(self) -> None:
        """SIGKILL, as when power of its machine is lost; the supervisor starts another."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()
        for child in children:
            if b"cti.process.app" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
                return
        raise NotStarted(f"there is no engine:\n{self.log}")

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `hotline …` beside it."""
        line = [sys.executable, "-m", "cti.process.cli", *words]
        return subprocess.run(line, cwd=TREE, env=self.environment, capture_output=True, text=True, check=False)


@contextmanager
def running(
    base: int, settings: str, answers: str, before: Callable[[House], None] | None = None
) -> Iterator[House]:  # fmt: skip
    """Start it with these settings, and stop it as Ctrl-C does; `answers` is a path that answers when all is there.

    `before` works in its folder before it is started.

    NotStarted with the end of its log when it does not start.
    """
    if _answers(f"http://127.0.0.1:{base}/healthz"):
        raise NotStarted(f"something answers at port {base} already: choose another --base")
    with tempfile.TemporaryDirectory(prefix="hotline-trial-") as folder:
        house = House(Path(folder), base, free_port())
        (house.data / "settings.yaml").write_text(settings + TRUNK.format(port=house.carrier), "utf-8")
        # As scripts/run does: a busy machine's engine would be given up while it encodes them.
        house.command("prompt", "encode")
        if before is not None:
            before(house)
        with (house.data / "run.log").open("wb") as out:
            line = [sys.executable, "-m", "cti.process.cli", "run"]
            process = subprocess.Popen(line, cwd=TREE, env=house.environment, stdout=out, stderr=out)
        try:
            _wait(house, process, answers)
            yield replace(house, process=process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(house: House, process: subprocess.Popen[bytes], path: str) -> None:
    """Until calls are possible and `path` asks who one is."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(f"{house.url}/healthz") == "ok" and _answers(house.url + path) == "401":
            return
        time.sleep(0.5)
    raise NotStarted(f"the hotline did not start:\n{house.log}")


def _answers(url: str) -> str:
    """The health's status, or the number of a refusal."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 # our own
            return str(json.loads(answer.read())["status"])
    except urllib.error.HTTPError as error:
        return str(error.code)
    except OSError:
        return ""
