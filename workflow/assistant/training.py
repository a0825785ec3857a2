"""Makes models of the city's tickets: a job, in a process of its own that lets all others go first."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base import priority
from cti.base.ids import new_id
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.identity.directory import load_organisations
from cti.office.jobs.kinds import Hopeless, JobKind
from cti.office.jobs.service import Jobs
from cti.office.records import Office
from workflow.assistant.filing import Filing
from workflow.assistant.gazetteer import Gazetteer, names_of
from workflow.assistant.learning.worker import REFUSED, Card, Compared
from workflow.assistant.models import ModelRow
from workflow.assistant.rules import MODELS
from workflow.assistant.settings import AssistantSettings
from workflow.assistant.trained import compared_words, in_use, take_over
from workflow.assistant.understanding.places import Places
from workflow.assistant.understanding.replies import Units
from workflow.assistant.views import PURPOSES
from workflow.tickets.texts import TicketText, TicketTexts

log = structlog.get_logger(__name__)

JOB = "assistant_train"
SECONDS = 4 * 3600.0
LEAST_COMPARED = 30
"""With fewer tickets that neither has seen nobody knows which of two models is better."""
_ROOT = Path(__file__).resolve().parents[2]
Lines = list[tuple[str, str, datetime]]
"""Words, label and time of registration of each ticket."""
Trains = Callable[[Path, Path | None, Lines, datetime | None], Awaitable[Card]]
"""Makes a model in a file, as `in_own_process` does."""


class Training:
    """Trains each purpose when there are enough tickets; a better model takes over, another waits for people."""

    def __init__(
        self, office: Office, texts: TicketTexts, filing: Filing, gazetteer: Gazetteer, jobs: Jobs,
        settings: AssistantSettings, trains: Trains | None = None,
    ) -> None:  # fmt: skip
        self._office, self._texts, self._filing = office, texts, filing
        self._gazetteer, self._jobs, self.settings = gazetteer, jobs, settings
        self._asked = self._goes_on = False
        self._trains = trains or in_own_process
        self.kind = JobKind(JOB, "训练智能模型", self._work, tries=2, timeout=SECONDS)

    async def due(self, session: AsyncSession, moment: datetime) -> None:
        """Regular work of `Schedule.every`."""
        await self._jobs.add(session, JOB, {"by": ""}, key=f"{moment:%Y%m%d%H%M}")

    async def begin(self, visitor: Visitor) -> None:
        """Somebody wants it now. Conflict while it goes on."""
        visitor.need(MODELS)
        if self._asked or self._goes_on:
            raise Conflict("training", "正在训练，请稍后查看结果")
        self._asked = True
        async with self._office.store.writing() as session:
            await self._jobs.add(session, JOB, {"by": visitor.person})
            await self._office.audit.write(session, visitor, "assistant_model.trained", "assistant_model:")
        self._jobs.look()

    async def _work(self, data: Mapping[str, Any]) -> None:
        self._asked, self._goes_on = False, True
        try:
            await self._train_all(data)
        finally:
            self._goes_on = False

    async def _train_all(self, data: Mapping[str, Any]) -> None:
        lines, names = await self._gather()
        await self._gazetteer.replace(names)
        refused = []
        for purpose in PURPOSES:
            try:
                await self._train(purpose, lines[purpose], str(data.get("by", "")))
            except TooLittle as error:
                refused.append(f"{PURPOSES[purpose]}：{error}")
        await self._filing.refresh(now=True)
        if len(refused) == len(PURPOSES):
            raise Hopeless("；".join(refused))

    async def _gather(self) -> tuple[dict[str, Lines], Counter[str]]:
        """Of all tickets what each purpose learns, the oldest first, and the names in their addresses."""
        lines: dict[str, Lines] = {purpose: [] for purpose in PURPOSES}
        names: Counter[str] = Counter()
        plain = Places(self._office.region)
        categories = await self._texts.categories()
        async with self._office.store.reading() as session:
            known = await load_organisations(session)
        units = Units({name: one.title for name, one in known.items() if not one.closed})
        async for page in self._texts.newest(self.settings.most_tickets):
            labels = await asyncio.to_thread(answered, page, units)
            for one in page:
                names.update(set(names_of(one.address, plain)))
                words = words_of(one)
                if one.category in categories:
                    lines["category"].append((words, one.category, one.created_at))
                if lead := one.lead or labels.get(one.id, ""):
                    lines["department"].append((words, lead, one.created_at))
        for found in lines.values():
            found.reverse()
        return lines, names

    async def _train(self, purpose: str, lines: Lines, by: str) -> None:
        if len(lines) < self.settings.least_tickets:
            raise TooLittle(f"已归类的工单 {len(lines)} 件，少于 {self.settings.least_tickets} 件")
        async with self._office.store.reading() as session:
            used = await in_use(session, purpose)
        before = self._filing.path(used.id) if used is not None else None
        id = new_id()
        await asyncio.to_thread(self._filing.folder.mkdir, parents=True, exist_ok=True)
        path, part = self._filing.path(id), self._filing.folder / f"{id}.part"
        until = used.until if used is not None else None
        try:
            card = await self._trains(part, before if before and before.is_file() else None, lines, until)
            digest = await asyncio.to_thread(lambda: hashlib.sha256(part.read_bytes()).hexdigest())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        async with self._office.store.writing() as session:
            await self._keep(session, id, purpose, lines[-1][2], card, digest, by)

    async def _keep(
        self, session: AsyncSession, id: str, purpose: str, until: datetime, card: Card, digest: str, by: str
    ) -> None:
        highest = await session.scalar(select(func.max(ModelRow.number)).where(ModelRow.purpose == purpose))
        now, used = self._office.clock.wall(), await in_use(session, purpose)
        better, why = verdict(used is not None, card.compared)
        row = ModelRow(
            id=id, organisation=self._office.organisation, region=self._office.region, created_by=by, created_at=now,
            updated_at=now, version=1, purpose=purpose, number=(highest or 0) + 1, state="made", why=why, until=until,
            tickets=card.texts, repeated=card.repeated, first=card.figures.first, figures=card.figures.model_dump(),
            compared=card.compared.model_dump() if card.compared else None, seconds=card.seconds,
            megabytes=card.megabytes, digest=digest,
        )  # fmt: skip
        session.add(row)
        await session.flush()
        if better:
            await take_over(session, row, why)
        log.info("model made", purpose=purpose, number=row.number, state=row.state, first=row.first)


def answered(page: Sequence[TicketText], units: Units) -> dict[str, str]:
    """Departments of tickets without one, by their ids: an old system's say in their answer alone who gave it."""
    return {one.id: units.of(one.answer) for one in page if one.answer and not one.lead}


class TooLittle(Exception):
    """There is too little to learn from; the message says of what."""


def words_of(ticket: TicketText) -> str:
    """What a model reads of a ticket."""
    return f"{ticket.title}\n{ticket.content}"


def verdict(others: bool, compared: Compared | None) -> tuple[bool, str]:
    """Whether a model takes over from the one in use, and why or why not."""
    if not others:
        return True, "首个模型，自动启用"
    if compared is None:
        return False, "在用模型的文件无法读取，未作比较，未自动启用"
    if compared.texts < LEAST_COMPARED:
        return False, f"上次训练后新登记、两个模型都有其类别的工单只有 {compared.texts} 件，不足以比较，未自动启用"
    if compared.new < compared.used:
        return False, f"不如在用模型，未自动启用。{compared_words(compared)}"
    return True, f"不低于在用模型，自动启用。{compared_words(compared)}"


async def in_own_process(path: Path, used: Path | None, lines: Sequence[Any], until: datetime | None) -> Card:
    """Train a model into a file; TooLittle where it refuses. Tickets go through a pipe, never onto the disk."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "workflow.assistant.learning.worker", str(path), str(priority.LATER),
        *((str(used),) if used else ()),
        # Nothing of the engine's own; one thread, for calls go on beside it.
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1",
             "OPENBLAS_NUM_THREADS": "1"},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    try:
        said, complaint, _ = await asyncio.gather(
            process.stdout.read(), process.stderr.read(), _feed(process.stdin, lines, until)
        )
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    words = complaint.decode("utf-8", "replace").strip()
    if code == REFUSED:
        raise TooLittle(words[-200:])
    if code:
        raise RuntimeError(f"training ended with {code}: {words[-300:]}")
    return Card.model_validate_json(said)


async def _feed(pipe: asyncio.StreamWriter, lines: Sequence[Any], until: datetime | None) -> None:
    try:
        for words, label, at in lines:
            fresh = until is not None and at > until
            pipe.write(msgspec.json.encode({"text": words, "label": label, "new": fresh}) + b"\n")
            await pipe.drain()
    except ConnectionError:
        pass  # It has read enough, or given up.
    finally:
        pipe.close()
