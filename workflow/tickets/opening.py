"""What a region lacks before its requests can be handled: a process, somebody at each step, whose business what is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.identity import regions
from cti.office.identity.staffed import staff_of, staffed
from cti.office.messages.templates import Templates
from cti.office.opening.service import Place
from cti.office.processes.definition import Process
from cti.office.processes.library import Published
from workflow.tickets.models import CatalogueRow, TicketCategoryRow, TicketTaskRow
from workflow.tickets.rules import HANDLE
from workflow.tickets.settings import TicketSettings

SHOWN = 5


class TicketsOpening:
    """Four checks of a region."""

    def __init__(self, settings: TicketSettings, processes: Published, templates: Templates) -> None:
        self._settings, self._processes, self._templates = settings, processes, templates

    async def process(self, session: AsyncSession, place: Place) -> Sequence[str]:
        """That the process of its tickets is there, and that somebody may act at each of its steps."""
        found = []
        for enterprise in (False, True):
            name = self._settings.process_of(place.region, enterprise=enterprise)
            try:
                process, _ = self._processes.current(name, place.region)
            except KeyError:
                found.append(f"没有名为“{name}”的{'涉企' if enterprise else ''}工单流程")
                continue
            found += [one for one in await _unstaffed(session, place, process) if one not in found]
        return found

    async def templates(self, session: AsyncSession, place: Place) -> Sequence[str]:
        """That each text that its processes send to citizens, those of tasks too, has a template."""
        lacking: dict[str, dict[str, None]] = {}
        for process in self._of(place):
            for where, name in _texts(process):
                if await self._templates.current(session, name) is None:
                    lacking.setdefault(name, {})[where] = None
        return [f"没有短信模板“{name}”（{'、'.join(list(where)[:SHOWN])}）" for name, where in sorted(lacking.items())]

    def _of(self, place: Place) -> list[Process]:
        """The processes of its tickets, and those of the tasks that these begin."""
        names = [self._settings.process_of(place.region, enterprise=one) for one in (False, True)]
        found: dict[str, Process] = {}
        while names:
            name = names.pop()
            try:
                process, _ = self._processes.current(name, place.region)
            except KeyError:
                # That it lacks is said by `process`.
                continue
            if process.process not in found:
                found[process.process] = process
                actions = [action for step in process.steps.values() for action in step.actions.values()]
                names += [begin.process for action in actions for begin in action.begins]
        return list(found.values())

    async def categories(self, session: AsyncSession, place: Place) -> Sequence[str]:
        """That each category leads to a department, by its own entry of the catalogue or one above it."""
        rows = (await session.scalars(select(TicketCategoryRow).where(TicketCategoryRow.removed_at.is_(None)))).all()
        if not rows:
            return ["没有诉求分类"]
        codes = [*regions.above(place.region), ""]
        wanted = select(CatalogueRow.category).where(CatalogueRow.place.in_(codes), CatalogueRow.removed_at.is_(None))
        entered, parents = set(await session.scalars(wanted)), {one.id: one.parent for one in rows}
        tops = set(parents.values())
        lacking = [one.path for one in rows if one.id not in tops and not _leads(one.id, parents, entered)]
        if not lacking:
            return ()
        more = f" 等 {len(lacking)} 个分类" if len(lacking) > SHOWN else ""
        return [f"派单目录没有写明承办单位：{'、'.join(sorted(lacking)[:SHOWN])}{more}"]

    async def units(self, session: AsyncSession, place: Place) -> Sequence[str]:
        """That somebody may handle work in each department that the catalogue names for the region, or has tasks there.

        Of those without people of their own it is told who does their work.
        """
        codes = [*regions.above(place.region), ""]
        wanted = select(CatalogueRow.unit).where(CatalogueRow.place.in_(codes), CatalogueRow.removed_at.is_(None))
        named, staff = set(await session.scalars(wanted.distinct())), await staff_of(session, place.known, HANDLE)
        lacking = [_title(place, one) for one in sorted(named - staff.own - staff.above.keys())]
        held = select(TicketTaskRow.organisation).where(
            TicketTaskRow.outcome == "", TicketTaskRow.organisation.in_([one.name for one in place.own])
        )
        working = sorted((named | set(await session.scalars(held.distinct()))) & staff.above.keys())
        return [
            *(f"派单目录中的{title}没有能办理工单的人员" for title in lacking),
            *(
                f"{_title(place, one)}没有自己的承办人员，任务由{_title(place, staff.above[one])}办理"
                for one in working
            ),
        ]


def _title(place: Place, organisation: str) -> str:
    return place.known[organisation].title if organisation in place.known else organisation


async def _unstaffed(session: AsyncSession, place: Place, process: Process) -> list[str]:
    found = []
    heads = {one.name for one in place.heads}
    for step in process.steps.values():
        permissions = {who.permission for who in step.who if who.permission}
        if not permissions:
            continue
        able = [bool(heads & await staffed(session, place.known, one)) for one in sorted(permissions)]
        if not any(able):
            found.append(f"“{process.title}”的“{step.title}”环节没有能办理的人员")
    return found


def _texts(process: Process) -> Iterator[tuple[str, str]]:
    """Where a process says something to the citizen, and by which template."""
    for step in process.steps.values():
        if step.sms is not None:
            yield step.title, step.sms
        yield from ((action.title, action.sms) for action in step.actions.values() if action.sms is not None)


def _leads(id: str, parents: dict[str, str | None], entered: set[str]) -> bool:
    at: str | None = id
    while at is not None:
        if at in entered:
            return True
        at = parents.get(at)
    return False
