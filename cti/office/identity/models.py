"""Tables of people and of what they may do and did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, EncryptedText
from cti.store.edits import Versioned
from cti.store.models import Sequence


class OrganisationRow(Versioned, Base):
    """An organisation of the tree, bound to a region code (GB/T 2260).

    `agent_numbers` is the range that its agents' numbers lie in, such as `2001-2999`; empty: that of the one above.
    """

    __tablename__ = "organisations"
    __table_args__ = (Index(None, "parent"),)

    name: Mapped[str] = mapped_column(String(40), primary_key=True, doc="机构标识")
    title: Mapped[str] = mapped_column(String(80), doc="机构名称")
    region: Mapped[str] = mapped_column(String(6), doc="行政区划代码")
    parent: Mapped[str | None] = mapped_column(ForeignKey("organisations.name"), doc="上级机构")
    agent_numbers: Mapped[str] = mapped_column(String(17), server_default="", doc="工号范围")
    closed_at: Mapped[datetime | None] = mapped_column(doc="撤销时间")
    successor: Mapped[str] = mapped_column(String(40), server_default="", doc="撤销后并入的机构")
    version: Mapped[int] = mapped_column(server_default="1", doc="版本号，每次修改加一")


class RoleRow(Versioned, Base):
    """A role: permissions (`*` is all), how far they reach (`permissions.Reach`), and who may have it (`Level`)."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(String(40), primary_key=True, doc="角色标识")
    title: Mapped[str] = mapped_column(String(80), doc="角色名称")
    permissions: Mapped[list[str]] = mapped_column(JSON, doc="权限")
    reach: Mapped[str] = mapped_column(String(16), doc="数据范围")
    level: Mapped[str] = mapped_column(String(8), server_default="any", doc="适用层级")
    note: Mapped[str] = mapped_column(String(200), server_default="", doc="说明")
    second_factor: Mapped[bool] = mapped_column(server_default=text("false"), doc="须二次验证")
    version: Mapped[int] = mapped_column(server_default="1", doc="版本号，每次修改加一")


class RegionSwitchRow(Versioned, Base):
    """The permissions that nobody of a region has, whatever his roles say."""

    __tablename__ = "region_switches"

    region: Mapped[str] = mapped_column(String(6), primary_key=True, doc="行政区划代码")
    off: Mapped[list[str]] = mapped_column(JSON, doc="停用的功能")


class PersonRow(Base):
    """Somebody with an account. `agent_no` (工号) is for those who talk; `version` counts changes."""

    __tablename__ = "people"
    __table_args__ = (Index(None, "organisation"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    agent_no: Mapped[str | None] = mapped_column(String(8), unique=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.name"))
    roles: Mapped[list[str]] = mapped_column(JSON)
    auto_answer: Mapped[bool] = mapped_column(server_default=text("false"))
    password_hash: Mapped[str] = mapped_column(String(160))
    sip_secret: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText, doc="二次验证密钥（已加密）")
    totp_since: Mapped[datetime | None] = mapped_column(doc="二次验证启用时间")
    totp_step: Mapped[int] = mapped_column(BigInteger, server_default="0", doc="最后使用的动态码时段")
    recovery: Mapped[list[str]] = mapped_column(JSON, server_default="[]", doc="恢复码摘要")
    password_at: Mapped[datetime | None] = mapped_column(doc="密码设置时间")
    password_past: Mapped[list[str]] = mapped_column(JSON, server_default="[]", doc="用过的密码摘要")
    password_due: Mapped[bool] = mapped_column(server_default=text("false"), doc="须修改密码")
    demo: Mapped[bool] = mapped_column(server_default=text("false"), doc="演示账号")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 # SQLAlchemy's own protocol


class AgentNumberRow(Base):
    """Who had an agent number (工号) from when until when."""

    __tablename__ = "agent_numbers"
    __table_args__ = (Index(None, "number"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    number: Mapped[str] = mapped_column(String(8), doc="工号")
    given_at: Mapped[datetime] = mapped_column(doc="启用时间")
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), doc="人员编号")
    taken_at: Mapped[datetime | None] = mapped_column(doc="收回时间")


class GroupRow(Versioned, Base):
    """A group of people of an organisation and those below it."""

    __tablename__ = "groups"
    __table_args__ = (UniqueConstraint("organisation", "title"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="班组编号")
    title: Mapped[str] = mapped_column(String(40), doc="班组名称")
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.name"), doc="所属机构")
    leader: Mapped[str | None] = mapped_column(ForeignKey("people.id"), doc="组长")
    members: Mapped[list[str]] = mapped_column(JSON, doc="成员")


class AbsenceRow(Versioned, Base):
    """Somebody is away, and another acts for him; the names are those of when it was written down."""

    __tablename__ = "absences"
    __table_args__ = (Index(None, "person", "ends_at"), Index(None, "deputy", "ends_at"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), doc="离岗人")
    person_name: Mapped[str] = mapped_column(String(40), doc="离岗人姓名")
    deputy: Mapped[str] = mapped_column(ForeignKey("people.id"), doc="代理人")
    deputy_name: Mapped[str] = mapped_column(String(40), doc="代理人姓名")
    organisation: Mapped[str] = mapped_column(String(40), doc="离岗人所属机构")
    begins_at: Mapped[datetime] = mapped_column(doc="开始时间")
    ends_at: Mapped[datetime] = mapped_column(doc="结束时间")
    note: Mapped[str] = mapped_column(String(200), doc="原因")
    made_by: Mapped[str] = mapped_column(String(80), doc="登记人")
    made_at: Mapped[datetime] = mapped_column(doc="登记时间")
    cancelled_at: Mapped[datetime | None] = mapped_column(doc="取消时间")


class SessionRow(Base):
    """A session; only the hash of its token is kept."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "person"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(45))
    browser_hash: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(200), server_default="", doc="浏览器")
    strong: Mapped[bool] = mapped_column(server_default=text("false"), doc="已在别处二次验证")
    local: Mapped[bool] = mapped_column(server_default=text("false"), doc="由本机命令行开启")


class KnownBrowserRow(Base):
    """A browser in which somebody has signed in; only the hash of its token is kept."""

    __tablename__ = "known_browsers"
    __table_args__ = (Index(None, "person"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), doc="人员编号")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, doc="令牌摘要")
    seen_at: Mapped[datetime] = mapped_column(doc="最近登录时间")


class SignInTriesRow(Base):
    """Wrong tries to sign in, of one counter (`tries.Counter`); `key` and `login` are keyed hashes."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (Index(None, "login"), Index(None, "at"))

    key: Mapped[str] = mapped_column(String(64), primary_key=True, doc="计数项摘要")
    login: Mapped[str] = mapped_column(String(64), doc="账号摘要")
    failures: Mapped[int] = mapped_column(doc="连续失败次数")
    at: Mapped[datetime] = mapped_column(doc="最近失败时间")
    locked_until: Mapped[datetime | None] = mapped_column(doc="锁定至")


class KnownElsewhereRow(Base):
    """Who somebody is at another's (OpenID Connect Core 5.7: issuer and subject, nothing else, say who one is)."""

    __tablename__ = "known_elsewhere"
    __table_args__ = (UniqueConstraint("issuer", "person"),)

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True, doc="统一认证地址")
    subject: Mapped[str] = mapped_column(String(255), primary_key=True, doc="统一认证中的编号")
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), doc="人员编号")
    linked_at: Mapped[datetime] = mapped_column(doc="关联时间")


class ApiKeyRow(Base):
    """A key for a program, in somebody's name; only its hash is kept. `scopes` are permissions.

    With an `organisation` it is that one's: it reaches nothing but that and what lies below. It may ask `per_minute`.
    """

    __tablename__ = "api_keys"
    __table_args__ = (Index(None, "person"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="密钥编号")
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), doc="人员编号")
    title: Mapped[str] = mapped_column(String(60), doc="用途")
    start: Mapped[str] = mapped_column(String(12), doc="密钥开头")
    key_hash: Mapped[str] = mapped_column(String(64), unique=True, doc="密钥摘要")
    scopes: Mapped[list[str]] = mapped_column(JSON, doc="权限")
    addresses: Mapped[list[str]] = mapped_column(JSON, doc="允许的来源地址")
    organisation: Mapped[str] = mapped_column(String(40), server_default="", doc="限于机构，空为不限")
    per_minute: Mapped[int] = mapped_column(server_default="600", doc="每分钟请求数上限")
    created_at: Mapped[datetime] = mapped_column(doc="创建时间")
    expires_at: Mapped[datetime] = mapped_column(doc="到期时间")
    used_at: Mapped[datetime | None] = mapped_column(doc="最近使用时间")
    used_from: Mapped[str] = mapped_column(String(45), server_default="", doc="最近使用地址")
    ended_at: Mapped[datetime | None] = mapped_column(doc="停用时间")


class AuditRow(Base):
    """Who did what to whom; `hash` covers the entry and `previous`, the hash of the one before."""

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "subject"),
        Index(None, "at"),
        Index(None, "organisation", "sequence"),
        Index(None, "person", "sequence"),
        {"sqlite_autoincrement": True},
    )

    sequence: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True, doc="序号")
    at: Mapped[datetime] = mapped_column(doc="时间")
    person: Mapped[str] = mapped_column(String(26), doc="人员编号")
    login: Mapped[str] = mapped_column(String(40), doc="账号")
    organisation: Mapped[str] = mapped_column(String(40), doc="所属机构")
    address: Mapped[str] = mapped_column(String(45), doc="来源地址")
    action: Mapped[str] = mapped_column(String(60), doc="操作")
    subject: Mapped[str] = mapped_column(String(120), doc="对象")
    before: Mapped[str] = mapped_column(Text, doc="操作前（JSON）")
    after: Mapped[str] = mapped_column(Text, doc="操作后（JSON）")
    previous: Mapped[str] = mapped_column(String(64), server_default="", doc="上一条的校验值")
    hash: Mapped[str] = mapped_column(String(64), doc="校验值")


class AuditHead(Base):
    """The newest entry and how many there are (`id` is 1); `seal` is keyed, empty before the first start.

    `seals` numbers the last signed seal, `sealed` is the digest of its line.
    """

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, doc="编号")
    sequence: Mapped[int] = mapped_column(BigInteger, doc="最后一条的序号")
    entries: Mapped[int] = mapped_column(BigInteger, doc="条数")
    hash: Mapped[str] = mapped_column(String(64), doc="最后一条的校验值")
    seal: Mapped[str] = mapped_column(String(64), doc="校验值")
    seals: Mapped[int] = mapped_column(BigInteger, server_default="0", doc="签名数")
    sealed: Mapped[str] = mapped_column(String(64), server_default="", doc="最后一个签名的摘要")
