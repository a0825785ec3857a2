"""Signing in by the city's unified identity (统一身份认证): who somebody is there, bound to one account here.

Whose a number is, the provider may have learned years ago, so its word on that counts for nothing: at the first time a
code to the number binds the identity to the account, and again when the last code is so old that the number may have
been sold. What is to be remembered meanwhile lies sealed in a cookie of the browser itself.

Where the settings name a claim for it, the provider's word on his name counts: it has checked who he is (实名).
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import TypeVar

import msgspec
from sqlalchemy import delete, select

from cti.base.ciphers.cipher import KeyProblem
from cti.base.citizen import Citizen
from cti.base.refusal import NotFound, NotSignedIn
from cti.base.settings import OidcSettings
from cti.office.identity.signing_in.oidc import OpenIdProvider
from cti.office.identity.signing_in.providers import Known
from cti.office.public_sessions.service import PublicSessions
from cti.office.records import Office
from workflow.portal.accounts import BY, Account
from workflow.portal.models import PortalAccountRow, PortalIdentityRow

AWAY = timedelta(minutes=10)
SUBJECT = "sub"
LONGEST = 40
"""Characters of a name."""


class Away(msgspec.Struct):
    """Somebody is at the provider."""

    state: str
    redirect: str
    then: str
    until: float
    memory: dict[str, str]


class Met(msgspec.Struct):
    """Somebody came back, and has yet to show which number is his."""

    key: str
    then: str
    until: float
    name: str = ""
    """As the provider has checked it; empty where it is not asked."""


T = TypeVar("T", Away, Met)


class Identities:
    """The service; `title` is what the provider is called, empty where there is none."""

    def __init__(self, office: Office, sessions: PublicSessions, settings: OidcSettings | None) -> None:
        self._office, self._store, self._clock, self._sessions = office, office.store, office.clock, sessions
        self.title = settings.title if settings is not None else ""
        self.issuer = settings.issuer if settings is not None else ""
        self._provider = OpenIdProvider(settings, office.clock) if settings is not None else None
        self._named = settings is not None and settings.claim != SUBJECT

    def _need(self) -> OpenIdProvider:
        if self._provider is None:
            raise NotFound("no_provider", "没有这种登录方式")
        return self._provider

    async def leave(self, redirect: str, then: str) -> tuple[str, str]:
        """Where the browser goes, and what it takes along. NotFound, NotSignedIn."""
        state = secrets.token_urlsafe(24)
        begun = await self._need().begin(redirect, state)
        return begun.url, self._sealed(Away(state, redirect, then, self._until(), dict(begun.memory)))

    async def come_back(self, answer: dict[str, str], cookie: str) -> Met:
        """Who came back. NotFound, NotSignedIn."""
        provider, away = self._need(), self._opened(cookie, Away)
        if not hmac.compare_digest(away.state.encode(), answer.get("state", "").encode()):
            raise _over()
        known = await provider.finish(away.redirect, answer, away.memory)
        name = " ".join(known.login.split())[:LONGEST] if self._named else ""
        return Met(self._key(known), away.then, self._until(), name)

    async def enter(self, met: Met, address: str, browser: str) -> tuple[Citizen, str] | None:
        """A session of the account that is bound to him; None where he has to show his number first."""
        if not (digits := await self.number_of(met)):
            return None
        try:
            entered = await self._sessions.resume(digits, address, browser, "unified")
        except NotSignedIn:
            return None
        if self._named:
            async with self._store.writing() as session:
                (await session.get_one(PortalIdentityRow, met.key)).name = met.name
        return entered

    async def number_of(self, met: Met) -> str:
        """The number (canonical digits) of the account that is bound to him, or empty."""
        wanted = select(PortalAccountRow.number).join(
            PortalIdentityRow, PortalIdentityRow.account == PortalAccountRow.id
        )
        async with self._store.reading() as session:
            return await session.scalar(wanted.where(PortalIdentityRow.key == met.key)) or ""

    async def bind(self, met: Met, account: Account) -> None:
        """This account is his from now on, and no other; who was bound to it before is so no more."""
        known, theirs = PortalIdentityRow.key == met.key, PortalIdentityRow.account == account.id
        async with self._store.writing() as session:
            before = await session.get(PortalIdentityRow, met.key)
            if before is not None and before.account == account.id:
                before.name = met.name or None
                return
            await session.execute(delete(PortalIdentityRow).where(known | theirs))
            session.add(
                PortalIdentityRow(key=met.key, account=account.id, at=self._clock.wall(), name=met.name or None)
            )
            await self._office.audit.write(session, BY, "portal_account.bound", f"portal_account:{account.id}")

    def sealed(self, met: Met) -> str:
        """What the browser keeps until he has shown his number."""
        return self._sealed(met)

    def met(self, cookie: str) -> Met:
        """Who it was. NotSignedIn when that is too long ago."""
        return self._opened(cookie, Met)

    def _key(self, known: Known) -> str:
        return self._store.cipher.mac("unified identity", f"{known.issuer}\n{known.subject}".encode())[:64]

    def _until(self) -> float:
        return (self._clock.wall() + AWAY).timestamp()

    def _sealed(self, what: Away | Met) -> str:
        return self._store.cipher.seal(msgspec.json.encode(what), type(what).__name__)

    def _opened(self, cookie: str, kind: type[T]) -> T:
        try:
            found = msgspec.json.decode(self._store.cipher.open(cookie, kind.__name__), type=kind)
        except (KeyProblem, msgspec.DecodeError):
            raise _over() from None
        if found.until < self._clock.wall().timestamp():
            raise _over()
        return found


def _over() -> NotSignedIn:
    return NotSignedIn("sso_over", "登录已过期，请重新开始")
