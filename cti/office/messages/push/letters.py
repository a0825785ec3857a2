"""What somebody was told goes to his browsers too: posted in the same transaction, sealed, sent by push services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

import aiohttp
import msgspec
import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.settings import MessageSettings
from cti.office.messages.models import ContactRow
from cti.office.messages.push.devices import PushDevices, is_allowed
from cti.office.messages.push.models import PushDeviceRow, PushLetterRow
from cti.office.messages.push.sealing import KEY, SECRET, Sender, sealed, unpacked
from cti.office.messages.quiet import after_quiet
from cti.office.messages.service import Told
from cti.office.messages.urgency import Urgency
from cti.office.outbox.line import OutboxLine, Pace
from cti.store.after import after_commit
from cti.store.engine import Store

log = structlog.get_logger(__name__)

WAITING, SENDING, DONE, GONE = "waiting", "sending", "done", "gone"
PACE = Pace(at_once=20, timeout=10.0, give_up=12.0, first=5.0, most=600.0, tries=10)
CHUNK = 500
TITLE = 120
"""Characters: a push service takes 4,096 bytes."""
Outcome = Literal["done", "gone", "later"]


class Push(msgspec.Struct):
    """One on its way."""

    id: str
    device: str
    message: str
    title: str
    link: str
    urgent: bool


class Pushes(OutboxLine[Push, Outcome]):
    """Posts and sends them; `contact` is whom a push service may ask."""

    def __init__(self, store: Store, clock: Clock, devices: PushDevices) -> None:
        super().__init__("web push", PushLetterRow, SENDING, PACE, store, clock)
        self._devices, self.sender, self.contact = devices, Sender(store.cipher), ""
        self._http: aiohttp.ClientSession | None = None

    def take_settings(self, settings: MessageSettings) -> None:
        """Go by other settings from now on."""
        self._devices.services, self.contact = settings.push_services, settings.push_contact

    async def carry(self, session: AsyncSession, told: Told) -> None:
        """Post what was told to the browsers of all who were told. What is quiet stays in the inbox."""
        if not self._devices.services or told.urgency is Urgency.QUIET:
            return
        urgent, posted = told.urgency is Urgency.URGENT, False
        for begin in range(0, len(told.persons), CHUNK):
            wanted = (
                select(PushDeviceRow.id, ContactRow.quiet_from, ContactRow.quiet_until)
                .join(ContactRow, ContactRow.person == PushDeviceRow.person, isouter=True)
                .where(PushDeviceRow.person.in_(told.persons[begin : begin + CHUNK]))
            )
            for device, first, last in (await session.execute(wanted)).tuples():
                at = told.at if urgent else after_quiet(told.at, first or "", last or "")
                session.add(
                    PushLetterRow(
                        id=new_id(), device=device, message=told.message, title=told.said.title[:TITLE], link=told.link,
                        urgent=urgent, state=WAITING, tries=0, created_at=at, next_at=at,
                    )
                )  # fmt: skip
                posted = True
        if posted:
            after_commit(session, ("pushed", told.message), self.look)

    async def stop(self) -> None:
        """Send nothing more."""
        await super().stop()
        if self._http is not None:
            await self._http.close()
            self._http = None

    # ── the line ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _mine(self) -> tuple[Any, ...]:
        return (PushLetterRow.state.in_([WAITING, SENDING]),)

    def _taken(self, row: PushLetterRow) -> Push:
        return Push(row.id, row.device, row.message, row.title, row.link, row.urgent)

    async def _attempt(self, taken: Push) -> Outcome:
        async with self._store.reading() as session:
            device = await session.get(PushDeviceRow, taken.device)
        if device is None or not is_allowed(device.endpoint, self._devices.services):
            return "gone"
        said = {"title": taken.title, "link": taken.link, "tag": taken.message}
        body = sealed(msgspec.json.encode(said), unpacked(device.key, KEY), unpacked(device.secret, SECRET))
        headers = self.sender.headers(device.endpoint, self.contact, self._clock.wall().timestamp()) | {
            "TTL": str(int(timedelta(hours=PACE.give_up).total_seconds())),
            "Urgency": "high" if taken.urgent else "normal", "Topic": taken.message,
        }  # fmt: skip
        if self._http is None:
            limit = aiohttp.ClientTimeout(total=PACE.timeout)
            self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=limit)
        try:
            async with self._http.post(device.endpoint, data=body, headers=headers, allow_redirects=False) as answer:
                return self._meant(answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.last_error = f"没有应答（{type(error).__name__}）"
            return "later"

    def _meant(self, status: int) -> Outcome:
        if status in (200, 201, 202, 204):
            return "done"
        self.last_error = f"推送服务应答 {status}"
        if status == 429 or status >= 500:
            return "later"
        # 404 and 410: it is no more; 401 and 403: it was made for another key. All else is never taken.
        return "gone" if status in (401, 403, 404, 410) else "done"

    def _broken(self, error: Exception) -> Outcome:
        return "later"

    def _trouble(self, outcome: Outcome) -> str:
        return self.last_error if outcome == "later" else ""

    def _write_down(self, row: PushLetterRow, outcome: Outcome) -> None:
        again = self.pace.again(row.tries, row.created_at, self._clock.wall()) if outcome == "later" else None
        if again is not None:
            row.state, row.next_at = WAITING, again
        else:
            row.state = GONE if outcome == "gone" else DONE

    async def _written(self, session: AsyncSession, row: PushLetterRow) -> None:
        if row.state == GONE:
            await session.execute(delete(PushDeviceRow).where(PushDeviceRow.id == row.device))
        if row.state != WAITING:
            await session.delete(row)
