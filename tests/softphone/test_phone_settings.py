"""Where a browser's phone is told to register, whatever the switch listens on and however the page came."""

from types import SimpleNamespace

import pytest
from aiohttp.test_utils import make_mocked_request

from cti.base.http.guard import PROXIES, proxies_of
from cti.base.http.routes import Exchange
from cti.base.settings import Settings, SwitchSettings
from cti.base.visitor import Visitor
from softphone.api import SoftphoneApi


class Secrets:
    async def web_secret(self, visitor):
        return "secret"


class Provisioned:
    async def told(self, seconds):
        return True


async def phone(headers, **switch):
    given = SimpleNamespace(**dict.fromkeys(("desk", "live", "log", "supervision", "audit", "store", "breaks")))
    api = SoftphoneApi(people=Secrets(), provisioning=Provisioned(), switch=SwitchSettings(**switch), **vars(given))
    app = {PROXIES: proxies_of(["127.0.0.1"])}
    request = make_mocked_request("GET", "/api/phone", headers=headers, app=app)
    request = request.clone(remote="127.0.0.1")
    request._match_info = SimpleNamespace(current_app=app)
    visitor = Visitor("p", "1001", "王芳", "1001", "city", "320400")
    found = await api.phone(visitor, Exchange(request, "127.0.0.1", "", ""))
    return found["web"]["ws_url"], found["server"]


HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("headers", "switch", "ws_url", "server"),
    [
        ({"Host": "h:8345"}, {"bind": "10.0.0.5"}, "ws://10.0.0.5:8088/ws", "10.0.0.5:5060"),
        ({"Host": "h:8345"}, {"bind": "::1"}, "ws://[::1]:8088/ws", "[::1]:5060"),
        ({"Host": "h:8345"}, {"bind": "0.0.0.0", "ws_port": 80}, "ws://h:80/ws", "h:5060"),
        ({"Host": "[2001:db8::1]:8345"}, {"bind": "::"}, "ws://[2001:db8::1]:8088/ws", "[2001:db8::1]:5060"),
        ({"Host": "h", **HTTPS}, {"bind": "10.0.0.5"}, "wss://h:8088/ws", "10.0.0.5:5060"),
        ({"Host": "upstream", "X-Forwarded-Host": "h", **HTTPS}, {}, "wss://h:8088/ws", "127.0.0.1:5060"),
        ({"Host": "h", **HTTPS}, {"ws_url": "wss://sip.example/ws"}, "wss://sip.example/ws", "127.0.0.1:5060"),
    ],
)
async def test_a_browsers_phone_is_told_an_address_that_it_can_reach(headers, switch, ws_url, server):
    assert await phone(headers, **switch) == (ws_url, server)


@pytest.mark.parametrize(
    ("variable", "value", "port"), [("HOTLINE_SIP_PORT", "5599", 5599), ("HOTLINE_PORT_BASE", "21000", 21001)]
)
async def test_a_desk_phone_is_told_the_port_in_use(tmp_path, monkeypatch, variable, value, port):
    """Whoever set up a desk phone by 我的话机 of a hotline on ports of its own needs that port, not the usual one."""
    for name in ("HOTLINE_PORT_BASE", "HOTLINE_HTTP_PORT", "HOTLINE_SIP_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    (tmp_path / "settings.yaml").write_text("switch: {sip_port: 5070}\n")
    switch = Settings.load(tmp_path).house.switch
    assert (await phone({"Host": "h"}, **switch.model_dump()))[1] == f"127.0.0.1:{port}"
