"""The settings of the house: one YAML file, checked as a whole when the engine starts.

`HOTLINE_DATA/settings.yaml` is made from defaults at the first start. Each plugin has a section of its own under its
name. What is wrong is refused with file, line and reason.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import pydantic

from cti.base import documents, ports
from cti.base.addresses import HOST_NAME, Bound, Network, Peer, is_loopback
from cti.base.ciphers.suites import SuiteName
from cti.base.sealed_values import opened_document

M = TypeVar("M", bound=pydantic.BaseModel)
Port = Annotated[int, pydantic.Field(ge=1, le=65535)]

DAYTIME = r"^(([01]\d|2[0-3]):[0-5]\d)?$"
"""A time of day, or nothing."""

Name = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Section(pydantic.BaseModel):
    """A part of the settings: unknown keys are refused."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class HttpSettings(Section):
    """Where the console and the API are reached.

    `proxies` are addresses and networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Requests a second
    are limited for each person, and for each address without a session; ten seconds' worth may come at once.
    Beyond this machine the console speaks through a proxy with TLS, which `proxies` names; `plain` does without.
    """

    host: str = pydantic.Field(default="127.0.0.1", title="监听地址")
    port: Port = pydantic.Field(default=8345, title="端口")
    proxies: list[Network] = pydantic.Field(default=["127.0.0.1", "::1"], title="受信任的代理")
    person_per_second: float = pydantic.Field(default=50, gt=0, title="每人每秒请求数")
    address_per_second: float = pydantic.Field(default=50, gt=0, title="每个地址每秒请求数")
    plain: bool = pydantic.Field(default=False, title="允许未加密的访问（不建议）")

    @pydantic.model_validator(mode="after")
    def _not_plain(self) -> HttpSettings:
        if not (is_loopback(self.host) or self.plain or "proxies" in self.model_fields_set):
            raise ValueError(
                f"host {self.host}: passwords would cross the network in clear; name the proxy that brings TLS in "
                "http.proxies (cti/README.md has one), or say http.plain: true"
            )
        return self


class PublicSettings(Section):
    """The site for those who are not the staff: citizens, and other systems that tell us something. Off at first.

    It has its own port, and answers to its `names` (host names) alone when some are said. A proxy with TLS stands
    before it as before the console; `http.proxies` names it. Each address may ask `per_second`, and ten seconds' worth
    at once. Who would ask for somebody's data solves a task of `effort` bits first: each one more doubles the work.
    """

    enabled: bool = pydantic.Field(default=False, title="开放")
    host: str = pydantic.Field(default="127.0.0.1", title="监听地址")
    port: Port = pydantic.Field(default=8346, title="端口")
    names: list[Annotated[str, pydantic.Field(pattern=f"^{HOST_NAME.pattern}$")]] = pydantic.Field(
        default=[], title="域名"
    )
    per_second: float = pydantic.Field(default=10, gt=0, le=1000, title="每个地址每秒请求数")
    effort: int = pydantic.Field(default=16, ge=0, le=24, title="验证难度（位）")


class ConnectorSettings(Section):
    """Whether anything may leave to other systems: the owner's switch. While it is off, calls wait.

    Calls that have ended are kept for `keep_days`.
    """

    allowed: bool = pydantic.Field(default=False, title="允许向其他系统发送数据")
    keep_days: int = pydantic.Field(default=180, ge=1, le=3650, title="调用日志保留天数")


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


class S3Settings(Section):
    """A storage service that speaks S3; none without `url`, which is the bucket's (`https://s3.example/files`)."""

    url: str = pydantic.Field(default="", pattern=r"^(https?://\S+/\S+)?$", title="存储桶地址")
    access_key: str = pydantic.Field(default="", title="访问标识")
    secret_key: str = pydantic.Field(
        default="", title="访问密钥", json_schema_extra={"x-form": {"kind": "password"}}, validate_default=True
    )
    region: str = pydantic.Field(default="us-east-1", title="区域")

    @pydantic.field_validator("secret_key")
    @classmethod
    def _can_sign_in(cls, key: str, info: pydantic.ValidationInfo) -> str:
        if info.data.get("url") and not (key and info.data.get("access_key")):
            raise ValueError("the storage service needs access_key and secret_key")
        return key


class FileSettings(Section):
    """Files of records. `scanner` is where clamd listens: `tcp://127.0.0.1:3310` or `unix:/run/clamav/clamd.ctl`.

    With one, files that were not scanned yet are not given out (`unscanned: refuse`) or given with a warning (`allow`).
    Files that were removed can be restored for `keep_removed_days`. `s3` is where files go in the end; without it, and
    while it cannot be reached, they lie in `HOTLINE_DATA/files`.
    """

    max_mb: int = pydantic.Field(default=200, ge=1, le=8192, title="单个文件上限（MB）")
    per_record: int = pydantic.Field(default=50, ge=1, le=1000, title="每条记录附件数上限")
    sorts: list[Literal["picture", "document", "text", "sound", "video", "archive"]] = pydantic.Field(
        default=["picture", "document", "text", "sound", "video", "archive"],
        title="允许的文件类别",
        json_schema_extra={
            "x-form": {
                "options": [
                    {"value": "picture", "title": "图片"},
                    {"value": "document", "title": "文档"},
                    {"value": "text", "title": "文本"},
                    {"value": "sound", "title": "声音"},
                    {"value": "video", "title": "视频"},
                    {"value": "archive", "title": "压缩包"},
                ]
            }
        },
    )
    keep_removed_days: int = pydantic.Field(default=30, ge=0, le=3650, title="删除后保留天数")
    scanner: str | None = pydantic.Field(
        default=None, pattern=r"^(tcp://[^\s/:]+:\d{1,5}|unix:/\S+)$", title="病毒扫描服务"
    )
    unscanned: Literal["refuse", "allow"] = pydantic.Field(
        default="refuse",
        title="未扫描的文件",
        json_schema_extra={
            "x-form": {
                "options": [{"value": "refuse", "title": "不可下载"}, {"value": "allow", "title": "提示后可下载"}]
            }
        },
    )
    s3: S3Settings = pydantic.Field(default=S3Settings(), title="对象存储（S3 协议）")


class CalledNumber(Section):
    """A number that citizens call: which flow answers, and whose call it is; `language` is what its callers hear."""

    flow: Name
    organisation: Name = "city"
    region: str = pydantic.Field(default="320400", pattern=r"^\d{6}$")
    area: str = pydantic.Field(default="0519", pattern=r"^0\d{2,3}$")
    language: str = pydantic.Field(default="zh", pattern=r"^[a-z]{2,3}(_[a-z]{2,4})?$")


class TrunkSettings(Section):
    """A carrier's line. `peers` are addresses that may send us calls and to which we send ours.

    `channels` and `per_second` are limits; `prefix` goes before every number we dial; `caller_ids` maps an
    organisation to the number it may show; `emergency` marks trunks that carry 110/119/120/122.
    """

    peers: list[Peer] = ["127.0.0.1", "::1"]
    host: Peer | None = None
    port: Port = 5060
    register_user: str | None = None
    register_secret_file: str | None = None
    channels: int = pydantic.Field(default=1000, ge=1)
    per_second: float = pydantic.Field(default=300, gt=0)
    prefix: str = pydantic.Field(default="", pattern=r"^\d{0,6}$")
    caller_ids: dict[Name, Annotated[str, pydantic.Field(pattern=r"^\+?[0-9]{2,20}$")]] = {}
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


class AccountSettings(Section):
    """Passwords and sessions of people.

    A password has at least `shortest` characters of three kinds, is changed after `password_days` (0: never) and is
    none of the last `passwords_kept`. `lock_after` wrong ones in a row close the account to that network for
    `lock_minutes`, twice as long each time after; browsers that the person used before are counted apart. A session
    ends after `session_hours`, or `idle_minutes` without a request; nobody has more than `sessions` at once.
    `second_factor` says who needs one: those whose role says so, also all administrators, or everybody.
    With `separate_duties` nobody is given more than one of system, security and audit administration, and nobody the
    role that may do everything, but at the hotline's own command line.
    """

    shortest: int = pydantic.Field(default=10, ge=8, le=64, title="密码最少字符数")
    password_days: int = pydantic.Field(default=90, ge=0, le=3650, title="密码有效天数（0 为不限）")
    passwords_kept: int = pydantic.Field(default=5, ge=0, le=24, title="不得重复的历史密码数")
    lock_after: int = pydantic.Field(default=5, ge=3, le=20, title="连续错误几次锁定")
    lock_minutes: int = pydantic.Field(default=5, ge=1, le=1440, title="首次锁定分钟数")
    session_hours: float = pydantic.Field(default=14, gt=0, le=168, title="会话最长小时数")
    idle_minutes: float = pydantic.Field(default=30, gt=0, le=1440, title="无操作多少分钟后退出")
    sessions: int = pydantic.Field(default=10, ge=1, le=100, title="每人同时登录数")
    lookups_an_hour: int = pydantic.Field(default=30, ge=1, le=1000, title="无权者每小时可按号码或姓名查找几次")
    separate_duties: bool = pydantic.Field(default=True, title="三员分立")
    second_factor: Literal["roles", "admins", "all"] = pydantic.Field(
        default="admins", title="谁须二次验证（roles 按角色，admins 加上管理员，all 所有人）"
    )


class AuditSettings(Section):
    """The audit's signed seals: one at least after so many entries, and after so many minutes in which there were any.

    `syslog` is where each is copied to, as `udp://HOST:PORT` or `tcp://HOST:PORT`, so that it also stands elsewhere.
    """

    seal_entries: int = pydantic.Field(default=100, ge=1, le=100_000, title="每多少条审计记录签名一次")
    seal_minutes: float = pydantic.Field(default=10, ge=0.1, le=1440, title="至多间隔多少分钟签名一次")
    syslog: str = pydantic.Field(
        default="", max_length=200, pattern=r"^((udp|tcp)://[^/?#@]+:\d{1,5})?$", title="签名另存到（syslog 地址）"
    )


class MessageSettings(Section):
    """What people are told in their inboxes, and citizens by SMS.

    Messages are kept for `keep_days`. What is urgent and read by nobody after `unread_minutes` (0: never) is told to
    the leaders of their groups. What the house itself sends to citizens waits for the end of their quiet hours, and is
    not sent to one number more than `record_an_hour` times about one record and `number_a_day` times in all.
    """

    keep_days: int = pydantic.Field(default=180, ge=1, le=3650, title="消息保留天数")
    citizens_quiet_from: str = pydantic.Field(default="21:00", pattern=DAYTIME, title="市民免打扰开始（空为无）")
    citizens_quiet_until: str = pydantic.Field(default="08:00", pattern=DAYTIME, title="市民免打扰结束")
    record_an_hour: int = pydantic.Field(default=3, ge=1, le=100, title="每条记录每小时最多自动短信数")
    number_a_day: int = pydantic.Field(default=10, ge=1, le=1000, title="每个号码每天最多自动短信数")
    unread_minutes: float = pydantic.Field(
        default=15, ge=0, le=1440, title="紧急消息未读多少分钟后告知组长（0 为不告知）"
    )


class AlarmSettings(Section):
    """How alarms are told: every `repeat_minutes` until somebody acknowledges them.

    At first who is on call first hears of one, then all on call, from the time after `everybody_after` on all who may
    handle alarms.
    """

    repeat_minutes: float = pydantic.Field(default=10, ge=1, le=1440, title="未确认时多少分钟重复告知")
    everybody_after: int = pydantic.Field(default=2, ge=1, le=100, title="告知几次后扩大到所有可处理的人")


class OidcSettings(Section):
    """A provider of OpenID Connect at which people may sign in.

    They are known by issuer and subject. At the first time `claim` of what it tells is their login here, unless
    `first_link` is `admin`: then `hotline user link` says who is who.
    `second_factor` says that the provider asks for one itself. The secret may be sealed (`hotline seal`).
    """

    title: str = pydantic.Field(max_length=40)
    issuer: str = pydantic.Field(pattern=r"^(https://|http://(127\.0\.0\.1|localhost|\[::1\])(:|/|$))\S*$")
    client_id: str
    client_secret: str = pydantic.Field(default="", repr=False)
    scopes: list[str] = ["openid", "profile"]
    claim: str = "preferred_username"
    first_link: Literal["claim", "admin"] = "claim"
    second_factor: bool = False


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
    oidc: dict[Name, OidcSettings] = {}
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


class Settings:
    """The house's settings and the plugins' sections."""

    def __init__(self, document: documents.Document, data: Path) -> None:
        document = opened_document(document, data)
        everything: dict[str, Any] = document.data or {}
        if not isinstance(everything, dict):
            raise documents.DocumentError([document.problem((), "settings must be a mapping")])
        own = set(HouseSettings.model_fields)
        house = documents.Document(
            document.file, {key: value for key, value in everything.items() if key in own}, document.places
        )
        self.data = data
        self.is_dry = False
        """Whether the house is only looked at: nobody signs in, and no switch plays a prompt."""
        self.environment: Mapping[ports.Setting, int | str] = {}
        """What the environment says instead of the file, by section and key."""
        self.house = house.validate(HouseSettings)
        self._document = document
        if clashes := [self.problem(where, text) for where, text in ports.clashes(self.house.listening)]:
            raise documents.DocumentError(clashes)
        self._sections = {key: value for key, value in everything.items() if key not in own}

    @classmethod
    def load(cls, data: Path) -> Settings:
        """Read `settings.yaml` of the state directory (absent means all defaults), then the environment.

        `HOTLINE_PORT_BASE` moves every port (`cti.base.ports.LAYOUT`), `HOTLINE_HTTP_PORT` and `HOTLINE_SIP_PORT`
        one each; they win over the file.
        """
        path = data / "settings.yaml"
        document = documents.load(path) if path.exists() else documents.Document(str(path), {}, {})
        if not isinstance(document.data, dict | None):
            raise documents.DocumentError([document.problem((), "settings must be a mapping")])
        everything: dict[str, Any] = dict(document.data or {})
        environment = _of_environment(everything)
        for (section, key), value in environment.items():
            found = everything.get(section) or {}
            everything[section] = {**({"kind": found} if isinstance(found, str) else found), key: value}
        settings = cls(documents.Document(document.file, everything, document.places), data)
        settings.environment = environment
        return settings

    def problem(self, where: documents.Where, message: str) -> documents.Problem:
        """A complaint about a setting."""
        return self._document.problem(where, message)

    def take(self, document: documents.Document) -> None:
        """Let plugins that start from now on find these sections; the house itself keeps what it started with."""
        fresh = Settings(document, self.data)
        self._document, self._sections = fresh._document, fresh._sections

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


def _of_environment(file: dict[str, Any]) -> dict[tuple[str, str], int | str]:
    """What the environment says of ports."""
    found: dict[tuple[str, str], int | str] = {}
    if base := os.environ.get(ports.BASE):
        switch = file.get("switch")
        has_wss = isinstance(switch, dict) and switch.get("wss_port") is not None
        try:
            found = dict(ports.shifted(base, wss=has_wss))
        except ValueError as error:
            raise documents.DocumentError([documents.Problem(ports.BASE, 1, 1, str(error))]) from None
    for variable, setting in (("HOTLINE_HTTP_PORT", ("http", "port")), ("HOTLINE_SIP_PORT", ("switch", "sip_port"))):
        if value := os.environ.get(variable):
            found[setting] = value
    return found
