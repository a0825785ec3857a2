"""Citizens' browsers on the public site: they are told that there is news, and never what about whom."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.office.messages.citizens import CitizenMessages
from cti.office.messages.push.devices import PushDevices
from cti.office.messages.push.letters import Pushes
from cti.office.messages.quiet import after_quiet
from cti.office.messages.service import Told
from cti.office.messages.templates import Said
from cti.office.messages.urgency import Urgency
from cti.store.engine import Store

KIND = "citizen_push"


class CitizenPush:
    """The service; `account` is the id under which a citizen is known on the public site, as a person's is inside."""

    def __init__(
        self, store: Store, clock: Clock, devices: PushDevices, pushes: Pushes, citizens: CitizenMessages
    ) -> None:
        self._store, self._clock = store, clock
        self._devices, self._pushes, self._citizens = devices, pushes, citizens

    @property
    def key(self) -> str:
        """The house's public key (base64url), with which a browser asks its push service; empty without push."""
        return self._pushes.sender.key if self._devices.services else ""

    async def count(self, account: str) -> int:
        """On how many browsers he is told."""
        return await self._devices.count_of(account)

    async def add(self, account: str, endpoint: str, key: str, secret: str) -> None:
        """He is told on this browser from now on. Conflict where there is no push, Invalid for what is none."""
        async with self._store.writing() as session:
            await self._devices.put(session, account, endpoint, key, secret)

    async def remove(self, account: str, endpoint: str) -> None:
        """Tell nothing more on this browser, if it is his."""
        async with self._store.writing() as session:
            await self._devices.drop(session, endpoint, account)

    async def forget(self, session: AsyncSession, account: str) -> None:
        """Tell him nothing more on any."""
        await self._devices.forget(session, account)

    async def tell(self, session: AsyncSession, accounts: Sequence[str], title: str, link: str) -> None:
        """Post it to the browsers of these accounts, in the transaction; in quiet hours it goes out after them."""
        settings, now = self._citizens.settings, self._clock.wall()
        at = after_quiet(now, settings.citizens_quiet_from, settings.citizens_quiet_until)
        said = Said(KIND, title, "", "")
        await self._pushes.carry(session, Told(new_id(), said, link, Urgency.NORMAL, "", at, tuple(accounts)))
