"""The settings of the house: one YAML file, checked as a whole when the engine starts.

`HOTLINE_DATA/settings.yaml` is made from defaults at the first start. Each plugin has a section of its own under its
name. What is wrong is refused with file, line and reason.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import pydantic

from cti import documents

M = TypeVar("M", bound=pydantic.BaseModel)
Port = Annotated[int, pydantic.Field(ge=1, le=65535)]
Name = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Section(pydantic.BaseModel):
    """A part of the settings: unknown keys are refused."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class HttpSettings(Section):
    """Where the console and the API are reached.

    `proxies` are addresses and networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Requests a second
    are limited for each person, and for each address without a session; ten seconds' worth may come at once.
    """

    host: str = "127.0.0.1"
    port: Port = 8345
    proxies: list[str] = ["127.0.0.1", "::1"]
    person_per_second: float = pydantic.Field(default=50, gt=0)
    address_per_second: float = pydantic.Field(default=50, gt=0)

    @pydantic.field_validator("proxies")
    @classmethod
    def _are_networks(cls, values: list[str]) -> list[str]:
        for one in values:
            ipaddress.ip_network(one)
        return values


class SwitchSettings(Section):
    """The switch and where it listens. `bind6` also serves IPv6; `media_address` is told to phones as ours.

    `patience` is how many seconds a caller hears music while no engine answers before the emergency queue. `ws_url` is
    where browsers reach the switch's WebSocket when it is not `ws(s)://<our host>:<ws_port>/ws`. `wss_port` is
    FreeSWITCH's own TLS port for them, its certificate `HOTLINE_DATA/switch/certs/wss.pem`; Asterisk leaves TLS to a
    proxy.
    """

    kind: Literal["asterisk", "freeswitch"] = "asterisk"
    name: Name = "switch-1"
    bind: str = "127.0.0.1"
    bind6: str | None = "::1"
    sip_port: Port = 5060
    ws_port: Port = 8088
    wss_port: Port | None = None
    ws_url: str | None = pydantic.Field(default=None, pattern=r"^wss?://\S+$")
    control_port: Port = 5038
    session_port: Port = 4573
    rtp_first: Port = 10000
    rtp_last: Port = 14999
    patience: int = pydantic.Field(default=60, ge=1, le=3600)

    @property
    def both_families(self) -> bool:
        """Whether phones come over IPv4 and over IPv6."""
        return self.bind6 is not None and ":" not in self.bind


class BrokerSettings(Section):
    """The MQTT mirror: the embedded broker on loopback, or the URL of another (`mqtts://user:password@host:8883`)."""

    enabled: bool = True
    url: str | None = None
    port: Port = 1883


class CalledNumber(Section):
    """A number that citizens call: which flow answers, and whose call it is."""

    flow: Name
    organisation: Name = "city"
    region: str = pydantic.Field(default="320400", pattern=r"^\d{6}$")
    area: str = pydantic.Field(default="0519", pattern=r"^0\d{2,3}$")


class TrunkSettings(Section):
    """A carrier's line. `peers` are addresses that may send us calls and to which we send ours.

    `channels` and `per_second` are limits; `prefix` goes before every number we dial; `caller_ids` maps an
    organisation to the number it may show; `emergency` marks trunks that carry 110/119/120/122.
    """

    peers: list[str] = ["127.0.0.1", "::1"]
    host: str | None = None
    port: Port = 5060
    register_user: str | None = None
    register_secret_file: str | None = None
    channels: int = pydantic.Field(default=1000, ge=1)
    per_second: float = pydantic.Field(default=300, gt=0)
    prefix: str = pydantic.Field(default="", pattern=r"^\d{0,6}$")
    caller_ids: dict[Name, Annotated[str, pydantic.Field(pattern=r"^\+?[0-9]{2,20}$")]] = {}
    emergency: bool = True
    order: int = 1


class HouseSettings(Section):
    """Everything that is not a plugin's."""

    organisation: Name = "city"
    organisation_title: str = "市12345政务服务便民热线"
    region: str = pydantic.Field(default="320400", pattern=r"^\d{6}$")
    area: str = pydantic.Field(default="0519", pattern=r"^0\d{2,3}$")
    database: str | None = None
    http: HttpSettings = HttpSettings()
    switch: SwitchSettings = SwitchSettings()
    broker: BrokerSettings = BrokerSettings()
    numbers: dict[str, CalledNumber] = {"12345": CalledNumber(flow="hotline")}
    trunks: dict[Name, TrunkSettings] = {"carrier": TrunkSettings()}

    @pydantic.field_validator("switch", mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value


class Settings:
    """The house's settings and the plugins' sections."""

    def __init__(self, document: documents.Document, data: Path) -> None:
        everything: dict[str, Any] = document.data or {}
        if not isinstance(everything, dict):
            raise documents.DocumentError([document.problem((), "settings must be a mapping")])
        own = set(HouseSettings.model_fields)
        house = documents.Document(
            document.file, {key: value for key, value in everything.items() if key in own}, document.places
        )
        self.data = data
        self.house = house.validate(HouseSettings)
        self._document = document
        self._sections = {key: value for key, value in everything.items() if key not in own}

    @classmethod
    def load(cls, data: Path) -> Settings:
        """Read `settings.yaml` of the state directory (absent means all defaults), then the environment.

        `HOTLINE_HTTP_PORT` and `HOTLINE_SIP_PORT` win over the file.
        """
        path = data / "settings.yaml"
        document = documents.load(path) if path.exists() else documents.Document(str(path), {}, {})
        if not isinstance(document.data, dict | None):
            raise documents.DocumentError([document.problem((), "settings must be a mapping")])
        everything: dict[str, Any] = dict(document.data or {})
        for variable, section, key in (
            ("HOTLINE_HTTP_PORT", "http", "port"),
            ("HOTLINE_SIP_PORT", "switch", "sip_port"),
        ):
            if value := os.environ.get(variable):
                found = everything.get(section) or {}
                everything[section] = {**({"kind": found} if isinstance(found, str) else found), key: value}
        return cls(documents.Document(document.file, everything, document.places), data)

    def on(self, data: Path) -> Settings:
        """The same settings on another state directory."""
        return Settings(self._document, data)

    def section(self, name: str, model: type[M]) -> M:
        """A plugin's section, made from defaults where the file has none."""
        if name not in self._sections:
            return model()
        return self._document.validate(model, (name,))

    def check_names(self, plugins: set[str]) -> None:
        """Refuse sections that belong to nobody."""
        problems = [
            self._document.problem((name,), f"{name}: no such setting or plugin")
            for name in self._sections
            if name not in plugins
        ]
        if problems:
            raise documents.DocumentError(problems)
