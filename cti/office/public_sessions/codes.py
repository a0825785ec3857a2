"""Codes by which a citizen shows that a mobile is his: six digits by SMS, good for five minutes, five tries, once."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.numbers.number import Number
from cti.base.rates import Rate
from cti.base.refusal import TooMany
from cti.base.times.business_time import ZONE
from cti.office.messages import Filled, Template
from cti.office.messages.citizens import CitizenMessages
from cti.office.public_sessions.models import PublicCodeRow
from cti.store.engine import Store

GOOD = timedelta(minutes=5)
AGAIN = timedelta(seconds=60)
MOST_TRIES, MOST_A_DAY = 5, 5
SITE_PER_SECOND, SITE_AT_ONCE = 1.0, 60.0
"""How many codes the whole site sends: each costs money, and a flood of them harasses strangers."""
KIND = "public_code"
CODE = Template(
    KIND,
    KIND,
    "公众网站登录验证码",
    "登录验证码",
    "您的登录验证码是 {验证码}，5 分钟内有效。请勿告知他人，热线工作人员不会向您索要。",
    {"验证码": "六位数字"},
    secret=True,
)
CITIZEN_HIMSELF = "市民本人"
"""By whose wish it is sent: neither his opting out nor the night holds back what he waits for."""


class Codes:
    """Sends and checks them. Tables have a keyed hash of each."""

    def __init__(self, store: Store, clock: Clock, citizens: CitizenMessages, organisation: str, region: str) -> None:
        self._store, self._clock, self._citizens = store, clock, citizens
        self._organisation, self._region = organisation, region
        self._rate = Rate(clock, SITE_PER_SECOND, SITE_AT_ONCE)
        self.draw: Callable[[], str] = lambda: f"{secrets.randbelow(10**6):06}"
        """A new code."""

    async def send(self, session: AsyncSession, number: Number) -> None:
        """Send one; the one before is no good any more. TooMany, and Invalid where no channel brings SMS."""
        now = self._clock.wall()
        day = now.astimezone(ZONE).date().isoformat()
        row = await session.get(PublicCodeRow, self._key(number), with_for_update=True)
        sent = row.sent if row is not None and row.day == day else 0
        if row is not None and (wait := row.sent_at + AGAIN - now) > timedelta(0):
            raise TooMany("too_fast", "刚刚已发送验证码，请一分钟后再试", wait.total_seconds())
        if sent >= MOST_A_DAY:
            raise TooMany("too_many_codes", f"该号码今天已发送 {MOST_A_DAY} 次验证码，请明天再试", 86_400)
        self._rate.take("")
        code = self.draw()
        await session.merge(
            PublicCodeRow(
                key=self._key(number), code_hash=self._hash(number, code), tries=0, sent_at=now, day=day, sent=sent + 1
            )
        )
        filled = Filled(KIND, {"验证码": code})
        await self._citizens.send_to_citizen(
            session, number, filled, organisation=self._organisation, region=self._region, sender=CITIZEN_HIMSELF
        )

    async def take(self, session: AsyncSession, number: Number, code: str) -> bool:
        """Whether it is the one, which is no good from now on; a wrong one is counted, so the session must commit."""
        row = await session.get(PublicCodeRow, self._key(number), with_for_update=True)
        if row is None or not row.code_hash or row.tries >= MOST_TRIES or row.sent_at + GOOD < self._clock.wall():
            return False
        if not hmac.compare_digest(row.code_hash, self._hash(number, code)):
            row.tries += 1
            return False
        row.code_hash = ""
        return True

    def _key(self, number: Number) -> str:
        return self._store.cipher.mac("public code of", number.digits.encode())[:32]

    def _hash(self, number: Number, code: str) -> str:
        return self._store.cipher.mac("public code", f"{number.digits} {code}".encode())[:64]
