"""The switch, the lines and numbers of the hotline, and the broker that mirrors what happens."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import pydantic

from cti.base.addresses import Bound, Network, Peer
from cti.base.settings.section import Name, Port, Section


class SwitchSettings(Section):
    """The switch and where it listens. `bind6` also serves IPv6; `media_address` is told to phones as ours.

    `patience` is how many seconds a caller hears music while no engine answers before the emergency queue. `ws_url` is
    where browsers reach the switch's WebSocket when it is not `ws(s)://<our host>:<ws_port>/ws`. `wss_port` is
    FreeSWITCH's own TLS port for them, its certificate `HOTLINE_DATA/switch/certs/wss.pem`; Asterisk leaves TLS to a
    proxy. `call_header` tells agents' phones the call's id in X-Hotline-Call, for programs beside them: FreeSWITCH does
    so always, on Asterisk they ring some milliseconds later for it.

    From the third wrong password in a row for a phone, that phone is refused from there for 5 seconds, then for twice
    as long each time. From an address that fails `register_tries` times within `register_within` seconds to prove that
    it is one of our phones, phones that are not registered there, and were not last, are refused for `register_block`
    seconds, each time for twice as long; never from `trusted` ones, such as proxies.
    """

    kind: Literal["asterisk", "freeswitch"] = pydantic.Field(default="asterisk", title="类型")
    name: Name = pydantic.Field(default="switch-1", title="名称")
    bind: Bound = pydantic.Field(default="127.0.0.1", title="监听地址")
    bind6: Bound | None = pydantic.Field(default="::1", title="IPv6 监听地址")
    sip_port: Port = pydantic.Field(default=5060, title="SIP 端口")
    ws_port: Port = pydantic.Field(default=8088, title="浏览器话机端口")
    wss_port: Port | None = pydantic.Field(default=None, title="浏览器加密端口")
    ws_url: str | None = pydantic.Field(default=None, pattern=r"^wss?://\S+$", title="浏览器话机地址")
    control_port: Port = pydantic.Field(default=5038, title="控制端口")
    session_port: Port = pydantic.Field(default=4573, title="会话端口")
    rtp_first: Port = pydantic.Field(default=10000, title="语音端口起")
    rtp_last: Port = pydantic.Field(default=14999, title="语音端口止", validate_default=True)
    patience: int = pydantic.Field(default=60, ge=1, le=3600, title="引擎中断时等待秒数")
    call_header: bool = pydantic.Field(default=False, title="向话机告知通话编号")
    register_tries: int = pydantic.Field(default=10, ge=1, le=1000, title="话机密码错误次数上限")
    register_within: int = pydantic.Field(default=60, ge=1, le=86400, title="错误次数统计秒数")
    register_block: int = pydantic.Field(default=300, ge=1, le=86400, title="拒绝秒数")
    trusted: list[Network] = pydantic.Field(default=["127.0.0.1", "::1"], title="从不拒绝的地址")

    @pydantic.field_validator("rtp_last")
    @classmethod
    def _has_room(cls, last: int, info: pydantic.ValidationInfo) -> int:
        first = info.data.get("rtp_first")
        if first is not None and last < first + 3:
            raise ValueError(f"a call takes four ports: {first}-{last} has no room for one")
        sip = info.data.get("sip_port")
        if first is not None and sip is not None and first <= sip <= last:
            raise ValueError(f"the SIP port {sip} lies among {first}-{last}")
        return last

    @property
    def both_families(self) -> bool:
        """Whether phones come over IPv4 and over IPv6."""
        return self.bind6 is not None and ":" not in self.bind


TopicFilter = Annotated[str, pydantic.Field(pattern=r"^([^+#/\s]+|\+)(/([^+#/\s]+|\+))*(/#)?$")]


class BrokerSettings(Section):
    """The MQTT mirror: a broker of ours on loopback, or the URL of another (`mqtts://user:password@host:8883`).

    `readers` may subscribe to what their topic filters below `hotline/v1/` name, such as `records/east/ticket/#`; their
    passwords lie in `secrets/mqtt-reader-<name>`.
    """

    enabled: bool = pydantic.Field(default=True, title="启用")
    url: str | None = pydantic.Field(
        default=None, title="外部消息服务地址", json_schema_extra={"x-form": {"kind": "password"}}
    )
    port: Port = pydantic.Field(default=1883, title="内置服务端口")
    readers: dict[Name, list[TopicFilter]] = pydantic.Field(
        default={}, title="只读账号", json_schema_extra={"x-form": {"kind": "json"}}
    )

    @pydantic.field_validator("readers")
    @classmethod
    def _are_others(cls, readers: dict[str, list[str]]) -> dict[str, list[str]]:
        if taken := {"hotline", "reader"} & set(readers):
            raise ValueError(f"{', '.join(sorted(taken))}: there is one of this name already")
        return readers


class CalledNumber(Section):
    """A number that citizens call: which flow answers, and whose call it is; `language` is what its callers hear."""

    flow: Name
    organisation: Name = "city"
    region: str = pydantic.Field(default="320400", pattern=r"^\d{6}$")
    area: str = pydantic.Field(default="0519", pattern=r"^0\d{2,3}$")
    language: str = pydantic.Field(default="zh", pattern=r"^[a-z]{2,3}(_[a-z]{2,4})?$")


ShownNumber = Annotated[str, pydantic.Field(pattern=r"^\+?[0-9]{2,20}$")]


class TrunkSettings(Section):
    """A carrier's line. `peers` are addresses that may send us calls and to which we send ours.

    `channels` and `per_second` are limits; `prefix` goes before every number we dial; `caller_ids` maps an
    organisation to the number that it shows, `more_caller_ids` to further ones that it may show where somebody chooses
    one (a campaign); `emergency` marks trunks that carry 110/119/120/122.
    """

    peers: list[Peer] = pydantic.Field(default=["127.0.0.1", "::1"])
    host: Peer | None = None
    port: Port = 5060
    register_user: str | None = None
    register_secret_file: str | None = None
    channels: int = pydantic.Field(default=1000, ge=1)
    per_second: float = pydantic.Field(default=300, gt=0)
    prefix: str = pydantic.Field(default="", pattern=r"^\d{0,6}$")
    caller_ids: dict[Name, ShownNumber] = pydantic.Field(default={})
    more_caller_ids: dict[Name, tuple[ShownNumber, ...]] = pydantic.Field(default={})
    emergency: bool = True
    order: int = 1

    @property
    def calls_a_second(self) -> int:
        """`per_second` in whole calls, as the switches count."""
        return math.ceil(self.per_second)

    @property
    def senders(self) -> list[str]:
        """Who may send us this trunk's calls: its peers, and where we register."""
        return [*self.peers, *([self.host] if self.host and self.register_user else [])]
