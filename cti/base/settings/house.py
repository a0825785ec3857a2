"""Everything in the settings that is not a plugin's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydantic

from cti.base import ports
from cti.base.ciphers.suites import SuiteName
from cti.base.settings.office import AccountSettings, AlarmSettings, AuditSettings, FileSettings, MessageSettings
from cti.base.settings.section import Name, Section
from cti.base.settings.telephony import BrokerSettings, CalledNumber, SwitchSettings, TrunkSettings
from cti.base.settings.web import ConnectorSettings, HttpSettings, OidcSettings, PublicSettings


class HotlineSettings(Section):
    """Whose hotline it is, the numbers that citizens call, and the lines on which calls come and go."""

    organisation: Name = pydantic.Field(default="city", title="机构代码")
    organisation_title: str = pydantic.Field(default="市12345政务服务便民热线", title="机构名称")
    region: str = pydantic.Field(default="320400", pattern=r"^\d{6}$", title="行政区划代码")
    area: str = pydantic.Field(default="0519", pattern=r"^0\d{2,3}$", title="长途区号")
    numbers: dict[str, CalledNumber] = pydantic.Field(default={"12345": CalledNumber(flow="hotline")}, title="接入号码")
    trunks: dict[Name, TrunkSettings] = pydantic.Field(default={"carrier": TrunkSettings()}, title="中继线路")


class KeySettings(Section):
    """Where the master key lies: a file, a server's socket, or a token's file (`cti/base/ciphers/key_sources.py`)."""

    file: str | None = None
    socket: str | None = None
    token: str | None = None


class HouseSettings(HotlineSettings):
    """Everything that is not a plugin's. `cryptography` names the algorithms that seal data.

    `run_as` is the user, by name or number, as whom root starts switch and broker (`cti/process/own_user.py`); `root`:
    as root. `spare_engine` keeps a process ready that takes an engine's place when that dies, for 150 MB of memory.
    """

    run_as: str = pydantic.Field(default="hotline", pattern=r"^([a-z_][a-z0-9_-]{0,31}|\d{1,9})$")
    database: str | None = None
    spare_engine: bool = True
    keys: KeySettings = KeySettings()
    cryptography: SuiteName = "international"
    http: HttpSettings = HttpSettings()
    public: PublicSettings = PublicSettings()
    connectors: ConnectorSettings = ConnectorSettings()
    accounts: AccountSettings = AccountSettings()
    audit: AuditSettings = AuditSettings()
    oidc: dict[Name, OidcSettings] = pydantic.Field(default={})
    switch: SwitchSettings = SwitchSettings()
    broker: BrokerSettings = BrokerSettings()
    messages: MessageSettings = MessageSettings()
    files: FileSettings = FileSettings()
    alarms: AlarmSettings = AlarmSettings()

    @pydantic.field_validator("switch", mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value

    @property
    def listening(self) -> Iterator[ports.Listening]:
        """The ports that are bound on this machine, with their settings; not those for speech, of which any will do."""
        switch, bind = self.switch, ("switch", "bind")
        yield ports.Listening(self.http.host, self.http.port, ("http", "port"), ("http", "host"))
        if self.public.enabled:
            yield ports.Listening(self.public.host, self.public.port, ("public", "port"), ("public", "host"))
        yield ports.Listening(switch.bind, switch.sip_port, ("switch", "sip_port"), bind, ("udp", "tcp"))
        if switch.both_families and switch.bind6 is not None and "bind6" in switch.model_fields_set:
            # As it comes along it asks for nothing: a machine without IPv6 is served all the same.
            where = ("switch", "bind6")
            yield ports.Listening(switch.bind6, switch.sip_port, ("switch", "sip_port"), where, ("udp", "tcp"))
        yield ports.Listening(switch.bind, switch.ws_port, ("switch", "ws_port"), bind)
        if switch.wss_port is not None and switch.kind == "freeswitch":
            yield ports.Listening(switch.bind, switch.wss_port, ("switch", "wss_port"), bind)
        yield ports.Listening("127.0.0.1", switch.control_port, ("switch", "control_port"), bind)
        yield ports.Listening("127.0.0.1", switch.session_port, ("switch", "session_port"), bind)
        if self.broker.enabled and self.broker.url is None:
            yield ports.Listening("127.0.0.1", self.broker.port, ("broker", "port"), ("broker", "port"))
