"""Everything FreeSWITCH reads, generated into a directory of ours; the machine's own configuration is never used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cti.base.files.memory import MEMORY
from cti.base.settings import HouseSettings, TrunkSettings
from cti.telephony.switch.freeswitch import phones as sofia
from cti.telephony.switch.freeswitch.dialplan import GLOBALS, PROOF, dialplan, emergency
from cti.telephony.switch.freeswitch.in_memory import keep_in_memory
from cti.telephony.switch.freeswitch.xml import element, include, params
from cti.telephony.switch.phone import NOBODY_BLOCKED, Blocked, Phone
from cti.telephony.switch.secrets import session_proof
from cti.telephony.switch.written import keep_only, write_if_changed

NEEDED = (
    "event_socket commands dptools dialplan_xml sofia loopback conference hash sndfile local_stream tone_stream".split()
)
"""Modules without which a hotline cannot be."""
WELCOME = "logfile json_cdr opus rtc".split()
"""What is loaded when it exists: without json_cdr the books are empty, without opus and rtc browsers use G.711."""

MAX_SESSIONS = 20_000
SESSIONS_PER_SECOND = 2_000


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the switch's files are: `root` is `HOTLINE_DATA/switch`."""

    root: Path
    modules: Path
    prompts: Path
    music: Path
    recordings: Path
    memory: Path = MEMORY

    @property
    def etc(self) -> Path:
        """What `freeswitch -conf` is given."""
        return self.root / "etc"

    @property
    def cdr(self) -> Path:
        """The switch's own call detail records, one file each, and its core database: a link into `memory`."""
        return self.root / "cdr"

    @property
    def messages(self) -> Path:
        """Where callers' messages are recorded."""
        return self.recordings.with_name("messages")

    @property
    def reads(self) -> list[Path]:
        """What it reads and does not write."""
        return [self.etc, self.modules, self.prompts, self.music]

    @property
    def writes(self) -> list[Path]:
        """The folders in which it writes."""
        return [self.recordings, self.messages, self.cdr.resolve(), *map(self.folder, FOLDERS)]

    def folder(self, name: str) -> Path:
        """One of `log run db storage scripts certs temp cache grammar sounds`."""
        return self.root / name


FOLDERS = "log run db storage scripts certs temp cache grammar sounds".split()
"""Folders that FreeSWITCH is told by an option of the same name."""


def write_configuration(house: HouseSettings, layout: Layout, secret: str, secrets: dict[str, str]) -> None:
    """Write every file that does not say so already; phones are kept, or made empty."""
    for folder in (layout.etc, layout.recordings, layout.messages, layout.music, *map(layout.folder, FOLDERS)):
        folder.mkdir(parents=True, exist_ok=True)
    keep_in_memory(layout.cdr, layout.memory)
    written = files(house, layout, secret, secrets)
    for name, text in written.items():
        write_if_changed(layout.etc / name, text)
    # Those of another kind of switch, and of earlier versions, hold secrets and mislead.
    keep_only(layout.etc, {*written, *_phones([])})
    for name, text in _phones([]).items():
        if not (layout.etc / name).exists():
            write_if_changed(layout.etc / name, text)


def write_phones(found: Sequence[Phone], layout: Layout, blocked: Blocked = NOBODY_BLOCKED) -> bool:
    """Write the phones' part; returns whether it changed, so that the switch must be told."""
    changed = [name for name, text in _phones(found, blocked).items() if write_if_changed(layout.etc / name, text)]
    return bool(changed)


def write_trunks(
    found: Mapping[str, TrunkSettings], secrets: Mapping[str, str], house: HouseSettings, layout: Layout, secret: str
) -> bool:
    """Write the files that name carriers; returns whether one changed, so that the switch must be told."""
    texts = files(house.model_copy(update={"trunks": dict(found)}), layout, secret, dict(secrets))
    changed = [
        name for name in ("configuration.xml", "dialplan.xml") if write_if_changed(layout.etc / name, texts[name])
    ]
    return bool(changed)


def _phones(found: Sequence[Phone], blocked: Blocked = NOBODY_BLOCKED) -> dict[str, str]:
    return {
        "directory.xml": sofia.directory(found, blocked),
        "blocked.xml": sofia.refusing_lists(found, blocked),
        "emergency.xml": emergency(found),
    }


def files(house: HouseSettings, layout: Layout, secret: str, secrets: dict[str, str]) -> dict[str, str]:
    """Each file's name and text."""
    switch = house.switch
    sections = "".join(
        element("section", {"name": name}, element("X-PRE-PROCESS", {"cmd": "include", "data": f"{name}.xml"}))
        for name in ("configuration", "dialplan", "directory")
    )
    variables = "".join(
        element("X-PRE-PROCESS", {"cmd": "set", "data": f"{name}={value}"})
        for name, value in {**GLOBALS, PROOF: session_proof(secret)}.items()
    )
    return {
        "freeswitch.xml": '<?xml version="1.0"?>\n'
        + element("document", {"type": "freeswitch/xml"}, variables, sections),
        "configuration.xml": include(
            _modules(layout), _settings(house, layout, secret), sofia.profiles(switch, house.trunks, secrets)
        ),
        "dialplan.xml": dialplan(
            host="127.0.0.1",
            session_port=switch.session_port,
            patience=switch.patience,
            recordings=str(layout.recordings),
            trunks=house.trunks,
        ),
    }


def missing_modules(modules: Path) -> list[str]:
    """The needed modules that a folder lacks."""
    return [name for name in NEEDED if not (modules / f"mod_{name}.so").exists()]


def _modules(layout: Layout) -> str:
    loads = [name for name in (*NEEDED, *WELCOME) if (layout.modules / f"mod_{name}.so").exists()]
    # Media and applications first, then who brings calls in.
    loads.sort(key=lambda name: name == "sofia")
    return element(
        "configuration",
        {"name": "modules.conf"},
        element("modules", {}, *(element("load", {"module": f"mod_{name}"}) for name in loads)),
    )


def _settings(house: HouseSettings, layout: Layout, secret: str) -> str:
    switch = house.switch
    core = {
        "switchname": switch.name,
        "max-sessions": MAX_SESSIONS,
        "sessions-per-second": SESSIONS_PER_SECOND,
        "max-db-handles": 50,
        "rtp-start-port": switch.rtp_first,
        "rtp-end-port": switch.rtp_last,
        # A port that somebody else has is passed over instead of failing a call.
        "rtp-port-usage-robustness": "true",
        "rtp-enable-zrtp": "false",
        "loglevel": "warning",
        "colorize-console": "false",
        "dump-cores": "no",
        "event-heartbeat-interval": 60,
        # Who calls stands there too, long after his call.
        "core-db-name": layout.cdr / "core.db",
        "threaded-system-exec": "true",
    }
    event_socket = {
        "nat-map": "false",
        "listen-ip": "127.0.0.1",
        "listen-port": switch.control_port,
        "password": secret,
        "apply-inbound-acl": "loopback.auto",
    }
    logfile = element(
        "profiles",
        {},
        element(
            "profile",
            {"name": "default"},
            element("settings", {}, params({"logfile": layout.root / "log" / "freeswitch.log", "rollover": 10485760})),
            element("mappings", {}, element("map", {"name": "all", "value": "warning,err,crit,alert"})),
        ),
    )
    cdr = {
        "log-b-leg": "true",
        "prefix-a-leg": "false",
        "encode": "false",
        "encode-values": "false",
        "log-dir": layout.cdr,
        "rotate": "false",
        "log-http-and-disk": "false",
    }
    stream = element(
        "directory",
        {"name": "default", "path": layout.music},
        params({"rate": 8000, "shuffle": "false", "channels": 1, "interval": 20, "timer-name": "soft"}),
    )
    talk = {
        "domain": "hotline",
        "rate": 8000,
        "interval": 20,
        "energy-level": 0,
        "comfort-noise": "false",
        "caller-controls": "none",
        "ack-muted": "false",
        "conference-flags": "",
    }
    profiles = element("profiles", {}, element("profile", {"name": "talk"}, params(talk)))
    controls = element("caller-controls", {}, element("group", {"name": "none"}))
    plain = {
        "switch.conf": element("settings", {}, params(core)),
        "event_socket.conf": element("settings", {}, params(event_socket)),
        "json_cdr.conf": element("settings", {}, params(cdr)),
        "logfile.conf": logfile,
        "local_stream.conf": stream,
        "conference.conf": controls + profiles,
        "post_load_modules.conf": "<modules/>\n",
        "opus.conf": element("settings", {}, params({"use-vbr": 1, "complexity": 5, "keep-fec-enabled": 1})),
        "loopback.conf": element("settings", {}, params({"early-set-loopback-id": "true"})),
    }
    found = [element("configuration", {"name": name}, inner) for name, inner in plain.items()]
    return "".join([*found, sofia.access_lists(house.trunks)])
