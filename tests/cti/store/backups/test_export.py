import csv
import json

import pytest

from cti.store.backups.export import ExportProblem, export
from cti.store.calls import CdrLine, StoredCalls
from cti.store.catalogue import catalogue, load_models
from cti.store.journal.journal import Journal
from tests.cti.store.stories import NOON, entered, new_call

load_models([])
DIGITS = "13800000001"


@pytest.fixture
async def filled(store):
    """A store with a call, its story, a line of the switch's, and a person."""
    journal = Journal.start(store, lambda _: None)
    call = new_call()
    journal.save(call)
    journal.append(entered(call.id, 1))
    await journal.flushed()
    await journal.close()
    line = CdrLine("s", "1", "leg", NOON, 1.5, "ANSWERED", data={"src": DIGITS, "note": '逗号, "引号"\n换行'})
    await StoredCalls(store).add_cdrs([line])
    async with store.engine.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO organisations (name, title, region, parent) VALUES ('city', '市', '320400', NULL)"
        )
    return store, call


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def test_all_tables_are_written_as_csv_with_what_was_sealed_opened(filled, tmp_path):
    store, call = filled
    rows = await export(store, tmp_path / "out")
    assert (rows["calls"], rows["events"], rows["switch_cdrs"], rows["organisations"]) == (1, 1, 1, 1)
    assert {"audit", "people", "recordings", "states"} <= set(rows)
    (found,) = rows_of(tmp_path / "out" / "calls.csv")
    assert found["id"] == call.id and call.caller.digits in found["caller"]
    assert found["arrived_at"].endswith("Z") and json.loads(found["data"])["id"] == call.id
    assert json.loads(rows_of(tmp_path / "out" / "switch_cdrs.csv")[0]["data"])["note"] == '逗号, "引号"\n换行'
    assert "sealed" not in (tmp_path / "out" / "events.csv").read_text()
    assert (tmp_path / "out" / "calls.csv").stat().st_mode & 0o077 == 0


async def test_json_lines_left_sealed_tell_no_number(filled, tmp_path):
    store, call = filled
    await export(store, tmp_path / "out", lines=True, sealed=True)
    text = "".join(path.read_text() for path in (tmp_path / "out").glob("*.jsonl"))
    assert call.caller.digits not in text and DIGITS not in text
    found = json.loads((tmp_path / "out" / "calls.jsonl").read_text())
    assert found["id"] == call.id and found["caller"].startswith("ra:")


async def test_the_catalogue_says_what_each_table_and_column_is(filled, tmp_path):
    store, _ = filled
    await export(store, tmp_path / "out", only=["people", "calls"])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "calls.csv",
        "catalogue.csv",
        "catalogue.json",
        "people.csv",
    ]
    lines = {(one["table"], one["column"]): one for one in rows_of(tmp_path / "out" / "catalogue.csv")}
    assert lines["people", "password_hash"]["form"] == "secret"
    assert lines["calls", "caller"]["form"] == "sealed" and lines["calls", "caller"]["words"] == "来电号码"
    assert lines["calls", "caller_index"]["form"] == "index"
    assert lines["people", "organisation"]["refers_to"] == "organisations.name"
    assert lines["calls", "id"]["key"] == "yes" and lines["calls", "id"]["rows"] == "1"
    header = (tmp_path / "out" / "people.csv").read_text().splitlines()[0].split(",")
    assert "login" in header and "password_hash" not in header and "sip_secret" not in header


async def test_tables_of_rooms_that_are_gone_are_written_as_they_are(filled, tmp_path):
    store, _ = filled
    async with store.engine.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE orchard_trees (id INTEGER PRIMARY KEY, kind VARCHAR(9))")
        await connection.exec_driver_sql("INSERT INTO orchard_trees VALUES (1, 'oak')")
    assert (await export(store, tmp_path / "out"))["orchard_trees"] == 1
    assert rows_of(tmp_path / "out" / "orchard_trees.csv") == [{"id": "1", "kind": "oak"}]


async def test_nothing_is_overwritten_and_unknown_tables_are_named(filled, tmp_path):
    store, _ = filled
    with pytest.raises(ExportProblem, match="not empty"):
        await export(store, tmp_path)
    with pytest.raises(ExportProblem, match="no such table: nothing"):
        await export(store, tmp_path / "out", only=["nothing"])


def test_every_column_of_the_core_has_words():
    silent = [
        f"{table.name}.{column.name}"
        for table in catalogue()
        for column in table.columns
        if table.name in {"events", "states", "calls", "call_names", "switch_cdrs", "recordings", "edits", "answers"}
        and not column.words
    ]
    assert silent == []
