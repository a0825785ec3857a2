import msgspec
import pytest
from sqlalchemy import delete, func, insert, select, update

from cti.identity.audit import Audit
from cti.identity.models import AuditRow
from cti.identity.visitor import system
from cti.store.cipher import Cipher
from tests.cti.identity.conftest import data


@pytest.fixture
async def chain(identity, store):
    """The sequences of a chain of entries."""
    for number in range(6):
        await identity.people.add(system("test"), data(f"person{number}"))
    async with store.reading() as session:
        return (await session.scalars(select(AuditRow.sequence).order_by(AuditRow.sequence))).all()


async def test_a_change_says_who_what_before_and_after(identity, visit, store):
    admin = await visit("admin", roles=["admin"])
    person, _ = await identity.people.add(admin, data("1001", name="王芳"))
    await identity.people.edit(admin, person.id, 1, data("1001", name="李娜"))
    async with store.reading() as session:
        entry = (await session.scalars(select(AuditRow).where(AuditRow.action == "person.edited"))).one()
    assert (entry.person, entry.login, entry.address) == (admin.person, "admin", "10.0.0.1")
    assert entry.subject == f"person:{person.id}"
    assert (msgspec.json.decode(entry.before)["name"], msgspec.json.decode(entry.after)["name"]) == ("王芳", "李娜")
    assert "password" not in entry.before and "secret" not in entry.after


async def test_an_untouched_chain_is_good(identity, chain):
    assert len(chain) >= 6
    assert await identity.audit.verify() == []


@pytest.mark.parametrize("column", ["login", "action", "subject", "before", "after", "address", "organisation"])
async def test_a_changed_entry_is_named(identity, store, chain, column):
    async with store.writing() as session:
        await session.execute(update(AuditRow).where(AuditRow.sequence == chain[2]).values({column: "other"}))
    assert await identity.audit.verify() == [chain[2]]


async def test_a_removed_entry_is_noticed_at_the_next(identity, store, chain):
    async with store.writing() as session:
        await session.execute(delete(AuditRow).where(AuditRow.sequence == chain[2]))
    assert await identity.audit.verify() == [chain[3]]


async def test_an_inserted_entry_is_named_even_with_a_chain_recomputed_without_the_key(identity, store, chain, clock):
    async with store.writing() as session:
        last = await session.get_one(AuditRow, chain[-1])
        forged = {one.key: getattr(last, one.key) for one in AuditRow.__mapper__.column_attrs if one.key != "sequence"}
        await session.execute(insert(AuditRow).values(**forged, sequence=chain[-1] + 1))
    assert await identity.audit.verify() == [chain[-1] + 1]

    class Forger:
        """The same store with a guessed key."""

        is_sqlite = store.is_sqlite
        cipher = Cipher(b"guess" * 6 + b"xx")
        writing = store.writing

    async with store.writing() as session:
        await session.execute(delete(AuditRow).where(AuditRow.sequence > chain[-1]))
        await Audit(Forger(), clock).write(session, system("forger"), "nothing", "person:1")
        forged_sequence = await session.scalar(select(func.max(AuditRow.sequence)))
    assert await identity.audit.verify() == [forged_sequence]


async def test_a_refused_change_leaves_no_entry(identity, chain):
    with pytest.raises(Exception, match="taken"):
        await identity.people.add(system("test"), data("person1"))
    assert await identity.audit.verify() == []
