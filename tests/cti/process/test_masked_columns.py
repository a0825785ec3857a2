"""What somebody sees masked he cannot find by sorting, filtering or counting: in no list and no figure of the house."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column
from sqlalchemy.sql import visitors

from cti.base.refusal import Invalid, NotAllowed
from cti.base.settings import Settings
from cti.office.conditions.askable import OPS
from cti.office.figures.service import Figures
from cti.office.records.office import Office
from cti.process.app import Engine
from cti.process.dry_run import dry_house
from tests.office import visitor

KNOWN = {("tickets", "satisfaction")}
"""Counted all the same: no personal data, and hidden in the list only while a ticket is still being worked on."""


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Engine]:
    monkeypatch.setenv("HOTLINE_DEMO_PASSWORD", "nur-zum-probieren-7")
    async with dry_house(Settings.load(tmp_path)) as running:
        yield running


async def test_no_list_is_sorted_filtered_or_counted_by_what_is_masked(house: Engine) -> None:
    services = [one for one in house.services.need(Office).services.values() if one.masked]
    assert {"citizen", "ticket", "chat", "transcript", "revisit"} <= {one.kind for one in services}
    for service in services:
        who = visitor("路人", "city", service.see, service.export_permission)
        for key in service.masked:
            conditions = [{"key": key, "op": op, "value": "王"} for op in {op for some in OPS.values() for op in some}]
            asked: list[dict[str, Any]] = [{"sort": key}, {"sort": f"-{key}"}]
            asked += [{"where": json.dumps(one)} for one in conditions]
            asked += [{key: "王"}] if key in service.query.model_fields else []
            for one in asked:
                with pytest.raises((Invalid, NotAllowed)):
                    await service.find(who, service.query.model_validate(one))
                    pytest.fail(f"{service.kind}: {one} was answered")
            with pytest.raises((Invalid, NotAllowed)):
                await service.tally(who, service.query(), key)
        # An order that a list has under another name than the masked column it goes by.
        for key, column in service.sorts.items():
            if column.key in service.masked:
                with pytest.raises(NotAllowed):
                    await service.find(who, service.query.model_validate({"sort": key}))


async def test_no_figure_is_split_or_listed_by_what_is_masked(house: Engine) -> None:
    masked: list[tuple[Any, str]] = [
        (one.table.__table__.c[key], one.kind)
        for one in house.services.need(Office).services.values()
        for key in one.masked
    ]
    assert len(masked) > 20
    for name, source in house.services.need(Figures).library.sources.items():
        for key, fact in source.facts.items():
            value: Any = fact.value
            read: list[Any] = [one for one in visitors.iterate(value) if isinstance(one, Column)]
            read += getattr(getattr(value, "property", None), "columns", [])
            found = [kind for column, kind in masked if any(column is one for one in read)]
            assert not found or (name, key) in KNOWN, f"{name}.{key} reads what records {found[0]} mask"
