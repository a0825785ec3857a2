"""The plugin that the README makes, made from its own lines: it works, and its screen fits its routes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, ClassVar

import pydantic
from sqlalchemy import Index, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cti.base.http.routes import Body, Route
from cti.office.records import Office, Record, RecordQuery, Records, RecordView, record_routes
from cti.office.records.describing import record_create, record_list
from cti.office.screens import Empty, Screen, lint
from cti.plugins import Host, Manifest
from cti.store.columns import Base
from cti.store.engine import Store
from cti.web.host import Web
from tests.cti.web.conftest import GivenSessions
from tests.office import BOSS, office_on

README = Path(__file__).resolve().parents[2] / "workflow" / "README.md"
NAMES: dict[str, Any] = {
    one.__name__: one
    for one in (
        Host, Office, Record, RecordQuery, Records, RecordView, record_routes, record_create, record_list, Empty,
        Screen, Web, Body, Route, Index, String, Mapped,
    )
} | {"ClassVar": ClassVar, "pydantic": pydantic, "mapped_column": mapped_column}  # fmt: skip


class Own(DeclarativeBase):
    type_annotation_map = Base.type_annotation_map


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


async def test_the_plugin_of_the_readme_works(sqlite_store: Store) -> None:
    (manifest,) = blocks("toml")
    assert Manifest.model_validate(tomllib.loads(manifest)).name == "notes"
    office = await office_on(sqlite_store)
    names = {**NAMES, "Base": Own, "__name__": "notes"}
    for code in blocks("python"):
        exec(compile(code, str(README), "exec", dont_inherit=True), names)
    async with sqlite_store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    notes = names["Notes"](office)
    made = await notes.create(BOSS, notes.fields(text="带伞"))
    await notes.edit(BOSS, made.id, 1, notes.fields(text="带雨伞"))
    assert [one.text for one in (await notes.find(BOSS, RecordQuery())).items] == ["带雨伞"]
    web = Web(GivenSessions())
    web.add(names["routes"](notes))
    assert lint.problems(names["SCREENS"], web.endpoints) == []
    assert callable(names["setup"])
