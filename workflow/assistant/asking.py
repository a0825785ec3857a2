"""What stands beside the form of a call: read from its words and from what was typed, never sent anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from cti.base.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.records import Office
from cti.telephony.own_calls import OwnCalls
from workflow.assistant.counting import Counts
from workflow.assistant.filing import Filing
from workflow.assistant.gazetteer import Gazetteer
from workflow.assistant.learning.linear import Ranked
from workflow.assistant.rules import USE
from workflow.assistant.understanding.reading import understand
from workflow.assistant.understanding.said import Line, Proposal, Words
from workflow.assistant.views import FIELDS, ProposalView, ReadBody, ReadingView, Source
from workflow.tickets.views import GENDERS, TYPES

MOST = {"type": 1, "title": 1, "content": 1, "urgent": 3, "keywords": 6}
USUAL = 2
"""So many proposals for a field, unless said otherwise."""
LEAST_PROBABLE = 0.02


class Assistant:
    """Answers for calls that are the visitor's own."""

    def __init__(self, office: Office, calls: OwnCalls, filing: Filing, gazetteer: Gazetteer, counts: Counts) -> None:
        self._office, self._calls = office, calls
        self._filing, self._gazetteer, self._counts = filing, gazetteer, counts
        self.words: Words | None = None
        """Whoever writes what is said in calls, while there is one."""

    async def read(self, visitor: Visitor, body: ReadBody) -> ReadingView:
        """All proposals for the form of a call. NotFound for a call that is another's."""
        visitor.need(USE)
        call = await self._calls.need(visitor, body.subject.split("-")[0])
        talk = list(await self.words.so_far(call.id)) if self.words is not None else []
        lines, names = [*talk], ["talk"] * len(talk)
        for name, text in (("notes", body.notes), ("content", body.content)):
            if text.strip():
                lines.append(Line("typed", text))
                names.append(name)
        now = self._office.clock.wall().astimezone(ZONE)
        # A long talk takes a tenth of a second: calls go on meanwhile.
        found = await asyncio.to_thread(understand, lines, now, self._gazetteer.places)
        if body.content.strip() and not talk and not body.notes.strip():
            # It is the account already.
            found = [one for one in found if one.field != "content"]
        await self._filing.refresh()
        views = self._views(found, lines, names) + self._filed(body, lines)
        self._counts.note(call.id, _counted(views))
        order = list(FIELDS)
        views.sort(key=lambda one: order.index(one.field))
        return ReadingView(proposals=views, learned=self._filing.has("category"))

    def _views(self, found: Sequence[Proposal], lines: Sequence[Line], names: Sequence[str]) -> list[ProposalView]:
        views, times = [], dict.fromkeys(FIELDS, 0)
        for one in found:
            if times[one.field] >= MOST.get(one.field, USUAL):
                continue
            times[one.field] += 1
            sources = [
                Source(of=names[span.line], words=span.of(lines), start=span.start, end=span.end) for span in one.spans
            ]
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
            likely = [one for one in ranked if one.probability == 0 or one.probability >= LEAST_PROBABLE]
            words = filing.path_of if field == "category" else filing.title_of
            return [
                ProposalView(
                    field=field, title=FIELDS[field], value=one.name, shown=words(one.name),
                    probability=round(one.probability, 3), sources=[],
                )
                for one in likely
            ]  # fmt: skip

        return views("category", filing.categories(text)) + views("then_lead", filing.departments(text))


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
