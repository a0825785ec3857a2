"""A database is sealed anew by other algorithms, and until then refuses them."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text, update

from cti.base.bus import Bus
from cti.base.ciphers.cipher import KeyProblem
from cti.base.clock import VirtualClock
from cti.base.visitor import system
from cti.office.identity.audit.trail import AuditFilter
from cti.office.identity.directory import Organisation
from cti.office.identity.people import PersonData
from cti.office.identity.service import Identity
from cti.store.engine import Store
from cti.store.inner_places import state_place
from cti.store.migration import migrate
from cti.store.models import CallRow, StateRow
from cti.store.reseal import reseal

ROOT = system("root")
TOP = Organisation("city", "市", "320400", None)
NUMBER = "13800000001"


async def fill(store):
    """A person with a telephone, a call, and a state with something sealed in it."""
    identity = await Identity.open(store, Bus(), VirtualClock(), TOP)
    await identity.people.add(ROOT, PersonData(login="li", name="李", agent_no="1001", organisation="city", roles=[]))
    identity.close()
    empty = {one.key: "" for one in CallRow.__table__.columns if not one.nullable and one.server_default is None}
    now = datetime(2026, 11, 1, tzinfo=UTC)
    cipher = store.cipher
    async with store.writing() as session:
        session.add(
            CallRow(
                **{
                    **empty, "id": "1", "caller": f"{NUMBER} 0{NUMBER}", "caller_index": NUMBER,
                    "caller_last_four": NUMBER, "arrived_at": now, "agents": [], "recordings": [],
                    "data": "the call",
                }
            )
        )  # fmt: skip
        inner = cipher.seal(NUMBER, state_place("x", "y"))
        session.add(StateRow(kind="x", key="y", data=f'{{"n": {{"sealed": "{inner}"}}, "t": "a:b"}}'))
    return (await identity.people.agents())[0].sip_secret


async def everything(store):
    tables = ("people", "calls", "states")
    async with store.reading() as session:
        return "".join([str((await session.execute(text(f"SELECT * FROM {one}"))).all()) for one in tables])


@pytest.mark.parametrize(("first", "then"), [("international", "sm"), ("sm", "international")])
async def test_all_is_sealed_anew_and_found_as_before(database, tmp_path, first, then):
    old = await Store.open(database, tmp_path, first)
    await migrate(old)
    secret = await fill(old)
    await old.close()
    store = await Store.open(database, tmp_path, then)
    with pytest.raises(KeyProblem, match="hotline reseal"):
        await migrate(store)
    assert await reseal(store) >= 3
    assert await migrate(store) == []
    raw = await everything(store)
    assert old.cipher.suite.form not in raw.replace('"a:b"', "").replace("data:", "")
    assert raw.count(store.cipher.suite.form) >= 4
    identity = await Identity.open(store, Bus(), VirtualClock(), TOP)
    assert (await identity.people.agents())[0].sip_secret == secret
    async with store.reading() as session:
        for column in (CallRow.caller_index, CallRow.caller_last_four):
            call = (await session.scalars(select(CallRow).where(column == NUMBER))).one()
        assert call.caller == f"{NUMBER} 0{NUMBER}" and call.data == "the call"
    async with store.reading() as session:
        kept = (await session.scalars(select(StateRow.data).where(StateRow.kind == "x"))).one()
    inner = json.loads(kept)["n"]["sealed"]
    assert store.cipher.open_inner(inner, state_place("x", "y")).decode() == NUMBER
    with pytest.raises(KeyProblem, match=r"states\.data"):
        store.cipher.open_inner(inner, state_place("x", "z"))
    assert (await identity.audit.verify()).findings == (), "entries of before are still genuine"
    await identity.people.add(ROOT, PersonData(login="wang", name="王", agent_no=None, organisation="city", roles=[]))
    assert (await identity.audit.verify()).findings == ()
    assert (await identity.audit.find(ROOT, AuditFilter(login="root"))).total == 2
    identity.close()
    assert await reseal(store) == 0
    await store.close()


async def test_a_database_from_before_is_international(database, tmp_path):
    store = await Store.open(database, tmp_path)
    await migrate(store)
    async with store.writing() as session:
        await session.execute(text("DELETE FROM states"))
    await migrate(store)
    await store.close()
    national = await Store.open(database, tmp_path, "sm")
    with pytest.raises(KeyProblem, match="sealed by the international"):
        await migrate(national)
    await national.close()


async def test_what_stands_inside_json_is_bound_to_its_place_once(store):
    """A database from before has numbers in events and states that know no place; `hotline reseal` gives them one."""
    async with store.writing() as session:
        places = StateRow.kind == "cipher", StateRow.key == "places"
        await session.execute(update(StateRow).where(*places).values(data="true"))
        session.add(StateRow(kind="x", key="y", data=json.dumps({"n": {"sealed": store.cipher.seal(NUMBER)}})))
    await migrate(store)
    assert not store.cipher.inner_places_only
    assert await reseal(store) == 1 and store.cipher.inner_places_only
    async with store.reading() as session:
        kept = (await session.scalars(select(StateRow.data).where(StateRow.kind == "x"))).one()
    assert store.cipher.open_inner(json.loads(kept)["n"]["sealed"], state_place("x", "y")).decode() == NUMBER
    with pytest.raises(KeyProblem):
        store.cipher.open_inner(store.cipher.seal(NUMBER), state_place("x", "y"))
    assert await reseal(store) == 0
