"""People edit the settings while callers wait: piece by piece, by version, checked as a whole, undone when wanted.

The truth are the files. A change is written into the file where its piece stands and holds at once; a file that is
saved by hand is taken in as well, and a bad one is refused while the old settings go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic
import structlog

from acd.editing import complaints, writing
from acd.editing.changes import CHANGES, FILE, VERSIONS, Author, Change, Changes, States
from acd.editing.items import EVERYONE, Item, as_written, items
from acd.service import Acd
from acd.settings import files
from acd.settings.schema import AcdSettings
from cti.base.clock import Clock
from cti.base.files.documents import DocumentError, Problem
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.times.business_time import ZONE

log = structlog.get_logger(__name__)

TOLD = 5
"""How many changes a conflict names."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A piece as somebody wants it, who read it at `version` (0: it was not there). None removes it."""

    item: Item
    version: int
    value: Any


Noted = Callable[[Sequence[Change]], Awaitable[None]]
"""Called with changes that people made, before they hold: to check what only the caller knows, and for the audit."""


class AcdSettingsDesk:
    """The settings that hold, as they can be edited. Changes come one after the other."""

    def __init__(self, data: Path, acd: Acd, states: States, clock: Clock) -> None:
        self._data = data
        self._acd = acd
        self._clock = clock
        self._lock = asyncio.Lock()
        self.changes = Changes(states)
        self.problems: tuple[Problem, ...] = ()
        """What is wrong with the files as they are now: those before them hold."""
        self.on_problems: Callable[[tuple[Problem, ...]], None] = lambda problems: None
        self._written: dict[str, Any] = as_written({})
        self._set: frozenset[str] = frozenset()
        """The keys that the files set; all else is as it came with the programme."""

    @property
    def settings(self) -> AcdSettings:
        """The settings that hold, or in a large house will in a moment."""
        return self._acd.wanted

    @property
    def items(self) -> dict[Item, Any]:
        """All pieces as they are written."""
        return items(self._written)

    def value(self, item: Item) -> Any:
        """A piece as it is written; NotFound when there is none."""
        found = self.items.get(item)
        if found is None:
            raise NotFound("no_item", f"没有{item.title}")
        return found

    async def start(self, kept: Callable[[str], Awaitable[Mapping[str, Any]]]) -> None:
        """Know the versions, and what changed in the files while no engine ran. The settings hold already."""
        self.changes.restore(await kept(VERSIONS), await kept(CHANGES))
        self._take(files.gather(files.read_parts(self._data)))
        if not self.changes.begin(self.items, self._now()):
            self._note_files({})

    def _now(self) -> float:
        return self._clock.wall().timestamp()

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def reload(self) -> None:
        """Take in what the files say now; bad ones are refused, with every complaint, and the old settings go on."""
        async with self._lock:
            try:
                whole, settings = await asyncio.to_thread(self._read)
            except DocumentError as error:
                log.error("the settings of the matching were refused; the old ones go on", reason=str(error))
                self._tell(error.problems)
                return
            self._tell(())
            before = self.items
            self._take(whole)
            self._hold(settings)
            self._note_files(before)

    def _read(self) -> tuple[dict[str, Any], AcdSettings]:
        parts = files.read_parts(self._data)
        whole = files.gather(parts)
        settings = files.validate(parts, whole)
        return whole, settings

    def _take(self, whole: Mapping[str, Any]) -> None:
        self._written, self._set = as_written(whole), frozenset(whole)

    def _tell(self, problems: tuple[Problem, ...]) -> None:
        if problems != self.problems:
            self.problems = problems
            self.on_problems(problems)

    def _note_files(self, before: Mapping[Item, Any]) -> None:
        now = self.items
        for item in self.changes.differ(now):
            self.changes.note(item, before.get(item), now.get(item), FILE, self._now())

    def _hold(self, settings: AcdSettings) -> None:
        if settings != self.settings:
            self._acd.configure(settings)

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def change(self, wishes: Sequence[Wish], by: Author, noted: Noted, undoes: int = 0) -> list[Change]:
        """Change pieces, all or none. Invalid names the field, Conflict `changed` who changed what meanwhile."""
        async with self._lock:
            now = self.items
            for wish in wishes:
                self._check_version(wish, now)
            wanted = [wish for wish in wishes if now.get(wish.item) != wish.value]
            if not wanted:
                return []
            self._check(wanted)
            at = self._now()
            planned = [
                Change(0, wish.item.key, 0, at, by.person, by.name, (), now.get(wish.item), wish.value)
                for wish in wanted
            ]
            await noted(planned)
            try:
                whole, settings = await asyncio.to_thread(self._write, wanted)
            except DocumentError as error:
                raise Conflict("files_wrong", f"配置文件有误，请先改正：{error.problems[0]}") from None
            self._take(whole)
            for wish in wanted:
                if wish.item.kind == "agents":
                    self._acd.forget_description(wish.item.name)
            self._hold(settings)
            return [self.changes.note(wish.item, now.get(wish.item), wish.value, by, at, undoes) for wish in wanted]

    def _check_version(self, wish: Wish, now: Mapping[Item, Any]) -> None:
        item, there = wish.item, wish.item in now
        if wish.version == 0 and not there:
            return
        if wish.version == 0 and there:
            raise Conflict("taken", f"{item.title}已经存在", "name")
        if self.changes.version(item) == wish.version and (there or wish.value is not None):
            return
        changes = self.changes.since(item, wish.version)
        told = [
            f"{one.by}于{one.when.astimezone(ZONE):%m月%d日 %H:%M}"
            + (f"修改了{'、'.join(one.fields)}" if one.fields else "删除了它" if one.after is None else "写入了它")
            for one in changes[-TOLD:]
        ]
        more = {
            "version": self.changes.version(item),
            "changes": [
                {"version": one.version, "at": one.when.isoformat(), "by": one.by, "fields": list(one.fields)}
                for one in changes
            ],
        }
        raise Conflict("changed", f"{'；'.join(told) or f'{item.title}已被修改'}。请核对后重新提交", more=more)

    def _check(self, wishes: Sequence[Wish]) -> None:
        """Invalid names the field that would be wrong in the settings with these pieces."""
        whole = {kind: dict(value) if isinstance(value, dict) else value for kind, value in self._written.items()}
        for wish in wishes:
            item = wish.item
            if not item.name:
                whole[item.kind] = wish.value
            elif wish.value is None:
                whole[item.kind].pop(item.name, None)
            else:
                whole[item.kind][item.name] = wish.value
        if EVERYONE not in self._set and all(wish.item.kind != EVERYONE for wish in wishes):
            # What nobody said need not fit the skills that somebody named.
            del whole[EVERYONE]
        rest = self.settings.model_dump(
            include={"bonus", "unreachable_retry", "offline_limit", "restored_wait", "interval"}
        )
        try:
            settings = AcdSettings.model_validate({**rest, **whole})
        except pydantic.ValidationError as error:
            raise self._at_its_field(error, wishes) from None
        for wish in wishes:
            if (wrong := complaints.of_whole(settings, wish.item)) is not None:
                raise wrong
        if not settings.queues:
            raise Invalid("last_queue", "至少要保留一个队列")

    @staticmethod
    def _at_its_field(error: pydantic.ValidationError, wishes: Sequence[Wish]) -> Invalid:
        wrong = complaints.of_validation(error)
        for wish in wishes:
            prefix = ".".join(wish.item.path)
            if wrong.field == prefix or (wrong.field or "").startswith(f"{prefix}."):
                field = (wrong.field or "").removeprefix(prefix).removeprefix(".")
                detail = wrong.detail.removeprefix(f"{wrong.field}：")
                return Invalid(wrong.code, detail, "name" if field in ("", "[key]") else field, wrong.more)
        return wrong

    def _write(self, wishes: Sequence[Wish]) -> tuple[dict[str, Any], AcdSettings]:
        self._read()
        for wish in wishes:
            parts = files.read_parts(self._data)
            writing.put(self._data, parts, as_written(files.gather(parts)), wish.item, wish.value)
        return self._read()

    async def undo(self, number: int, by: Author, noted: Noted) -> list[Change]:
        """Bring back what was before a change; Conflict when the piece has changed since."""
        change = self.changes.done.get(number)
        if change is None:
            raise NotFound("no_change", "没有这次修改的记录")
        item = Item.of(change.item)
        there = item in self.items
        version = change.version if there else 0
        if change.after is None and there:
            raise Conflict("changed", f"{item.title}已重新建立，不能恢复")
        return await self.change([Wish(item, version, change.before)], by, noted, undoes=number)
