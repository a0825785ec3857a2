"""What is sealed opens in its own row and column only.

Without that, whoever may write to the database could show a citizen's number, or give himself another's SIP secret, by
copying a sealed value into a row that he may read.
"""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import aliased

from cti.base.call import Call
from cti.base.ciphers.cipher import KeyProblem
from cti.base.numbers.number import Number, NumberKind
from cti.store.calls import CdrLine, StoredCalls
from cti.store.columns import placed
from cti.store.engine import Store
from cti.store.journal.rows import Batch, CallSnapshot
from cti.store.journal.writers import writer_of
from cti.store.migration import migrate
from cti.store.models import AnswerRow, CallRow
from cti.store.reseal import reseal

NOW = datetime(2026, 11, 1, tzinfo=UTC)
EMPTY = {one.key: "" for one in CallRow.__table__.columns if not one.nullable and one.server_default is None}


def row(id, number):
    given = {"id": id, "caller": number, "data": f"all of {id}", "arrived_at": NOW, "agents": [], "recordings": []}
    return CallRow(**{**EMPTY, **given})


@pytest.fixture(params=["international", "sm"])
async def store(database, tmp_path, request):
    store = await Store.open(database, tmp_path, request.param)
    await migrate(store)
    async with store.writing() as session:
        session.add_all([row("1", "13800000001"), row("2", "13900000002")])
    yield store
    await store.close()


async def sql(store, statement, **values):
    async with store.writing() as session:
        return await session.execute(text(statement), values)


async def raw(store, column, id):
    return (await sql(store, f"SELECT {column} FROM calls WHERE id = :id", id=id)).scalar_one()


async def test_a_value_moved_to_another_row_is_refused(store):
    """A sealed number copied from one call to another was shown there as that call's own."""
    await sql(store, "UPDATE calls SET caller = :it WHERE id = '2'", it=await raw(store, "caller", "1"))
    async with store.reading() as session:
        assert await session.scalar(select(CallRow.caller).where(CallRow.id == "1")) == "13800000001"
        for wanted in (select(CallRow), select(CallRow.caller), select(aliased(CallRow).caller)):
            with pytest.raises(KeyProblem, match=r"calls\.caller"):
                (await session.execute(wanted)).all()


async def test_a_value_moved_to_another_column_is_refused(store):
    """A sealed value copied into another column of its row was read there."""
    await sql(store, "UPDATE calls SET data = :it WHERE id = '1'", it=await raw(store, "caller", "1"))
    async with store.reading() as session:
        with pytest.raises(KeyProblem, match=r"calls\.data"):
            (await session.scalars(select(CallRow).where(CallRow.id == "1"))).all()


async def test_rows_and_statements_read_what_they_wrote(store):
    """Whatever way a value is written and read, its row is known: rows, columns, aliases, statements that return it."""
    async with store.writing() as session:
        found = await session.get_one(CallRow, "1")
        found.caller = "13700000003"
        await session.flush()
        assert type(found.caller) is str, "what follows (JSON) wants plain text"
        changed = update(CallRow).where(CallRow.id == "2").values(caller=placed(CallRow.caller, "13600000004", "2"))
        assert await session.scalar(changed.returning(CallRow.caller)) == "13600000004"
    other = aliased(CallRow)
    async with store.reading() as session:
        both = select(CallRow.caller, other.caller.label("second")).join(other, other.id == "2")
        assert (await session.execute(both.where(CallRow.id == "1"))).all() == [("13700000003", "13600000004")]
        with pytest.raises(TypeError, match="lacks id"):
            await session.execute(select(select(CallRow.caller).subquery()))
        with pytest.raises(Exception, match="needs its row"):
            await session.execute(update(CallRow).values(caller="13600000005"))


async def test_keys_of_several_parts_are_places_too(store):
    """The switch's records and kept answers have keys of two parts."""
    calls = StoredCalls(store)
    line = CdrLine("main", "u-1", "leg", NOW, 1.0, "ANSWERED", call="1", data={"src": "13800000001"})
    await calls.add_cdrs([line, CdrLine("main", "u-2", "leg", NOW, 1.0, "ANSWERED", call="2", data={})])
    assert (await calls.cdrs_of("1"))[0].data == {"src": "13800000001"}
    await sql(store, "UPDATE switch_cdrs SET data = (SELECT data FROM switch_cdrs WHERE \"unique\" = 'u-1')")
    with pytest.raises(KeyProblem, match=r"switch_cdrs\.data"):
        await calls.cdrs_of("2")
    async with store.writing() as session:
        session.add(AnswerRow(person="p", key="k", request="r", begun_at=NOW, body="told"))
    async with store.reading() as session:
        assert await session.scalar(select(AnswerRow.body)) == "told"


async def test_the_journal_seals_calls_for_their_rows(store):
    """The journal writes calls past the sessions, by statements of its own."""
    caller = Number("+8613800000001", NumberKind.MOBILE, "13800000001")
    called = Number("12345", NumberKind.SERVICE, "12345")
    call = Call("3", "city", "320400", "main", "t", caller, called, NOW)
    writer = writer_of(store)
    await writer.write(Batch(calls=[CallSnapshot.of(call)]))
    await writer.close()
    stored = StoredCalls(store)
    assert (await stored.load("3")).caller == caller
    await sql(store, "UPDATE calls SET data = (SELECT data FROM calls WHERE id = '3') WHERE id = '2'")
    with pytest.raises(KeyProblem, match=r"calls\.data"):
        await stored.load("2")


async def test_what_was_sealed_before_is_read_and_sealed_anew_for_its_row(store):
    """Databases from before have values that know no row; `hotline reseal` gives them theirs."""
    await sql(store, "DELETE FROM states WHERE kind = 'cipher' AND key = 'places'")
    await migrate(store)
    before = store.cipher.seal("13500000006")
    await sql(store, "UPDATE calls SET caller = :it WHERE id = '1'", it=before)
    async with store.reading() as session:
        assert await session.scalar(select(CallRow.caller).where(CallRow.id == "1")) == "13500000006"
    assert await reseal(store) == 1
    assert (await raw(store, "caller", "1")).startswith(store.cipher.placed_form)
    assert await reseal(store) == 0
    await sql(store, "UPDATE calls SET caller = :it WHERE id = '2'", it=await raw(store, "caller", "1"))
    async with store.reading() as session:
        with pytest.raises(KeyProblem, match=r"calls\.caller"):
            await session.get(CallRow, "2")
    # Nor is what was sealed for no row, events for instance, believed there any more; the next engine knows it too.
    await sql(store, "UPDATE calls SET caller = :it WHERE id = '2'", it=before)
    store.cipher.places_only = False
    await migrate(store)
    async with store.reading() as session:
        with pytest.raises(KeyProblem, match=r"calls\.caller"):
            await session.get(CallRow, "2")
