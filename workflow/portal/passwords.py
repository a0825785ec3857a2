"""A password for who does not want a code each time: set by himself, worth nothing once the number may be another's."""

from __future__ import annotations

from sqlalchemy import select, update

from cti.base.citizen import Citizen
from cti.base.rates import AddressRate, Rate
from cti.base.refusal import Invalid, NotSignedIn
from cti.office.identity.signing_in.passwords import LONGEST, Passwords, check_policy
from cti.office.public_sessions.service import PublicSessions
from cti.office.records import Office
from workflow.portal.accounts import BY, PROBE, Accounts
from workflow.portal.models import PortalAccountRow

SHORTEST = 8
TRIES_AN_HOUR, OF_AN_ADDRESS = 5, 20
"""Tries for one number, and from one address. Who knows the password of none of them still has the code."""
WRONG = "手机号码或密码不正确；没有设过密码的，请用短信验证码登录"
PROVE_AGAIN = "距上次短信验证已久，请用短信验证码登录一次，以确认号码仍由您使用"


class CitizenPasswords:
    """The service."""

    def __init__(self, office: Office, accounts: Accounts, sessions: PublicSessions, passwords: Passwords) -> None:
        self._office, self._store, self._accounts = office, office.store, accounts
        self._sessions, self._passwords = sessions, passwords
        self._of_number = Rate(office.clock, TRIES_AN_HOUR / 3600, TRIES_AN_HOUR)
        self._of_address = AddressRate(office.clock, OF_AN_ADDRESS / 3600, OF_AN_ADDRESS)

    async def has(self, citizen: Citizen) -> bool:
        """Whether his account has one."""
        account = await self._accounts.of(citizen)
        async with self._store.reading() as session:
            wanted = select(PortalAccountRow.password).where(PortalAccountRow.id == account.id)
            return bool(await session.scalar(wanted))

    async def set(self, citizen: Citizen, password: str) -> None:
        """His password from now on, none when it is empty. Invalid for a weak one."""
        account = await self._accounts.of(citizen)
        if account.id == PROBE:
            return
        if password:
            check_policy(password, citizen.number.national, shortest=SHORTEST)
        kept = await self._passwords.hash(password) if password else ""
        async with self._store.writing() as session:
            mine = PortalAccountRow.id == account.id
            await session.execute(update(PortalAccountRow).where(mine).values(password=kept))
            what = "password" if password else "no_password"
            await self._office.audit.write(session, BY, f"portal_account.{what}", f"portal_account:{account.id}")

    async def enter(self, number: str, password: str, address: str, browser: str) -> tuple[Citizen, str]:
        """A session, and its token. Invalid alike for a wrong password, a number without one, and an unknown number.

        TooMany; Invalid also when his last code is so long ago that the number may have been sold.
        """
        digits = self._sessions.mobile(number).digits
        self._of_address.take(address)
        self._of_number.take(digits)
        async with self._store.reading() as session:
            wanted = select(PortalAccountRow.password).where(PortalAccountRow.number_index == digits)
            stored = await session.scalar(wanted) or None
        if not await self._passwords.matches(password[:LONGEST], stored):
            raise Invalid("wrong_password", WRONG, "password")
        try:
            return await self._sessions.resume(digits, address, browser, "password")
        except NotSignedIn:
            raise Invalid("prove_again", PROVE_AGAIN, "password") from None
