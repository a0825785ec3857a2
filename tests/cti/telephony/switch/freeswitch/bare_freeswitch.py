"""A real FreeSWITCH with an event socket, a loopback endpoint and nothing else."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

import pytest

from cti.telephony.switch.freeswitch.installation import find_executable, find_modules
from cti.telephony.switch.installation import SwitchMissing

BOOT_SECONDS = 30.0
MODULES = "event_socket commands dptools dialplan_xml loopback tone_stream logfile".split()
PASSWORD = "ClueCon"
CONFIGURATION = """<?xml version="1.0"?>
<document type="freeswitch/xml">
  <section name="configuration">
    <configuration name="modules.conf"><modules>{modules}</modules></configuration>
    <configuration name="switch.conf"><settings>
      <param name="max-sessions" value="100"/><param name="sessions-per-second" value="100"/>
    </settings></configuration>
    <configuration name="logfile.conf"><profiles><profile name="default">
      <settings><param name="logfile" value="{folder}/freeswitch.log"/></settings>
      <mappings><map name="all" value="warning,err,crit,alert"/></mappings>
    </profile></profiles></configuration>
    <configuration name="event_socket.conf"><settings>
      <param name="listen-ip" value="127.0.0.1"/><param name="listen-port" value="{port}"/>
      <param name="password" value="{password}"/>
    </settings></configuration>
  </section>
  <section name="dialplan"><context name="default">
    <extension name="socket"><condition field="destination_number" expression="^(\\d+)$">
      <action application="set" data="cti_note=呼叫 7"/>
      <action application="socket" data="127.0.0.1:$1 async full"/>
    </condition></extension>
  </context></section>
</document>
"""


def find_freeswitch() -> tuple[Path, Path]:
    """The program and the folder of its modules. Skips where there is none."""
    try:
        program = find_executable()
        return program, find_modules(program)
    except (SwitchMissing, FileNotFoundError) as error:
        pytest.skip(f"no FreeSWITCH: {error}")


class BareFreeswitch:
    """Runs in `folder`; dialling a port number of this machine hands the leg to the engine that listens there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = int(listener.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait for its event socket."""
        program, modules = find_freeswitch()
        loads = "".join(f'<load module="mod_{name}"/>' for name in MODULES)
        text = CONFIGURATION.format(modules=loads, folder=self.folder, port=self.port, password=PASSWORD)
        (self.folder / "freeswitch.xml").write_text(text, encoding="utf-8")
        options = "-nf -nc -np -nosql -nonat -nonatmap".split()
        folders = "conf log run db storage recordings scripts".split()
        places = [part for name in folders for part in (f"-{name}", str(self.folder))]
        with (self.folder / "console.log").open("wb") as console:
            self._process = subprocess.Popen(
                [program, *options, *places, "-mod", str(modules)], stdout=console, stderr=console
            )
        deadline = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        pytest.fail(
            f"FreeSWITCH does not start:\n{(self.folder / 'console.log').read_text('utf-8', 'replace')[-3000:]}"
        )

    def stop(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
