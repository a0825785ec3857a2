"""What a citizen has sent is not for the department to rename or take away; what it has sent itself is."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from PIL import Image

from cti.base.refusal import NotAllowed
from cti.base.visitor import Visitor as Person
from cti.office.files.service import Files
from cti.office.files.views import FileList, FileName, NewFiles, RemovedQuery
from cti.office.parts import Files as FilesPart
from cti.store.engine import Store
from tests.workflow.portal.open_portal import Portal, Visitor, open_portal
from tests.workflow.portal.test_portal import LI, TEXT
from tests.workflow.tickets.ticket_town import LEADER, REVIEWER, WATER


@pytest.fixture
async def portal(sqlite_store: Store) -> AsyncIterator[Portal]:
    async with open_portal(sqlite_store) as found:
        yield found


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    return drawn.getvalue()


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


class FilesOf:
    """The routes of a ticket's files, as they answer somebody."""

    def __init__(self, portal: Portal, ticket: str) -> None:
        self._routes = FilesPart().routes(portal.town.tickets, "/api/tickets")
        self._files, self._ticket = portal.town.office.need(Files), ticket

    async def ask(self, method: str, end: str, visitor: Person, *rest: Any) -> Any:
        found = next(
            one for one in self._routes if one.method == method and one.path == f"/api/tickets/{{id}}/files{end}"
        )
        return await found.handler(visitor, self._ticket, *rest)

    async def changeable(self, visitor: Person) -> dict[str, bool]:
        found: FileList = await self.ask("GET", "", visitor, RemovedQuery())
        assert "person" not in found.model_dump_json(), "who a citizen is stays here"
        return {one.name: one.changeable for one in found.items}

    async def add(self, visitor: Person, name: str) -> FileList:
        token = f"of-{visitor.login}-{name.partition('.')[0]}-0123456789"
        await self._files.uploads.begin(visitor, token, name, len(content := picture()))
        await self._files.uploads.receive(visitor, token, 0, pieces(content))
        found: FileList = await self.ask("POST", "", visitor, NewFiles(tokens=[token]))
        return found


async def test_a_department_takes_back_what_it_has_added_and_nothing_of_the_citizens(portal: Portal) -> None:
    async with Visitor.of(portal) as li:
        await li.enter(LI)
        key = (await li.get("/request/new?type=help")).hidden("key")
        data = aiohttp.FormData({"csrf": li.csrf, "type": "help", "content": TEXT, "sure": "yes", "key": key})
        data.add_field("photos", picture(), filename="citizen.png", content_type="image/png")
        sent = await li.ask("POST", "/request/new", data=data)
        ticket = await portal.id_of(sent.to.partition("number=")[2])
    await portal.town.acts.act(REVIEWER, ticket, "dispatch", {"lead": "water", "joint": [], "assisting": []})
    files = FilesOf(portal, ticket)
    added = await files.add(WATER, "ours.png")
    assert {one.name: one.changeable for one in added.items} == {"citizen.png": False, "ours.png": True}
    assert await files.changeable(WATER) == {"citizen.png": False, "ours.png": True}
    assert await files.changeable(LEADER) == {"citizen.png": True, "ours.png": True}, "the hotline keeps order"
    ids = {one.name: one.id for one in added.items}
    with pytest.raises(NotAllowed, match="not_yours"):
        await files.ask("DELETE", "/{file}", WATER, ids["citizen.png"])
    with pytest.raises(NotAllowed, match="not_yours"):
        await files.ask("PUT", "/{file}", WATER, ids["citizen.png"], FileName(name="x"))
    await files.ask("DELETE", "/{file}", WATER, ids["ours.png"])
    assert await files.changeable(WATER) == {"citizen.png": False}
