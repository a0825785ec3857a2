"""The list of recordings as people see it: titles and names, numbers by right, and what an old platform had."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from cti.base.call import Call
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.visitor import Visitor
from cti.office.identity.masking import SEE_NUMBERS
from cti.office.identity.people import PersonData
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.store.recordings.search import RecordingSearch
from cti.telephony.queue_titles import QueueTitles
from recorder.finding import RecordingColumns
from recorder.importing.imported import facts_of
from recorder.importing.old_recording import OldRecording
from recorder.list_api import RecordingQuery, routes
from recorder.models import ImportedRow
from recorder.said_words import SaidWords
from tests.office import BOSS
from tests.recorder.rooms import a_house


async def test_queue_handler_and_organisation_stand_in_words(store: Store, tmp_path: Path) -> None:
    async with a_house(store, tmp_path / "recordings") as house:
        search, identity = RecordingSearch(store), house.identity
        journal = Journal.start(store, lambda event: None)
        number = Number.parse("13800000001")
        call = Call(new_id(), "city", "320400", "s", "t", number, Number.parse("12345"), house.clock.wall())
        call.queues, call.satisfaction = ["general"], "1"
        journal.save(call)
        await journal.close()
        person = PersonData(login="zhang", name="张三", agent_no="1001", organisation="city", roles=["agent"])
        await identity.people.add(BOSS, person, "Long-enough-1")
        talk = await house.recorded(call=call.id)
        old = OldRecording.model_validate(
            {"old": "R1", "file": "x.wav", "started_at": house.clock.wall(), "number": "13900000002", "queue": "旧队列"}
        )
        row = await house.recorded(call="", agent="9999")
        async with store.writing() as session:
            said = old.model_dump_json()
            session.add(
                ImportedRow(recording=row.id, owner="city", source="旧平台", old="R1", batch=new_id(), said=said)
            )
            await search.say_with(session, {row.id: facts_of("旧平台", old, "+8613900000002")})
        columns = RecordingColumns(search)
        does: dict[str, Any] = {
            one.path: one.handler
            for one in routes(
                search, house.abouts(), columns, SaidWords(), identity.lookups, QueueTitles(lambda: {"general": "综合"})
            )
        }

        async def lines(visitor: Visitor, **asked: str) -> dict[str, tuple[str, ...]]:
            found = await does["/api/recordings"](visitor, RecordingQuery(**asked))
            return {
                one.id: (one.queue, one.handler, one.organisation_title, one.caller, one.satisfaction, one.old)
                for one in found.items
            }

        found = await lines(BOSS)
        assert found[talk.id] == ("综合", "张三 1001", "市", "13800000001", "1", "")
        assert found[row.id] == ("旧队列", "9999", "市", "13900000002", "", "R1")
        assert list(await lines(BOSS, old="R1", source="旧平台")) == [row.id]
        masked = replace(BOSS, permissions=frozenset({"recordings.listen"}))
        assert {one[3] for one in (await lines(masked)).values()} == {"138****0001", "139****0002"}
        seen = [one.subject for one in await house.audited() if one.action == "personal.seen"]
        assert f"recording:{row.id}" in seen and f"call:{call.id}" in seen and BOSS.may(SEE_NUMBERS)
        assert [one.title for one in await does["/api/recordings/queues/options"](BOSS)] == ["综合"]
