"""Routes of keys for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import pydantic

from cti.base.http.routes import SIGNED_IN, Body, OptionView, Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.identity.keys import LONGEST, MAKE, MOST_PER_MINUTE, PER_MINUTE, ApiKey, KeyData
from cti.office.identity.service import Identity
from cti.office.screens.description import Tone
from cti.office.screens.forms import form

STATES = {"active": "有效", "expired": "已过期", "ended": "已停用"}
TONES: dict[str, Tone] = {"active": "ready", "expired": "wrapup", "ended": "off"}

Scope = Annotated[str, pydantic.Field(min_length=1, max_length=60)]
Network = Annotated[str, pydantic.Field(min_length=2, max_length=45)]


class KeyFields(Body):
    """A new key; without `addresses` it is good from anywhere."""

    title: str = pydantic.Field(min_length=1, max_length=60, title="用途")
    scopes: list[Scope] = pydantic.Field(
        min_length=1,
        max_length=200,
        title="权限",
        json_schema_extra=form(kind="choices", options_from="/api/options/own-permissions"),
    )
    days: int = pydantic.Field(default=90, ge=1, le=LONGEST, title="有效天数")
    addresses: list[Network] = pydantic.Field(
        default=[],
        max_length=50,
        title="允许的来源地址",
        json_schema_extra=form(help="地址或网段，如 10.1.0.0/16；不填则不限"),
    )

    organisation: str = pydantic.Field(
        default="",
        max_length=40,
        title="限于机构",
        json_schema_extra=form(
            kind="choice",
            options_from="/api/options/key-organisations",
            help="只能看到和办理该机构及其下级的数据，新增的记录也属于该机构；不选则与您本人相同",
        ),
    )
    per_minute: int = pydantic.Field(default=PER_MINUTE, ge=1, le=MOST_PER_MINUTE, title="每分钟请求数上限")

    def data(self) -> KeyData:
        """What was filled in, as the service takes it."""
        return KeyData(**self.model_dump())


class KeyView(pydantic.BaseModel):
    """A key; `start` is how its secret begins, `state` is active, expired or ended."""

    id: str
    person: str
    login: str = pydantic.Field(title="账号")
    title: str = pydantic.Field(title="用途")
    start: str = pydantic.Field(title="密钥开头")
    scopes: list[str]
    scope_titles: list[str] = pydantic.Field(title="权限")
    addresses: list[str] = pydantic.Field(title="来源地址", json_schema_extra=form(none="不限"))
    organisation: str = pydantic.Field(title="限于机构", json_schema_extra=form(none="不限"))
    per_minute: int = pydantic.Field(title="每分钟上限")
    state: str = pydantic.Field(title="状态", json_schema_extra=form(options=STATES, tones=TONES))
    created_at: datetime = pydantic.Field(title="创建时间")
    expires_at: datetime = pydantic.Field(title="到期时间")
    used_at: datetime | None = pydantic.Field(title="最近使用")
    used_from: str = pydantic.Field(title="使用地址")


class KeyAdded(pydantic.BaseModel):
    """The new key and its secret, shown this once."""

    key: KeyView
    secret: str


class KeysQuery(Page):
    """A part of title or login."""

    search: str = pydantic.Field(default="", max_length=40)


class KeysApi:
    """Keeps keys for programs; a key's text is told once, when it is made."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._keys = identity.keys

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", "/api/session/keys", self.own, SIGNED_IN, "本人的接口密钥"),
            Route("POST", "/api/session/keys", self.add, MAKE, "新增接口密钥", 201),
            Route("GET", "/api/options/own-permissions", self.permissions, SIGNED_IN, "本人的权限"),
            Route("GET", "/api/options/key-organisations", self.organisations, SIGNED_IN, "密钥可限于的机构"),
            Route("GET", "/api/keys", self.all, "people.manage", "接口密钥"),
            Route("DELETE", "/api/keys/{key}", self.end, SIGNED_IN, "停用接口密钥"),
        ]

    async def own(self, visitor: Visitor, query: Page) -> Paged[KeyView]:
        """A page of the keys that the visitor made for himself."""
        return Paged[KeyView].cut([self._view(one) for one in await self._keys.own(visitor)], query)

    async def all(self, visitor: Visitor, query: KeysQuery) -> Paged[KeyView]:
        """Keys of people within reach."""
        found = await self._keys.all(visitor, query.search)
        return Paged[KeyView].cut([self._view(one) for one in found], query)

    async def add(self, visitor: Visitor, body: KeyFields) -> KeyAdded:
        """Make a key; its secret is in this answer and never again."""
        key, secret = await self._keys.add(visitor, body.data())
        return KeyAdded(key=self._view(key), secret=secret)

    async def permissions(self, visitor: Visitor) -> list[OptionView]:
        """What one may oneself, and so may give to a key."""
        known = self._identity.permissions.items()
        return [OptionView(value=name, title=title) for name, title in known if visitor.may(name)]

    async def organisations(self, visitor: Visitor) -> list[OptionView]:
        """Those that a key of one's own can be for."""
        return [OptionView(value=one.name, title=one.title) for one in await self._keys.organisations(visitor)]

    async def end(self, visitor: Visitor, key: str) -> None:
        """A key opens nothing from now on."""
        await self._keys.end(visitor, key)

    def _view(self, one: ApiKey) -> KeyView:
        over = one.expires_at <= self._identity.clock.wall()
        return KeyView(
            id=one.id,
            person=one.person,
            login=one.login,
            title=one.title,
            start=one.start,
            scopes=list(one.scopes),
            scope_titles=[self._identity.permissions.get(name, name) for name in one.scopes],
            addresses=list(one.addresses),
            organisation=one.organisation_title,
            per_minute=one.per_minute,
            state="ended" if one.ended_at else "expired" if over else "active",
            created_at=one.created_at,
            expires_at=one.expires_at,
            used_at=one.used_at,
            used_from=one.used_from,
        )
