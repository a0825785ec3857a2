"""PJSIP configuration: transports, carriers' trunks, and the phones of the people in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cti.base.settings import SwitchSettings, TrunkSettings
from cti.telephony.switch.address import ALWAYS
from cti.telephony.switch.asterisk.dialplan import PHONE_CONTEXT, QUALITY_CONTEXT, TRANSFER_CONTEXT, TRUNK_CONTEXT
from cti.telephony.switch.phone import NOBODY_BLOCKED, REALM, Blocked, Phone, refused_from

_MEASURED = f"set_var=CHANNEL(hangup_handler_push)={QUALITY_CONTEXT},s,1\n"
"""Each leg tells at its end how its sound was."""


def transports(switch: SwitchSettings) -> str:
    """`pjsip.conf` but for trunks and phones, which it includes."""
    binds = [("udp", switch.bind, "")] + ([("udp", switch.bind6, "6")] if switch.bind6 else [])
    binds += [(kind.replace("udp", "tcp"), bind, suffix) for kind, bind, suffix in binds]
    sections = [
        "[global]\ntype=global\nendpoint_identifier_order=username,ip\nuser_agent=hotline\n"
        f"default_realm={REALM}\n"
        "taskprocessor_overload_trigger=none\nkeep_alive_interval=30\n",
        # 6.4 s instead of 32: a phone that lost its network is given up while the caller still waits.
        "[system]\ntype=system\ntimer_t1=100\ntimer_b=6400\n",
        "[transport-ws]\ntype=transport\nprotocol=ws\nbind=" + switch.bind + "\n",
    ]
    for protocol, bind, suffix in binds:
        where = f"[{bind}]" if bind and ":" in bind else bind
        sections.append(
            f"[transport-{protocol}{suffix}]\ntype=transport\nprotocol={protocol}\nbind={where}:{switch.sip_port}\n"
        )
    return "\n".join([*sections, "#include pjsip_trunks.conf", "#include pjsip_phones.conf", ""])


def trunks(found: Mapping[str, TrunkSettings], secrets: Mapping[str, str], switch: SwitchSettings) -> str:
    """`pjsip_trunks.conf`. `secrets` has the registration secret of each trunk that registers.

    Peers of IPv6 get an endpoint of their own, `NAME-v6`, since an endpoint's media has one family.
    """
    sections = []
    for name, trunk in found.items():
        for suffix, peers in (
            ("", [peer for peer in trunk.senders if ":" not in peer]),
            ("-v6", [peer for peer in trunk.senders if ":" in peer]),
        ):
            if not suffix or peers:
                sections.append(_trunk(name, name + suffix, trunk, peers, switch))
        if trunk.register_user and trunk.host:
            server = f"{_host(trunk.host)}:{trunk.port}"
            sections.append(
                f"[{name}-auth]\ntype=auth\nauth_type=userpass\nusername={trunk.register_user}\n"
                f"password={secrets[name]}\n\n"
                f"[{name}]\ntype=registration\noutbound_auth={name}-auth\nserver_uri=sip:{server}\n"
                f"client_uri=sip:{trunk.register_user}@{server}\nretry_interval=20\n"
            )
    return "\n".join(sections)


def limits(found: Mapping[str, TrunkSettings]) -> str:
    """`trunk_limits.conf`, which is read when the engine asks: what it dials itself runs through no dialplan."""
    return "".join(f"[{name}]\nchannels={trunk.channels}\n" for name, trunk in found.items())


def _trunk(name: str, endpoint: str, trunk: TrunkSettings, peers: list[str], switch: SwitchSettings) -> str:
    contact = f"contact=sip:{_host(trunk.host)}:{trunk.port}\n" if trunk.host else ""
    text = (
        # Known by its address alone: the name in a From is anybody's.
        f"[{endpoint}]\ntype=endpoint\nidentify_by=ip\ncontext={TRUNK_CONTEXT}\ndisallow=all\nallow=alaw,ulaw\n"
        f"aors={endpoint}\n"
        "direct_media=no\nrtp_symmetric=yes\ndtmf_mode=rfc4733\ntrust_id_inbound=yes\nsend_pai=yes\n"
        # Carriers need not know which agent talks: each talk would cost a re-INVITE with his number.
        "send_connected_line=no\n"
        f"rtp_timeout=60\nrtp_timeout_hold=300\nset_var=HOTLINE_TRUNK={name}\nset_var=HOTLINE_PARTY=caller\n{_MEASURED}"
        # See the dialplan's context for legs: what goes out is counted.
        f"set_var=HOTLINE_CHANNELS={trunk.channels}\nset_var=HOTLINE_PER_SECOND={trunk.calls_a_second}\n"
        f"{_media(switch, '6' if endpoint != name else '')}\n"
        # Nobody registers for a carrier: where it is stands in the settings.
        f"[{endpoint}]\ntype=aor\nmax_contacts=0\n{contact}"
    )
    if contact:
        text += f"qualify_frequency=30\n\n[{endpoint}{ALWAYS}]\ntype=aor\nmax_contacts=0\n{contact}"
    if peers:
        matches = "".join(f"match={peer}\n" for peer in peers)
        text += f"\n[{endpoint}]\ntype=identify\nendpoint={endpoint}\n{matches}"
    return text


def phones(found: Iterable[Phone], switch: SwitchSettings, blocked: Blocked = NOBODY_BLOCKED) -> str:
    """`pjsip_phones.conf`: endpoint, AOR and the secret's digest of each phone, and from where it is refused."""
    common = (
        f"type=endpoint\nidentify_by=username\ncontext={PHONE_CONTEXT}\ndisallow=all\ndirect_media=no\n"
        "rtp_symmetric=yes\nforce_rport=yes\n"
        # What a leg of it is when it is dialled: see the dialplan's context for those of which this says too little.
        "rewrite_contact=yes\ndtmf_mode=rfc4733\nset_var=HOTLINE_PARTY=agent\nset_var=AGIEXITONHANGUP=yes\n"
        f"set_var=__TRANSFER_CONTEXT={TRANSFER_CONTEXT}\n{_MEASURED}"
        # The caller goes back to the engine, not to a phone: whoever transferred is told at once that it worked.
        "refer_blind_progress=no\n"
    )
    sections = []
    for phone in found:
        name = phone.endpoint
        kind = (
            # Not Opus: MixMonitor's interleaved recording takes the first 160 samples of each 20 ms at 48 kHz for
            # all of them, and whatever is in it cannot be understood.
            "webrtc=yes\nallow=alaw,ulaw\nrtp_timeout=0\ndtls_auto_generate_cert=yes\n"
            if phone.web
            else "allow=alaw,ulaw\nrtp_timeout=30\nrtp_timeout_hold=300\n"
        )
        sections.append(
            f"[{name}]\n{common}{_media(switch, '6' if phone.ipv6 else '')}{kind}"
            f"auth={name}\naors={name}\nset_var=HOTLINE_AGENT={phone.agent}\n"
            f"callerid={phone.agent}\n"
            f"{''.join(f'deny={network}' + chr(10) for network in refused_from(name, blocked))}\n"
            f"[{name}]\ntype=auth\nauth_type=md5\nusername={name}\nrealm={REALM}\nmd5_cred={phone.digest}\n\n"
            # One contact a phone: the newest registration wins, so a reloaded page rings and its ghost does not.
            f"[{name}]\ntype=aor\nmax_contacts=1\nremove_existing=yes\n"
            f"{'' if phone.web else 'qualify_frequency=20' + chr(10)}"
        )
    return "\n".join(sections)


def emergency_members(found: Iterable[Phone]) -> str:
    """Members of the switch's own queue: whoever is registered may take a call while no engine runs."""
    return "".join(f"member => PJSIP/{phone.endpoint},0,{phone.agent},PJSIP/{phone.endpoint}\n" for phone in found)


def _host(host: str | None) -> str:
    return f"[{host}]" if host and ":" in host else host or ""


def _media(switch: SwitchSettings, family: str = "") -> str:
    # On loopback Asterisk would tell phones of the same machine its outer address.
    bind = switch.bind6 if family == "6" and switch.bind6 else switch.bind
    ipv6 = "rtp_ipv6=yes\n" if ":" in bind else ""
    if bind.startswith("127.") or bind == "::1":
        return f"media_address={bind}\nbind_rtp_to_media_address=yes\n{ipv6}"
    return ipv6
