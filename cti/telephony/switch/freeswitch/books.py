"""The switch's own CDRs (mod_json_cdr): what became of legs while no engine looked.

FreeSWITCH writes a file for each leg that ends, with all of the leg's variables: its module masks nothing. So the
folder lies in memory (see `in_memory`), and a file is taken away as soon as its record is kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import structlog

from cti.telephony.switch.freeswitch.dialplan import EMERGENCY_CONTEXT
from cti.telephony.switch.port import SwitchRecord, TalkStretch

log = structlog.get_logger(__name__)

SUFFIX = ".cdr.json"
FIELDS = (
    "uuid direction channel_name caller_id_number destination_number start_uepoch answer_uepoch end_uepoch duration "
    "billsec hangup_cause hangup_cause_q850 sip_hangup_disposition sip_term_status originate_disposition "
    "last_bridge_to network_addr sip_call_id read_codec rtp_audio_in_mos rtp_audio_in_packet_count "
    "rtp_audio_in_skip_packet_count rtp_audio_out_packet_count hotline_call hotline_first hotline_party hotline_agent "
    "hotline_trunk hotline_place"
).split()
"""Which of a leg's two hundred variables are kept."""


REMEMBERED = 20_000


class CdrFolder:
    """Reads new records of the folder as they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: set[Path] = set()
        self._count = 0
        self._talks: dict[str, list[TalkStretch]] = {}

    @property
    def place(self) -> dict[str, int]:
        """How many were read; what was not kept is still there."""
        return {"records": self._count}

    def begin_at(self, place: dict[str, int]) -> None:
        """Go on where another engine stopped: with every file that is there."""
        self._count = int(place.get("records", 0))

    def read(self) -> list[SwitchRecord]:
        """Records written since the last reading. A file that is being written is left for the next."""
        found = []
        for path in sorted(set(self._folder.glob(f"*{SUFFIX}")) - self._read):
            data = path.read_bytes()
            try:
                record = parse(data)
            except msgspec.DecodeError:
                continue
            self._keep(talks(data))
            self._read.add(path)
            if record is None:
                log.warning("CDR without a leg or a time", file=path.name)
            else:
                found.append(record)
        self._count += len(found)
        return sorted(found, key=lambda record: record.started_at)

    def _keep(self, stretches: Sequence[TalkStretch]) -> None:
        for stretch in stretches:
            self._talks.setdefault(stretch.leg, []).append(stretch)
        while len(self._talks) > REMEMBERED:
            del self._talks[next(iter(self._talks))]

    def talks_of(self, leg: str) -> Sequence[TalkStretch]:
        """When a leg that has ended was in a talk."""
        return self._talks.get(leg, ())

    def done(self) -> None:
        """Take away the files that were read."""
        for path in self._read:
            path.unlink(missing_ok=True)
        self._read.clear()


def parse(data: bytes) -> SwitchRecord | None:
    """The record in a file's content, None when it is about no leg. msgspec.DecodeError when it is not whole."""
    document: Any = msgspec.json.decode(data)
    variables: Mapping[str, str] = document.get("variables", {}) if isinstance(document, dict) else {}
    leg, started = variables.get("uuid", ""), _time(variables.get("start_uepoch", ""))
    if not leg or started is None or not variables.get("channel_name", "").startswith("sofia/"):
        return None
    fields = {name: str(variables[name]) for name in FIELDS if name in variables}
    return SwitchRecord(
        leg=leg,
        first_leg=variables.get("hotline_first") or variables.get("originator") or leg,
        caller=variables.get("hotline_caller") or variables.get("caller_id_number", ""),
        called=variables.get("hotline_called") or variables.get("destination_number", ""),
        started_at=started,
        answered_at=_time(variables.get("answer_uepoch", "")),
        ended_at=_time(variables.get("end_uepoch", "")),
        disposition=variables.get("hangup_cause", ""),
        in_emergency=variables.get("hotline_place") == EMERGENCY_CONTEXT,
        other=variables.get("last_bridge_to", ""),
        fields=fields,
        by_trunk=bool(variables.get("hotline_trunk")),
    )


def talks(data: bytes) -> list[TalkStretch]:
    """When the leg of a file's content was in a talk, oldest first; also for the leg with which it talked last, which
    may live on. Each time that a leg goes elsewhere the switch begins a new profile, the newest of them stands first.
    """
    document: Any = msgspec.json.decode(data)
    variables = document.get("variables", {}) if isinstance(document, dict) else {}
    found: list[TalkStretch] = []
    for profile in reversed(document.get("callflow", ()) if isinstance(document, dict) else ()):
        times = profile.get("times", {})
        begun = _time(times.get("bridged_time", ""))
        ended = _time(times.get("transfer_time", "")) or _time(times.get("hangup_time", ""))
        if begun is not None and ended is not None and ended > begun:
            found.append(TalkStretch(variables.get("uuid", ""), begun, ended))
    if found and (peer := variables.get("last_bridge_to")):
        found.append(replace(found[-1], leg=peer))
    return found


def _time(microseconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(microseconds) / 1e6, UTC) if int(microseconds) > 0 else None
    except ValueError:
        return None
