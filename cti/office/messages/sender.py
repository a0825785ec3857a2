"""The letters of one channel, sent by the loop of every outbox: the urgent ones first, not faster than it allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.office.messages.channels.description import ChannelDescription
from cti.office.messages.channels.port import Channel, ChannelFails, ChannelRefuses, Letter
from cti.office.messages.deliveries import OPEN, State
from cti.office.messages.enclosures import NotNow
from cti.office.messages.models import DeliveryRow
from cti.office.outbox.line import OutboxLine, Pace
from cti.store.engine import Store

if TYPE_CHECKING:
    from cti.office.messages.outbox import Outbox

WITHOUT_FILE = "附件过大或已不在，未随邮件发送，请登录系统查看。"
FIRST, MOST, TRIES = 15.0, 3600.0, 10
"""Seconds until the second try, at most between two, and how many there are."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a try brought: the gateway's number, or why it fails now, or why it never will be sent.

    `unready` says why it could not even be given to the channel: that is no trouble of the channel's.
    """

    number: str = ""
    fails: str = ""
    unready: str = ""
    refuses: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """A letter on its way, and the name of the file that goes with it."""

    letter: Letter
    enclosed: str


class Sender(OutboxLine[Sending, Sent]):
    """Sends the letters of one channel."""

    def __init__(
        self, name: str, described: ChannelDescription, channel: Channel, store: Store, clock: Clock, outbox: Outbox
    ) -> None:
        pace = Pace(described.at_once, described.timeout, described.give_up, FIRST, MOST, TRIES)
        super().__init__(f"channel {name}", DeliveryRow, State.SENDING.value, pace, store, clock)
        self.name = name
        self.described = described
        self._channel = channel
        self._outbox = outbox

    async def stop(self) -> None:
        """End, and let go of the channel's connections."""
        await super().stop()
        await self._channel.close()

    async def give(self, letter: Letter) -> None:
        """Send a letter past the outbox, to see whether the channel works. ChannelRefuses, ChannelFails."""
        await self._channel.send(letter)

    def _mine(self) -> tuple[Any, ...]:
        return DeliveryRow.channel == self.name, DeliveryRow.state.in_(OPEN)

    def _waves(self) -> Sequence[tuple[Any, ...]]:
        return [(DeliveryRow.urgent == urgent,) for urgent in (True, False)]

    def _apart(self, count: int) -> float:
        return count / self.described.per_second

    def _taken(self, row: DeliveryRow) -> Sending:
        return Sending(Letter(row.id, row.address, row.subject, row.text, row.kind), row.enclosed)

    async def _attempt(self, taken: Sending) -> Sent:
        try:
            accepted = await self._channel.send(await self._with_file(taken))
        except NotNow as error:
            return Sent(unready=str(error))
        except ChannelRefuses as error:
            return Sent(refuses=str(error) or "refused")
        except ChannelFails as error:
            return Sent(fails=str(error) or "failed")
        return Sent(number=accepted.number)

    async def _with_file(self, taken: Sending) -> Letter:
        """One whose file is gone, or is too large for a mail, says so."""
        letter, enclosures = taken.letter, self._outbox.enclosures
        if not taken.enclosed or enclosures is None:
            return letter
        if (file := await enclosures(taken.enclosed)) is None:
            return replace(letter, text=f"{letter.text}\n{WITHOUT_FILE}")
        return replace(letter, enclosed=file)

    def _broken(self, error: Exception) -> Sent:
        return Sent(fails=type(error).__name__)

    def _trouble(self, outcome: Sent) -> str:
        return outcome.fails

    def _write_down(self, row: DeliveryRow, outcome: Sent) -> None:
        now = self._clock.wall()
        why = outcome.refuses or outcome.fails or outcome.unready
        row.last_error = why[:200]
        again = self.pace.again(row.tries, row.created_at, now)
        if why and (outcome.refuses or again is None):
            row.state, row.ended_at = State.FAILED.value, now
        elif why and again is not None:
            row.state, row.next_at = State.WAITING.value, again
        else:
            # A receipt ends it; where none comes, sent is all that is known.
            row.state, row.sent_at = State.SENT.value, now
            row.gateway_number = outcome.number
            row.cost = round(self.described.price * 1000) * row.parts

    async def _written(self, session: AsyncSession, row: DeliveryRow) -> None:
        if row.state == State.FAILED.value:
            await self._outbox.given_up(session, row)

    async def _resting(self, session: AsyncSession) -> None:
        await self._outbox.hand_over(session, self)

    def _on_state(self, *, well: bool) -> None:
        self._outbox.on_state(self, well=well)
