"""What stands beside the form of a call: read from its words and from what was typed, never sent anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from cti.base.refusal import Conflict
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.records import Office
from cti.telephony.own_calls import OwnCalls
from workflow.assistant.counting import Counts
from workflow.assistant.filing import Filing
from workflow.assistant.gazetteer import Gazetteer
from workflow.assistant.learning.linear import Ranked
from workflow.assistant.rules import MODELS, USE
from workflow.assistant.understanding.reading import shortened, understand
from workflow.assistant.understanding.said import Line, Proposal, Span, Words
from workflow.assistant.understanding.summary import accounts
from workflow.assistant.views import FIELDS, ProposalView, ReadBody, ReadingView, Source
from workflow.assistant.writing.answer import NotWritten
from workflow.assistant.writing.service import Writer
from workflow.tickets.views import GENDERS, TYPES

MOST = {"type": 1, "title": 1, "content": 1, "urgent": 3, "keywords": 6}
USUAL = 2
"""So many proposals for a field, unless said otherwise."""
LEAST_PROBABLE = 0.02
"""Of a department; of categories the five likeliest are shown, however sure the first is."""


class Assistant:
    """Answers for calls that are the visitor's own."""

    def __init__(self, office: Office, calls: OwnCalls, filing: Filing, gazetteer: Gazetteer, counts: Counts) -> None:
        self._office, self._calls = office, calls
        self._filing, self._gazetteer, self._counts = filing, gazetteer, counts
        self.writer: Writer | None = None
        self.words: Words | None = None
        """Whoever writes what is said in calls, while there is one."""

    async def read(self, visitor: Visitor, body: ReadBody) -> ReadingView:
        """All proposals for the form of a call. NotFound for a call that is another's."""
        call, lines, names = await self._said(visitor, body)
        now = self._office.clock.wall().astimezone(ZONE)
        # A long talk takes a tenth of a second: calls go on meanwhile.
        found = await asyncio.to_thread(understand, lines, now, self._gazetteer.places)
        if "content" in names:
            # It is the account already, and no part of another.
            kind = next((one.value for one in found if one.field == "type"), "")
            beside = shortened(lines[: names.index("content")])
            found = [one for one in found if one.field != "content"] + [*accounts(beside, kind)]
        await self._filing.refresh()
        views = self._views(found, lines, names) + self._filed(body, lines)
        self._counts.note(call, _counted(views))
        order = list(FIELDS)
        views.sort(key=lambda one: order.index(one.field))
        return ReadingView(proposals=views, learned=self._filing.has("category"), writes=self._writes())

    async def write(self, visitor: Visitor, body: ReadBody) -> ReadingView:
        """What the language model makes of it; what the rules read, and why, where it makes nothing of it."""
        read = await self.read(visitor, body)
        if not self._writes() or self.writer is None:
            return read
        call, lines, _ = await self._said(visitor, body)
        now = self._office.clock.wall().astimezone(ZONE)
        found = await asyncio.to_thread(understand, lines, now, self._gazetteer.places)
        try:
            written = await self.writer.write(lines, [one.value for one in found if one.field == "caller_name"])
        except NotWritten as error:
            return read.model_copy(update={"trouble": f"{error}，以下为规则整理的结果"})
        values = {**written.model_dump(exclude={"keywords"}), "keywords": "、".join(written.keywords)}
        views = [
            ProposalView(field=field, title=FIELDS[field], value=value, shown=value, probability=0.0, sources=[])
            for field, value in values.items()
            if value
        ]
        fields = {one.field for one in views}
        views += [one for one in read.proposals if one.field not in fields]
        order = list(FIELDS)
        views.sort(key=lambda one: order.index(one.field))
        self._counts.note(call, _counted(views))
        return read.model_copy(update={"proposals": views})

    async def try_writing(self, visitor: Visitor) -> str:
        """Whether the language model answers, with a sentence of ours. Conflict says what is wrong."""
        visitor.need(MODELS)
        if self.writer is None:
            raise Conflict("writing", "大模型未启用")
        try:
            found = await self.writer.attempt()
        except NotWritten as error:
            raise Conflict("writing", f"{error}。请检查系统设置中“智能助手”的大模型整理一节") from None
        async with self._office.store.writing() as session:
            await self._office.audit.write(session, visitor, "assistant_writing.tested", "assistant_writing:")
        return found

    def _writes(self) -> bool:
        return self.writer is not None and self.writer.is_on

    async def _said(self, visitor: Visitor, body: ReadBody) -> tuple[str, list[Line], list[str]]:
        """The call, what was said and typed beside it, and of which text each line is."""
        visitor.need(USE)
        call = await self._calls.need(visitor, body.subject.split("-")[0])
        talk = list(await self.words.so_far(call.id)) if self.words is not None else []
        lines, names = [*talk], ["talk"] * len(talk)
        for name, text in (("notes", body.notes), ("content", body.content)):
            if text.strip():
                lines.append(Line("typed", text))
                names.append(name)
        return call.id, lines, names

    def _views(self, found: Sequence[Proposal], lines: Sequence[Line], names: Sequence[str]) -> list[ProposalView]:
        views, times = [], dict.fromkeys(FIELDS, 0)
        for one in found:
            if times[one.field] >= MOST.get(one.field, USUAL):
                continue
            times[one.field] += 1
            sources = [_source(names[span.line], span, lines) for span in one.spans]
            value = "true" if one.field == "urgent" else one.value
            views.append(
                ProposalView(
                    field=one.field, title=FIELDS[one.field], value=value, shown=_shown(one), probability=0.0,
                    sources=sources,
                )
            )  # fmt: skip
        return views

    def _filed(self, body: ReadBody, lines: Sequence[Line]) -> list[ProposalView]:
        said = "\n".join(one.text for one in lines if one.side != "agent")
        text = f"{body.title}\n{said}".strip()
        if len(text) < 4:
            return []
        filing = self._filing

        def views(field: str, ranked: Sequence[Ranked]) -> list[ProposalView]:
            words = filing.path_of if field == "category" else filing.title_of
            return [
                ProposalView(
                    field=field, title=FIELDS[field], value=one.name, shown=words(one.name),
                    probability=round(one.probability, 3), sources=[],
                )
                for one in ranked
            ]  # fmt: skip

        likely = [one for one in filing.departments(text) if one.probability >= LEAST_PROBABLE]
        return views("category", filing.categories(text)) + views("then_lead", likely)


def _source(name: str, span: Span, lines: Sequence[Line]) -> Source:
    at, seconds = lines[span.line].moment(span.start, span.end) or (None, 0.0)
    return Source(of=name, words=span.of(lines), start=span.start, end=span.end, at=at, seconds=seconds)


def _counted(views: Sequence[ProposalView]) -> dict[str, str]:
    first: dict[str, str] = {}
    for one in views:
        first.setdefault(one.field, one.value)
    return first


def _shown(one: Proposal) -> str:
    if one.field == "place":
        return regions.title_of(one.value)
    if one.field == "urgent":
        return f"紧急：{one.value}"
    words = {"type": TYPES, "caller_gender": GENDERS}.get(one.field, {})
    return words.get(one.value, one.value)
