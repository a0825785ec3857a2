"""Ports of a hotline: equal ones, foreign addresses, ports of others, and a base that moves all of them."""

import socket
from pathlib import Path

import pytest

from cti.base.files.documents import DocumentError
from cti.base.ports import LAYOUT, ROOM
from cti.base.settings import Settings
from cti.process.before_start import address_problems, port_problems
from tests.free_ports import free_ports

NAMES = ("http", "sip", "ws", "control", "session", "mqtt")


def load(folder: Path, text: str) -> Settings:
    (folder / "settings.yaml").write_text(text, "utf-8")
    return Settings.load(folder)


def on_free_ports(folder: Path, more: str = "") -> tuple[Settings, dict[str, int]]:
    found = dict(zip(NAMES, free_ports(len(NAMES)), strict=True))
    text = (
        f"http: {{port: {found['http']}}}\n"
        f"switch: {{sip_port: {found['sip']}, ws_port: {found['ws']}, control_port: {found['control']}, "
        f"session_port: {found['session']}{more}}}\nbroker: {{port: {found['mqtt']}}}\n"
    )
    return load(folder, text), found


@pytest.fixture(autouse=True)
def no_ports_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOTLINE_PORT_BASE", "HOTLINE_HTTP_PORT", "HOTLINE_SIP_PORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("switch:\n  ws_port: 5060\n", "settings.yaml:2:3: switch.ws_port: 5060 is switch.sip_port already"),
        ("broker:\n  port: 8345\n", "settings.yaml:2:3: broker.port: 8345 is http.port already"),
        ("switch:\n  rtp_first: 20000\n  rtp_last: 19000\n", "settings.yaml:3:3: switch.rtp_last"),
        ("switch:\n  rtp_first: 20000\n", "settings.yaml:1:1: switch.rtp_last"),
        ("switch:\n  sip_port: 12000\n", "the SIP port 12000 lies among 10000-14999"),
        ("switch:\n  bind: here\n", "settings.yaml:2:3: switch.bind"),
        ("trunks:\n  carrier:\n    peers: [10.0.0.300]\n", "settings.yaml:3:13: trunks.carrier.peers.0"),
        ("trunks:\n  carrier:\n    peers: ['a b']\n", "settings.yaml:3:13: trunks.carrier.peers.0"),
    ],
)
def test_ports_and_addresses_that_cannot_be(tmp_path: Path, text: str, complaint: str) -> None:
    """Equal ports, a reversed range of RTP and a peer that is no address were accepted, and the calls failed."""
    with pytest.raises(DocumentError) as found:
        load(tmp_path, text)
    assert complaint in str(found.value)


def test_equal_ports_on_different_addresses_are_fine(tmp_path: Path) -> None:
    assert load(tmp_path, "http: {host: 127.0.0.1}\nswitch: {bind: 127.0.0.2, ws_port: 8345}\n").house.http.port == 8345


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    """A foreign bind address was accepted; the switch listened nowhere and the hotline was called healthy."""
    settings, _ = on_free_ports(tmp_path, ", bind: 198.51.100.7")
    (problem,) = port_problems(settings)
    assert "settings.yaml:2" in str(problem)
    assert problem.message == "switch.bind: 198.51.100.7 is no address of this machine"
    assert [one.message for one in address_problems(settings)] == [problem.message]


@pytest.mark.parametrize(
    ("name", "setting", "kind"),
    [
        ("http", "http.port", socket.SOCK_STREAM),
        ("sip", "switch.sip_port", socket.SOCK_DGRAM),
        ("sip", "switch.sip_port", socket.SOCK_STREAM),
        ("ws", "switch.ws_port", socket.SOCK_STREAM),
        ("control", "switch.control_port", socket.SOCK_STREAM),
        ("session", "switch.session_port", socket.SOCK_STREAM),
        ("mqtt", "broker.port", socket.SOCK_STREAM),
    ],
)
def test_a_port_that_somebody_else_has_is_named_with_its_setting(
    tmp_path: Path, name: str, setting: str, kind: socket.SocketKind
) -> None:
    """A port in use led to endless restarts, with the reason at the end of a traceback in a log."""
    settings, found = on_free_ports(tmp_path)
    assert not port_problems(settings)
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", found[name]))
        if kind is socket.SOCK_STREAM:
            other.listen(1)
        (problem,) = port_problems(settings)
        assert problem.message.startswith(f"{setting}: ")
        assert f"port {found[name]} on 127.0.0.1 is used by another program" in problem.message
        # A hotline that runs has its ports itself.
        assert not address_problems(settings)


def test_the_base_moves_every_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hotlines on one machine met on five ports although HTTP and SIP were set apart by the environment."""
    both = []
    for base in (21000, 21000 + ROOM):
        monkeypatch.setenv("HOTLINE_PORT_BASE", str(base))
        house = load(tmp_path, "switch: {kind: freeswitch, wss_port: 7443}\npublic: {enabled: true}\n").house
        taken = {one.port for one in house.listening}
        assert taken == {base + offset for offset in range(8)}
        assert {house.switch.rtp_first, house.switch.rtp_last} == {base + 100, base + ROOM - 1}
        both.append(taken | set(range(house.switch.rtp_first, house.switch.rtp_last + 1)))
    assert not both[0] & both[1]
    assert {offset for setting, offset in LAYOUT.items() if setting[1] == "port"} == {0, 5, 7}


def test_one_port_can_be_set_beside_the_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_PORT_BASE", "21000")
    monkeypatch.setenv("HOTLINE_SIP_PORT", "5062")
    house = load(tmp_path, "switch: asterisk\n").house
    assert (house.switch.sip_port, house.switch.ws_port, house.http.port) == (5062, 21002, 21000)


@pytest.mark.parametrize("base", ["many", "80", "65000", "-1"])
def test_a_base_without_room_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    monkeypatch.setenv("HOTLINE_PORT_BASE", base)
    with pytest.raises(DocumentError, match=f"HOTLINE_PORT_BASE={base}: must be a number from 1024"):
        Settings.load(tmp_path)
