"""A module of records that has every part: boxes, each with a title."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
import pydantic
import pytest
from sqlalchemy import String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cti.base.http.routes import Body
from cti.base.scope import EVERYTHING, Scope
from cti.base.settings import FileSettings
from cti.base.visitor import Visitor
from cti.office.files import api
from cti.office.files.service import Files
from cti.office.parts import Comments, Followers, Links
from cti.office.parts import Files as FilesPart
from cti.office.records import Office, Record, RecordQuery, Records, RecordView, record_routes
from cti.store.columns import UtcDateTime
from cti.store.engine import Store
from cti.web import Web
from tests.cti.web.conftest import Browser, GivenSessions
from tests.office import office_on

BASE = "/api/boxes"


class Own(DeclarativeBase):
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012


class BoxRow(Record, Own):
    __tablename__ = "boxes"

    title: Mapped[str] = mapped_column(String(40), doc="名称")


class BoxFields(Body):
    title: str = pydantic.Field(min_length=1, max_length=40, title="名称")


class BoxView(RecordView):
    title: str = pydantic.Field(title="名称")


class Boxes(Records[BoxRow, BoxFields, BoxView, RecordQuery]):
    table, fields, view, query = BoxRow, BoxFields, BoxView, RecordQuery
    kind: ClassVar[str] = "box"
    title: ClassVar[str] = "箱子"
    see: ClassVar[str] = "boxes.see"
    edit_permission: ClassVar[str] = "boxes.edit"
    parts: ClassVar = (FilesPart(), Comments(), Followers(), Links())
    screen: ClassVar[str] = "boxes"

    async def values(
        self, session: AsyncSession, body: BoxFields, row: BoxRow | None, organisation: str
    ) -> dict[str, Any]:
        return {"title": body.title}


def visitor(name: str, organisation: str = "city", *permissions: str) -> Visitor:
    scope = EVERYTHING if organisation == "city" else Scope(organisations=frozenset({organisation}))
    given = frozenset(permissions or {"boxes.see", "boxes.edit", "boxes.export"})
    return Visitor(f"01{name}", name, name, None, organisation, "320404", permissions=given, scope=scope)


CITY, EAST, WEST = visitor("王芳"), visitor("李强", "east"), visitor("赵敏", "west")
LOOKER = visitor("路人", "city", "boxes.see")


@dataclass
class Depot:
    """Boxes and their files, with the alarms that were raised; asked over HTTP by a visitor's name."""

    boxes: Boxes
    files: Files
    alarms: list[tuple[str, str]]
    browse: Browser
    sessions: GivenSessions

    @property
    def office(self) -> Office:
        return self.boxes.office

    @property
    def data(self) -> Path:
        return self.office.store.data

    async def box(self, who: Visitor = EAST, title: str = "甲") -> str:
        return (await self.boxes.create(who, BoxFields(title=title))).id

    async def ask(self, method: str, path: str, who: str = "east", **more: Any) -> tuple[int, Any]:
        answer = await self.browse(method, f"{BASE}{path}", who, **more)
        return answer.status, await answer.json() if "json" in answer.content_type else await answer.read()

    async def upload(
        self, content: bytes, name: str = "说明.txt", who: str = "east", token: str = ""
    ) -> dict[str, Any]:
        """Whole, in one go; what the server says of it in the end."""
        token = token or f"token-{abs(hash((content[:50], name, who, len(content)))):020}"[:36]
        body = {"token": token, "name": name, "size": len(content)}
        answer = await self.browse("POST", "/api/uploads", who, json=body)
        said = await answer.json()
        if answer.status == 201:
            said = await (
                await self.browse("PATCH", f"/api/uploads/{token}?offset=0", who, data=io.BytesIO(content))
            ).json()
        return dict(said)

    async def attach(self, box: str, content: bytes, name: str = "说明.txt", who: str = "east") -> dict[str, Any]:
        """Uploaded and linked."""
        said = await self.upload(content, name, who)
        assert said.get("done"), said
        status, found = await self.ask("POST", f"/{box}/files", who, json={"tokens": [said["token"]]})
        assert status == 200, found
        return dict(found["items"][-1])


@pytest.fixture
async def depot(store: Store) -> AsyncIterator[Depot]:
    office = await office_on(store)
    async with store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    alarms: list[tuple[str, str]] = []
    files = Files(store, office.clock, FileSettings(), lambda name, text: alarms.append((name, text)))
    office.foundations[Files] = files
    boxes = Boxes(office)
    sessions = GivenSessions()
    sessions.visitors = {"city": CITY, "east": EAST, "west": WEST, "looker": LOOKER}
    web = Web(sessions)
    web.add([*record_routes(boxes, BASE), *api.routes(files)])
    await web.start("127.0.0.1", 0)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        yield Depot(boxes, files, alarms, Browser(client, f"http://127.0.0.1:{web.port}"), sessions)
    await web.stop()
    files.uploads.close()
