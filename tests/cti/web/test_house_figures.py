"""Every figure of the house has one value on random rows: asked for, on a tile, in a report, its export, behind it."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from openpyxl import load_workbook
from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, Numeric, Table, UniqueConstraint
from sqlalchemy.sql.util import find_tables

from cti.base.ids import new_id
from cti.base.visitor import system
from cti.office.figures import Figures
from cti.office.figures.tiles import tiles_of
from cti.process.app import Engine
from cti.store.columns import Base, BlindIndex, UtcDateTime
from cti.store.engine import Store
from tests.engine_without_switch import engine_without_switch, signed_in
from tests.office import ROOT

ROWS = 60
MOST = 10
"""Figures in one report."""
FOLDERS = (ROOT / "cti/process/figures", ROOT / "workflow/tickets/figures", ROOT / "workflow/knowledge/figures")
WORD = re.compile(r"""["'](\w+)["']""")


class Chance:
    """Rows of whatever tables figures count: joined with each other, with words that the figures ask for."""

    def __init__(self, seed: int, figures: Figures) -> None:
        self._rng = random.Random(seed)
        self._ids = [new_id() for _ in range(ROWS)]
        self._figures = figures
        self._words = sorted({
            word for folder in FOLDERS for one in sorted(folder.glob("*.yaml"))
            for word in WORD.findall(one.read_text("utf-8"))
        })  # fmt: skip
        self.tables = {
            table for source in figures.library.sources.values()
            for table in find_tables(source.rows, include_joins=True) if isinstance(table, Table)
        }  # fmt: skip
        self._told: dict[Column[Any], list[str]] = {}
        for source in figures.library.sources.values():
            for fact in source.facts.values():
                column = getattr(fact.value, "expression", fact.value)
                if isinstance(column, Column) and isinstance(fact.words, Mapping) and fact.words:
                    self._told[column] = sorted(map(str, fact.words))

    def row(self, table: Table, at: int, now: Any) -> dict[str, Any]:
        """A row; the first of a table has the id by which others name it."""
        unique = {column.key for index in table.indexes if index.unique for column in index.columns}
        for one in table.constraints:
            if isinstance(one, UniqueConstraint):
                unique |= {column.key for column in one.columns}
        return {one.key: self._value(one, at, now, one.key in unique) for one in table.columns}

    def _value(self, column: Column[Any], at: int, now: Any, unique: bool) -> Any:
        name, kind = column.key, column.type
        length = getattr(kind, "length", None) or getattr(getattr(kind, "impl", None), "length", None) or 400
        if name == "removed_at" or (column.nullable and self._rng.random() < 0.25):
            return None
        if isinstance(kind, UtcDateTime | DateTime):
            return now - timedelta(seconds=self._rng.randrange(70 * 86400))
        if isinstance(kind, Boolean):
            return self._rng.random() < 0.5
        if isinstance(kind, JSON):
            return []
        if isinstance(kind, Integer | Numeric):
            return at + 1 if column.primary_key else self._rng.randrange(1, 90)
        if column.primary_key or name == "id":
            return self._ids[at][:length]
        if isinstance(kind, BlindIndex):
            return "13800000001"
        if unique:
            return f"{at}{new_id()}"[:length]
        if name in ("organisation", "unit", "lead"):
            return "city"
        if name in ("region", "unit_region"):
            return "320400"
        if column in self._told:
            return self._rng.choice(self._told[column])
        if length == 26:
            return self._rng.choice(self._ids)
        return self._rng.choice(self._words)[:length]


async def fill(house: Engine, figures: Figures, seed: int) -> Collection[Table]:
    """Rows in every table that a figure counts."""
    store, chance = house.services.need(Store), Chance(seed, figures)
    models = {one.local_table: one.class_ for one in Base.registry.mappers}
    async with store.writing() as session:
        for table in sorted(chance.tables, key=lambda one: one.name):
            rows = [chance.row(table, at, house.clock.wall()) for at in range(ROWS)]
            session.add_all([models[table](**one) for one in rows])
    return chance.tables


@pytest.mark.parametrize("seed", [3, 17])
async def test_each_figure_has_one_value_wherever_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    async with engine_without_switch(tmp_path / "data", monkeypatch) as (house, url), aiohttp.ClientSession() as client:
        admin = await signed_in(url, "admin")

        async def ask(method: str, path: str, **more: Any) -> Any:
            async with client.request(method, url + path, headers=admin, **more) as answer:
                assert answer.status < 400, f"{path}: {await answer.text()}"
                return await (answer.json() if answer.content_type == "application/json" else answer.read())

        figures = house.services.need(Figures)
        await fill(house, figures, seed)
        names = sorted(one["value"] for one in await ask("GET", "/api/figure_options"))
        assert set(names) == set(figures.library.files), "the administrator counts by all"
        period, told = "last_month", 0
        values: dict[str, Any] = {}
        for name in names:
            found = await ask("GET", f"/api/figures/{name}/value?period={period}")
            now = values[name] = found["total"]["now"]
            told += now["value"] is not None and now["numerator"] not in (0, None)
            head = figures.library.files[name].head
            for count, rule in head.counts.items():
                if rule.adds_up and not rule.method and not rule.whole:
                    behind = await ask("GET", f"/api/figures/{name}/rows?count={count}&period={period}&size=1")
                    assert behind["total"] == now[count], (name, count)
            split = next(iter(figures.source(head).splits), None)
            if split is not None and all(one.adds_up and not one.whole for one in head.counts.values()):
                cells = (await ask("GET", f"/api/figures/{name}/value?period={period}&by={split}"))["cells"]
                for count in head.counts:
                    parts = [one["now"][count] for one in cells]
                    assert sum(part or 0 for part in parts) == pytest.approx(now[count] or 0), (name, split, count)
        assert told >= len(names) / 2, "too little happened to prove anything"
        tiles = {one.name: one for one in tiles_of(figures, system("test"))}
        for name in names:
            (shown,) = [one for one in tiles[f"figure_{name}"].figures if f"period={period}" in one.source]
            answer: Any = await ask("GET", shown.source)
            for key in shown.key.split("."):
                answer = answer[key]
            assert answer == values[name]["value"], name
        for begin in range(0, len(names), MOST):
            some = names[begin : begin + MOST]
            body = {"title": f"一致性 {some[0]}", "figures": some, "by": [], "period": period, "compare": False}
            preview = await ask("POST", "/api/reports/preview", json=body)
            assert preview["total"]["now"] == [values[name] for name in some]
            made = await ask("POST", "/api/reports", json=body)
            table = await ask("GET", f"/api/reports/{made['id']}/table")
            assert table["table"]["total"]["now"] == [values[name] for name in some]
            sheet = load_workbook(io.BytesIO(await ask("GET", f"/api/reports/{made['id']}/file?format=xlsx"))).active
            assert sheet is not None
            cells = [*sheet.iter_rows(values_only=True)][-1][1:]
            for at, name in enumerate(some):
                value, numerator, denominator, pending = cells[4 * at : 4 * at + 4]
                now = values[name]
                assert value == (None if now["value"] is None else pytest.approx(now["value"], abs=0.006)), name
                counts = {"numerator": numerator, "denominator": denominator, "pending": pending}
                assert {one: said for one, said in counts.items() if said is not None} == {
                    one: pytest.approx(now[one]) for one in counts if now[one] is not None
                }, name
