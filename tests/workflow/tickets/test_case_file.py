"""A case taken away whole: each may take what he may see and hear, and whoever has it can prove it untouched."""

from __future__ import annotations

import io
import json
import wave
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from sqlalchemy import select

from cti.base.http.guard import COOKIE
from cti.base.ids import new_id
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.identity.models import AuditRow
from cti.office.printing.library import PrintLibrary
from cti.office.printing.pieces import Paper
from cti.office.printing.service import Format, Printing
from cti.store.engine import Store
from cti.web import Web
from softphone.call_log import CallLog
from tests.office import ROOT
from tests.recorder.rooms import RecordingHouse, an_archive
from tests.workflow.tickets.ticket_town import EAST, LEADER, WATER, TicketTown, town_on
from workflow.tickets.case_file.sealed_zip import LIST
from workflow.tickets.case_file.taking import DOWNLOAD, TAKE, TAKEN, CaseFiles
from workflow.tickets.models import TicketCallRow
from workflow.tickets.service import PRINT, Tickets

SAID = b"said" * 4000
ALL = (TAKE, DOWNLOAD, "calls.see")


class QuickPrinting(Printing):
    """Draws nothing: the words are enough."""

    async def drawn(self, paper: Paper, format: Format) -> bytes:
        return paper.text.encode()


class Stories:
    """What the log of calls tells of a call of the city."""

    async def story(self, call: str, visitor: Visitor) -> Any:
        if visitor.organisation != "city":
            raise NotFound("no_such_call", "没有这通电话")
        return SimpleNamespace(model_dump_json=lambda indent: json.dumps({"id": call}))


class Place:
    """A ticket with two calls, of which one has a recording that is there and one that is gone."""

    def __init__(self, town: TicketTown, web: Web) -> None:
        self.town, self.web = town, web
        self.people: dict[str, Visitor] = {}
        self.ticket = ""

    async def visitor(self, token: str, address: str, browser: str) -> Visitor | None:
        return self.people.get(token)

    async def call(self, organisation: str = "city") -> str:
        id, now = new_id(), self.town.clock.wall()
        async with self.town.office.store.writing() as session:
            session.add(
                TicketCallRow(
                    id=new_id(),
                    ticket=self.ticket,
                    call=id,
                    purpose="registered",
                    organisation=organisation,
                    at=now,
                    person="",
                    by="",
                )
            )
        return id

    async def take(self, who: Visitor, *rights: str) -> tuple[int, dict[str, bytes]]:
        """Status, and the archive's files."""
        self.people["he"] = replace(who, permissions=who.permissions | set(rights), session="s")
        headers = {"Cookie": f"{COOKIE}=he"}
        url = f"http://127.0.0.1:{self.web.port}/api/tickets/{self.ticket}/case_file"
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), headers=headers) as client,
            client.get(url) as answer,
        ):
            content = await answer.read()
            if answer.status != 200:
                return answer.status, {}
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            return 200, {name: archive.read(name) for name in archive.namelist()}

    async def audited(self, action: str) -> list[AuditRow]:
        async with self.town.office.store.reading() as session:
            return list(await session.scalars(select(AuditRow).where(AuditRow.action == action)))


@pytest.fixture
async def place(store: Store, tmp_path: Path) -> AsyncIterator[Place]:
    archive = await an_archive(store, tmp_path / "recordings")
    town = await town_on(store)
    library = PrintLibrary(None)
    library.offer(PRINT.kind(Tickets))
    library.deliver(ROOT / "workflow" / "tickets" / "printouts")
    town.office.foundations[Printing] = QuickPrinting(library, town.clock, "市热线")
    made = Place(town, cast("Web", None))
    made.web = Web(made)
    made.ticket = (await town.add(LEADER)).id
    house = RecordingHouse(store, archive, town.clock, cast("Any", None))
    first, second = await made.call(), await made.call()
    await house.recorded(SAID, id="kept", call=first)
    await house.recorded(SAID, id="gone", call=second, state="removed")
    files = CaseFiles(town.tickets, cast("CallLog", Stories()), house.rows, lambda: archive)
    made.web.add(files.routes("/api/tickets"))
    await made.web.start("127.0.0.1", 0)
    yield made
    await made.web.stop()


async def test_all_of_a_case_is_there_and_its_list_proves_it(place: Place) -> None:
    status, files = await place.take(LEADER, *ALL)
    assert status == 200
    listed = json.loads(files[LIST])
    assert {one["文件"]: one["SHA-256"] for one in listed["内容"]} == {
        name: sha256(content).hexdigest() for name, content in files.items() if name != LIST
    }
    assert "小区停水" in files["工单.pdf"].decode()
    assert json.loads(files["经过.json"])["timeline"]
    assert sum(name.startswith("通话/") for name in files) == 2
    (sound,) = (content for name, content in files.items() if name.startswith("录音/"))
    with wave.open(io.BytesIO(sound)) as opened:
        assert opened.readframes(opened.getnframes()) == SAID
    assert [(one["文件"][-8:], one["原因"]) for one in listed["未能导出"]] == [("gone.wav", "录音已按保存期限清理")]
    (taken,) = await place.audited(TAKEN)
    assert taken.subject == f"ticket:{place.ticket}"
    assert sha256(files[LIST]).hexdigest() in str(taken.after)
    assert [one.subject for one in await place.audited("recording.downloaded")] == ["recording:kept"]


async def test_each_takes_what_he_may_see_and_hear(place: Place) -> None:
    _, without_sound = await place.take(LEADER, TAKE, "calls.see")
    assert not [name for name in without_sound if name.startswith("录音/")]
    _, paper_only = await place.take(LEADER, TAKE)
    assert set(paper_only) == {"工单.pdf", "经过.json", LIST}
    assert (await place.take(LEADER))[0] == 403
    assert (await place.take(EAST, *ALL))[0] == 404
    assert (await place.take(WATER, *ALL))[0] == 404, "it is not theirs yet"
    assert len(await place.audited(TAKEN)) == 2
