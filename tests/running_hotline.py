"""A whole hotline as a newcomer starts it: supervisor, real Asterisk, broker, engine; on free ports, in a folder."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from cti.telephony.switch.installation import PROMPT_FORMATS
from ivr import house
from ivr.prompts import native
from softphone.phones.audio_line import Capture
from softphone.phones.phone_call import PhoneCall
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import RATE, tone, tone_level
from softphone.phones.user_agent import UserAgent
from tests.free_ports import free_ports

PROMPTS = Path(tempfile.gettempdir()) / "hotline-test-prompts"
ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "nur-zum-probieren-7"
KEPT_SECONDS = 8.0
"""A connection is not used again that the hotline is about to close, after `cti.web.host.HEAD_SECONDS`."""
SETTINGS = """\
switch: {{bind: "{bind}", bind6: {bind6}, ws_port: {ws}, control_port: {control}, session_port: {session},
          rtp_first: {rtp}, rtp_last: {rtp_last}, patience: {patience}}}
broker: {{port: {mqtt}, enabled: {mqtt_enabled}}}
spare_engine: {spare}
public: {{enabled: true, port: {public}}}
transcripts: {{enabled: {transcripts}}}
acd:
  queues:
    general: {{title: 综合受理, need: "mandarin >= 1", wrapup: 0, ring: 6, rejected: skip, skip: 2,
              overflow: {{no_agents: message}}}}
{more}
"""


def asterisk() -> str:
    """The real Asterisk; without one the test is skipped, or fails where everything must be there (CI)."""
    found = os.environ.get("HOTLINE_ASTERISK")
    if not found:
        if os.environ.get("HOTLINE_REQUIRE_REAL"):
            pytest.fail("HOTLINE_ASTERISK names no Asterisk")
        pytest.skip("HOTLINE_ASTERISK names no Asterisk (scripts/test finds or fetches one)")
    return found


@dataclass
class RunningHotline:
    """Handles of the running processes. All waiting is bounded."""

    data: Path
    bind: str = "127.0.0.1"
    patience: int = 30
    mqtt: bool = False
    more: str = ""
    transcripts: bool = False
    """Whether talks are written down where a recogniser is on this machine: it takes a core from everybody else."""
    spare: bool = False
    base: int = 0
    """Ports from here on, by the environment; 0: the settings name free ones."""
    root: Path = ROOT
    """The checkout that runs."""
    process: subprocess.Popen[bytes] | None = None
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['http']}"

    @property
    def sip(self) -> str:
        host = f"[{self.bind}]" if ":" in self.bind else self.bind
        return f"{host}:{self.ports['sip']}"

    def prepare(self) -> None:
        """Choose ports and write the settings."""
        names = ("http", "sip", "ws", "control", "session", "mqtt", "tls", "public")
        found = [self.base + at for at in range(len(names))] if self.base else free_ports(len(names))
        self.ports = dict(zip(names, found, strict=True))
        # RTP ranges of hotlines under test must not meet: each takes 400 ports of its own.
        # All of them lie below those from which the system gives free ports.
        rtp = 10_000 + (self.ports["sip"] % 50) * 400
        self.data.mkdir(parents=True, exist_ok=True)
        text = SETTINGS.format(
            bind=self.bind,
            bind6='"::1"' if self.bind != "::1" else "null",
            patience=self.patience,
            rtp=rtp,
            rtp_last=rtp + 2999,
            mqtt_enabled=str(self.mqtt).lower(),
            spare=str(self.spare).lower(),
            transcripts=str(self.transcripts).lower(),
            more=self.more,
            **self.ports,
        )
        (self.data / "settings.yaml").write_text(text, "utf-8")
        # Made once for all hotlines under test: what they are is tested elsewhere.
        native.install(house.catalogue(self.data), PROMPTS, formats=PROMPT_FORMATS["asterisk"])
        (self.data / "prompts").symlink_to(PROMPTS)

    def start(self) -> None:
        """Start, and wait until a call is possible."""
        environment = {
            **os.environ,
            "HOTLINE_DATA": str(self.data),
            "HOTLINE_ASTERISK": asterisk(),
            "HOTLINE_DEMO_PASSWORD": PASSWORD,
        }
        if self.base:
            environment["HOTLINE_PORT_BASE"] = str(self.base)
        else:
            environment |= {
                "HOTLINE_HTTP_PORT": str(self.ports["http"]),
                "HOTLINE_SIP_PORT": str(self.ports["sip"]),
            }
        with (self.data / "run.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cti.process.cli", "run"], cwd=self.root, env=environment, stdout=log, stderr=log
            )
        self.wait_healthy(60)

    def wait_healthy(self, seconds: float) -> None:
        """Until `/healthz` says that a call is possible."""
        deadline = time.monotonic() + seconds
        last = "no answer"
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    last = answer.read().decode()
                    if json.loads(last)["status"] != "down":
                        return
            except urllib.error.HTTPError as error:
                last = error.read().decode()
            except OSError as error:
                last = str(error)
            time.sleep(0.1)
        raise AssertionError(f"not healthy within {seconds} s: {last}\n{self.logs()}")

    def logs(self) -> str:
        """The ends of the logs, for a failed test."""
        parts = [self.data / "run.log", *sorted((self.data / "logs").glob("*.log")), self.data / "switch/log/messages"]
        return "\n".join(
            f"── {path.name}\n" + path.read_text("utf-8", "replace")[-3000:] for path in parts if path.exists()
        )

    def stop(self) -> None:
        """Stop as Ctrl-C does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(40)

    def child(self, part: str) -> int:
        """The process id of a child whose command line has `part`: `asterisk.conf`, `cti.process.app`."""
        assert self.process is not None
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in path.read_text().split():
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
            if part in command:
                return int(pid)
        raise AssertionError(f"no child {part}")

    def kill(self, part: str) -> None:
        """SIGKILL one of our own children."""
        os.kill(self.child(part), signal.SIGKILL)

    def switch_command(self, command: str) -> str:
        """Run a command of the switch's console."""
        done = subprocess.run(
            [asterisk(), "-C", str(self.data / "switch/etc/asterisk.conf"), "-rx", command],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        return done.stdout

    @asynccontextmanager
    async def signed_in(self, login: str) -> AsyncIterator[Api]:
        """The API as this person."""
        jar = aiohttp.CookieJar(unsafe=True)
        connector = aiohttp.TCPConnector(keepalive_timeout=KEPT_SECONDS)
        async with aiohttp.ClientSession(cookie_jar=jar, connector=connector) as http:
            body = {"login": login, "password": PASSWORD}
            async with http.post(f"{self.url}/api/session", json=body) as answer:
                assert answer.status == 200, await answer.text()
                csrf = (await answer.json())["csrf"]
            yield Api(http, self.url, csrf)


@dataclass
class Api:
    """JSON in, JSON out."""

    http: aiohttp.ClientSession
    url: str
    csrf: str

    async def ask(self, method: str, path: str, body: Any = None, *, status: int | None = None) -> Any:
        """The answer; any status below 400 is right unless `status` is given."""
        headers = {"X-CSRF": self.csrf}
        async with self.http.request(method, f"{self.url}{path}", json=body, headers=headers) as answer:
            text = await answer.text()
            right = answer.status == status if status else answer.status < 400
            assert right, f"{method} {path}: {answer.status} {text}"
            return json.loads(text) if text else None

    async def route(self, flow: str) -> None:
        """Lead calls to 12345 through a published flow; empty: as it was."""
        seen = (await self.ask("GET", "/api/flow_routing"))["digest"]
        routes = [{"number": ["12345"], "choose": [{"flow": flow}]}] if flow else []
        await self.ask("PUT", "/api/flow_routing", {"routes": routes, "seen": seen})

    async def newest(self, count: int = 1) -> list[Any]:
        """The newest calls with their stories, newest first."""
        found = await self.ask("GET", f"/api/calls?size={count}")
        return [await self.ask("GET", f"/api/calls/{one['id']}") for one in found["items"]]

    async def ended(self, calls: int, seconds: float = 10) -> list[Any]:
        """The newest calls once all of them have ended and their recordings are finished."""
        deadline = time.monotonic() + seconds
        while True:
            found = await self.newest(calls)
            if len(found) == calls and all(_complete(one) for one in found):
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"calls have not ended: {json.dumps(found, ensure_ascii=False)[-4000:]}")
            await asyncio.sleep(0.2)


def _complete(story: Any) -> bool:
    kinds = [one["type"] for one in story["events"]]
    begun, done = kinds.count("RecordingStarted"), kinds.count("RecordingFinished") + kinds.count("RecordingFailed")
    return story["ended_at"] is not None and done >= begun


def kinds(story: Any) -> list[str]:
    """The types of a story's events, in order."""
    return [one["type"] for one in story["events"]]


@dataclass
class Agent:
    """An agent with a real SIP phone, signed in over the API."""

    number: str
    api: Api
    phone: UserAgent

    async def ready(self) -> None:
        """Take calls."""
        await self.api.ask("PUT", "/api/agent/state", {"state": "ready", "reason": None})

    async def state(self) -> str:
        """The state now."""
        return str((await self.api.ask("GET", "/api/agent"))["state"])

    async def there(self, seconds: float = 20) -> None:
        """Wait until his phone is known to the switch."""
        deadline = time.monotonic() + seconds
        while (now := await self.state()) in ("signed_out", "offline"):
            assert time.monotonic() < deadline, f"{self.number} is {now}: the switch does not know his phone"
            await asyncio.sleep(0.05)

    async def until(self, state: str, seconds: float = 8) -> None:
        """Wait for a state."""
        deadline = time.monotonic() + seconds
        while (now := await self.state()) != state:
            assert time.monotonic() < deadline, f"{self.number} is {now}, not {state}"
            await asyncio.sleep(0.05)


async def hire(hotline: RunningHotline, numbers: list[str]) -> None:
    """Add agents; those who are there already stay as they are."""
    async with hotline.signed_in("admin") as admin:
        found = await admin.ask("GET", "/api/people?size=100")
        there = {person["login"] for person in found["items"]}
        for number in numbers:
            person = {"login": number, "name": f"座席{number}", "agent_no": number, "organisation": "city"}
            if number not in there:
                await admin.ask(
                    "POST", "/api/people", {**person, "roles": ["agent"], "password": PASSWORD, "change": False}
                )


@asynccontextmanager
async def agent(
    hotline: RunningHotline, stack: SipStack, number: str, *, answer_after: float | None = 0.2, ipv6: bool = False
) -> AsyncIterator[Agent]:
    """An agent who is ready; signs out at the end. `ipv6`: his desk phone is one over IPv6 at a hotline of both."""
    async with hotline.signed_in(number) as api:
        phone_data = await api.ask("GET", "/api/phone")
        secret = (await api.ask("POST", "/api/phone/secret"))["secret"]
        phone = await UserAgent.open(
            stack,
            phone_data["endpoint6" if ipv6 else "endpoint"],
            server=phone_data["server6" if ipv6 else "server"],
            secret=secret,
            register=True,
            answer_after=answer_after,
        )
        try:
            found = Agent(number, api, phone)
            await found.ready()
            await found.there()
            yield found
        finally:
            try:
                # Also after a failed test: who stays signed in keeps the callers of the next one waiting.
                await api.ask("PUT", "/api/agent/state", {"state": "signed_out", "reason": None})
            finally:
                await phone.close()


@asynccontextmanager
async def citizen(
    hotline: RunningHotline, stack: SipStack, number: str = "13800000001", *, ipv6: bool = False
) -> AsyncIterator[PhoneCall]:
    """A citizen whose call to 12345 has been answered."""
    phone = await UserAgent.open(stack, "citizen", server=f"[::1]:{hotline.ports['sip']}" if ipv6 else hotline.sip)
    try:
        call = await phone.call("12345", caller=number)
        await call.answered(timeout=10)
        yield call
        if not call.is_over:
            await call.hang_up()
    finally:
        await phone.close()


async def skip_greeting(call: PhoneCall) -> None:
    """A key that means nothing leads at once to a human."""
    await asyncio.sleep(0.4)
    await call.press("0")


def started(data: Path, **options: Any) -> Iterator[RunningHotline]:
    """A hotline for a fixture."""
    asterisk()
    hotline = RunningHotline(data, **options)
    hotline.prepare()
    try:
        hotline.start()
        yield hotline
    finally:
        hotline.stop()


async def hear_each_other(one: PhoneCall, other: PhoneCall) -> None:
    levels = (-90.0, -90.0)
    # On a busy machine the switch bridges them a moment later than it says.
    for _ in range(3):
        heard = Capture(one.audio), Capture(other.audio)
        await asyncio.gather(one.audio.play(tone(700, 1.2)), other.audio.play(tone(1100, 1.2)))
        levels = tone_level(heard[0].heard[-RATE:], 1100), tone_level(heard[1].heard[-RATE:], 700)
        if min(levels) > -30:
            return
    raise AssertionError(f"they do not hear each other: {levels}")
