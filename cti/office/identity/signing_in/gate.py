"""The gate: whether somebody who gives login, password and code is let in. Failures are counted, audited and lock."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.refusal import NotSignedIn
from cti.base.settings import AccountSettings
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.models import PersonRow
from cti.office.identity.signing_in.attempts import Attempts
from cti.office.identity.signing_in.known_browsers import KnownBrowsers
from cti.office.identity.signing_in.passwords import Passwords
from cti.office.identity.signing_in.second_factor import SecondFactor
from cti.office.identity.signing_in.tries import Counter, Tries, network_of
from cti.store.engine import Store

log = structlog.get_logger(__name__)

NETWORK_FAILURES, NETWORK_SECONDS = 30, 300.0


class Gate:
    """Everything before a session begins."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        passwords: Passwords,
        audit: Audit,
        factor: SecondFactor,
        settings: AccountSettings,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._audit = audit
        self._factor = factor
        self._by_network = Attempts(clock, NETWORK_FAILURES, NETWORK_SECONDS)
        self.tries = Tries(store, clock, settings)
        self.browsers = KnownBrowsers(store, clock)

    async def admit(
        self, login: str, password: str, address: str, code: str = "", browser_token: str = ""
    ) -> PersonRow:
        """The person. NotSignedIn (`second_factor`: the password is right, a code is needed), TooMany.

        `browser_token` is what a known browser shows. Whether there is such a login shows neither in the answer nor
        in how long it takes.
        """
        login = login.lower()
        async with self._store.reading() as session:
            person = await session.scalar(select(PersonRow).where(PersonRow.login == login))
        browser = await self.browsers.find(person.id if person else "", browser_token)
        if browser is None:
            self._by_network.check(network_of(address))
        counters = self.tries.counters(login, address, browser)
        await self.tries.check(counters)
        right = await self._passwords.matches(password, person.password_hash if person else None)
        if person is None or not right:
            await self._failed(person, login, address, counters)
            raise NotSignedIn("wrong_password", "账号或密码不正确", "password")
        # Others may have guessed while this password was checked.
        await self.tries.check(counters)
        if person.disabled_at is not None:
            told = {"reason": "disabled"}
            await self._audit.note(bare(person, address), "session.refused", f"person:{person.id}", told)
            raise NotSignedIn("disabled", "账号已停用，请联系管理员", "login")
        if person.totp_since is not None:
            await self._check_code(person, code.strip(), address, counters)
        async with self._store.writing() as session:
            await self.tries.succeeded(session, login, counters)
        return person

    async def _check_code(self, person: PersonRow, code: str, address: str, counters: Sequence[Counter]) -> None:
        if not code:
            raise NotSignedIn("second_factor", "请输入手机上的动态验证码", "code")
        if not await self._factor.accepts(person, code, bare(person, address)):
            await self._failed(person, person.login, address, counters)
            raise NotSignedIn("wrong_code", "动态验证码不正确或已使用", "code")

    async def _failed(self, person: PersonRow | None, login: str, address: str, counters: Sequence[Counter]) -> None:
        self._by_network.failed(network_of(address))
        # What was typed may be the password, in the wrong field: it stands nowhere.
        typed = self.tries.told_as(login)
        who = bare(person, address) if person else Visitor("", "", "", None, "", "", address=address)
        log.warning("sign-in refused", login=person.login if person else None, typed=typed, address=address)
        async with self._store.writing() as session:
            locked = await self.tries.failed(session, login, counters)
            told = {"locked_seconds": locked.total_seconds() if locked else 0}
            subject = f"person:{person.id}" if person else f"login:{typed}"
            await self._audit.write(session, who, "session.refused", subject, after=told)

    async def forgive(self, session: AsyncSession, login: str) -> None:
        """Open an account again from everywhere, in the transaction of whoever may."""
        await self.tries.forgive(session, login)


def bare(person: PersonRow, address: str) -> Visitor:
    """Somebody who is not in yet, for the audit."""
    return Visitor(person.id, person.login, person.name, person.agent_no, person.organisation, "", address=address)
