"""A small real Asterisk for the phones: four endpoints, and numbers that play, ring, ask for a key, dial and refuse."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from softphone.phones.prompt_book import Recording
from softphone.phones.sip_stack import SipStack, address
from softphone.phones.sound import RATE, Samples, murmur
from tests.free_ports import free_port

_MODULES = """
app_dial app_playback app_playtones app_stack app_verbose app_waitforring app_senddtmf app_read
bridge_builtin_features bridge_builtin_interval_features bridge_holding bridge_native_rtp bridge_simple
bridge_softmix chan_pjsip codec_alaw codec_ulaw format_pcm format_wav func_callerid func_channel func_logic
func_pjsip_endpoint func_strings pbx_config res_crypto res_format_attr_h264 res_geolocation res_http_websocket
res_musiconhold res_pjproject res_pjsip res_pjsip_acl res_pjsip_authenticator_digest res_pjsip_caller_id
res_pjsip_dtmf_info res_pjsip_header_funcs res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user
res_pjsip_endpoint_identifier_anonymous res_pjsip_logger res_pjsip_nat res_pjsip_outbound_authenticator_digest
res_pjsip_pubsub res_pjsip_refer res_pjsip_registrar res_pjsip_rfc3326 res_pjsip_sdp_rtp res_pjsip_session
res_rtp_asterisk res_sorcery_astdb res_sorcery_config res_sorcery_memory res_statsd res_timing_timerfd
""".split()


@dataclass(frozen=True, slots=True)
class Asterisk:
    """`server` and `server6` are host:port for SIP; `secret` is that of the endpoints 1001 to 1004."""

    server: str
    server6: str
    secret: str
    directory: Path
    prompts: tuple[Recording, ...]

    @property
    def sounds(self) -> Path:
        return self.directory / "sounds"

    @property
    def console(self) -> str:
        return (self.directory / "log/console").read_text("utf-8", "replace")


def asterisk_program() -> str | None:
    prefix = os.environ.get("HOTLINE_ASTERISK") or str(Path.home() / ".cache/hotline/asterisk/bin/asterisk")
    return prefix if Path(prefix).exists() else shutil.which("asterisk")


def write_alaw(path: Path, samples: Samples) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(str(path), samples, RATE, format="RAW", subtype="ALAW")


def spoken(seed: int, seconds: float) -> Samples:
    """Make what passes for a recorded prompt: murmurs that differ with the seed, a pause at each end."""
    edge = np.zeros(800, np.int16)
    return np.concatenate([edge, murmur(seconds, pitch=120 + 7 * (seed % 20), seed=seed), edge])


def chord(seconds: float) -> Samples:
    """Make what passes for hold music: notes that stay, swelling a little."""
    at = np.arange(round(seconds * RATE)) / RATE
    notes = sum(np.sin(2 * np.pi * frequency * at) for frequency in (262, 330, 392, 523, 660, 784))
    return (2500 * notes * (1 + 0.2 * np.sin(2 * np.pi * 2 * at))).astype(np.int16)


@pytest.fixture(scope="session")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asterisk]:
    program = asterisk_program()
    if program is None:
        pytest.skip("no Asterisk on this machine")
    directory = tmp_path_factory.mktemp("asterisk")
    for name in ("etc", "lib/keys", "run", "log", "spool"):
        (directory / name).mkdir(parents=True)
    here = Asterisk(
        address("127.0.0.1", free_port()),
        address("::1", free_port(hosts=("::1",))),
        "geheim1",
        directory,
        tuple(
            Recording(name, text, spoken(seed, 2.0))
            for seed, (name, text) in enumerate((("greeting", "您好"), ("menu", "请按键"), ("goodbye", "再见")), 1)
        ),
    )
    for recording in here.prompts:
        write_alaw(here.sounds / f"{recording.name}.alaw", recording.samples)
    write_alaw(directory / "music/chord.alaw", chord(20.0))
    modules = next(
        Path(program).resolve().parent.parent.glob("usr/lib/*/asterisk/modules"), Path("/usr/lib/asterisk/modules")
    )
    for name, text in _files(here, modules, program).items():
        (directory / "etc" / name).write_text(text)
    with (directory / "log/console").open("wb") as log:
        process = subprocess.Popen(
            [program, "-C", str(directory / "etc/asterisk.conf"), "-f", "-n"], stdout=log, stderr=log
        )
        try:
            _wait_until_ready(directory / "log/console", process)
            yield here
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
async def stack() -> AsyncIterator[SipStack]:
    async with SipStack("127.0.0.1") as running:
        yield running


def _wait_until_ready(console: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while b"Asterisk Ready" not in console.read_bytes():
        assert process.poll() is None, console.read_text()
        assert time.monotonic() < deadline, console.read_text()
        time.sleep(0.05)


def _files(here: Asterisk, modules: Path, program: str) -> dict[str, str]:
    directory = here.directory
    data = Path(program).resolve().parent.parent / "usr/share/asterisk"
    endpoints = "".join(
        f"[{user}]\ntype=endpoint\naors={user}\nauth={user}\ncontext=phones\ndisallow=all\nallow=alaw,ulaw\n"
        "direct_media=no\nrtp_symmetric=yes\nforce_rport=yes\nsend_rpid=yes\ntrust_id_outbound=yes\n"
        f"[{user}]\ntype=aor\nmax_contacts=2\nremove_existing=yes\n"
        f"[{user}]\ntype=auth\nauth_type=userpass\nusername={user}\npassword={here.secret}\n"
        for user in ("1001", "1002", "1003", "1004")
    )
    return {
        "asterisk.conf": (
            f"[directories]\nastetcdir => {directory}/etc\nastmoddir => {modules}\nastvarlibdir => {directory}/lib\n"
            f"astdbdir => {directory}/lib\nastkeydir => {directory}/lib\nastdatadir => {data}\n"
            f"astagidir => {directory}/lib\nastspooldir => {directory}/spool\nastrundir => {directory}/run\n"
            f"astlogdir => {directory}/log\n[options]\nverbose = 1\n"
        ),
        "modules.conf": "[modules]\nautoload=no\n" + "".join(f"load = {name}.so\n" for name in _MODULES),
        "logger.conf": "[general]\n[logfiles]\nconsole => error,warning,notice\n",
        "rtp.conf": "[general]\nrtpstart=20000\nrtpend=20999\n",
        "pjsip.conf": (
            "[global]\ntype=global\nendpoint_identifier_order=auth_username,username,ip,anonymous\n"
            f"[udp]\ntype=transport\nprotocol=udp\nbind={here.server}\n"
            f"[udp6]\ntype=transport\nprotocol=udp\nbind={here.server6}\n"
            "[anonymous]\ntype=endpoint\ncontext=citizens\ndisallow=all\nallow=alaw\ndirect_media=no\n" + endpoints
        ),
        "musiconhold.conf": f"[default]\nmode=files\ndirectory={directory}/music\n",
        "extensions.conf": _dialplan(here.sounds),
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": "[general]\nenable=no\n",
        "features.conf": "",
        "ccss.conf": "",
        "cli_aliases.conf": "",
        "http.conf": "",
        "manager.conf": "",
        "udptl.conf": "",
        "acl.conf": "",
        "indications.conf": "[general]\ncountry=cn\n[cn]\ndescription=China\nringcadence=1000,4000\ndial=450\n"
        "busy=450/350,0/350\nring=450/1000,0/4000\ncongestion=450/700,0/700\n",
    }


def _dialplan(sounds: Path) -> str:
    return f"""
[citizens]
exten => 12345,1,Answer(0)
 same => n,Playback({sounds}/greeting)
 same => n,Read(key,{sounds}/menu,1,,,3)
 same => n,GotoIf($["${{key}}"="0"]?agent)
 same => n,Playback({sounds}/goodbye)
 same => n,Hangup()
 same => n(agent),Dial(PJSIP/1001,20,gm)
 same => n,Playback({sounds}/goodbye)
 same => n,Hangup()
exten => early,1,Progress()
 same => n,Playback({sounds}/greeting,noanswer)
 same => n,Hangup(17)
exten => 404,1,Hangup(1)
exten => music,1,Answer(0)
 same => n,MusicOnHold(default,5)
 same => n,Hangup()
exten => ringing,1,Ringing()
 same => n,Wait(20)
exten => inband,1,Answer(0)
 same => n,Playtones(450/1000,0/1000)
 same => n,Wait(4)
 same => n,Hangup()
exten => page,1,Dial(PJSIP/1002,20,b(page^s^1))
exten => _1XXX,1,Dial(PJSIP/${{EXTEN}},20)
[page]
exten => s,1,Set(PJSIP_HEADER(add,Call-Info)=<sip:hotline>\\;answer-after=0)
 same => n,Return()
[phones]
include => citizens
"""
