"""The service by which everything in the house tells people something."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, delete, literal, null, select, update
from sqlalchemy import insert as core_insert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.settings import MessageSettings
from cti.office.identity.models import PersonRow
from cti.office.messages.deliveries import ENDED
from cti.office.messages.models import DeliveryRow, InboxRow, MessageRow
from cti.office.messages.templates import Said, Templates, Text, What
from cti.office.messages.urgency import Urgency
from cti.office.messages.whom import Leaders, Whom, condition, decoded, encoded
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.service import Timers
from cti.store.after import after_commit
from cti.store.columns import UtcDateTime, placed
from cti.store.engine import Store
from cti.store.upsert import insert_or_leave

KEY_LENGTH, LINK_LENGTH = 120, 200
ESCALATION = "message.unread"
SWEEP = "message.sweep"
SWEEP_CRON = "*/10 * * * *"
SWEPT_AT_ONCE = 1000
"""Messages that are removed in one transaction: calls' events wait for no more."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told to whom just now. `gone` are those who had the message that this one replaces, and are not meant.

    Nobody is new when all have it already.
    """

    message: str
    said: Said
    link: str
    urgency: Urgency
    by: str
    at: datetime
    persons: tuple[str, ...]
    gone: tuple[str, ...] = ()


class Before(Enum):
    """What was told under a key before."""

    NOTHING = 0
    SAME = 1
    OTHER = 2


@dataclass(frozen=True, slots=True)
class Unread:
    """Whom to tell when nobody has read a message after so many minutes."""

    minutes: float
    to: Sequence[Whom]


Carry = Callable[[AsyncSession, Told], Awaitable[None]]
"""Sends a message further by other ways, in the transaction in which it is told."""


class Messages:
    """Tells people, in the transaction of what they are told about."""

    def __init__(self, store: Store, clock: Clock, timers: Timers, settings: MessageSettings) -> None:
        self._store = store
        self._clock = clock
        self._timers = timers
        self.settings = settings
        self.templates = Templates()
        self._carriers: list[Carry] = []
        self._listeners: list[Callable[[Told], None]] = []
        self._undo = timers.register(TimerKind(ESCALATION, "未读消息升级", self._unread, batch=50))

    def close(self) -> None:
        """Tell no more of what stays unread."""
        self._undo()

    def carry(self, carrier: Carry) -> Callable[[], None]:
        """Let every message go further by `carrier` too; returns the undo."""
        self._carriers.append(carrier)
        return lambda: self._carriers.remove(carrier)

    def on_told(self, listener: Callable[[Told], None]) -> Callable[[], None]:
        """Hear what was told once its transaction is committed; returns the undo."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # ── tell and withdraw ────────────────────────────────────────────────────────────────────────────────────────

    async def read_marks(self, session: AsyncSession, keys: Sequence[str]) -> dict[str, dict[str, datetime | None]]:
        """Who has what was told under each key in his inbox, by id, and when he read it."""
        wanted = select(MessageRow.key, InboxRow.person, InboxRow.read_at).join(
            InboxRow, InboxRow.message == MessageRow.id
        )
        found: dict[str, dict[str, datetime | None]] = {}
        for key, person, read_at in await session.execute(wanted.where(MessageRow.key.in_(keys))):
            found.setdefault(key, {})[person] = read_at
        return found

    async def tell(
        self,
        session: AsyncSession,
        whom: Whom | Sequence[Whom],
        what: What,
        *,
        link: str = "",
        urgency: Urgency = Urgency.NORMAL,
        key: str = "",
        by: str = "",
        unread: Unread | None = None,
    ) -> Told:
        """Put a message into the inbox of all who are meant, when this session's transaction is committed.

        `link` is a path of the console, such as `/citizens/01J…`. `key` says what the message is about: told again
        unchanged, only those hear it who have not yet; changed, it replaces what was said before. `by` is the name of
        the person who says it. `unread` says whom to tell when nobody reads it; urgent messages have the house's rule:
        the leaders of their groups, after `messages.unread_minutes`. Invalid for an unknown template.
        """
        if link and (not link.startswith("/") or link.startswith("//") or len(link) > LINK_LENGTH):
            raise ValueError(f"no path of the console: {link!r}")
        if len(key) > KEY_LENGTH:
            raise ValueError(f"a key has at most {KEY_LENGTH} characters: {key!r}")
        asked = [whom] if isinstance(whom, Whom) else list(whom)
        said, now = await self.templates.said(session, what), self._clock.wall()
        message, before = await self._kept(session, key, said, link, urgency, by, now)
        meant = await condition(session, asked, now)
        persons = await self._into_inboxes(session, message, meant, said.kind, urgency, now, before)
        gone = await self._out_of_inboxes(session, message, now) if before is Before.OTHER else ()
        told = Told(message, said, link, urgency, by, now, persons, gone)
        if persons:
            await self._watch(session, told, unread, before)
            for carrier in self._carriers:
                await carrier(session, told)
        if persons or gone:
            after_commit(session, ("told", message), lambda: self._tell(told))
        return told

    async def withdraw(self, session: AsyncSession, key: str) -> None:
        """What this key is about is over: the message leaves all inboxes in which nobody has read it."""
        message = await session.scalar(select(MessageRow.id).where(MessageRow.key == key))
        if message is None:
            return
        unread = delete(InboxRow).where(InboxRow.message == message, InboxRow.read_at.is_(None))
        gone = tuple((await session.scalars(unread.returning(InboxRow.person))).all())
        # The key is free for the next time; those who read the message keep it.
        await session.execute(update(MessageRow).where(MessageRow.id == message).values(key=None))
        await self._timers.drop(session, ESCALATION, message)
        told = Told(message, Said("", "", "", ""), "", Urgency.QUIET, "", self._clock.wall(), (), gone)
        after_commit(session, ("told", message), lambda: self._tell(told))

    def _tell(self, told: Told) -> None:
        self._timers.look()
        for listener in list(self._listeners):
            listener(told)

    async def _kept(
        self, session: AsyncSession, key: str, said: Said, link: str, urgency: Urgency, by: str, now: datetime
    ) -> tuple[str, Before]:
        """The id of the message, and what stood there before."""
        while True:
            id = new_id()
            values: dict[str, Any] = {
                "id": id, "key": key or None, "kind": said.kind, "link": link, "urgency": urgency.value, "sender": by,
                "title": placed(MessageRow.title, said.title, id), "text": placed(MessageRow.text, said.text, id),
                "created_at": now, "told_at": now,
            }  # fmt: skip
            if not key:
                await session.execute(core_insert(MessageRow).values(**values))
                return id, Before.NOTHING
            made = insert_or_leave(MessageRow, "key", returning="id")
            if await session.scalar(made, values) is not None:
                return id, Before.NOTHING
            mine = select(MessageRow).where(MessageRow.key == key).with_for_update()
            row = await session.scalar(mine.execution_options(populate_existing=True))
            if row is not None:
                return row.id, self._changed(row, said, link, urgency, by, now)
            # The key has just become free again.

    def _changed(self, row: MessageRow, said: Said, link: str, urgency: Urgency, by: str, now: datetime) -> Before:
        fresh = {"kind": said.kind, "title": said.title, "text": said.text, "link": link, "urgency": urgency.value}
        if all(getattr(row, name) == value for name, value in fresh.items()):
            return Before.SAME
        for name, value in {**fresh, "sender": by, "told_at": now}.items():
            setattr(row, name, value)
        return Before.OTHER

    async def _into_inboxes(
        self,
        session: AsyncSession,
        message: str,
        meant: ColumnElement[bool],
        kind: str,
        urgency: Urgency,
        now: datetime,
        before: Before,
    ) -> tuple[str, ...]:
        """Who has it now and had it not, or not so: one statement, however many they are."""
        await session.flush()
        urgent = urgency is Urgency.URGENT
        names = ["person", "message", "kind", "urgent", "at", "read_at"]
        rows = select(
            PersonRow.id, literal(message), literal(kind), literal(urgent), literal(now, UtcDateTime()), null()
        ).where(meant)
        if before is Before.NOTHING:
            # Nobody can have it yet: a statement that is compiled once.
            plain = core_insert(InboxRow).from_select(names, rows)
            return tuple((await session.scalars(plain.returning(InboxRow.person))).all())
        insert = sqlite_insert if self._store.is_sqlite else postgres_insert
        made = insert(InboxRow).from_select(names, rows)
        place = ["person", "message"]
        if before is Before.OTHER:
            anew = {"kind": kind, "urgent": urgent, "at": now, "read_at": None}
            made = made.on_conflict_do_update(index_elements=place, set_=anew)
        else:
            made = made.on_conflict_do_nothing(index_elements=place)
        return tuple((await session.scalars(made.returning(InboxRow.person))).all())

    async def _out_of_inboxes(self, session: AsyncSession, message: str, now: datetime) -> tuple[str, ...]:
        old = delete(InboxRow).where(InboxRow.message == message, InboxRow.at < now)
        return tuple((await session.scalars(old.returning(InboxRow.person))).all())

    # ── what stays unread, and what is old ───────────────────────────────────────────────────────────────────────

    async def _watch(self, session: AsyncSession, told: Told, unread: Unread | None, before: Before) -> None:
        if unread is None and told.urgency is Urgency.URGENT and self.settings.unread_minutes:
            unread = Unread(self.settings.unread_minutes, [Leaders()])
        if unread is None or not unread.to:
            if before is not Before.NOTHING:
                await self._timers.drop(session, ESCALATION, told.message)
            return
        due = told.at + timedelta(minutes=unread.minutes)
        data = {"to": encoded(unread.to), "minutes": unread.minutes}
        await self._timers.set(session, ESCALATION, told.message, due, data)

    async def _unread(self, session: AsyncSession, due: Sequence[Due]) -> None:
        """Tell others of what nobody has read."""
        for one in due:
            row = await session.get(MessageRow, one.key)
            mine = select(InboxRow.person, InboxRow.read_at).where(InboxRow.message == one.key)
            entries = (await session.execute(mine)).all()
            if row is None or not entries or any(read_at is not None for _, read_at in entries):
                continue
            silent = tuple(person for person, _ in entries)
            to = [
                Leaders(silent) if isinstance(whom, Leaders) and not whom.of else whom
                for whom in decoded(one.data["to"])
            ]
            told = f"{one.data['minutes']:g} 分钟无人查看。{row.text}"
            what = Text(row.kind, f"〔未读升级〕{row.title}", told)
            await self.tell(
                session, to, what, link=row.link, urgency=Urgency(row.urgency), key=f"unread:{row.id}",
                unread=Unread(0, ()),
            )  # fmt: skip

    async def sweep(self, session: AsyncSession, at: datetime) -> None:
        """Remove some of what is older than it is kept; called again and again."""
        old = select(MessageRow.id).where(MessageRow.told_at < at - timedelta(days=self.settings.keep_days))
        ids = (await session.scalars(old.order_by(MessageRow.told_at).limit(SWEPT_AT_ONCE))).all()
        if ids:
            await session.execute(delete(InboxRow).where(InboxRow.message.in_(ids)))
            await session.execute(delete(MessageRow).where(MessageRow.id.in_(ids)))
            await self._timers.drop(session, ESCALATION, *ids)
        ended = DeliveryRow.created_at < at - timedelta(days=self.settings.keep_days), DeliveryRow.state.in_(ENDED)
        letters = select(DeliveryRow.id).where(*ended).order_by(DeliveryRow.created_at).limit(SWEPT_AT_ONCE)
        old_ones = (await session.scalars(letters)).all()
        if old_ones:
            await session.execute(delete(DeliveryRow).where(DeliveryRow.id.in_(old_ones)))
