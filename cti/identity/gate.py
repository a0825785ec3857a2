"""The gate: whether somebody who gives login, password and code is let in. Failures are counted, audited and lock."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update

from cti.clock import Clock
from cti.identity.attempts import Attempts
from cti.identity.audit import Audit
from cti.identity.models import PersonRow
from cti.identity.passwords import Passwords
from cti.identity.second_factor import SecondFactor
from cti.identity.visitor import Visitor
from cti.refusal import NotSignedIn, TooMany
from cti.settings import AccountSettings
from cti.store.engine import Store

log = structlog.get_logger(__name__)

LOCK_LAST = timedelta(hours=1)
ADDRESS_FAILURES, ADDRESS_SECONDS = 30, 300.0


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
        self._clock = clock
        self._passwords = passwords
        self._audit = audit
        self._factor = factor
        self._settings = settings
        self._by_address = Attempts(clock, ADDRESS_FAILURES, ADDRESS_SECONDS)
        self._by_unknown_login = Attempts(clock, settings.lock_after, settings.lock_minutes * 60)

    async def admit(self, login: str, password: str, address: str, code: str = "") -> PersonRow:
        """The person. NotSignedIn (`second_factor`: the password is right, a code is needed), TooMany."""
        self._by_address.check(address)
        login = login.lower()
        async with self._store.reading() as session:
            person = await session.scalar(select(PersonRow).where(PersonRow.login == login))
        if person is None:
            self._by_unknown_login.check(login)
        else:
            self.check_lock(person.locked_until)
        if not await self._passwords.matches(password, person.password_hash if person else None) or person is None:
            await self._failed(person, login, address)
            raise NotSignedIn("wrong_password", "账号或密码不正确", "password")
        if person.disabled_at is not None:
            raise NotSignedIn("disabled", "账号已停用，请联系管理员", "login")
        if person.totp_since is not None:
            await self._check_code(person, code.strip(), address)
        return person

    async def _check_code(self, person: PersonRow, code: str, address: str) -> None:
        if not code:
            raise NotSignedIn("second_factor", "请输入手机上的动态验证码", "code")
        if not await self._factor.accepts(person, code, bare(person, address)):
            await self._failed(person, person.login, address)
            raise NotSignedIn("wrong_code", "动态验证码不正确或已使用", "code")

    def check_lock(self, until: datetime | None) -> None:
        """Refuse while the account is locked."""
        now = self._clock.wall()
        if until is not None and until > now:
            wait = (until - now).total_seconds()
            raise TooMany("locked", f"密码多次错误，账号已锁定，请在 {max(1, round(wait / 60))} 分钟后再试", wait)

    async def _failed(self, person: PersonRow | None, login: str, address: str) -> None:
        self._by_address.failed(address)
        if person is None:
            self._by_unknown_login.failed(login)
            log.warning("sign-in refused", login=login, address=address)
            return
        who, after = bare(person, address), self._settings.lock_after
        first = timedelta(minutes=self._settings.lock_minutes)
        async with self._store.writing() as session:
            # Counted by the database: tries at the same moment all count, and none counts as an edit of the person.
            failures = await session.scalar(
                update(PersonRow)
                .where(PersonRow.id == person.id)
                .values(failures=PersonRow.failures + 1)
                .returning(PersonRow.failures)
            )
            locked = None
            if failures and failures % after == 0:
                locked = min(first * 2 ** min(failures // after - 1, 10), max(first, LOCK_LAST))
                until = self._clock.wall() + locked
                await session.execute(update(PersonRow).where(PersonRow.id == person.id).values(locked_until=until))
            told = {"failures": failures, "locked_seconds": locked.total_seconds() if locked else 0}
            await self._audit.write(session, who, "session.refused", f"person:{person.id}", after=told)


def bare(person: PersonRow, address: str) -> Visitor:
    """Somebody who is not in yet, for the audit."""
    return Visitor(person.id, person.login, person.name, person.agent_no, person.organisation, "", address=address)
