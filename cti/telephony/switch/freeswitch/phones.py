"""SIP as Sofia (mod_sofia) reads it: profiles for both families, carriers' gateways, the phones of the people."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Mapping, Sequence

import structlog

from cti.base.settings import SwitchSettings, TrunkSettings
from cti.telephony.switch.address import ALWAYS, URGENT
from cti.telephony.switch.freeswitch.dialplan import DOMAIN, INCOMING_CONTEXT, MUSIC
from cti.telephony.switch.freeswitch.xml import element, include, params
from cti.telephony.switch.phone import NOBODY_BLOCKED, Blocked, Phone, refused_from

log = structlog.get_logger(__name__)

FULL = "NORMAL_CIRCUIT_CONGESTION"
"""No circuit available (ITU-T Q.850, 34)."""
PROFILE, PROFILE6 = "sip", "sip6"
DESK_CODECS = "PCMA,PCMU"
WEB_CODECS = "OPUS,PCMA,PCMU"


def profiles(switch: SwitchSettings, trunks: Mapping[str, TrunkSettings], secrets: Mapping[str, str]) -> str:
    """`sofia.conf`: one profile for each family of addresses; phones, browsers and carriers come by the same port."""
    binds = {PROFILE: switch.bind} | ({PROFILE6: switch.bind6} if switch.bind6 and switch.both_families else {})
    found = []
    for name, bind in binds.items():
        gateways = [
            _gateway(trunk, settings, secrets, suffix)
            for suffix in ("", ALWAYS, URGENT)
            for trunk, settings in trunks.items()
            if settings.host and (len(binds) == 1 or (":" in settings.host) == (name == PROFILE6))
        ]
        found.append(
            element(
                "profile",
                {"name": name},
                element("gateways", {}, *gateways) if gateways else "",
                element("domains", {}, element("domain", {"name": "all", "alias": "false", "parse": "false"})),
                element("settings", {}, params(_settings(switch, bind, ws=name == PROFILE))),
            )
        )
    limits = params({"log-level": 0, "debug-presence": 0, "inbound-reg-in-new-thread": "true"})
    return element(
        "configuration",
        {"name": "sofia.conf"},
        element("global_settings", {}, limits),
        element("profiles", {}, *found),
    )


def _settings(switch: SwitchSettings, bind: str, *, ws: bool) -> dict[str, object]:
    anywhere = ipaddress.ip_address(bind).is_unspecified
    address = ("auto_v6" if ":" in bind else "auto") if anywhere else bind
    host = f"[{bind}]" if ":" in bind else bind
    found: dict[str, object] = {
        "sip-ip": address,
        "rtp-ip": address,
        "sip-port": switch.sip_port,
        "context": INCOMING_CONTEXT,
        "dialplan": "XML",
        "user-agent-string": "hotline",
        "username": "hotline",
        # Who calls is asked in the dialplan: a carrier is known by its address, everybody else by a secret. A secret
        # that is told is checked here.
        "auth-calls": "false",
        "accept-blind-reg": "false",
        "accept-blind-auth": "false",
        "inbound-reg-force-matching-username": "true",
        "challenge-realm": DOMAIN,
        "force-register-domain": DOMAIN,
        "force-register-db-domain": DOMAIN,
        "nonce-ttl": 60,
        "log-auth-failures": "false",
        # One contact a phone: the newest registration wins, so a reloaded page rings and its ghost does not.
        "multiple-registrations": "false",
        "all-reg-options-ping": "true",
        "unregister-on-options-fail": "true",
        "ping-mean-interval": 20,
        "sip-force-expires-max": 3600,
        "inbound-codec-prefs": "PCMA,PCMU,OPUS",
        "outbound-codec-prefs": "PCMA,PCMU,OPUS",
        "inbound-codec-negotiation": "generous",
        "rtp-timer-name": "soft",
        "rfc2833-pt": 101,
        "dtmf-duration": 2000,
        "hold-music": MUSIC,
        "fire-transfer-events": "true",
        "manage-presence": "false",
        "manage-shared-appearance": "false",
        "send-display-update": "false",
        "track-calls": "false",
        # 6.4 s instead of 32: a phone that lost its network is given up while the caller still waits.
        "timer-T1": 100,
        "timer-T1X64": 6400,
        "max-proceeding": 5000,
        "apply-candidate-acl": "any",
        "local-network-acl": "any",
        "tls": "false",
    }
    if ws:
        found["ws-binding"] = f"{host}:{switch.ws_port}"
        if switch.wss_port is not None:
            found["wss-binding"] = f"{host}:{switch.wss_port}"
    return found


def _gateway(name: str, trunk: TrunkSettings, secrets: Mapping[str, str], suffix: str) -> str:
    host = f"[{trunk.host}]" if trunk.host and ":" in trunk.host else trunk.host
    values: dict[str, object] = {
        "realm": host,
        "proxy": f"{host}:{trunk.port}",
        "username": trunk.register_user or "hotline",
        "password": secrets.get(name, ""),
        "register": "true" if trunk.register_user and not suffix else "false",
        "caller-id-in-from": "true",
        # Where we register, calls come to our contact: who was called stands in To.
        "extension": "auto_to_user",
        "context": INCOMING_CONTEXT,
        "retry-seconds": 20,
    }
    if not suffix:
        values["ping"] = 30
    # What goes out is counted before its INVITE, whatever the engine believes; none: no limit.
    limits = {"channels": "-1", "second": "-1"}
    if suffix != URGENT:
        limits = {"channels": str(trunk.channels), "second": f"{trunk.calls_a_second}/1"}
    variables = {
        f"execute_on_originate_{what}": f"limit hash {what} {name} {most} !{FULL}" for what, most in limits.items()
    }
    # As long as the leg lives: by itself FreeSWITCH counts a leg no more once it is in a dialplan.
    variables["limit_ignore_transfer"] = "true"
    counted = "".join(
        element("variable", {"name": variable, "value": value, "direction": "outbound"})
        for variable, value in variables.items()
    )
    return element("gateway", {"name": name + suffix}, params(values), element("variables", {}, counted))


def access_lists(trunks: Mapping[str, TrunkSettings]) -> str:
    """`acl.conf`: whose address makes which carrier, and from where phones are refused (`refusing_lists`)."""
    everywhere = "".join(element("node", {"type": "allow", "cidr": cidr}) for cidr in ("0.0.0.0/0", "::/0"))
    nodes = {
        name: "".join(
            element("node", {"type": "allow", "cidr": cidr}) for peer in trunk.senders for cidr in _cidrs(peer)
        )
        for name, trunk in trunks.items()
    }
    lists = [
        element("list", {"name": "any", "default": "allow"}, everywhere),
        *(element("list", {"name": f"trunk-{name}", "default": "deny"}, found) for name, found in nodes.items()),
        element("X-PRE-PROCESS", {"cmd": "include", "data": "blocked.xml"}),
    ]
    return element("configuration", {"name": "acl.conf"}, element("network-lists", {}, *lists))


def _cidrs(peer: str) -> list[str]:
    """The networks of a peer that is an address, a network or a name."""
    try:
        return [str(ipaddress.ip_network(peer, strict=False))]
    except ValueError:
        pass
    try:
        found = {info[4][0] for info in socket.getaddrinfo(peer, None)}
    except OSError as error:
        log.warning("carrier's name has no address", peer=peer, reason=str(error))
        return []
    return sorted(str(ipaddress.ip_network(str(address))) for address in found)


def refusing_lists(phones: Iterable[Phone], blocked: Blocked) -> str:
    """`blocked.xml`: an address list for each set of networks from which some phone is refused."""
    return include(
        *(
            element(
                "list",
                {"name": name, "default": "allow"},
                *(element("node", {"type": "deny", "cidr": network}) for network in networks),
            )
            for networks, name in _refusing(phones, blocked).items()
        )
    )


def _refusing(phones: Iterable[Phone], blocked: Blocked) -> dict[tuple[str, ...], str]:
    """Networks → the name of the list that refuses them."""
    found = {refused_from(phone.endpoint, blocked) for phone in phones} - {()}
    return {networks: f"refused-{number}" for number, networks in enumerate(sorted(found))}


def directory(phones: Sequence[Phone], blocked: Blocked = NOBODY_BLOCKED) -> str:
    """`directory.xml`: endpoint, the secret's digest and owner of each phone, how it is dialled, and which address list
    it must pass.
    """
    users = []
    lists = _refusing(phones, blocked)
    for phone in phones:
        codecs = (WEB_CODECS if phone.web else DESK_CODECS).replace(",", ":")
        # A browser whose microphone is muted may send nothing.
        quiet = ",media_timeout=0" if phone.web else ""
        # Text in this string is only what `Phone` has checked.
        dial = f"[absolute_codec_string=^^:{codecs}{quiet}]${{sofia_contact(*/{phone.endpoint}@{DOMAIN})}}"
        own = {"hotline_agent": phone.agent, "hotline_address": phone.endpoint}
        if phone.web:
            own["media_timeout"] = "0"
        secret = {"a1-hash": phone.digest, "dial-string": dial}
        if networks := refused_from(phone.endpoint, blocked):
            secret["auth-acl"] = lists[networks]
        users.append(
            element(
                "user",
                {"id": phone.endpoint},
                element("params", {}, params(secret)),
                element("variables", {}, params(own, "variable")),
            )
        )
    group = element("group", {"name": "phones"}, element("users", {}, *users) if users else "<users/>\n")
    return include(element("domain", {"name": DOMAIN}, element("groups", {}, group)))
