"""What FreeSWITCH reads: whole XML, private, written only when it changed, and no text that means more than it says."""

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cti.base.settings import HouseSettings, Settings, SwitchSettings, TrunkSettings
from cti.telephony.switch.freeswitch.configuration import (
    NEEDED,
    Layout,
    files,
    write_configuration,
    write_phones,
    write_trunks,
)
from cti.telephony.switch.freeswitch.dialplan import STARTS, emergency
from cti.telephony.switch.freeswitch.installation import FreeswitchInstallation, find_executable, find_layout, program
from cti.telephony.switch.installation import SwitchMissing, find_installation
from cti.telephony.switch.phone import Blocked, Phone

PHONES = [Phone("1001", "x", "1001", web=False), Phone("1001-web", "x", "1001", web=True), Phone("2", "y", "2", False)]


def layout(folder: Path, *more: str) -> Layout:
    modules = folder / "prefix" / "mod"
    modules.mkdir(parents=True, exist_ok=True)
    for name in (*NEEDED, *more):
        (modules / f"mod_{name}.so").touch()
    return Layout(folder / "switch", modules, folder / "prompts", folder / "music", folder / "rec", folder)


def house(**trunks: TrunkSettings) -> HouseSettings:
    return HouseSettings(switch=SwitchSettings(kind="freeswitch", patience=5), trunks=trunks)


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def profile(text: str, name: str) -> dict[str, str]:
    found = parsed(text).find(f".//profile[@name='{name}']/settings")
    assert found is not None
    return {param.get("name", ""): param.get("value", "") for param in found}


def test_every_file_is_xml_and_the_first_includes_the_others(tmp_path: Path) -> None:
    found = files(house(carrier=TrunkSettings()), layout(tmp_path), "geheim", {})
    for text in found.values():
        parsed(text)
    included = [one.get("data") for one in parsed(found["freeswitch.xml"]).iter("X-PRE-PROCESS")]
    assert {"configuration.xml", "dialplan.xml", "directory.xml"} <= set(included)


def test_only_modules_that_exist_are_loaded_and_sip_comes_last(tmp_path: Path) -> None:
    found = parsed(files(house(), layout(tmp_path, "opus"), "geheim", {})["configuration.xml"])
    loads = [load.get("module") for load in found.iter("load")]
    assert set(loads) == {*(f"mod_{name}" for name in NEEDED), "mod_opus"}
    assert loads[-1] == "mod_sofia"


def test_the_event_socket_is_ours_alone(tmp_path: Path) -> None:
    found = parsed(files(house(), layout(tmp_path), "geheim", {})["configuration.xml"])
    settings = found.find(".//configuration[@name='event_socket.conf']/settings")
    assert settings is not None
    values = {param.get("name"): param.get("value") for param in settings}
    assert (values["listen-ip"], values["password"]) == ("127.0.0.1", "geheim")


def test_a_profile_for_each_family_and_gateways_where_their_host_is(tmp_path: Path) -> None:
    trunks = {
        "four": TrunkSettings(host="192.0.2.1"),
        "six": TrunkSettings(host="2001:db8::1"),
        "none": TrunkSettings(),
    }
    found = parsed(files(house(**trunks), layout(tmp_path), "geheim", {})["configuration.xml"])
    where = {
        gateway.get("name"): (one.get("name"), gateway.find("param[@name='proxy']"))
        for one in found.iter("profile")
        for gateway in one.iter("gateway")
    }
    sip, sip6 = (
        dict.fromkeys([name, f"{name}-always", f"{name}-urgent"], profile)
        for name, profile in (("four", "sip"), ("six", "sip6"))
    )
    assert {name: value[0] for name, value in where.items()} == sip | sip6
    # Dialled by its second way out, a trunk is tried whatever OPTIONS last said of it.
    pinged = {one.get("name") for one in found.iter("gateway") if one.find("param[@name='ping']") is not None}
    assert pinged == {"four", "six"}
    proxy = where["six"][1]
    assert proxy is not None and proxy.get("value") == "[2001:db8::1]:5060"


def test_browsers_come_by_ws_and_by_wss_when_it_is_asked_for(tmp_path: Path) -> None:
    text = files(house(), layout(tmp_path), "geheim", {})["configuration.xml"]
    assert profile(text, "sip")["ws-binding"] == "127.0.0.1:8088"
    assert "wss-binding" not in profile(text, "sip")
    assert "ws-binding" not in profile(text, "sip6")
    secure = HouseSettings(switch=SwitchSettings(kind="freeswitch", bind="0.0.0.0", wss_port=7443))
    values = profile(files(secure, layout(tmp_path), "geheim", {})["configuration.xml"], "sip")
    assert (values["sip-ip"], values["wss-binding"]) == ("auto", "0.0.0.0:7443")


def test_secrets_of_trunks_stand_as_they_are(tmp_path: Path) -> None:
    odd = "a\"<&'$${domain}"
    trunk = TrunkSettings(host="192.0.2.1", register_user="us")
    text = files(house(carrier=trunk), layout(tmp_path), "geheim", {"carrier": odd})["configuration.xml"]
    # What the preprocessor would expand before XML is read is not there.
    assert "$${" not in text
    found = parsed(text).find(".//gateway/param[@name='password']")
    assert found is not None and found.get("value") == odd


def test_carriers_are_known_by_addresses_networks_and_names(tmp_path: Path) -> None:
    trunk = TrunkSettings(peers=["192.0.2.7", "198.51.100.0/24", "2001:db8::/32", "localhost", "no.such.host.invalid"])
    text = files(house(carrier=trunk), layout(tmp_path), "geheim", {})["configuration.xml"]
    found = parsed(text).find(".//list[@name='trunk-carrier']")
    assert found is not None and found.get("default") == "deny"
    networks = {node.get("cidr") for node in found}
    assert {"192.0.2.7/32", "198.51.100.0/24", "2001:db8::/32"} <= networks
    assert networks & {"127.0.0.1/32", "::1/128"}


def test_calls_come_from_where_we_register(tmp_path: Path) -> None:
    trunk = TrunkSettings(peers=[], host="192.0.2.1", register_user="us")
    text = files(house(carrier=trunk), layout(tmp_path), "geheim", {"carrier": "s"})["configuration.xml"]
    node = parsed(text).find(".//list[@name='trunk-carrier']/node")
    assert node is not None and node.get("cidr") == "192.0.2.1/32"


def test_written_once_and_readable_by_us_alone(tmp_path: Path) -> None:
    where = layout(tmp_path)
    write_configuration(house(), where, "geheim", {})
    path = where.etc / "configuration.xml"
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.stat().st_mtime_ns
    write_configuration(house(), where, "geheim", {})
    assert path.stat().st_mtime_ns == before


def test_trunks_can_be_exchanged_alone_and_tell_whether_they_changed(tmp_path: Path) -> None:
    where = layout(tmp_path)
    write_configuration(house(), where, "geheim", {})
    found = {"second": TrunkSettings(peers=["192.0.2.9"], host="192.0.2.9")}
    assert write_trunks(found, {}, house(), where, "geheim")
    assert not write_trunks(found, {}, house(), where, "geheim")
    configuration, dialplan = ((where.etc / name).read_text("utf-8") for name in ("configuration.xml", "dialplan.xml"))
    assert 'gateway name="second"' in configuration and "192.0.2.9/32" in configuration and "trunk-second" in dialplan
    assert "trunk-carrier" not in configuration + dialplan and "geheim" in configuration


def test_files_of_another_kind_of_switch_are_removed(tmp_path: Path) -> None:
    """After a change of the switch the other's files stayed, with its secrets in them."""
    where = layout(tmp_path)
    where.etc.mkdir(parents=True)
    (where.etc / "manager.conf").write_text("secret=x", "utf-8")
    for _ in range(2):
        write_configuration(house(), where, "geheim", {})
        found = {path.name for path in where.etc.iterdir()}
        assert found == {
            "freeswitch.xml",
            "configuration.xml",
            "dialplan.xml",
            "directory.xml",
            "blocked.xml",
            "emergency.xml",
        }


def test_phones_tell_whether_they_changed_and_are_kept(tmp_path: Path) -> None:
    where = layout(tmp_path)
    write_configuration(house(), where, "geheim", {})
    assert write_phones(PHONES, where)
    assert not write_phones(PHONES, where)
    write_configuration(house(), where, "geheim", {})
    text = (where.etc / "directory.xml").read_text("utf-8")
    # Digests, not passwords: whoever reads the file can register here, and nowhere else.
    assert f'name="a1-hash" value="{PHONES[0].digest}"' in text and 'name="password"' not in text
    users = parsed(text).iter("user")
    assert [user.get("id") for user in users] == ["1001", "1001-web", "2"]


@pytest.mark.parametrize("agents", [0, 1, 2, 16, 40])
def test_emergency_callers_begin_at_an_agent_and_come_by_all(agents: int) -> None:
    phones = [Phone(f"{name}{kind}", "x", str(name), web=bool(kind)) for name in range(agents) for kind in ("", "-web")]
    found = list(parsed(emergency(phones)).iter("extension"))
    expressions = [one.find("condition") for one in found]
    patterns = [one.get("expression", "") for one in expressions if one is not None]
    assert len(patterns) == agents + 1
    for digit in STARTS:
        assert any(digit in pattern or agents == 0 for pattern in patterns if f"start-{digit}" in pattern) or not agents
    for index, one in enumerate(found[:-1]):
        steps = [(step.get("application"), step.get("data", "")) for step in one.iter("action")]
        assert steps[-1] == ("transfer", f"agent-{index + 1} XML emergency")
        assert steps[0][1].count("user/") == 2


def test_a_machine_without_freeswitch_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.yaml").write_text("switch: freeswitch\n", "utf-8")
    settings = Settings.load(tmp_path)
    monkeypatch.setenv("FREESWITCH_PREFIX", str(tmp_path / "nothing"))
    with pytest.raises(SwitchMissing, match=r"nothing: there is no program bin/freeswitch: install FreeSWITCH 1\.10"):
        find_installation(settings)
    monkeypatch.delenv("FREESWITCH_PREFIX")
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(SwitchMissing, match=r"none on this machine.*FREESWITCH_PREFIX"):
        find_executable()


def test_modules_that_are_missing_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = layout(tmp_path)
    executable = tmp_path / "prefix" / "bin" / "freeswitch"
    executable.parent.mkdir()
    executable.touch(mode=0o755)
    monkeypatch.setenv("FREESWITCH_PREFIX", str(tmp_path / "prefix"))
    (tmp_path / "settings.yaml").write_text("switch: {kind: freeswitch}\n", "utf-8")
    settings = Settings.load(tmp_path)
    installation = find_installation(settings)
    assert isinstance(installation, FreeswitchInstallation)
    installation.prepare()
    command = installation.program.command
    assert command[0] == str(executable)
    assert str(tmp_path / "switch" / "etc") in command
    (where.modules / "mod_sofia.so").unlink()
    with pytest.raises(SwitchMissing, match="lacks mod_sofia: install"):
        find_installation(settings)
    assert program(executable, where).environment
    shutil.rmtree(where.modules)
    with pytest.raises(FileNotFoundError, match="no FreeSWITCH modules beside"):
        find_layout(executable, tmp_path)


def test_a_phone_is_refused_from_blocked_networks_unless_it_is_spared(tmp_path: Path) -> None:
    """Guessing passwords had no consequence."""
    where = layout(tmp_path)
    write_configuration(house(), where, "geheim", {})
    phones = [Phone(name, "x", name, web=False) for name in ("1001", "1002")]
    assert write_phones(phones, where, Blocked({"203.0.113.9/32": frozenset({"1001"})}))
    directory = (where.etc / "directory.xml").read_text("utf-8")
    first, second = directory.split('<user id="1002"')
    assert "auth-acl" not in first
    assert 'name="auth-acl" value="refused-0"' in second
    lists = (where.etc / "blocked.xml").read_text("utf-8")
    assert 'name="refused-0" default="allow"' in lists
    assert 'type="deny" cidr="203.0.113.9/32"' in lists
