"""The outbox: letters are posted in the transaction of what they follow from, and leave by the channels of the file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.ids import new_id
from cti.office.messages.channels.description import ChannelDescription
from cti.office.messages.channels.http_gateway import HttpGateway
from cti.office.messages.channels.port import Carries, Channel
from cti.office.messages.channels.smtp import SmtpChannel
from cti.office.messages.deliveries import Posting, State
from cti.office.messages.enclosures import Enclosures
from cti.office.messages.models import DeliveryRow
from cti.office.messages.sender import Sender
from cti.office.messages.sms_parts import size_of
from cti.store.after import after_commit
from cti.store.engine import Store

log = structlog.get_logger(__name__)

Make = Callable[[ChannelDescription, Clock], Channel]
Failed = Callable[[AsyncSession, DeliveryRow], Awaitable[None]]
"""Hears of a letter that was given up; `last_error` says why."""


def made(described: ChannelDescription, clock: Clock) -> Channel:
    """The channel of a description."""
    return HttpGateway(described, clock) if described.smtp is None else SmtpChannel(described, clock)


class Outbox:
    """Posts letters and lets each channel send its own: one that hangs holds up no other."""

    def __init__(
        self, store: Store, clock: Clock, bus: Bus, make: Make = made, enclosures: Enclosures | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._bus = bus
        self._make = make
        self.enclosures = enclosures
        self._failed: dict[str, Failed] = {}
        self._senders: dict[str, Sender] = {}
        self._running = False

    @property
    def senders(self) -> Mapping[str, Sender]:
        """The channels that there are now, in the order of the file."""
        return self._senders

    async def configure(self, channels: Mapping[str, ChannelDescription]) -> None:
        """Take these channels from now on; those that stay as they are go on undisturbed."""
        kept = {name: one for name, one in self._senders.items() if channels.get(name) == one.described}
        gone = [one for name, one in self._senders.items() if name not in kept]
        self._senders = {name: kept.get(name) or self._sender(name, described) for name, described in channels.items()}
        await asyncio.gather(*(one.stop() for one in gone))
        for one in gone:
            self.on_state(one, well=True)
        for carries in Carries:
            await self._adopt(carries)
        if self._running:
            for one in self._senders.values():
                one.start()

    def _sender(self, name: str, described: ChannelDescription) -> Sender:
        return Sender(name, described, self._make(described, self._clock), self._store, self._clock, self)

    async def start(self) -> None:
        """Let every channel send what waits for it."""
        self._running = True
        for one in self._senders.values():
            one.start()

    async def stop(self) -> None:
        """Send no more; what is on its way is sent again later, under the same id."""
        self._running = False
        await asyncio.gather(*(one.stop() for one in self._senders.values()))

    def look(self) -> None:
        """Look for letters that are due."""
        for one in self._senders.values():
            one.look()

    def channel_for(self, carries: Carries, other_than: str = "") -> str:
        """The first channel that works, else the first; empty when nothing carries it."""
        fitting = [one for one in self._senders.values() if one.described.carries is carries and one.name != other_than]
        working = [one for one in fitting if not one.breaker.is_open]
        return next((one.name for one in (*working, *([] if other_than else fitting))), "")

    async def post(self, session: AsyncSession, posting: Posting, *, signed: bool = False) -> str:
        """Post a letter in this session's transaction; returns its id, empty when no channel carries such letters.

        A `signed` one begins with its channel's signature already.
        """
        channel = posting.channel or self.channel_for(posting.carries)
        if channel not in self._senders:
            return ""
        now, id, said = self._clock.wall(), new_id(), posting.said
        sms = posting.carries is Carries.SMS
        text = posting.text if signed or not sms else self._senders[channel].described.signature + posting.text
        state = State.DROPPED if posting.dropped else State.WAITING
        session.add(
            DeliveryRow(
                id=id, organisation=posting.organisation, region=posting.region, carries=posting.carries.value,
                channel=channel, address=posting.address, address_index=posting.address, subject=said.title,
                text=text, outline=said.outline, secret=said.secret, kind=said.kind, template=said.template,
                person=posting.person, about=posting.about, sender=posting.sender, automatic=posting.automatic,
                urgent=posting.urgent, state=state.value, tries=0, created_at=now,
                next_at=max(now, posting.not_before or now), sent_at=None,
                ended_at=now if posting.dropped else None, last_error=posting.dropped[:200], gateway_number="",
                parts=size_of(text).parts if sms else 1, cost=0,
                enclosed=said.enclosed if posting.carries is Carries.MAIL else "",
            )
        )  # fmt: skip
        await session.flush()
        if not posting.dropped:
            after_commit(session, ("posted", channel), self.look)
        return id

    def on_failed(self, kind: str, listener: Failed) -> Callable[[], None]:
        """Hear of letters of a kind that will not be sent any more, in the transaction that gives them up."""
        self._failed[kind] = listener

        def undo() -> None:
            self._failed.pop(kind, None)

        return undo

    # ── what the senders ask ─────────────────────────────────────────────────────────────────────────────────────

    def on_state(self, sender: Sender, *, well: bool) -> None:
        """A channel works, or does not: tell it, and let another take over what waits."""
        name = f"message_channel:{sender.name}"
        if well:
            self._bus.publish(AlarmCleared(at=self._clock.wall(), name=name))
            return
        text = f"消息渠道“{sender.described.title}”连续失败，暂停使用：{sender.last_error}"
        self._bus.publish(AlarmRaised(at=self._clock.wall(), name=name, text=text))

    async def given_up(self, session: AsyncSession, row: DeliveryRow) -> None:
        """A letter has failed for good."""
        if (listener := self._failed.get(row.kind)) is not None:
            await listener(session, row)

    async def hand_over(self, session: AsyncSession, sender: Sender) -> None:
        """Let another channel that works take the letters that wait for one that does not."""
        if other := self.channel_for(sender.described.carries, sender.name):
            waits = DeliveryRow.channel == sender.name, DeliveryRow.state == State.WAITING.value
            await session.execute(update(DeliveryRow).where(*waits).values(channel=other))
            after_commit(session, ("posted", other), self.look)

    async def _adopt(self, carries: Carries) -> None:
        """Letters of channels that are gone from the file go by one that is there."""
        if not (channel := self.channel_for(carries)):
            return
        theirs: list[Any] = [
            DeliveryRow.carries == carries.value, DeliveryRow.channel.not_in(list(self._senders)),
            DeliveryRow.state.in_([State.WAITING.value, State.SENDING.value]),
        ]  # fmt: skip
        async with self._store.reading() as session:
            if await session.scalar(select(DeliveryRow.id).where(*theirs).limit(1)) is None:
                return
        async with self._store.writing() as session:
            await session.execute(update(DeliveryRow).where(*theirs).values(channel=channel))
