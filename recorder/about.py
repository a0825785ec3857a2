"""What is known of recordings beside their rows: who called, which queue, who handled it, of which organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cti.base.numbers.number import Number
from cti.base.visitor import Visitor
from cti.office.identity.masking import SEE_NUMBERS, Disclosure
from cti.office.identity.organisations import Organisations
from cti.office.identity.people import People
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording
from cti.telephony.queue_titles import QueueTitles
from recorder.importing.imported import imported


@dataclass(frozen=True, slots=True)
class About:
    """In words; `caller` as the visitor may see it, `source` and `old` only of what an old platform had."""

    caller: str = ""
    queue: str = ""
    handler: str = ""
    organisation: str = ""
    satisfaction: str = ""
    source: str = ""
    old: str = ""


class Abouts:
    """Looks it up, for whoever may see the recordings themselves."""

    def __init__(
        self,
        store: Store,
        calls: StoredCalls,
        queues: QueueTitles,
        people: People,
        organisations: Organisations,
        disclosure: Disclosure,
        area: str,
    ) -> None:
        self._store, self._calls, self._queues = store, calls, queues
        self._people, self._organisations, self._disclosure = people, organisations, disclosure
        self._area = area

    async def of(self, visitor: Visitor, recordings: Sequence[Recording]) -> dict[str, About]:
        """By the recordings' ids; that their numbers were seen is kept."""
        calls = await self._calls.some({one.call for one in recordings if one.call})
        old = await imported(self._store, [one.id for one in recordings if not one.call])
        agents = await self._people.some_agents({one.agent for one in recordings if one.agent})
        titles = {name: one.title for name, one in (await self._organisations.every()).items()}
        found: dict[str, About] = {}
        for one in recordings:
            name = agents[one.agent].name if one.agent in agents else ""
            handler = f"{name} {one.agent}".strip()
            owner = titles.get(one.organisation, one.organisation)
            if (call := calls.get(one.call)) is not None:
                queue = self._queues.get(call.queue, call.queue)
                found[one.id] = About(_shown(visitor, call.caller), queue, handler, owner, call.satisfaction)
            elif (was := old.get(one.id)) is not None:
                caller = Number.parse(was.said.number, area=self._area) if was.said.number else None
                queue = self._queues.get(was.said.queue, was.said.queue)
                found[one.id] = About(
                    _shown(visitor, caller), queue, handler, owner, was.said.satisfaction, was.source, was.said.old
                )
            else:
                found[one.id] = About(handler=handler, organisation=owner)
        await self._disclosure.seen(visitor, SEE_NUMBERS, "call", list(calls))
        await self._disclosure.seen(visitor, SEE_NUMBERS, "recording", list(old))
        return found


def _shown(visitor: Visitor, caller: Number | None) -> str:
    if caller is None:
        return ""
    return str(caller) if visitor.may(SEE_NUMBERS) else caller.masked
