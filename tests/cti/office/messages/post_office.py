"""A house whose people are told things: a store, virtual time, timers that go off, and everything that was told."""

from __future__ import annotations

import asyncio

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.events import Event
from cti.base.settings import MessageSettings
from cti.base.visitor import Visitor
from cti.office.identity.models import GroupRow, OrganisationRow, PersonRow, RoleRow
from cti.office.messages import Messages, Told
from cti.office.messages.inbox import Inbox
from cti.office.timers.service import Timers
from cti.store.engine import Store

PEOPLE = {
    "ann": ("city", ["agent"]),
    "bob": ("city", ["agent", "supervisor"]),
    "cat": ("county", ["agent", "signer", "reader"]),
    "dan": ("village", ["agent", "signer", "reader"]),
    "eve": ("other", ["boss"]),
    "off": ("city", ["agent"]),
}
TREE = {
    "city": ("320400", None),
    "county": ("320481", "city"),
    "village": ("320481", "county"),
    "other": ("320400", "city"),
    "hamlet": ("320481", "village"),
    "street": ("320481", "county"),
}
ROLES = {
    "agent": ["agent.work"], "supervisor": ["board.see"], "boss": ["*"], "signer": ["work.sign"],
    "reader": ["work.read"],
}  # fmt: skip
REACH = {"signer": "subtree", "reader": "region"}
"""The other roles reach all."""


class PostOffice:
    """The house on a migrated store."""

    def __init__(self, store: Store, settings: MessageSettings | None = None) -> None:
        self.store, self.clock, self.bus = store, VirtualClock(), Bus()
        self.events: list[Event] = []
        self.bus.subscribe(Event, self.events.append)
        self.timers = Timers(store, self.clock, self.bus)
        self.messages = Messages(store, self.clock, self.timers, settings or MessageSettings())
        self.messages.templates.add_kind("note", "通知")
        self.inbox = Inbox(store, self.clock)
        self.told: list[Told] = []
        self.messages.on_told(self.told.append)

    async def people(self) -> None:
        """Some organisations, roles and people; ann, bob and cat are a group that bob leads; `off` has no account."""
        now = self.clock.wall()
        async with self.store.writing() as session:
            for name, (region, parent) in TREE.items():
                session.add(OrganisationRow(name=name, title=name, region=region, parent=parent, version=1))
                await session.flush()
            for name, permissions in ROLES.items():
                session.add(
                    RoleRow(name=name, title=name, permissions=permissions, reach=REACH.get(name, "all"), version=1)
                )
            for login, (organisation, roles) in PEOPLE.items():
                disabled = now if login == "off" else None
                session.add(
                    PersonRow(
                        id=login, login=login, name=login, organisation=organisation, roles=roles, password_hash="x",
                        created_at=now, disabled_at=disabled,
                    )
                )  # fmt: skip
            await session.flush()
            members = ["ann", "cat", "off"]
            session.add(GroupRow(id="g", title="一班", organisation="city", leader="bob", members=members, version=1))
        await self.timers.start()

    async def settle(self) -> None:
        """Let the timers that are due come to their end."""
        await asyncio.sleep(0)
        while (task := self.timers._lookout._looking) is not None:
            await asyncio.wait([task])
            await asyncio.sleep(0)

    async def wait(self, minutes: float) -> None:
        """Let virtual time go by."""
        for _ in range(max(1, round(minutes * 2))):
            self.clock.advance(30)
            await self.settle()

    async def titles(self, login: str, *, unread: bool = False, kind: str = "") -> list[str]:
        """What stands in somebody's inbox, the newest first."""
        found = await self.inbox.find(visitor(login), unread=unread, kind=kind, page=1, size=50)
        return [one.message.title for one in found.rows]


def visitor(login: str) -> Visitor:
    """One of the people."""
    organisation = PEOPLE[login][0]
    return Visitor(login, login, login, None, organisation, TREE[organisation][0], permissions=frozenset({"*"}))
