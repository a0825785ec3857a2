"""The phones of the people in the store, written for the switch, and told to it when they change."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol

import structlog

from cti.base.bus import Bus
from cti.base.events import PersonChanged, SwitchUp
from cti.base.settings import TrunkSettings
from cti.telephony.switch.address import WEB
from cti.telephony.switch.installation import Installation
from cti.telephony.switch.phone import NOBODY_BLOCKED, Blocked, Phone
from cti.telephony.switch.port import SwitchControl, SwitchUnavailable
from cti.telephony.switch.registrar import RegisteredPhone, Registrar

log = structlog.get_logger(__name__)

GATHER_SECONDS = 0.5
AGAIN_SECONDS = 5.0
"""After so long a switch that could not be told is told again."""


def desk_phone(agent: str) -> str:
    """The name under which an agent's desk phone registers."""
    return agent


def desk6_phone(agent: str) -> str:
    """The name under which an agent's desk phone registers over IPv6, since an endpoint's media has one family."""
    return f"{agent}-v6"


def web_phone(agent: str) -> str:
    """The name under which an agent's browser registers."""
    return f"{agent}{WEB}"


class PhoneOwner(Protocol):
    """Somebody who talks: an agent number (工号), with the secrets of the desk phone and of the browser's."""

    @property
    def agent_no(self) -> str:
        """The number under which he works."""

    @property
    def organisation(self) -> str:
        """The organisation whose phone it is."""

    @property
    def auto_answer(self) -> bool:
        """Whether his phones answer by themselves."""

    @property
    def sip_secret(self) -> str:
        """The desk phone's secret."""

    @property
    def web_secret(self) -> str:
        """The secret by which a browser's phone registers."""


class PhoneOwners(Protocol):
    """Knows who has phones; `cti.office.identity.people.People` does."""

    async def agents(self) -> Sequence[PhoneOwner]:
        """Everybody who may have phones now."""


class Provisioning:
    """The phones of each person with an agent number: any SIP phone, the browser, and where both families are served
    a SIP phone over IPv6.
    """

    def __init__(
        self,
        people: PhoneOwners,
        registrar: Registrar,
        switch: SwitchControl,
        installation: Installation,
        bus: Bus,
        *,
        both_families: bool,
    ) -> None:
        self._people = people
        self._registrar = registrar
        self._switch = switch
        self._installation = installation
        self._both_families = both_families
        self._task: asyncio.Task[None] | None = None
        self._wanted = self._forced = False
        self._trunks = False
        """Whether carriers' lines have changed, too."""
        self._blocked = NOBODY_BLOCKED
        self._reachable = asyncio.Event()
        bus.subscribe(PersonChanged, lambda _: self._soon())
        bus.subscribe(SwitchUp, lambda _: self._back())

    async def start(self) -> None:
        """Write the phones that exist now."""
        await self._write()

    def use_trunks(self, trunks: Mapping[str, TrunkSettings], secrets: Mapping[str, str]) -> None:
        """Write other carriers' lines for the switch and have it told, now or as soon as it can be reached."""
        if self._installation.write_trunks(trunks, secrets):
            self._trunks = True
            self._soon(force=True)

    def block(self, blocked: Blocked) -> None:
        """Have the switch refuse phones from these networks, and from no others."""
        self._blocked = blocked
        self._soon()

    async def told(self, seconds: float) -> bool:
        """Wait until the switch knows every phone of now: False when it does not within so many seconds, and at once
        while it cannot be told.
        """
        if self._task is None or self._task.done():
            return True
        if self._reachable.is_set():
            # Whoever waits may go away; the telling goes on.
            await asyncio.wait([self._task], timeout=seconds)
        return self._task.done()

    async def _write(self) -> bool:
        phones: list[Phone] = []
        known: list[RegisteredPhone] = []
        for account in await self._people.agents():
            number = account.agent_no
            own = [
                Phone(desk_phone(number), account.sip_secret, number, web=False),
                Phone(web_phone(number), account.web_secret, number, web=True),
            ]
            if self._both_families:
                own.append(Phone(desk6_phone(number), account.sip_secret, number, web=False, ipv6=True))
            phones += own
            known += [RegisteredPhone(one.endpoint, number, account.organisation, account.auto_answer) for one in own]
        self._registrar.provision(known)
        return self._installation.write_phones(phones, self._blocked)

    def _back(self) -> None:
        # At first it was started with the phones of yesterday, or with none; later it may have missed something.
        if not self._reachable.is_set():
            self._reachable.set()
            self._soon(force=True)

    def _soon(self, *, force: bool = False) -> None:
        self._wanted, self._forced = True, self._forced or force
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._update())

    async def _update(self) -> None:
        # Who is hired while the phones are being written is written in the next round.
        while self._wanted:
            await asyncio.sleep(0 if self._forced else GATHER_SECONDS)
            force, self._wanted, self._forced = self._forced, False, False
            if await self._write_and_tell(force):
                continue
            self._wanted = self._forced = True
            self._reachable.clear()
            # A switch that comes back is told at once; one that was too busy to answer never says that it is not.
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_SECONDS):
                    await self._reachable.wait()

    async def _write_and_tell(self, force: bool) -> bool:
        try:
            if await self._write() or force:
                trunks, self._trunks = self._trunks, False
                try:
                    await self._switch.provision(trunks=trunks)
                except BaseException:
                    self._trunks = self._trunks or trunks
                    raise
                self._reachable.set()
        except SwitchUnavailable as error:
            log.warning("switch not told of phones", reason=str(error))
            return False
        except Exception:
            log.exception("provisioning failed")
        return True
