"""The generated PJSIP configuration."""

import configparser
import re

import pytest

from cti.base.settings import SwitchSettings, TrunkSettings
from cti.telephony.switch.asterisk.phones import emergency_members, phones, transports, trunks
from cti.telephony.switch.phone import REALM, Blocked, Phone

SWITCH = SwitchSettings(sip_port=5099)


def sections(text: str) -> dict[tuple[str, str], dict[str, list[str]]]:
    """(name, type) → option → values."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for name, body in re.findall(r"^\[([^\]\n]+)\]\n((?:(?!\[).*\n?)*)", text, re.MULTILINE):
        options: dict[str, list[str]] = {}
        for line in body.splitlines():
            if "=" in line and not line.startswith((";", "#")):
                key, _, value = line.partition("=")
                options.setdefault(key, []).append(value)
        found[name, options["type"][0]] = options
    return found


def test_a_desk_phone() -> None:
    found = sections(phones([Phone("1001", "geheim", "1001", web=False)], SWITCH))
    endpoint = found["1001", "endpoint"]
    assert endpoint["set_var"] == [
        "HOTLINE_PARTY=agent",
        "AGIEXITONHANGUP=yes",
        "__TRANSFER_CONTEXT=transfer",
        "CHANNEL(hangup_handler_push)=quality,s,1",
        "HOTLINE_AGENT=1001",
    ]
    assert endpoint["media_address"] == ["127.0.0.1"]
    auth = found["1001", "auth"]
    assert "password" not in auth and auth["realm"] == [REALM]
    # echo -n 1001:hotline:geheim | md5sum
    assert auth["md5_cred"] == ["0f22a44683ce52c8c7a08e35a89cee65"] and "geheim" not in str(found)
    assert found["1001", "aor"]["max_contacts"] == ["1"]


def test_a_browser_and_a_phone_over_ipv6() -> None:
    made = [Phone("1001-web", "x", "1001", web=True), Phone("1001-v6", "x", "1001", web=False, ipv6=True)]
    found = sections(phones(made, SWITCH))
    assert found["1001-web", "endpoint"]["webrtc"] == ["yes"]
    assert found["1001-web", "endpoint"]["allow"] == ["alaw,ulaw"], "what is interleaved is recorded at 8 kHz alone"
    assert found["1001-v6", "endpoint"]["rtp_ipv6"] == ["yes"]
    assert found["1001-v6", "endpoint"]["media_address"] == ["::1"]


@pytest.mark.parametrize("bad", ["", "10 01", "1001\nsecret=", "1001]", "职员"])
def test_nothing_else_enters_the_file(bad: str) -> None:
    with pytest.raises(ValueError, match="only letters"):
        Phone(bad, "x", "1001", web=False)
    with pytest.raises(ValueError, match="only letters"):
        Phone("1001", bad, "1001", web=False)


def test_media_of_a_machine_with_an_address_is_left_to_asterisk() -> None:
    text = phones([Phone("1001", "x", "1001", web=False)], SwitchSettings(bind="0.0.0.0"))
    assert "media_address" not in text


def test_transports_of_both_families() -> None:
    found = sections(transports(SWITCH))
    assert found["transport-udp", "transport"]["bind"] == ["127.0.0.1:5099"]
    assert found["transport-tcp6", "transport"]["bind"] == ["[::1]:5099"]
    only4 = sections(transports(SwitchSettings(bind6=None)))
    assert ("transport-udp6", "transport") not in only4


def test_trunks() -> None:
    made = {
        "carrier": TrunkSettings(peers=["10.0.0.1", "fd00::1"]),
        "line": TrunkSettings(peers=[], host="sip.example", port=5080, register_user="u"),
    }
    found = sections(trunks(made, {"line": "geheim"}, SWITCH))
    assert found["carrier", "identify"]["match"] == ["10.0.0.1"]
    assert found["carrier-v6", "identify"]["match"] == ["fd00::1"]
    assert found["carrier-v6", "endpoint"]["set_var"][0] == "HOTLINE_TRUNK=carrier"
    assert found["line", "registration"]["server_uri"] == ["sip:sip.example:5080"]
    assert found["line-auth", "auth"]["password"] == ["geheim"]
    assert found["line", "identify"]["match"] == ["sip.example"], "where we register may call us"


def test_a_trunk_is_known_by_its_address_and_nobody_registers_for_it() -> None:
    """Whoever wrote a trunk's name into his From was taken for the carrier, from any address, and could register."""
    made = {"carrier": TrunkSettings(peers=["10.0.0.1", "fd00::1"], host="10.0.0.1")}
    found = sections(trunks(made, {}, SWITCH))
    for name in ("carrier", "carrier-v6"):
        assert found[name, "endpoint"]["identify_by"] == ["ip"]
    assert {tuple(one["max_contacts"]) for (_, kind), one in found.items() if kind == "aor"} == {("0",)}
    assert sections(phones([Phone("1001", "x", "1001", web=False)], SWITCH))["1001", "endpoint"]["identify_by"] == [
        "username"
    ]


def test_a_trunk_is_dialled_also_when_it_is_thought_dead() -> None:
    made = {
        "carrier": TrunkSettings(peers=["10.0.0.1"]),
        "line": TrunkSettings(peers=[], host="sip.example", port=5080, register_user="u"),
    }
    found = sections(trunks(made, {"line": "geheim"}, SWITCH))
    # Dialled by its second way out, a trunk is tried whatever OPTIONS last said of it.
    assert found["line", "aor"]["qualify_frequency"] == ["30"]
    assert "qualify_frequency" not in found["line-always", "aor"]
    assert found["line-always", "aor"]["contact"] == found["line", "aor"]["contact"] == ["sip:sip.example:5080"]
    assert ("carrier-always", "aor") not in found


def test_emergency_members() -> None:
    assert emergency_members([Phone("1001", "x", "1001", web=False)]) == "member => PJSIP/1001,0,1001,PJSIP/1001\n"


def test_the_files_are_read_as_configuration() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read_string(transports(SWITCH).replace("#include", ";"))
    assert parser["global"]["type"] == "global"


def test_a_phone_is_refused_from_blocked_networks_unless_it_is_spared() -> None:
    """Guessing passwords had no consequence."""
    found = [Phone(name, "x", name, web=False) for name in ("1001", "1002")]
    blocked = Blocked(
        {"203.0.113.9/32": frozenset({"1001"}), "2001:db8::/64": frozenset()},
        {"1001": frozenset({"203.0.113.7/32"}), "1009": frozenset({"203.0.113.8/32"})},
    )
    first, second = phones(found, SwitchSettings(), blocked).split("[1002]\ntype=endpoint")
    assert [line for line in first.splitlines() if line.startswith("deny")] == [
        "deny=2001:db8::/64",
        "deny=203.0.113.7/32",
    ]
    assert [line for line in second.splitlines() if line.startswith("deny")] == [
        "deny=2001:db8::/64",
        "deny=203.0.113.9/32",
    ]
