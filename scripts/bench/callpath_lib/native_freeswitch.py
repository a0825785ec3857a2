"""FreeSWITCH's own call centre: mod_callcenter with a queue, its agents, and a recording of each talk."""

from __future__ import annotations

from collections.abc import Sequence

from bench.callpath_lib.house import SHORT
from cti.telephony.switch.freeswitch.configuration import Layout
from cti.telephony.switch.freeswitch.dialplan import DOMAIN, INCOMING_CONTEXT, MUSIC
from cti.telephony.switch.freeswitch.xml import element, extension, include, params
from cti.telephony.switch.installation import SwitchMissing
from cti.telephony.switch.written import write_if_changed

QUEUE = "bench"
SINCE = "sip_h_X-Bench-Since"


def write(layout: Layout, members: Sequence[str]) -> None:
    """Replace the dialplan by one that queues by itself, and add the module and its agents."""
    if not (layout.modules / "mod_callcenter.so").exists():
        raise SwitchMissing(
            f"{layout.modules} lacks mod_callcenter, with which the engine is compared: --only engine does without"
        )
    write_if_changed(layout.etc / "dialplan.xml", _dialplan())
    path = layout.etc / "configuration.xml"
    text = path.read_text("utf-8").replace("</modules>", '<load module="mod_callcenter"/>\n</modules>')
    write_if_changed(path, text.replace("</include>", _call_center(layout, members) + "</include>"))


def _dialplan() -> str:
    steps = [
        ("answer", ""),
        ("set", f"{SINCE}=${{strmicroepoch()}}"),
        ("set", f"cc_export_vars={SINCE}"),
        ("callcenter", QUEUE),
        ("hangup", ""),
    ]
    context = element("context", {"name": INCOMING_CONTEXT}, extension(QUEUE, [("destination_number", SHORT)], steps))
    return include(context)


def _call_center(layout: Layout, members: Sequence[str]) -> str:
    queue = {
        "strategy": "longest-idle-agent",
        "moh-sound": MUSIC,
        "record-template": f"{layout.recordings}/${{uuid}}.wav",
        "time-base-score": "system",
        "tier-rules-apply": "false",
        "discard-abandoned-after": 60,
        "abandoned-resume-allowed": "false",
        "max-wait-time": 0,
        "max-wait-time-with-no-agent": 0,
    }
    agents = [
        element(
            "agent",
            {
                "name": name,
                "type": "callback",
                "contact": f"[leg_timeout=20]user/{name}@{DOMAIN}",
                "status": "Available",
                "max-no-answer": 3,
                "wrap-up-time": 0,
                "reject-delay-time": 1,
                "busy-delay-time": 1,
            },
        )
        for name in members
    ]
    tiers = [element("tier", {"agent": name, "queue": QUEUE, "level": 1, "position": 1}) for name in members]
    return element(
        "configuration",
        {"name": "callcenter.conf"},
        element("settings", {}, params({"reserve-agents": "true", "truncate-tiers-on-load": "true"})),
        element("queues", {}, element("queue", {"name": QUEUE}, params(queue))),
        element("agents", {}, *agents),
        element("tiers", {}, *tiers),
    )
