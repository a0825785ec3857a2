"""Carriers' trunks: where calls come from and go to, their limits, what they show, and how they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.addresses import Peer
from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.settings import TrunkSettings
from cti.base.visitor import Visitor
from cti.office.records import Office, RecordQuery, Records, RecordView
from cti.office.screens import fields_of, form
from cti.office.sharing import Shared
from cti.telephony.trunks import Trunks
from workflow.lines.models import TrunkRow
from workflow.lines.numbers import OPTIONS
from workflow.lines.origin import ORIGINS, PAGE, WHO_WINS

STATES = {"up": "正常", "down": "无应答", "incoming": "只接来电", "off": "已停用"}
STATE_TONES = {"up": "ready", "down": "ring", "incoming": "talk", "off": "off"}


class CallerId(Body):
    """Which number an organisation shows."""

    organisation: str = pydantic.Field(
        max_length=40, title="机构", json_schema_extra=form(options_from=f"{OPTIONS}/organisations")
    )
    number: str = pydantic.Field(
        pattern=r"^\+?[0-9]{2,20}$", title="外显号码", json_schema_extra=form(wrong="只能是数字")
    )


class TrunkFields(Body):
    """What is said of a trunk."""

    name: str = pydantic.Field(
        pattern=r"^[a-z][a-z0-9_-]{0,31}$", title="标识",
        json_schema_extra=form(
            fixed=True, help="小写字母开头，如 telecom；保存后不能再改", wrong="只能是小写字母、数字、横线"
        ),
    )  # fmt: skip
    title: str = pydantic.Field(default="", max_length=80, title="名称")
    enabled: bool = pydantic.Field(default=True, title="启用", json_schema_extra=form(help=WHO_WINS))
    peers: list[Peer] = pydantic.Field(
        default=[], max_length=40, title="来电地址",
        json_schema_extra=form(
            section="来电", help="运营商送来电的 IP 地址或网段；只认地址，不认名称", wrong="不是地址"
        ),
    )  # fmt: skip
    host: str = pydantic.Field(
        default="",
        max_length=255,
        title="对端地址",
        json_schema_extra=form(kind="text", section="外呼", help="留空则只接来电"),
    )
    port: int = pydantic.Field(default=5060, ge=1, le=65535, title="对端端口")
    register_user: str = pydantic.Field(
        default="", max_length=64, pattern=r"^$|^[A-Za-z0-9+._-]+$", title="注册账号",
        json_schema_extra=form(help="运营商要求注册时填写"),
    )  # fmt: skip
    register_secret: str = pydantic.Field(
        default="", max_length=64, pattern=r"^[!-~]*$", title="注册密码",
        json_schema_extra=form(kind="password", help="留空则不改"),
    )  # fmt: skip
    channels: int = pydantic.Field(default=30, ge=1, le=10_000, title="外呼通道数")
    per_second: float = pydantic.Field(default=5, gt=0, le=1000, title="每秒外呼数")
    place: int = pydantic.Field(default=1, ge=0, le=999, title="次序", json_schema_extra=form(help="小的先用"))
    prefix: str = pydantic.Field(
        default="", pattern=r"^\d{0,6}$", title="外呼前缀", json_schema_extra=form(help="加在每个号码前，如 9")
    )
    caller_ids: list[CallerId] = pydantic.Field(
        default=[],
        max_length=100,
        title="外显号码",
        json_schema_extra=form(
            kind="rows", rows=fields_of(CallerId), help="一个机构可有多行：第一行为默认，其余供外呼活动选用"
        ),
    )
    emergency: bool = pydantic.Field(default=True, title="承载紧急号码")


class TrunkView(RecordView):
    """A trunk, with its state now."""

    name: str = pydantic.Field(title="标识")
    title: str = pydantic.Field(title="名称")
    state: str = pydantic.Field(
        title="状态", json_schema_extra=form(kind="choice", options=STATES, tones=STATE_TONES)  # type: ignore[arg-type]
    )  # fmt: skip
    in_use: str = pydantic.Field(title="外呼占用")
    enabled: bool = pydantic.Field(title="启用")
    peers: list[str] = pydantic.Field(title="来电地址")
    host: str = pydantic.Field(title="对端地址", json_schema_extra=form(none="—"))
    port: int = pydantic.Field(title="对端端口")
    register_user: str = pydantic.Field(title="注册账号", json_schema_extra=form(none="不注册"))
    channels: int = pydantic.Field(title="外呼通道数")
    per_second: float = pydantic.Field(title="每秒外呼数")
    place: int = pydantic.Field(title="次序")
    prefix: str = pydantic.Field(title="外呼前缀", json_schema_extra=form(none="—"))
    caller_ids: list[CallerId] = pydantic.Field(title="外显号码", json_schema_extra=form(hidden=True))
    emergency: bool = pydantic.Field(title="承载紧急号码")
    origin: str = pydantic.Field(title="来源", json_schema_extra=form(kind="choice", options=ORIGINS))


class TrunkQuery(RecordQuery):
    """Filters of the list."""


class TrunkRecords(Records[TrunkRow, TrunkFields, TrunkView, TrunkQuery]):
    """The service; `lines` knows how they are."""

    table, fields, view, query = TrunkRow, TrunkFields, TrunkView, TrunkQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "line_trunk"
    sharing: ClassVar[Shared] = Shared(own=())
    title: ClassVar[str] = "中继"
    see: ClassVar[str] = "lines.see"
    edit_permission: ClassVar[str] = "lines.edit"
    orders: ClassVar[tuple[str, ...]] = ("place",)
    sort: ClassVar[str] = "place"

    def __init__(self, office: Office, lines: Trunks) -> None:
        super().__init__(office)
        self._lines = lines

    def limits(self, visitor: Visitor, query: TrunkQuery) -> list[ColumnElement[bool]]:
        """By a part of name or address."""
        columns = (TrunkRow.name, TrunkRow.title, TrunkRow.host)
        return [or_(*(one.contains(query.search, autoescape=True) for one in columns))] if query.search else []

    async def values(
        self, session: AsyncSession, body: TrunkFields, row: TrunkRow | None, organisation: str
    ) -> dict[str, Any]:
        """A name stands once and stays; the secret of one that registers is kept when none is told."""
        faults = Faults()
        if row is not None and body.name != row.name:
            faults.found(Invalid("name", "标识不能修改，请另建一条", "name"))
        if await self.taken(session, row, TrunkRow.name == body.name):
            faults.found(Conflict("taken", "标识已被使用", "name"))
        if body.host:
            with faults.gathered():
                _check_peer(body.host)
        if not body.host and not body.peers:
            faults.found(Invalid("empty", "来电地址和对端地址至少填写一个", "peers"))
        secret = body.register_secret or (row.secret if row is not None else "")
        if body.register_user and not (secret and body.host):
            faults.found(Invalid("register", "注册时须填写对端地址和注册密码", "register_secret"))
        faults.refuse()
        said = body.model_dump(exclude={"version", "register_secret"})
        return {**said, "secret": secret if body.register_user else "", "origin": PAGE}

    async def apply(
        self, session: AsyncSession, visitor: Visitor, row: TrunkRow, version: int, values: Mapping[str, Any]
    ) -> None:
        """Whatever is changed on the page is the page's from then on."""
        await super().apply(session, visitor, row, version, {**values, "origin": PAGE})

    async def check_restored(self, session: AsyncSession, row: TrunkRow) -> None:
        """Not beside its like."""
        if await self.taken(session, row, TrunkRow.name == row.name):
            raise Conflict("taken", "标识已被使用")

    def words(self, visitor: Visitor, row: TrunkRow) -> dict[str, Any]:
        """How it is now."""
        now = self._lines.state(row.name)
        if now is None or not row.enabled or row.removed_at is not None:
            return {"state": "off", "in_use": "—"}
        if not row.host:
            return {"state": "incoming", "in_use": "—"}
        return {"state": "up" if now.reachable else "down", "in_use": f"{now.busy} / {now.channels}"}

    async def in_use(self) -> tuple[dict[str, TrunkSettings], dict[str, str]]:
        """Those that count, as the core takes them, and the secrets of those that register."""
        wanted = select(TrunkRow).where(TrunkRow.removed_at.is_(None), TrunkRow.enabled.is_(True))
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted.order_by(TrunkRow.place, TrunkRow.id))).all()
        secrets = {row.name: row.secret for row in rows if row.register_user}
        return {row.name: _settings(row) for row in rows}, secrets


def _check_peer(host: str) -> None:
    try:
        pydantic.TypeAdapter(Peer).validate_python(host)
    except pydantic.ValidationError:
        raise Invalid("host", f"“{host}”不是 IP 地址或主机名", "host") from None


def _settings(row: TrunkRow) -> TrunkSettings:
    shown: dict[str, list[str]] = {}
    for one in row.caller_ids:
        shown.setdefault(one["organisation"], []).append(one["number"])
    return TrunkSettings(
        peers=row.peers,
        host=row.host or None,
        port=row.port,
        register_user=row.register_user or None,
        channels=row.channels,
        per_second=row.per_second,
        prefix=row.prefix,
        caller_ids={organisation: numbers[0] for organisation, numbers in shown.items()},
        more_caller_ids={organisation: tuple(numbers[1:]) for organisation, numbers in shown.items() if numbers[1:]},
        emergency=row.emergency,
        order=row.place,
    )


def from_file(
    trunks: Mapping[str, TrunkSettings], secrets: Mapping[str, str], organisation: str, region: str
) -> dict[str, dict[str, Any]]:
    """The settings' trunks as columns; they are the house's own."""
    return {
        name: {
            "title": "", "organisation": organisation, "region": region, "peers": list(one.peers),
            "host": one.host or "", "port": one.port, "register_user": one.register_user or "",
            "secret": secrets.get(name, ""), "channels": one.channels, "per_second": one.per_second,
            "prefix": one.prefix, "emergency": one.emergency, "place": one.order, "enabled": True,
            "caller_ids": [{"organisation": who, "number": number} for who, number in _caller_ids(one)],
        }
        for name, one in trunks.items()
    }  # fmt: skip


def _caller_ids(trunk: TrunkSettings) -> Iterator[tuple[str, str]]:
    """Each organisation with each of its numbers, the usual ones first."""
    yield from trunk.caller_ids.items()
    yield from ((who, number) for who, numbers in trunk.more_caller_ids.items() for number in numbers)
