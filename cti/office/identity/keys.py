"""Keys with which programs ask in somebody's name (`Authorization: Bearer …`): some of his permissions, until a day.

Only a key's hash is kept. A key does what its owner may still do at the moment, within the organisation that it is for;
it makes no keys and no sessions, and asks only so often. It ends when its owner's account is disabled or gets another
password, and waits while he still has to set up a second factor.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.addresses import is_among
from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.rates import Rate
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.scope import NOTHING
from cti.base.settings import AccountSettings
from cti.base.visitor import ALL, Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.directory import Organisation, load_organisations, load_visitor, people_within, subtree
from cti.office.identity.governance import check_governs
from cti.office.identity.models import ApiKeyRow, PersonRow
from cti.office.identity.signing_in.first_things import SECOND_FACTOR, first_things
from cti.store.engine import Store

log = structlog.get_logger(__name__)

MAKE = "keys.make"
PREFIX = "hk_"
LONGEST = 366
"""Days that a key may live."""
MOST = 20
"""Keys that one person may have."""
USED_EVERY = timedelta(minutes=1)
SHOWN = ("title", "start", "scopes", "addresses", "organisation", "per_minute", "expires_at")
"""What the audit tells of a new key."""
PER_MINUTE, MOST_PER_MINUTE = 600, 6000
"""Requests of a key: unless somebody says otherwise, and at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyData:
    """What is said of a new key: `scopes` are permissions; without `addresses` (networks) it is good from anywhere.

    With an `organisation` it acts for that one, and reaches nothing but that and what lies below.
    """

    title: str
    scopes: Sequence[str]
    days: int
    addresses: Sequence[str] = ()
    organisation: str = ""
    per_minute: int = PER_MINUTE


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, without its secret; `start` is how it begins."""

    id: str
    person: str
    login: str
    title: str
    start: str
    scopes: tuple[str, ...]
    addresses: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_from: str
    ended_at: datetime | None
    organisation: str
    organisation_title: str
    per_minute: int


class Keys:
    """The service of keys. `permissions` are all that the house knows."""

    def __init__(
        self, store: Store, clock: Clock, audit: Audit, permissions: Mapping[str, str], settings: AccountSettings
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._audit = audit
        self._permissions = permissions
        self._rates: dict[int, Rate] = {}

    async def own(self, visitor: Visitor) -> list[ApiKey]:
        """The visitor's own, the newest first."""
        return await self._listed([ApiKeyRow.person == visitor.person])

    async def all(self, visitor: Visitor, text: str = "") -> list[ApiKey]:
        """Those of people within reach; with a part of title or login."""
        visitor.need("people.manage")
        limits = people_within(visitor, "people.manage")
        if text:
            limits.append(or_(*(one.icontains(text, autoescape=True) for one in (ApiKeyRow.title, PersonRow.login))))
        return await self._listed(limits)

    async def add(self, visitor: Visitor, data: KeyData) -> tuple[ApiKey, str]:
        """A new key of one's own, and its secret, which is shown this once. Invalid, Conflict, NotAllowed."""
        visitor.need_session()
        visitor.need(MAKE)
        scopes = sorted(set(data.scopes))
        for one in scopes:
            if one not in self._permissions:
                raise Invalid("no_permission", f"没有这项权限：{one[:60]}", "scopes")
            if not visitor.may(one):
                raise NotAllowed("stronger_key", f"您没有权限“{self._permissions[one]}”")
        if not scopes:
            raise Invalid("no_scopes", "请选择密钥的权限", "scopes")
        if not 1 <= data.days <= LONGEST:
            raise Invalid("days", f"有效期应为 1 至 {LONGEST} 天", "days")
        if not 1 <= data.per_minute <= MOST_PER_MINUTE:
            raise Invalid("per_minute", f"每分钟请求数应为 1 至 {MOST_PER_MINUTE}", "per_minute")
        addresses = [_network(one) for one in data.addresses]
        secret, now = PREFIX + secrets.token_urlsafe(32), self._clock.wall()
        row = ApiKeyRow(
            id=new_id(),
            person=visitor.person,
            title=data.title,
            start=secret[:8],
            key_hash=_hash(secret),
            scopes=scopes,
            addresses=addresses,
            organisation=data.organisation,
            per_minute=data.per_minute,
            created_at=now,
            expires_at=now + timedelta(days=data.days),
        )
        async with self._store.writing() as session:
            if await self._count(session, visitor.person) >= MOST:
                raise Conflict("too_many_keys", f"每人最多 {MOST} 个有效密钥，请先停用不用的")
            known = {one.name: one.title for one in await self._within(session, visitor)}
            if data.organisation and data.organisation not in known:
                raise Invalid("no_organisation", "应为本机构或其下级机构", "organisation")
            session.add(row)
            await session.flush()
            key = _key(row, visitor.login, known.get(data.organisation, ""))
            await self._audit.write(session, visitor, "key.added", f"key:{row.id}", after=_shown(key))
        return key, secret

    async def organisations(self, visitor: Visitor) -> list[Organisation]:
        """Those that a key of the visitor can be for: his own and what lies below."""
        async with self._store.reading() as session:
            return await self._within(session, visitor)

    async def _within(self, session: AsyncSession, visitor: Visitor) -> list[Organisation]:
        every = await load_organisations(session)
        return [every[name] for name in sorted(subtree(every, visitor.organisation)) if not every[name].closed]

    async def end(self, visitor: Visitor, key: str) -> None:
        """End one's own, or that of somebody whom the visitor manages. NotFound."""
        visitor.need_session()
        mine = ApiKeyRow.person == visitor.person
        others = and_(true(), *people_within(visitor, "people.manage")) if visitor.may("people.manage") else None
        limits = [ApiKeyRow.id == key, ApiKeyRow.ended_at.is_(None), mine if others is None else or_(mine, others)]
        async with self._store.writing() as session:
            wanted = select(ApiKeyRow, PersonRow).join(PersonRow, PersonRow.id == ApiKeyRow.person).where(*limits)
            found = (await session.execute(wanted)).first()
            if found is None:
                raise NotFound("no_key", "密钥不存在或已停用")
            row, person = found.ApiKeyRow, found.PersonRow
            if person.id != visitor.person:
                await check_governs(session, visitor, person.roles)
            row.ended_at = self._clock.wall()
            await self._audit.write(session, visitor, "key.disabled", f"key:{row.id}", after={"login": person.login})

    async def visitor(self, secret: str, address: str) -> Visitor | None:
        """Whoever's key it is, with what it and its owner may; None when it is unknown, over, or from elsewhere.

        TooMany when it asks more often than it may.
        """
        now = self._clock.wall()
        wanted = (
            select(ApiKeyRow, PersonRow)
            .join(PersonRow, PersonRow.id == ApiKeyRow.person)
            .where(ApiKeyRow.key_hash == _hash(secret), ApiKeyRow.ended_at.is_(None), ApiKeyRow.expires_at > now)
            .where(PersonRow.disabled_at.is_(None))
        )
        async with self._store.reading() as session:
            found = (await session.execute(wanted)).first()
            if found is None:
                return None
            row = found.ApiKeyRow
            if row.addresses and not is_among(address, row.addresses):
                log.warning("key shown from elsewhere", key=row.id, address=address)
                return None
            owner, roles = await load_visitor(session, found.PersonRow, now)
            if SECOND_FACTOR in first_things(found.PersonRow, roles, now, self._settings):
                log.warning("key of somebody who has no second factor yet", key=row.id)
                return None
            if row.organisation:
                owner = _for_organisation(owner, row.organisation, await load_organisations(session))
        self._rate(row.per_minute).take(row.id)
        if row.used_at is None or now - row.used_at >= USED_EVERY or row.used_from != address:
            async with self._store.writing() as session:
                used = update(ApiKeyRow).where(ApiKeyRow.id == row.id).values(used_at=now, used_from=address)
                await session.execute(used)
        scopes = frozenset(row.scopes)
        allowed = scopes if ALL in owner.permissions else scopes & owner.permissions
        asking = replace(owner, permissions=allowed, address=address)
        await self._audit.look(asking, "key.used", f"key:{row.id}", {"address": address})
        return asking

    def _rate(self, per_minute: int) -> Rate:
        return self._rates.setdefault(per_minute, Rate(self._clock, per_minute / 60, max(1, per_minute / 6)))

    async def _count(self, session: AsyncSession, person: str) -> int:
        limits = ApiKeyRow.person == person, ApiKeyRow.ended_at.is_(None), ApiKeyRow.expires_at > self._clock.wall()
        return await session.scalar(select(func.count()).select_from(ApiKeyRow).where(*limits)) or 0

    async def _listed(self, limits: list[ColumnElement[bool]]) -> list[ApiKey]:
        wanted = select(ApiKeyRow, PersonRow.login).join(PersonRow, PersonRow.id == ApiKeyRow.person).where(*limits)
        async with self._store.reading() as session:
            rows = (await session.execute(wanted.order_by(ApiKeyRow.id.desc()).limit(1000))).all()
            titles = {name: one.title for name, one in (await load_organisations(session)).items()}
        return [_key(row, login, titles.get(row.organisation, row.organisation)) for row, login in rows]


def _for_organisation(owner: Visitor, name: str, every: dict[str, Organisation]) -> Visitor:
    """The owner as he acts for an organisation below his own; for one that is so no more, he reaches nothing."""
    if name not in subtree(every, owner.organisation):
        return replace(owner, scope=NOTHING, reaches=dict.fromkeys(owner.reaches, NOTHING), groups=frozenset())
    organisations = subtree(every, name)
    reaches = {permission: scope.only(organisations) for permission, scope in owner.reaches.items()}
    scope, region = owner.scope.only(organisations), every[name].region
    return replace(owner, organisation=name, region=region, scope=scope, reaches=reaches, groups=frozenset())


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        raise Invalid("address", f"不是有效的地址或网段：{text[:45]}", "addresses") from None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: ApiKeyRow, login: str, organisation_title: str) -> ApiKey:
    scopes, addresses = tuple(row.scopes), tuple(row.addresses)
    times = (row.created_at, row.expires_at, row.used_at, row.used_from or "", row.ended_at)
    limits = (row.organisation, organisation_title, row.per_minute)
    return ApiKey(row.id, row.person, login, row.title, row.start, scopes, addresses, *times, *limits)


def _shown(key: ApiKey) -> dict[str, Any]:
    return {name: asdict(key)[name] for name in SHOWN}
