"""Says things to other systems and hears what they tell, each once: in the transaction of what it follows from."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.ids import new_id
from cti.base.refusal import Refusal
from cti.base.settings import ConnectorSettings
from cti.office.connectors.description import ConnectorDescription
from cti.office.connectors.http_side import HttpSide
from cti.office.connectors.line import FIRST, MOST, Line, Taken
from cti.office.connectors.models import ConnectorCallRow
from cti.office.connectors.port import Answer, OtherSide, OtherSideFails, OtherSideRefuses, Request
from cti.office.connectors.states import OPEN, Direction, Outcome, State
from cti.office.mappings import MappingFails, MappingLibrary, applied
from cti.office.outbox.line import Pace
from cti.store.after import after_commit
from cti.store.columns import placed
from cti.store.engine import Store
from cti.store.upsert import insert_or_leave

log = structlog.get_logger(__name__)

IN_SECONDS = 60.0
"""How long a module may work on something that came in."""
SWEPT_AT_ONCE = 1000

Make = Callable[[ConnectorDescription, Clock], OtherSide]


@dataclass(frozen=True, slots=True)
class Saying:
    """Something to say to other systems: our fields, masked as everybody outside may see them.

    `key` says it once: said again under the same, it is the same call. `about` is the record (`ticket:01J…`).
    """

    fields: Mapping[str, Any]
    key: str
    about: str
    organisation: str
    region: str
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that another system told: our fields, after the mapping. `organisation` is the connector's."""

    id: str
    connector: str
    organisation: str
    fields: dict[str, Any]


Take = Callable[[AsyncSession, Heard], Awaitable[None]]
"""Works on what came in, in the transaction that says it is done. A Refusal ends it as failed."""
Refused = Callable[[AsyncSession, Heard, Refusal], Awaitable[None]]
"""Answers what was refused, in a transaction of its own, perhaps again after an engine's death."""


class Unready(Exception):
    """A connector that cannot do what was asked of it, in Chinese."""


@dataclass(slots=True)
class Connector:
    """A connector of the files that runs."""

    described: ConnectorDescription
    side: OtherSide | None
    out: Line
    into: Line


class Connectors:
    """The service. `house` is the organisation at the top and its region."""

    def __init__(
        self, store: Store, clock: Clock, bus: Bus, mappings: MappingLibrary, house: tuple[str, str],
        settings: ConnectorSettings,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.house = house
        self._store, self._clock, self._bus = store, clock, bus
        self._mappings = mappings
        self._ports: dict[str, Make] = {"http": HttpSide}
        self._takers: dict[str, tuple[Take, Refused | None]] = {}
        self._running = False
        self._connectors: dict[str, Connector] = {}

    @property
    def all(self) -> Mapping[str, Connector]:
        """The connectors that there are now, by name."""
        return self._connectors

    def offer_port(self, name: str, make: Make) -> Callable[[], None]:
        """A way to other systems that is not HTTP, for files that say `port: name`; returns the undo."""
        self._ports[name] = make

        def undo() -> None:
            self._ports.pop(name, None)

        return undo

    def on(self, kind: str, take: Take, refused: Refused | None = None) -> Callable[[], None]:
        """Take what comes in as this kind; returns the undo. `refused` tells the other side what was wrong."""
        self._takers[kind] = take, refused
        for one in self._connectors.values():
            one.into.look()

        def undo() -> None:
            self._takers.pop(kind, None)

        return undo

    # ── what runs ────────────────────────────────────────────────────────────────────────────────────────────────

    async def configure(self, described: Mapping[str, ConnectorDescription]) -> None:
        """Take these connectors from now on; those that stay as they are go on undisturbed."""
        before = self._connectors
        kept = {name: one for name, one in before.items() if described.get(name) == one.described}
        self._connectors = {name: kept.get(name) or self._made(one) for name, one in described.items()}
        await asyncio.gather(*(self._end(one) for name, one in before.items() if name not in kept))
        if self._running:
            await self.start()

    async def start(self) -> None:
        """Begin to speak and to hear."""
        self._running = True
        for one in self._connectors.values():
            one.out.start()
            one.into.start()

    async def stop(self) -> None:
        """Say no more; what is on its way is said again later, under the same id."""
        self._running = False
        await asyncio.gather(*(self._end(one) for one in self._connectors.values()))

    def take_settings(self, settings: ConnectorSettings) -> None:
        """Go by other settings from now on."""
        self.settings = settings
        for one in self._connectors.values():
            one.out.look()

    def _made(self, described: ConnectorDescription) -> Connector:
        make = self._ports.get(described.port)
        side = make(described, self._clock) if make is not None and described.verbs else None
        name = described.connector
        there = Pace(described.at_once, described.timeout, described.give_up, FIRST, MOST)
        here = Pace(1, IN_SECONDS, described.give_up, FIRST, MOST)
        common = self._store, self._clock

        async def say(taken: Taken) -> Outcome:
            return await self._say(described, side, taken)

        async def hear(taken: Taken) -> Outcome:
            return await self._hear(described, taken)

        out = Line(name, Direction.OUT, there, say, *common, lambda: self.settings.allowed, self._on_state)
        into = Line(name, Direction.IN, here, hear, *common, lambda: True, self._on_state)
        return Connector(described, side, out, into)

    async def _end(self, one: Connector) -> None:
        await asyncio.gather(one.out.stop(), one.into.stop())
        if one.side is not None:
            await one.side.close()

    def _on_state(self, line: Line, well: bool) -> None:
        name, at = f"connector:{line.connector}:{line.direction}", self._clock.wall()
        if well:
            self._bus.publish(AlarmCleared(at=at, name=name))
            return
        title = self._connectors[line.connector].described.title if line.connector in self._connectors else ""
        text = f"连接器“{title or line.connector}”连续失败，暂停使用：{line.last_error}"
        self._bus.publish(AlarmRaised(at=at, name=name, text=text[:400]))

    # ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def post(self, session: AsyncSession, connector: str, verb: str, saying: Saying) -> str:
        """Ask another system for something in this session's transaction; returns the call's id.

        LookupError when there is no such connector or verb.
        """
        if verb not in self._connectors[connector].described.verbs:
            raise LookupError(f"{connector} has no {verb}")
        return await self._kept(session, connector, Direction.OUT, verb, saying)

    async def tell(self, session: AsyncSession, what: str, saying: Saying) -> None:
        """Tell all who hear of `what` (`ticket.changed`) and whose it is, in this session's transaction."""
        for name, one in self._connectors.items():
            verb = one.described.hears.get(what)
            mine = one.described.organisation in ("", self.house[0], saying.organisation)
            if verb is not None and mine:
                await self._kept(session, name, Direction.OUT, verb, saying)

    async def keep_heard(self, connector: str, key: str, fields: dict[str, Any]) -> bool:
        """Keep what came in, before anybody works on it; False when it was here before."""
        described = self._connectors[connector].described
        assert described.incoming is not None, "it came in by its hook"
        organisation = described.organisation or self.house[0]
        saying = Saying(fields, key, "", organisation, self.house[1], described.title)
        id = new_id()
        async with self._store.writing() as session:
            kept = await self._kept(session, connector, Direction.IN, described.incoming.kind, saying, id)
        return kept == id

    async def _kept(
        self, session: AsyncSession, connector: str, direction: Direction, verb: str, saying: Saying, id: str = ""
    ) -> str:
        id, now = id or new_id(), self._clock.wall()
        fields = msgspec.json.encode(saying.fields).decode()
        values: dict[str, Any] = {
            "id": id, "organisation": saying.organisation, "region": saying.region, "connector": connector,
            "direction": direction.value, "key": saying.key, "verb": verb, "about": saying.about,
            "fields": placed(ConnectorCallRow.fields, fields, id), "answer": placed(ConnectorCallRow.answer, "", id),
            "sender": saying.sender[:40], "state": State.WAITING.value, "tries": 0, "created_at": now, "next_at": now,
            "ended_at": None, "status": 0, "milliseconds": 0, "last_error": "", "repeats": "",
        }  # fmt: skip
        place = ("connector", "direction", "key")
        if await session.scalar(insert_or_leave(ConnectorCallRow, *place, returning="id"), values) is None:
            mine = [getattr(ConnectorCallRow, name) == values[name] for name in place]
            return str(await session.scalar(select(ConnectorCallRow.id).where(*mine)))
        self.look(session, connector, direction)
        return id

    def look(self, session: AsyncSession, connector: str, direction: Direction) -> None:
        """Once this transaction is committed, something is due."""
        if (one := self._connectors.get(connector)) is not None:
            line = one.out if direction is Direction.OUT else one.into
            after_commit(session, ("connector", connector, direction), line.look)

    async def try_out(self, connector: str, verb: str, fields: dict[str, Any]) -> Answer:
        """Say something past the outbox, to see whether it works. Unready, OtherSideFails, OtherSideRefuses."""
        one = self._connectors[connector]
        if not self.settings.allowed:
            raise Unready("“允许向其他系统发送数据”没有打开")
        return await self._asked(one.described, one.side, Taken(new_id(), verb, "", fields))

    def reading(self) -> Mapping[str, ConnectorDescription]:
        """The connectors of which numbers are read, while the owner lets anything leave."""
        some = {name: one.described for name, one in self._connectors.items() if one.described.readings}
        return some if self.settings.allowed else {}

    async def ask(self, connector: str, verb: str, fields: dict[str, Any]) -> Answer:
        """Read something that changes nothing, past the outbox. OtherSideFails, OtherSideRefuses."""
        try:
            return await self.try_out(connector, verb, fields)
        except (KeyError, Unready) as error:
            raise OtherSideFails(f"连接器没有就绪：{error}") from None

    async def _asked(self, described: ConnectorDescription, side: OtherSide | None, taken: Taken) -> Answer:
        verb = described.verbs.get(taken.verb)
        if verb is None or side is None:
            raise Unready(f"没有操作 {taken.verb}" if verb is None else f"没有通道 {described.port}")
        fields = taken.fields if verb.mapping is None else self._mapped(verb.mapping, taken.fields)
        return await side.call(Request(taken.id, taken.verb, fields, taken.fields))

    def _mapped(self, mapping: str, fields: dict[str, Any]) -> dict[str, Any]:
        try:
            return applied(self._mappings.current(mapping).head, fields)
        except KeyError:
            raise Unready(f"没有字段对照 {mapping}") from None
        except MappingFails as error:
            raise Unready(f"字段对照 {mapping}：{error}") from None

    async def _say(self, described: ConnectorDescription, side: OtherSide | None, taken: Taken) -> Outcome:
        try:
            answer = await self._asked(described, side, taken)
        except Unready as error:
            return Outcome(error=str(error))
        except (OtherSideFails, OtherSideRefuses) as error:
            said = error.answer or Answer(0, "")
            later = isinstance(error, OtherSideFails)
            return Outcome(error=str(error), later=later, status=said.status, text=said.text)
        return Outcome(status=answer.status, text=answer.text)

    # ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _hear(self, described: ConnectorDescription, taken: Taken) -> Outcome:
        take, refused = self._takers.get(taken.verb, (None, None))
        if take is None:
            return Outcome(error=f"没有模块接收 {taken.verb}", later=True)
        incoming = described.incoming
        try:
            mapping = incoming.mapping if incoming is not None else None
            fields = taken.fields if mapping is None else self._mapped(mapping, taken.fields)
            heard = Heard(taken.id, described.connector, described.organisation or self.house[0], fields)
        except Unready as error:
            return Outcome(error=str(error))
        try:
            async with self._store.writing() as session:
                row = await session.get(ConnectorCallRow, taken.id, with_for_update=True)
                if row is None or row.state != State.WORKING.value:
                    return Outcome()
                await take(session, heard)
                # In one transaction with the work: an engine that dies here does it again, or has done it.
                row.state, row.ended_at, row.last_error = State.DONE.value, self._clock.wall(), ""
        except Refusal as refusal:
            if refused is not None:
                async with self._store.writing() as session:
                    await refused(session, heard, refusal)
            return Outcome(error=f"{refusal.field}：{refusal.detail}" if refusal.field else refusal.detail)
        return Outcome()

    async def sweep(self, session: AsyncSession, at: datetime) -> None:
        """Remove some of the calls that ended and are older than they are kept; called again and again."""
        ended = ConnectorCallRow.created_at < at - timedelta(days=self.settings.keep_days)
        old = select(ConnectorCallRow.id).where(ended, ConnectorCallRow.state.not_in(OPEN))
        ids = (await session.scalars(old.order_by(ConnectorCallRow.created_at).limit(SWEPT_AT_ONCE))).all()
        if ids:
            await session.execute(delete(ConnectorCallRow).where(ConnectorCallRow.id.in_(ids)))
