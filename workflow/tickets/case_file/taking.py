"""Takes a case away: what whoever takes it may see of the ticket, of its calls and of their recordings.

Its list says of each file its hash, and the audit says the list's: whoever has the archive later can prove that nothing
in it was changed. What cannot be had, such as a recording that is gone, stands in the list with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from aiohttp import web
from sqlalchemy import select

from cti.base.http.routes import Exchange, Route
from cti.base.refusal import Conflict, NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.files.serving import disposition
from cti.office.printing.part import data_of
from cti.office.printing.service import Printing
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.archive import Archive, Sound
from softphone.call_log import SEE, CallLog
from workflow.tickets import rules
from workflow.tickets.case_file.sealed_zip import LIST, SealedZip
from workflow.tickets.models import TicketCallRow, TicketRow
from workflow.tickets.service import KIND, Tickets

TAKE, DOWNLOAD = "tickets.case_file", "recordings.download"
TAKEN = "ticket.case_taken"
HOW_TO_PROVE = f"对本文件（{LIST}）计算 SHA-256，与审计日志“导出案卷”条目所记的一致，即内容未被改动。"


@dataclass(frozen=True, slots=True)
class _Found:
    """A recording with its sound, or the reason why there is none."""

    recording: Recording
    sound: Sound | None
    why: str = ""

    @property
    def name(self) -> str:
        """As its file is called."""
        began = self.recording.started_at.astimezone(ZONE)
        return f"录音/{began:%Y%m%d-%H%M%S}-{self.recording.id}.wav"


class CaseFiles:
    """Gives cases out; `archive` has the sound of recordings, where there is one."""

    def __init__(
        self, tickets: Tickets, log: CallLog, recordings: RecordingStore, archive: Callable[[], Archive | None]
    ) -> None:
        self._tickets, self._log = tickets, log
        self._recordings, self._archive = recordings, archive

    def routes(self, base: str) -> list[Route]:
        """The one below a ticket."""
        return [Route("GET", f"{base}/{{id}}/case_file", self.take, TAKE, "导出案卷")]

    async def take(self, visitor: Visitor, id: str, exchange: Exchange) -> web.StreamResponse:
        """The archive. NotFound: for him there is no such ticket."""
        visitor.need(TAKE)
        office = self._tickets.office
        data = await data_of(self._tickets, visitor, id)
        name, paper = await self._paper(visitor, data)
        calls = await self._calls(visitor, id)
        found = [one for call in calls for one in await self._sounds(visitor, call)]
        number = data["record"].get("number") or id
        answer = web.StreamResponse(
            headers={"Content-Disposition": disposition(f"案卷{number}.zip"), "Cache-Control": "private, no-store"}
        )
        answer.content_type = "application/zip"
        await answer.prepare(exchange.request)
        made = SealedZip(answer.write, office.clock.wall())
        await made.put(name, paper)
        await made.put("经过.json", _json(data))
        for call in calls:
            if (story := await self._story(visitor, call)) is not None:
                await made.put(f"通话/{call}.json", story)
        for one in found:
            if one.sound is not None:
                recording = one.recording
                await office.audit.note(
                    visitor, "recording.downloaded", f"recording:{recording.id}", {"call": recording.call}
                )
                about = {"来电": recording.call, "录音入库时的SHA-256": recording.sha256}
                await made.add(one.name, one.sound.pieces(0, one.sound.size), about)
        whole: dict[str, Any] = {
            "工单": number, "导出人": f"{visitor.name}（{visitor.login}）",
            "导出时间": f"{office.clock.wall().astimezone(ZONE):%Y-%m-%d %H:%M:%S}", "核验方法": HOW_TO_PROVE,
            "未能导出": [{"文件": one.name, "原因": one.why} for one in found if one.sound is None],
        }  # fmt: skip
        listed = made.listed(whole)
        sounds = sum(one.sound is not None for one in found)
        kept = {"list": sha256(listed).hexdigest(), "calls": len(calls), "recordings": sounds}
        await office.audit.note(visitor, TAKEN, f"{KIND}:{id}", kept)
        await made.close(listed)
        await answer.write_eof()
        return answer

    async def _paper(self, visitor: Visitor, data: Mapping[str, Any]) -> tuple[str, bytes]:
        """The ticket as it is printed; as Word where this machine has no font for a PDF."""
        printing = self._tickets.office.need(Printing)
        try:
            return "工单.pdf", await printing.printed(visitor, KIND, data, "pdf")
        except Conflict as refused:
            if refused.code != "no_font":
                raise
            return "工单.docx", await printing.printed(visitor, KIND, data, "docx")

    async def _calls(self, visitor: Visitor, id: str) -> Sequence[str]:
        """The calls about the ticket, the oldest first; a department's own only, for a department."""
        async with self._tickets.office.store.reading() as session:
            row = await session.get_one(TicketRow, id)
            wanted = select(TicketCallRow.call).where(TicketCallRow.ticket == id)
            if not rules.is_inside(visitor, row):
                wanted = wanted.where(TicketCallRow.organisation == visitor.organisation)
            found = await session.scalars(wanted.order_by(TicketCallRow.at, TicketCallRow.id))
            return list(dict.fromkeys(one for one in found if one))

    async def _story(self, visitor: Visitor, call: str) -> bytes | None:
        if not visitor.may(SEE):
            return None
        try:
            return (await self._log.story(call, visitor)).model_dump_json(indent=2).encode()
        except NotFound:
            return None

    async def _sounds(self, visitor: Visitor, call: str) -> list[_Found]:
        """The recordings that he may take away."""
        reach, archive = visitor.reach(DOWNLOAD), self._archive()
        if archive is None or not visitor.may(DOWNLOAD):
            return []
        found = []
        for one in await self._recordings.of_call(call):
            if not reach.covers(one.organisation, one.region) or reach.agent not in (None, one.agent):
                continue
            try:
                found.append(_Found(one, await archive.sound(one)))
            except Conflict as refused:
                found.append(_Found(one, None, refused.detail))
        return found


def _json(what: Mapping[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(what), indent=2)
