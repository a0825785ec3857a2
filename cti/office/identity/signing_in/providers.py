"""Signing in at another's: who may say who somebody is. Plugins add providers of other kinds.

What is to be remembered while the browser is away lies sealed in a cookie of the browser itself: any engine takes it
back, and no other browser can.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import msgspec
import structlog
from sqlalchemy import select

from cti.base.ciphers.cipher import KeyProblem
from cti.base.clock import Clock
from cti.base.refusal import NotFound, NotSignedIn
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.models import KnownElsewhereRow, PersonRow
from cti.office.identity.signing_in.gate import bare
from cti.office.identity.signing_in.links import link
from cti.office.identity.signing_in.sessions import Sessions
from cti.store.engine import Store

log = structlog.get_logger(__name__)

AWAY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what the provider wants to know again when it comes back."""

    url: str
    memory: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the provider knows: the login here, and whether it asked for a second factor.

    `issuer` and `subject` are who he is at the provider for ever (OpenID Connect Core 5.7); the login, which there may
    go to somebody else, then counts at the first time only, and only with `first`.
    """

    login: str
    second_factor: bool = False
    issuer: str = ""
    subject: str = ""
    first: bool = True


class Provider(Protocol):
    """Says who somebody is."""

    @property
    def title(self) -> str:
        """What the sign-in page calls it."""

    async def begin(self, redirect: str, state: str) -> Begun:
        """Send the browser away; it comes back to `redirect` with `state`. NotSignedIn."""

    async def finish(self, redirect: str, answer: Mapping[str, str], memory: Mapping[str, str]) -> Known:
        """Who came back with these parameters. NotSignedIn."""


class _Away(msgspec.Struct):
    provider: str
    state: str
    redirect: str
    until: float
    memory: dict[str, str]


class Providers:
    """All providers, and the way there and back."""

    def __init__(self, store: Store, clock: Clock, audit: Audit, sessions: Sessions) -> None:
        self._store = store
        self._clock = clock
        self._audit = audit
        self._sessions = sessions
        self._found: dict[str, Provider] = {}

    def add(self, name: str, provider: Provider) -> Callable[[], None]:
        """Offer a provider; returns the undo. ValueError when the name is taken."""
        if name in self._found:
            raise ValueError(f"two providers are named {name}")
        self._found[name] = provider

        def undo() -> None:
            self._found.pop(name, None)

        return undo

    @property
    def titles(self) -> dict[str, str]:
        """Their titles by name."""
        return {name: one.title for name, one in self._found.items()}

    async def leave(self, name: str, redirect: str) -> tuple[str, str]:
        """Where the browser goes, and the cookie that it takes along. NotFound, NotSignedIn."""
        provider = self._provider(name)
        state = secrets.token_urlsafe(24)
        begun = await provider.begin(redirect, state)
        until = (self._clock.wall() + AWAY).timestamp()
        away = _Away(name, state, redirect, until, dict(begun.memory))
        return begun.url, self._store.cipher.seal(msgspec.json.encode(away))

    async def come_back(
        self, name: str, answer: Mapping[str, str], cookie: str, address: str, browser: str
    ) -> tuple[Visitor, str]:
        """The visitor and a new token. NotFound, NotSignedIn."""
        provider = self._provider(name)
        away = self._remembered(name, answer.get("state", ""), cookie)
        known = await provider.finish(away.redirect, answer, away.memory)
        person = await self._person(known)
        if person is None:
            raise NotSignedIn("no_account", "您在本平台没有账号，请联系管理员开通")
        if person.disabled_at is not None:
            raise NotSignedIn("disabled", "账号已停用，请联系管理员")
        if person.totp_since is not None and not known.second_factor:
            raise NotSignedIn("second_factor_here", "您启用了二次验证，请用账号、密码和动态验证码登录")
        return await self._sessions.begin(person, address, browser, how=name, strong=known.second_factor)

    async def _person(self, known: Known) -> PersonRow | None:
        """Whom the provider means: the one who is linked, else at the first time the one with the login."""
        row, by_login = KnownElsewhereRow, select(PersonRow).where(PersonRow.login == known.login.lower())
        async with self._store.writing() as session:
            if not known.subject:
                found: PersonRow | None = await session.scalar(by_login)
                return found
            linked = select(PersonRow).join(row, row.person == PersonRow.id)
            found = await session.scalar(linked.where(row.issuer == known.issuer, row.subject == known.subject))
            if found is not None or not known.first:
                return found
            person: PersonRow | None = await session.scalar(by_login)
            if person is None:
                return None
            if await session.scalar(select(row.subject).where(row.issuer == known.issuer, row.person == person.id)):
                log.warning("a login of somebody else at the provider", issuer=known.issuer, person=person.id)
                return None
            await link(session, self._audit, bare(person, ""), person.id, known.issuer, known.subject, self._clock)
            return person

    def _provider(self, name: str) -> Provider:
        found = self._found.get(name)
        if found is None:
            raise NotFound("no_provider", "没有这种登录方式")
        return found

    def _remembered(self, name: str, state: str, cookie: str) -> _Away:
        over = NotSignedIn("sso_over", "登录已过期，请重新开始")
        try:
            away = msgspec.json.decode(self._store.cipher.open(cookie), type=_Away)
        except (KeyProblem, msgspec.DecodeError):
            raise over from None
        same = hmac.compare_digest(away.state.encode(), state.encode()) and away.provider == name
        if not same or away.until < self._clock.wall().timestamp():
            raise over
        return away
