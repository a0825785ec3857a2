"""Everything Asterisk reads, generated into a directory of ours; the machine's own configuration is never used."""

from __future__ import annotations

import hashlib
import itertools
import os
import socket
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cti.base.settings import HouseSettings, TrunkSettings
from cti.telephony.switch.asterisk import phones as pjsip
from cti.telephony.switch.asterisk.dialplan import CHANNEL_VARIABLES, EMERGENCY_QUEUE, LIMITS, dialplan
from cti.telephony.switch.asterisk.leg_times import COLUMNS, EVENTS
from cti.telephony.switch.phone import NOBODY_BLOCKED, Blocked, Phone
from cti.telephony.switch.secrets import session_proof
from cti.telephony.switch.written import keep_only, write_if_changed

MODULES = (
    # protocols, media and files first: others look for them when they load
    "res_timing_timerfd res_crypto res_http_websocket res_pjproject res_sorcery_config res_sorcery_memory "
    "res_sorcery_astdb res_statsd res_geolocation res_srtp res_rtp_asterisk res_pjsip res_pjsip_session "
    "res_pjsip_authenticator_digest res_pjsip_outbound_authenticator_digest res_pjsip_caller_id "
    "res_pjsip_diversion res_pjsip_dlg_options res_pjsip_dtmf_info res_pjsip_empty_info "
    "res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user res_pjsip_header_funcs "
    "res_pjsip_logger res_pjsip_nat res_pjsip_outbound_registration res_pjsip_path res_pjsip_pubsub res_pjsip_refer "
    "res_pjsip_registrar res_pjsip_rfc3326 res_pjsip_sdp_rtp res_pjsip_transport_websocket res_pjsip_acl "
    "chan_pjsip chan_audiosocket res_audiosocket res_musiconhold res_mutestream res_stasis res_stasis_device_state "
    "codec_alaw codec_ulaw codec_a_mu codec_g722 codec_resample codec_opus_open_source codec_opus res_format_attr_opus "
    "format_pcm format_wav format_sln format_g722 "
    "bridge_simple bridge_softmix bridge_holding bridge_builtin_features "
    "bridge_builtin_interval_features "
    "pbx_config res_speech res_agi res_cdrel_custom cdr_custom cel_custom app_cdr "
    "app_audiosocket app_bridgeaddchan app_bridgewait app_chanspy app_controlplayback app_dial app_exec "
    "app_mixmonitor app_originate app_playback app_queue app_read app_record app_senddtmf app_softhangup app_stack "
    "app_verbose app_echo app_channelredirect app_playtones "
    "func_aes func_callerid func_cdr func_channel func_env func_global func_hangupcause func_logic func_math "
    "func_pjsip_aor func_pjsip_contact func_pjsip_endpoint func_sorcery func_strings func_timeout func_volume "
    "func_db func_cut func_groupcount func_config func_lock func_uri func_periodic_hook "
    "res_clialiases res_security_log res_resolver_unbound"
).split()
"""What is loaded when it exists; a module that an older Asterisk lacks is left out."""

PHONE_FILES = ("pjsip_phones.conf", "queues_emergency.conf")
"""Written by the engine, which knows the people."""

CDR_COLUMNS = (
    "uniqueid linkedid channel dstchannel src dst dcontext lastapp lastdata start answer end duration billsec "
    "disposition accountcode"
).split()
"""The switch's own call detail record; start, answer and end are seconds since 1970."""

PERSONAL_COLUMNS = ("src", "dst", "lastdata")
SEALED, MASKED = "aes:", "****"
"""How a personal value begins in the records: AES-128 and base64, or only its end."""

EMPTY_FILES = (
    "acl ari ccss chan_websocket cli cli_aliases codecs dnsmgr dsp enum geolocation pjproject resolver_unbound "
    "stasis statsd udptl"
).split()
"""Files that some module asks for and that have nothing to say."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the switch's files are: `root` is `HOTLINE_DATA/switch`."""

    root: Path
    modules: Path
    data: Path
    prompts: Path
    music: Path
    recordings: Path

    @property
    def etc(self) -> Path:
        """The folder of configuration files that we write."""
        return self.root / "etc"

    @property
    def messages(self) -> Path:
        """Where callers' messages are recorded."""
        return self.recordings.with_name("messages")

    @property
    def reads(self) -> list[Path]:
        """What it reads and does not write."""
        return [self.etc, self.modules, self.data, self.prompts, self.music]

    @property
    def writes(self) -> list[Path]:
        """The folders in which it writes."""
        own = sorted({*_folders(self).values()})
        return [self.run, self.recordings, self.messages, *own]

    @property
    def configuration(self) -> Path:
        """What `asterisk -C` is given."""
        return self.etc / "asterisk.conf"

    @property
    def cdr_file(self) -> Path:
        """The switch's own call detail records, one line each (`CDR_COLUMNS`)."""
        return self.root / "log" / "cdr-custom" / "calls.csv"

    @property
    def times_file(self) -> Path:
        """When legs talked and ended, one line each (`leg_times.COLUMNS`)."""
        return self.root / "log" / "cel-custom" / "legs.csv"

    @property
    def run(self) -> Path:
        """The control socket's folder; elsewhere when this path is too long for a socket (108 bytes)."""
        here = self.root / "run"
        if len(os.fsencode(here)) < 90:
            return here
        return Path(tempfile.gettempdir()) / f"hotline-{hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]}"


def write_configuration(
    house: HouseSettings, layout: Layout, manager_secret: str, secrets: dict[str, str], books_key: str = ""
) -> None:
    """Write every file that does not say so already; phones and emergency members are kept, or made empty.

    `books_key` seals the numbers in the switch's own records; without one they are masked there.
    """
    for folder in (
        layout.etc,
        layout.run,
        layout.recordings,
        layout.messages,
        layout.music,
        *_folders(layout).values(),
        layout.cdr_file.parent,
        layout.times_file.parent,
        layout.root / "lib" / "keys",
    ):
        folder.mkdir(parents=True, exist_ok=True)
    written = files(house, layout, manager_secret, secrets, books_key)
    for name, text in written.items():
        write_if_changed(layout.etc / name, text)
    # Those of another kind of switch, and of earlier versions, hold secrets and mislead.
    keep_only(layout.etc, {*written, *PHONE_FILES})
    for name in PHONE_FILES:
        if not (layout.etc / name).exists():
            write_if_changed(layout.etc / name, "")


def write_phones(
    found: Sequence[Phone], house: HouseSettings, layout: Layout, blocked: Blocked = NOBODY_BLOCKED
) -> bool:
    """Write the phones' part; returns whether it changed, so that the switch must be told."""
    changed = write_if_changed(layout.etc / "pjsip_phones.conf", pjsip.phones(found, house.switch, blocked))
    members = pjsip.emergency_members(found)
    return write_if_changed(layout.etc / "queues_emergency.conf", members) or changed


def write_trunks(
    found: Mapping[str, TrunkSettings], secrets: Mapping[str, str], house: HouseSettings, layout: Layout
) -> bool:
    """Write the carriers' part; returns whether it changed, so that the switch must be told."""
    write_if_changed(layout.etc / LIMITS, pjsip.limits(found))
    return write_if_changed(layout.etc / "pjsip_trunks.conf", pjsip.trunks(found, secrets, house.switch))


def files(
    house: HouseSettings, layout: Layout, manager_secret: str, secrets: dict[str, str], books_key: str = ""
) -> dict[str, str]:
    """Each file's name and text."""
    switch = house.switch
    present = [name for name in MODULES if (layout.modules / f"{name}.so").exists()]
    folders = _folders(layout)
    cdr = ",".join(_cdr_value(name, books_key if "func_aes" in present else "") for name in CDR_COLUMNS)
    return {
        "asterisk.conf": "[directories]\n"
        + "".join(f"{name} => {path}\n" for name, path in folders.items())
        + f"astetcdir => {layout.etc}\nastmoddir => {layout.modules}\nastdatadir => {layout.data}\n"
        f"astagidir => {layout.root}\nastrundir => {layout.run}\n\n"
        "[options]\nverbose = 0\nmaxfiles = 100000\ntransmit_silence = yes\nhideconnect = yes\n"
        "documentation_language = en_US\nlive_dangerously = no\n",
        "modules.conf": "[modules]\nautoload=no\n" + "".join(f"load => {name}.so\n" for name in present),
        "logger.conf": "[general]\ndateformat=%F %T.%3q\n[logfiles]\nmessages => notice,warning,error\n",
        "manager.conf": f"[general]\nenabled=yes\nbindaddr=127.0.0.1\nport={switch.control_port}\ndisplayconnects=no\n"
        f"channelvars={','.join(CHANNEL_VARIABLES)}\n\n[engine]\nsecret={manager_secret}\ndeny=0.0.0.0/0\n"
        "permit=127.0.0.1/32\nread=system,call,dtmf,reporting,user,security\nwrite=system,call,command,originate,reporting\n"
        "writetimeout=10000\n",
        "http.conf": f"[general]\nenabled=yes\nbindaddr={switch.bind}\nbindport={switch.ws_port}\nsessionlimit=2000\n"
        "servername=hotline\n",
        "rtp.conf": f"[general]\nrtpstart={switch.rtp_first}\nrtpend={switch.rtp_last}\nstrictrtp=yes\nicesupport=yes\n"
        + _ice_candidates(switch.bind),
        "pjsip.conf": pjsip.transports(switch),
        "pjsip_trunks.conf": pjsip.trunks(house.trunks, secrets, switch),
        LIMITS: pjsip.limits(house.trunks),
        "extensions.conf": dialplan(
            host="127.0.0.1",
            session_port=switch.session_port,
            patience=switch.patience,
            recordings=str(layout.recordings),
            proof=session_proof(manager_secret),
        ),
        "musiconhold.conf": f"[default]\nmode=files\ndirectory={layout.music}\nsort=alpha\n",
        "queues.conf": f"[general]\nautofill=yes\nshared_lastcall=yes\n[{EMERGENCY_QUEUE}]\nmusicclass=default\n"
        "strategy=rrmemory\ntimeout=20\nretry=2\nringinuse=no\njoinempty=yes\nleavewhenempty=no\nwrapuptime=5\n"
        "#include queues_emergency.conf\n",
        "cdr.conf": "[general]\nenable=yes\nunanswered=yes\ncongestion=yes\n",
        "cdr_custom.conf": f"[mappings]\ncalls.csv => {cdr}\n",
        "cel.conf": f"[general]\nenable=yes\nevents={','.join(EVENTS)}\n",
        "cel_custom.conf": f"[mappings]\nlegs.csv => {','.join(f'${{{name}}}' for name in COLUMNS)}\n",
        "indications.conf": "[general]\ncountry=cn\n[cn]\ndescription=China\nringcadence=1000,4000\ndial=450\n"
        "busy=450/350,0/350\nring=450/1000,0/4000\ncongestion=450/700,0/700\n",
        "features.conf": "[general]\n[featuremap]\n",
        **{f"{name}.conf": "" for name in EMPTY_FILES},
    }


def _cdr_value(name: str, key: str) -> str:
    """What the switch writes of a column: a personal one sealed, without a key its last four characters."""
    found = f"CDR({name}{',u' if name in ('start', 'answer', 'end') else ''})"
    if name not in PERSONAL_COLUMNS:
        value = f"${{{found}}}"
    elif key:
        # Of nothing AES_ENCRYPT would complain, so there is always a character.
        value = f"{SEALED}${{AES_ENCRYPT({key},.${{{found}}})}}"
    else:
        value = f"{MASKED}${{{found}:-4}}"
    return f"${{CSV_QUOTE({value})}}"


def _folders(layout: Layout) -> dict[str, Path]:
    root = layout.root
    return {
        "astvarlibdir": root / "lib",
        "astdbdir": root / "lib",
        "astkeydir": root / "lib",
        "astspooldir": root / "spool",
        "astlogdir": root / "log",
        "astcachedir": root / "cache",
    }


def _ice_candidates(bind: str) -> str:
    # Asterisk never offers loopback to a browser: on a machine of its own the outer addresses stand for it.
    if not bind.startswith("127."):
        return ""
    return "[ice_host_candidates]\n" + "".join(f"{address} => {bind}\n" for address in _local_addresses())


def _local_addresses() -> list[str]:
    found: set[str] = set()
    trie = Path("/proc/net/fib_trie")
    if trie.exists():
        lines = trie.read_text("ascii").splitlines()
        for line, following in itertools.pairwise(lines):
            if "/32 host LOCAL" in following:
                found.add(line.split()[-1])
    inet6 = Path("/proc/net/if_inet6")
    if inet6.exists():
        for line in inet6.read_text("ascii").splitlines():
            found.add(socket.inet_ntop(socket.AF_INET6, bytes.fromhex(line.split()[0])))
    return sorted(address for address in found if not address.startswith("127.") and address != "::1")
