"""Routes of campaigns, of whom they call, and of who wants no calls."""

from __future__ import annotations

from datetime import timedelta

import pydantic

from acd.service import Acd
from cti.base.http.routes import Query, Route
from cti.base.refusal import NotFound
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor
from cti.office.bulk.asking import BulkAnswer, BulkPreview
from cti.office.records import RecordPage, record_routes
from cti.office.records.whom import whom_of
from cti.office.screens import Action, Choice, fields_of
from cti.office.screens.description import Field
from cti.office.views.service import Views
from cti.telephony.queue_titles import QueueTitles
from workflow.campaigns.do_not_call import DoNotCall
from workflow.campaigns.joining import Joining, Verdict, words_of
from workflow.campaigns.previewing import Previewing
from workflow.campaigns.service import SEE, WORK, Campaigns
from workflow.campaigns.sources import Sources
from workflow.campaigns.targets import HELD, Targets
from workflow.campaigns.views import (
    BASE,
    DO_NOT_CALL,
    SOURCES,
    TARGETS,
    Added,
    FromMissed,
    FromView,
    SourceFields,
    SourceView,
    TargetDone,
    TargetFilled,
    TargetView,
)
from workflow.campaigns.working import Working
from workflow.missed.service import Missed

MOST_CHOICES = 30
DONE = set(TargetDone.model_fields)
FILL = Action(name="fill", title="填写问卷", permission=WORK, kind="form", path="", tone="primary", done="已填写")


class ChoiceQuery(Query):
    """Words of a title."""

    search: str = pydantic.Field(default="", max_length=80)


class Dialled(pydantic.BaseModel):
    """The call that was begun."""

    call: str


def routes(
    campaigns: Campaigns,
    targets: Targets,
    working: Working,
    previewing: Previewing,
    missed: Missed,
    sources: Sources,
    joining: Joining,
    views: Views,
    acd: Acd,
    queues: QueueTitles,
    calendars: Calendars,
) -> list[Route]:
    """The table."""
    do_not_call: DoNotCall = targets.do_not_call
    one, edit = f"{TARGETS}/{{id}}", campaigns.edit_permission

    async def choices(visitor: Visitor, query: ChoiceQuery) -> list[Choice]:
        found = await campaigns.find(visitor, campaigns.query(search=query.search, size=MOST_CHOICES))
        return [Choice(value=row.id, title=row.title) for row in found.items if row.state != "finished"]

    async def queue_options() -> list[Choice]:
        return [Choice(value=name, title=title) for name, title in queues.items() if name]

    async def calendar_options() -> list[Choice]:
        return [Choice(value=name, title=title) for name, title in calendars.titles.items()]

    async def shown_options(visitor: Visitor) -> list[Choice]:
        return [Choice(value=one, title=one) for one in campaigns.permitted(visitor.organisation)]

    async def view_options(visitor: Visitor) -> list[Choice]:
        return [Choice(value=one.id, title=one.title) for one in await views.of_people(visitor)]

    async def from_missed(visitor: Visitor, id: str, body: FromMissed) -> Added:
        since = campaigns.office.clock.wall() - timedelta(days=body.days)
        asked = {"state": "open", "from": since, **({} if body.reason == "all" else {"reason": body.reason})}
        waiting = await whom_of(missed, visitor, missed.query.model_validate(asked))
        found = await joining.join(visitor, id, [one for one in waiting if one.number], missed.title)
        added = sum(1 for one in found if one.verdict is Verdict.NEW)
        return Added(added=added, words=words_of(found) if found else "没有符合条件的待回电")

    async def from_view(visitor: Visitor, id: str, body: FromView) -> SourceView:
        await campaigns.get(visitor, id)
        return await sources.create(visitor, SourceFields(campaign=id, view=body.view, title=body.title))

    async def look(visitor: Visitor, id: str) -> BulkPreview:
        return await sources.look(visitor, id)

    async def take_in(visitor: Visitor, id: str) -> BulkAnswer:
        return await sources.take_in(visitor, id)

    async def follow(visitor: Visitor) -> TargetView:
        agent = visitor.agent_no or ""
        return await working.next(visitor, acd.agent(agent).queues if agent else ())

    async def take(visitor: Visitor, id: str) -> TargetView:
        return await working.take(visitor, id)

    async def release(visitor: Visitor, id: str) -> TargetView:
        return await working.release(visitor, id)

    async def again(visitor: Visitor, id: str) -> TargetView:
        return await working.again(visitor, id)

    async def dial(visitor: Visitor, id: str) -> Dialled:
        return Dialled(call=await previewing.dial(visitor, id))

    async def done(visitor: Visitor, id: str, body: TargetDone) -> TargetView:
        return await working.done(visitor, id, body)

    async def fill(visitor: Visitor, id: str, body: TargetFilled) -> TargetView:
        return await working.done(visitor, id, TargetDone.model_validate(body.model_dump(include=DONE)), body.answers)

    async def offers(visitor: Visitor, id: str) -> list[Action]:
        found = await targets.get(visitor, id)
        if "fill" not in found.acts:
            return []
        fields = (*fields_of(TargetDone), *targets.scripts.fields(await targets.script_of(visitor, id)))
        return [FILL.model_copy(update={"path": f"{TARGETS}/{id}/fill", "form": fields})]

    async def called(visitor: Visitor, call: str) -> TargetView | None:
        """Whom the call is about, where his campaign has a script."""
        found = await targets.of_call(visitor, call)
        one = found[0] if found else None
        return one if one is not None and await targets.script_of(visitor, one.id) else None

    async def asked(visitor: Visitor, call: str) -> TargetView:
        one = await called(visitor, call)
        if one is None:
            raise NotFound("no_target", "本次通话没有问卷")
        return one

    async def form_of(visitor: Visitor, call: str) -> dict[str, bool]:
        # The desk opens the form of a call where this answers that there is none yet, at the first moment of the talk.
        one = await called(visitor, call)
        if one is not None and one.state in ("given", *HELD):
            raise NotFound("not_filled", "问卷还没有填写")
        return {"filled": one is not None}

    async def fields_of_call(visitor: Visitor, call: str) -> list[Field]:
        return targets.scripts.fields(await targets.script_of(visitor, (await asked(visitor, call)).id))

    async def fill_of_call(visitor: Visitor, call: str, body: TargetFilled) -> TargetView:
        return await fill(visitor, (await asked(visitor, call)).id, body)

    async def form_options() -> list[Choice]:
        return targets.scripts.choices()

    async def of_call(visitor: Visitor, call: str) -> RecordPage[TargetView]:
        items = await targets.of_call(visitor, call)
        return RecordPage(items=items, total=len(items), page=1, size=len(items) or 1)

    return [
        Route("GET", f"{BASE}/choices", choices, SEE, "可选的外呼活动"),
        Route("GET", f"{BASE}/options/queues", queue_options, SEE, "可选的队列"),
        Route("GET", f"{BASE}/options/calendars", calendar_options, SEE, "可选的日历"),
        Route("GET", f"{BASE}/options/shown", shown_options, SEE, "本机构可外显的号码"),
        Route("GET", f"{BASE}/options/views", view_options, edit, "可以作为名单来源的视图"),
        Route("POST", f"{BASE}/{{id}}/missed", from_missed, edit, "从待回电加入名单"),
        Route("POST", f"{BASE}/{{id}}/sources", from_view, edit, "按视图加入名单", 201),
        Route("POST", f"{SOURCES}/{{id}}/take_in/preview", look, edit, "预览名单来源"),
        Route("POST", f"{SOURCES}/{{id}}/take_in", take_in, edit, "从名单来源加入"),
        Route("POST", f"{TARGETS}/next", follow, WORK, "取下一个外呼对象"),
        Route("POST", f"{one}/take", take, WORK, "接手外呼对象"),
        Route("POST", f"{one}/release", release, WORK, "放回外呼对象"),
        Route("POST", f"{one}/again", again, edit, "重新外呼"),
        Route("POST", f"{one}/dial", dial, WORK, "拨打外呼对象"),
        Route("POST", f"{one}/done", done, WORK, "填写外呼结果"),
        Route("GET", f"{BASE}/options/forms", form_options, SEE, "可选的问卷"),
        Route("GET", f"{one}/offers", offers, WORK, "外呼对象现在可以填写的问卷"),
        Route("POST", f"{one}/fill", fill, WORK, "填写外呼结果和问卷"),
        Route("GET", f"{TARGETS}/calls/{{call}}/form", form_of, WORK, "通话的问卷是否已填写"),
        Route("POST", f"{TARGETS}/calls/{{call}}/fields", fields_of_call, WORK, "通话的问卷"),
        Route("PUT", f"{TARGETS}/calls/{{call}}/form", fill_of_call, WORK, "填写通话的问卷"),
        Route("GET", f"{TARGETS}/calls/{{call}}", of_call, WORK, "通话所属的外呼对象"),
        *record_routes(campaigns, BASE, imports=False),
        *record_routes(targets, TARGETS),
        *record_routes(sources, SOURCES, imports=False),
        *record_routes(do_not_call, DO_NOT_CALL),
    ]
