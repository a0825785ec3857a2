"""What people work with: accounts, the audit, messages, alarms, files."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from cti.base.addresses import HOST_NAME
from cti.base.settings.section import DAYTIME, Section

PushHost = Annotated[str, pydantic.Field(pattern=rf"^(\*\.)?{HOST_NAME.pattern}$")]
"""A host, or all hosts below one (`*.push.apple.com`)."""


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

    `push_services` are hosts of the browsers' push services (Web Push) by which the staff is told on telephones while
    the console is closed; with none there is no push, and nothing leaves the house. What is sent is sealed for the
    browser. `push_contact` is whom such a service may ask.
    """

    keep_days: int = pydantic.Field(default=180, ge=1, le=3650, title="消息保留天数")
    citizens_quiet_from: str = pydantic.Field(default="21:00", pattern=DAYTIME, title="市民免打扰开始（空为无）")
    citizens_quiet_until: str = pydantic.Field(default="08:00", pattern=DAYTIME, title="市民免打扰结束")
    record_an_hour: int = pydantic.Field(default=3, ge=1, le=100, title="每条记录每小时最多自动短信数")
    number_a_day: int = pydantic.Field(default=10, ge=1, le=1000, title="每个号码每天最多自动短信数")
    unread_minutes: float = pydantic.Field(
        default=15, ge=0, le=1440, title="紧急消息未读多少分钟后告知组长（0 为不告知）"
    )
    push_services: list[PushHost] = pydantic.Field(
        default=[], max_length=20, title="手机推送服务的主机（空为不推送，如 *.push.apple.com）"
    )
    push_contact: str = pydantic.Field(
        default="", pattern=r"^((mailto:|https://)\S+)?$", max_length=200,
        title="推送服务的联系方式（mailto: 或 https://）",
    )  # fmt: skip

    @pydantic.model_validator(mode="after")
    def _whole(self) -> MessageSettings:
        if self.push_services and not self.push_contact:
            raise ValueError("填写了推送服务，还须填写推送服务的联系方式")
        return self


class AlarmSettings(Section):
    """How alarms are told: every `repeat_minutes` until somebody acknowledges them.

    At first who is on call first hears of one, then all on call, from the time after `everybody_after` on all who may
    handle alarms.
    """

    repeat_minutes: float = pydantic.Field(default=10, ge=1, le=1440, title="未确认时多少分钟重复告知")
    everybody_after: int = pydantic.Field(default=2, ge=1, le=100, title="告知几次后扩大到所有可处理的人")


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
